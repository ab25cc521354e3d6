package run

import (
	"context"
	"errors"
	"slices"

	"sotto/rooms"
)

// MaxSeats is how many seats a session has at most: as many rooms as a person can
// tell apart in one line of the smallest screen. The runtime waits for them all in
// one select, which has a case for each.
const MaxSeats = 8

// seats are where a session sits, in the order in which they were taken.
type seats []*seating

// at is the seat that the model calls that, or nil.
func (s seats) at(at any) *seating {
	for _, seat := range s {
		if seat.at == at {
			return seat
		}
	}
	return nil
}

// ready is of each what says that something waits; nil, which never does, beyond them.
func (s seats) ready() (ready [MaxSeats]<-chan struct{}) {
	for i, seat := range s {
		ready[i] = seat.ready
	}
	return ready
}

// seating is one seat of a session.
type seating struct {
	at     any // what the model calls it
	seat   rooms.Participant
	room   any // the same for all of a room; nil for one that is far away
	pulled rooms.Pulled
	ready  <-chan struct{} // of pulled; nil: of a seat that only has Next
	stand  func()          // ends the goroutine that waits for Next, and waits for it
}

// batch is what Next of a seat returned.
type batch struct {
	of     *seating
	events []rooms.Event
	err    error
}

// sit takes a seat. One whose events can't be asked for costs a goroutine that does
// nothing but wait, and passes them on.
func (s *seating) sit(seat rooms.Participant, batches chan<- batch) {
	s.seat = seat
	if in, ok := seat.(rooms.Accompanied); ok {
		s.room = in.Company()
	}
	if pulled, ok := seat.(rooms.Pulled); ok {
		s.pulled, s.ready = pulled, pulled.Ready()
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	stopped := make(chan struct{})
	s.stand = func() {
		cancel()
		<-stopped
	}
	go func() {
		defer close(stopped)
		for {
			events, err := next(ctx, seat)
			select {
			case batches <- batch{s, events, err}:
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

// sit takes a seat that the model calls at, and leaves one that was called that before.
func (s *session) sit(msg SeatMsg) {
	s.rise(msg.At, true)
	if len(s.seats) == MaxSeats {
		s.goroutines.Go(func() { _ = msg.Seat.Close() }) // it was not begun
		s.update(SeatEndedMsg{msg.At, errTooMany})
		return
	}
	seat := &seating{at: msg.At}
	s.seats = append(s.seats, seat)
	seat.sit(msg.Seat, s.batches)
	s.room = seat.room
	s.update(msg)
}

var errTooMany = &rooms.Ended{Code: rooms.TooMany, Message: "There are as many rooms in this window as there can be."}

// rise gives the seat back that the model calls at, if there is one.
func (s *session) rise(at any, leave bool) {
	if seat := s.seats.at(at); seat != nil {
		s.seats = slices.DeleteFunc(s.seats, func(other *seating) bool { return other == seat })
		s.goroutines.Go(func() { seat.letGo(leave) }) // a seat far away takes its time
	}
}

// more takes again from seats that were ready again meanwhile, and reports whether one
// was.
func (s *session) more() (more bool) {
	for i := 0; i < len(s.seats); i++ {
		select {
		case <-s.seats[i].ready:
			s.take(s.seats[i])
			more = true
		default:
		}
	}
	return more
}

// take gives the model what waits for a seat.
func (s *session) take(seat *seating) {
	events, err := seat.pulled.Take()
	s.deliver(seat, events, err)
}

// deliver gives the model events of a seat, or the seat's end.
func (s *session) deliver(seat *seating, events []rooms.Event, err error) {
	if s.seats.at(seat.at) != seat {
		return // it was left meanwhile
	}
	s.room = seat.room
	if len(events) > 0 {
		s.update(EventsMsg{seat.at, events})
	}
	var panicked *rooms.PanicError
	switch {
	case errors.As(err, &panicked):
		s.failure = panicked
	case err != nil:
		s.late = slow(err)
		s.seats = slices.DeleteFunc(s.seats, func(other *seating) bool { return other == seat })
		seat.letGo(false)
		s.update(SeatEndedMsg{seat.at, err})
	}
}

// letGo gives a seat back: with a word of leave, or as one whose connection is gone.
func (s *seating) letGo(leave bool) {
	if leave {
		// An error says that the seat is over already.
		_ = s.seat.Do(context.Background(), rooms.Leave{})
	}
	if s.stand != nil {
		s.stand()
	}
	_ = s.seat.Close() // nothing depends on it any more
}
