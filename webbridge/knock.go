package webbridge

import (
	"context"
	"errors"
	"time"

	"github.com/coder/websocket"

	"sotto/rooms"
	"sotto/rooms/wire"
)

// waitsAtDoor is somebody's knock, from its frame to what comes of it. Its goroutine is
// one of the socket's. It closes decided before anybody is told what was decided, and has
// ended once done is closed.
type waitsAtDoor struct {
	leave   context.CancelFunc
	decided chan struct{}
	done    chan struct{}
}

var errWaiting = &rooms.Error{Code: rooms.NotAllowed, Message: "You wait at the door of a room. To go away, send a leave."}

// visitor is who sends a join.
func visitor(j wire.Join) rooms.Visitor {
	return rooms.Visitor{
		Room: j.Room, Nick: j.Nick, Via: j.Via(rooms.ViaWeb), Resumable: j.Resume, Hello: j.Hello, Answers: true, Host: !j.NoHost, Invite: j.Invite, Watch: j.Watch,
	}
}

// sits is the place, if there is one by now. The reader asks it. Whoever was told that
// they are in, or were not let in, and answers at once does not wait at the door any more:
// it takes as long as the telling.
func (s *socket) sits() *rooms.Seat {
	if s.waits != nil {
		select {
		case <-s.waits.decided:
			<-s.waits.done
			s.waits = nil
		default:
			return nil
		}
	}
	return s.seat
}

// knock waits at a door, and lets the reader go on: so it hears whoever goes away, and
// answers to signs of life.
func (s *socket) knock(ctx context.Context, k wire.Knock) error {
	if !s.late.Stop() {
		s.end(wire.ErrLate, websocket.StatusNormalClosure)
		return errClosing
	}
	ctx, leave := context.WithCancel(s.delayed(ctx))
	waits := &waitsAtDoor{leave: leave, decided: make(chan struct{}), done: make(chan struct{})}
	s.waits = waits
	s.running.Go(func() {
		defer close(waits.done)
		defer leave()
		if !rooms.Survive(s.server.log, broke, func() { s.wait(ctx, k, waits.decided) }) {
			s.cut()
		}
	})
	return nil
}

// wait waits until a knock is decided, and does what follows.
func (s *socket) wait(ctx context.Context, k wire.Knock, decided chan<- struct{}) {
	seat, err := s.server.hub.Knock(ctx, visitor(k.Join), k.Text, func(ahead int) {
		name, _ := rooms.ParseRoomName(k.Room) // the hub has read it
		_ = s.put(wire.AppendWaiting(nil, wire.Waiting{Room: name, Ahead: uint64(ahead)}))
	})
	close(decided)
	var refusal *rooms.Error
	var ended *rooms.Ended
	switch {
	case errors.As(err, &refusal):
		s.begun = time.Now()
		s.late.Reset(wire.JoinTimeout)
		_ = s.turnAway(ctx, &rooms.Refused{Err: refusal}) // whoever does not hear it is gone
	case errors.As(err, &ended):
		s.end(ended, closeCode(ended))
	case err == nil:
		seat.AskBy(s.ask)
		s.seat = seat
		s.moveTo(inRoom)
	}
}

// giveUp ends a knock, if there is one, and waits for it.
func (s *socket) giveUp() {
	if s.waits != nil {
		s.waits.leave()
		<-s.waits.done
		s.waits = nil
	}
}
