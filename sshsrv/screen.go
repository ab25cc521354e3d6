package sshsrv

import (
	"context"
	"errors"
	"io"

	"sotto/rooms"
	"sotto/sshsrv/tui"
)

// fullScreen runs the full-screen door, a room or the front page, until its
// person leaves.
func fullScreen(ctx context.Context, v Visit) error {
	screen := tui.New(ctx, tui.Config{
		Enter: func(ctx context.Context, room, nick string) (tui.Seat, error) {
			seat, err := v.Join(ctx, rooms.Entry{Room: room, Nick: nick, Via: rooms.ViaSSH})
			if err != nil {
				return nil, err
			}
			return seat, nil
		},
		Room:    v.Room,
		Nick:    v.Nick,
		Door:    "ssh",
		HostKey: v.Fingerprint,
		Invite: func(room rooms.RoomName) tui.Invitation {
			i := v.Invite(string(room))
			return tui.Invitation{SSH: i.SSH, Web: i.Web, Note: i.note()}
		},
		Held:  v.Held,
		Never: neverTaken,
	})
	err := tui.Run(ctx, tui.Terminal{
		In: v.In, Out: v.Out, Hangup: v.in.hangUp,
		Size: v.Size, Resize: v.Resized,
		Term: v.Term, ColorTerm: v.Colours, NoColor: v.NoColor,
	}, screen)
	if err == nil || errors.Is(err, io.EOF) {
		return screen.Ended()
	}
	return err
}
