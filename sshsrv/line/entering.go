package line

import (
	"context"
	"errors"
	"time"

	"sotto/rooms"
)

// An entering is a room on the way there.
type entering struct {
	done   chan entered
	cancel context.CancelFunc
	tellAt time.Time // when it is told that this takes its time
}

// entered is what came of it.
type entered struct {
	seat Seat
	err  error
}

// enter asks for a seat. The one that is held is kept until then.
func (l *linear) enter(ctx context.Context, room, nick string) {
	ctx, cancel := context.WithCancel(ctx)
	e := &entering{done: make(chan entered, 1), cancel: cancel, tellAt: time.Now().Add(enterAfter)}
	go func() {
		seat, err := l.visit.Enter(ctx, room, nick)
		e.done <- entered{seat, err}
	}()
	l.entering = e
}

// giveUp waits for no room any more.
func (e *entering) giveUp() {
	e.cancel()
	if came := <-e.done; came.seat != nil {
		_ = came.seat.Close() // nobody is there to be told
	}
	e.done <- entered{err: errGivenUp}
}

// errGivenUp is what became of a room that its person does not want any more.
var errGivenUp = errors.New("given up")

// arrive takes a seat, and leaves the one that was held. A refusal is told to
// whoever is somewhere already.
func (l *linear) arrive(ctx context.Context, e entered) error {
	l.entering.cancel()
	l.entering = nil
	var refused *rooms.Error
	switch {
	case e.err == nil:
	case errors.Is(e.err, errGivenUp):
		l.over = l.over || l.stay == nil && l.visit.Room != ""
		return nil
	case errors.As(e.err, &refused) && (l.stay != nil || l.visit.Room == ""):
		l.tell(refused.Message)
		return nil
	default:
		return e.err
	}
	if l.stay != nil {
		_ = leave(ctx, l.stay.seat) // what ended it ends the new one as well
		_ = l.stay.seat.Close()
	}
	l.stay, l.lines = &stay{seat: e.seat}, lines{}
	return nil
}
