package line

import (
	"context"
	"errors"
	"time"

	"sotto/rooms"
)

// An attempt is to get into a room. The zero value is none.
type attempt struct {
	done   chan entered
	cancel context.CancelFunc
	tellAt time.Time  // when it is told that this takes its time
	late   rooms.Bell // the servers can't reach each other
	orElse phase      // if nothing comes of it
}

// entered is what came of an attempt.
type entered struct {
	seat Seat
	err  error
}

// enter asks for a seat. The one that is held is kept until then.
func (l *linear) enter(ctx context.Context, room, nick string, orElse phase) {
	l.attend(ctx, func(ctx context.Context) (Seat, error) { return l.visit.Enter(ctx, room, nick) }, orElse)
	l.doorstep = doorstep{room: room, nick: nick, orElse: orElse}
}

// begins asks for a seat where none is held.
func (l *linear) begins(ctx context.Context, room string, orElse phase) {
	l.wished = l.wished.Toward(room)
	l.enter(ctx, room, l.wished.Nick(), orElse)
}

// attend waits for a seat.
func (l *linear) attend(ctx context.Context, take func(context.Context) (Seat, error), orElse phase) {
	ctx, cancel := context.WithCancel(ctx)
	a := attempt{done: make(chan entered, 1), cancel: cancel, tellAt: time.Now().Add(enterAfter), late: rooms.NewBell(), orElse: orElse}
	ctx = rooms.WhenDelayed(ctx, a.late.Ring)
	go func() {
		a.done <- sitDown(func() (Seat, error) { return take(ctx) })
	}()
	l.phase, l.attempt = entering, a
}

// sitDown waits for a seat. Its panic is what came of it: nobody else's room ends by it.
func sitDown(take func() (Seat, error)) (came entered) {
	if broke := rooms.Contain(func() { came.seat, came.err = take() }); broke != nil {
		return entered{err: broke}
	}
	return came
}

// giveUp waits for no room any more.
func (a attempt) giveUp() {
	a.cancel()
	if came := <-a.done; came.seat != nil {
		_ = came.seat.Close() // nobody is there to be told
	}
	a.done <- entered{err: errGivenUp}
}

// errGivenUp is what became of a room that its person does not want any more.
var errGivenUp = errors.New("given up")

// arrive takes a seat, and leaves the one that was held. A refusal is told to
// whoever is somewhere already.
func (l *linear) arrive(ctx context.Context, e entered) error {
	l.attempt.cancel()
	d := l.doorstep
	l.phase, l.attempt, l.doorstep = l.attempt.orElse, attempt{}, doorstep{}
	var refused *rooms.Error
	var ended *rooms.Ended
	switch {
	case errors.Is(e.err, errGivenUp):
		return nil
	case l.refusedAt(d, e.err):
		return nil
	case errors.As(e.err, &ended) && ended.Code == rooms.Denied && l.phase != ending:
		l.tell(ended.Message)
		return nil
	case errors.As(e.err, &refused) && l.phase != ending:
		l.tell(refused.Message)
		return nil
	case e.err != nil:
		return e.err
	}
	_ = leave(ctx, l.stay.seat, unheard) // what ended it ends the new one as well
	_ = l.stay.seat.Close()
	l.landed(l.stay.leaping.Asked())
	l.phase, l.stay, l.lines, l.fades = arriving, stay{seat: e.seat}, lines{}, time.Time{}
	return nil
}
