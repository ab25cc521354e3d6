package line

import (
	"context"
	"errors"
	"time"

	"sotto/rooms"
	"sotto/rooms/wire"
)

// door is where a program waits that has sent a knock.
type door struct {
	room  rooms.RoomName
	leave context.CancelFunc
	done  chan entered
	ahead *ahead
}

var errWaiting = &rooms.Error{Code: rooms.NotAllowed, Message: "You wait at the door of a room. To go away, send a leave."}

// stand knocks, and lets the loop go on.
func (f *framer) stand(ctx context.Context, k wire.Knock) {
	ctx, leave := context.WithCancel(ctx)
	d := &door{leave: leave, done: make(chan entered, 1), ahead: newAhead()}
	d.room, _ = rooms.ParseRoomName(k.Room) // what is none is refused
	go func() {
		d.done <- sitDown(func() (Seat, error) { return f.knock(ctx, k, d.ahead.set) })
	}()
	f.door, f.by = d, time.Time{}
}

// wait sends how many wait before, if that is news.
func (f *framer) wait() error {
	n, news := f.door.ahead.news()
	if !news {
		return nil
	}
	_, err := f.out.Write(append(wire.AppendWaiting(nil, wire.Waiting{Room: f.door.room, Ahead: uint64(n)}), '\n'))
	return err
}

// arrive takes what came of a knock. After a refusal there is time for something else.
func (f *framer) arrive(ctx context.Context, e entered) error {
	f.door.leave()
	f.door = nil
	var refused *rooms.Error
	switch {
	case errors.As(e.err, &refused):
		f.by = time.Now().Add(wire.JoinTimeout)
		return f.refuse(ctx, &rooms.Refused{Err: refused})
	case e.err != nil:
		return e.err
	}
	f.sit(e.seat)
	return nil
}

// end gives up what the framer has: its place, or its knock.
func (f *framer) end() {
	if f.door != nil {
		f.door.leave()
		if came := <-f.door.done; came.seat != nil {
			_ = came.seat.Close() // nobody is there to be told
		}
	}
	_ = f.seat.Close() // is always nil
}
