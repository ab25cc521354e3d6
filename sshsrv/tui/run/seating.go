package run

import (
	"context"
	"errors"

	"sotto/rooms"
)

// seating is where a session sits, if anywhere. The zero value is nowhere, and
// its channels never have anything.
type seating struct {
	seat    rooms.Participant
	room    any // the same for all of a room; nil for whoever is nowhere, or far away
	pulled  rooms.Pulled
	ready   <-chan struct{} // of pulled
	batches chan batch      // of a seat that only has Next
	stand   func()          // ends the goroutine that waits for Next, and waits for it
}

// batch is what Next returned.
type batch struct {
	events []rooms.Event
	err    error
}

// sit takes a seat. Nobody may sit already. One whose events can't be asked for costs a
// goroutine that does nothing but wait.
func (s *seating) sit(seat rooms.Participant) {
	s.seat = seat
	if in, ok := seat.(rooms.Accompanied); ok {
		s.room = in.Company()
	}
	if pulled, ok := seat.(rooms.Pulled); ok {
		s.pulled, s.ready = pulled, pulled.Ready()
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	batches, stopped := make(chan batch), make(chan struct{})
	s.batches = batches
	s.stand = func() {
		cancel()
		<-stopped
	}
	go func() {
		defer close(stopped)
		for {
			events, err := next(ctx, seat)
			select {
			case batches <- batch{events, err}:
			case <-ctx.Done():
				return
			}
			if err != nil {
				return
			}
		}
	}()
}

// next is the seat's Next. Its panic is what the seat ended with.
func next(ctx context.Context, seat rooms.Participant) (events []rooms.Event, err error) {
	if broke := rooms.Contain(func() { events, err = seat.Next(ctx) }); broke != nil {
		return nil, broke
	}
	return events, err
}

// more takes again if the seat was ready again meanwhile, and reports whether it
// was.
func (s *seating) more(session *session) bool {
	select {
	case <-s.ready:
		s.take(session)
		return true
	default:
		return false
	}
}

// take gives the session's model what waits.
func (s *seating) take(session *session) {
	events, err := s.pulled.Take()
	s.deliver(session, events, err)
}

// deliver gives the session's model events, or the seat's end.
func (s *seating) deliver(session *session, events []rooms.Event, err error) {
	if len(events) > 0 {
		session.update(EventsMsg(events))
	}
	var panicked *rooms.PanicError
	switch {
	case errors.As(err, &panicked):
		session.failure = panicked
	case err != nil:
		session.late = slow(err)
		s.letGo(false)
		session.update(SeatEndedMsg{err})
	}
}

// letGo gives the seat back: with a word of leave, or as one whose connection
// is gone.
func (s *seating) letGo(leave bool) {
	if s.seat == nil {
		return
	}
	seat := s.seat
	if leave {
		// An error says that the seat is over already.
		_ = seat.Do(context.Background(), rooms.Leave{})
	}
	if s.stand != nil {
		s.stand()
	}
	_ = seat.Close() // nothing depends on it any more
	*s = seating{}
}
