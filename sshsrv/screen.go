package sshsrv

import (
	"context"
	"errors"
	"io"

	"sotto/rooms"
	"sotto/sshsrv/tui"
	"sotto/sshsrv/tui/run"
)

// fullScreen runs the full-screen door, a room or the front page, until its
// person leaves.
func fullScreen(ctx context.Context, v visit) error {
	refused := ""
	if v.sealed {
		refused = v.sealedRoom().Message
	}
	screen := tui.New(ctx, tui.Config{
		Enter: func(ctx context.Context, room, nick string) (rooms.Participant, error) {
			return v.conn.seated(func() (*rooms.Seat, error) { return v.enter(ctx, v.visitor(room, nick, rooms.ViaSSH)) })
		},
		Knock: func(ctx context.Context, room, nick, text string, waiting func(ahead int)) (rooms.Participant, error) {
			return v.conn.seated(func() (*rooms.Seat, error) {
				return v.knock(ctx, v.visitor(room, nick, rooms.ViaSSH), text, waiting)
			})
		},
		Refused:   refused,
		Room:      v.room,
		More:      v.more,
		Nick:      v.nick,
		Theme:     v.Theme,
		Notify:    v.Notify,
		Times:     v.Times,
		Fold:      v.Fold,
		Zone:      v.Location(),
		Told:      v.missetWords(),
		Watch:     v.watch,
		Door:      "ssh",
		HostKey:   v.fingerprint,
		Invite:    func(room rooms.RoomName, token string) rooms.Invitation { return v.invite(string(room), token) },
		NewSealed: v.newSealed(),
		Held:      v.held,
		Never:     neverTaken,
	})
	err := run.Show(ctx, run.Terminal{
		In: v.in, Out: v.out, Hangup: v.in.hangUp,
		Size: v.size, Resize: v.resize.sizes, Holds: v.holds.set, Shed: v.holds.shed,
		RingBy: func(ring func()) {
			v.holds.ring.Store(&ring)
			v.resize.ringBy(ring)
		},
		Turns: v.drawing,
		Term:  v.term, ColorTerm: v.colorTerm, NoColor: v.noColor,
	}, screen)
	if err == nil || errors.Is(err, io.EOF) {
		return screen.Ended()
	}
	return err
}
