package run

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"

	"sotto/rooms"
)

// MaxSeats is how many seats a session has at most: as many rooms as a person can
// tell apart in one line of the smallest screen.
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

// seating is one seat of a session.
type seating struct {
	at     any // what the model calls it
	seat   rooms.Participant
	room   any // the same for all of a room; nil for one that is far away
	pulled rooms.Pulled
	rung   atomic.Bool // pulled may have something
	stand  func()      // ends the goroutine that waits for a seat that does not call, and waits for it
}

// batch is what Next of a seat returned.
type batch struct {
	of     *seating
	events []rooms.Event
	err    error
}

// sit takes a seat. One that does not call costs a goroutine that does nothing but wait
// for it.
func (s *seating) sit(seat rooms.Participant, of *session) {
	s.seat = seat
	if in, ok := seat.(rooms.Accompanied); ok {
		s.room = in.Company()
	}
	ring := func() {
		s.rung.Store(true)
		of.call(bySeat)
	}
	switch seat := seat.(type) {
	case rooms.Ringing:
		s.pulled = seat
		seat.RingBy(ring)
	case rooms.Pulled:
		s.pulled = seat
		s.await(func(ctx context.Context) bool {
			select {
			case <-seat.Ready():
				ring()
				return true
			case <-ctx.Done():
				return false
			}
		})
	default:
		s.await(func(ctx context.Context) bool {
			events, err := next(ctx, s.seat)
			select {
			case of.results <- batch{s, events, err}:
				of.call(byResult)
				return err == nil
			case <-ctx.Done():
				return false
			}
		})
	}
}

// await waits in a goroutine, as long as wait says that it did.
func (s *seating) await(wait func(context.Context) bool) {
	ctx, cancel := context.WithCancel(context.Background())
	stopped := make(chan struct{})
	s.stand = func() {
		cancel()
		<-stopped
	}
	go func() {
		defer close(stopped)
		for wait(ctx) {
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
	seat.sit(msg.Seat, s)
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

// more takes again from seats that called again meanwhile, and reports whether one did.
func (s *session) more() bool {
	if !s.again(bySeat) {
		return false
	}
	s.takeAll()
	return true
}

// takeAll takes from every seat that has called.
func (s *session) takeAll() {
	for i := 0; i < len(s.seats); {
		seat := s.seats[i]
		if seat.rung.Swap(false) {
			s.take(seat)
		}
		if i < len(s.seats) && s.seats[i] == seat { // it did not end
			i++
		}
	}
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
