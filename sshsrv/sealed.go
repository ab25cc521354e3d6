package sshsrv

import (
	"context"
	"errors"

	"sotto/rooms"
	"sotto/rooms/wire"
	"sotto/sshsrv/line"
)

// Sealed rooms are not for this door: what an ssh client shows was drawn by the
// server, which must not be able to draw it. sotto's own client comes in here
// all the same, by the subsystem, and the frames that it sends are sealed.

// subsystem is the name of the one that is let through (RFC 4254, section 6.5).
const subsystem = "sotto"

// protocol serves the subsystem. Who does not say that it is the client itself is
// the page that the client serves, and can pass files like any page.
func (v visit) protocol() error {
	entered := false
	err := line.Protocol(v.ctx, v.in, v.out, v.held, func(ctx context.Context, f wire.ClientFrame) (line.Seat, error) {
		var seat *rooms.Seat
		var err error
		if f.Resume != nil {
			seat, err = v.resume(ctx, *f.Resume)
		} else {
			seat, err = v.join(ctx, visitor(*f.Join))
		}
		if err != nil {
			return nil, err
		}
		entered = true
		return seat, nil
	}, func(ctx context.Context, k wire.Knock, waiting func(ahead int)) (line.Seat, error) {
		seat, err := v.knock(ctx, visitor(k.Join), k.Text, waiting)
		if err != nil {
			return nil, err
		}
		entered = true
		return seat, nil
	})
	if !entered && errors.Is(err, rooms.ErrInVain) {
		v.conn.offend() // with a seat, the room has counted it
	}
	return err
}

// visitor is who sends a join.
func visitor(j wire.Join) rooms.Visitor {
	return rooms.Visitor{
		Room: j.Room, Nick: j.Nick, Via: j.Via(rooms.ViaWeb), Resumable: j.Resume, Hello: j.Hello, Host: !j.NoHost, Invite: j.Invite, Watch: j.Watch,
	}
}

// enter takes a seat in an open room.
func (v visit) enter(ctx context.Context, e rooms.Visitor) (*rooms.Seat, error) {
	if e.Room == v.room {
		e.Invite = v.invited.Load().(string)
	}
	seat, err := v.join(ctx, e)
	if err == nil {
		v.invited.Store("")
	}
	var refused *rooms.Error
	if errors.As(err, &refused) && refused.Code == rooms.NotAllowed {
		return nil, v.sealedRoom()
	}
	return seat, err
}

// sealedRoom refuses somebody who wants into a sealed room, and says what to do
// instead. A key that was typed as a part of the command has reached the server.
func (v visit) sealedRoom() *rooms.Error {
	if v.keyed {
		return rooms.SealedLinkError(true)
	}
	why := "That room is sealed: its key never reaches this server, and over plain ssh the server draws your screen. On your own machine: sotto join " + v.native + "/s/#KEY"
	if v.request.voice {
		why = "That room is sealed: its key never reaches this server, and over plain ssh the server would hear you. On your own machine: sotto join " + v.native + "/s/#KEY --voice"
	}
	if v.sealed {
		why += "\nIf you typed the key itself just now, this server has seen it: make a new room."
	}
	return &rooms.Error{Code: rooms.NotAllowed, Message: why}
}

// newSealed is the command that makes a sealed room on a person's own machine.
func (v visit) newSealed() string { return "sotto join --new " + v.native }
