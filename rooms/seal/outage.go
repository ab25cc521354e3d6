package seal

import (
	"slices"
	"time"

	"sotto/rooms"
)

// outage is what this end knows of the loss of its connection.
type outage struct {
	down    bool      // it is lost
	since   time.Time // since when
	lost    bool      // it was, and the place has not been taken back yet
	expires time.Time // when the keys of a place die whose connection is lost; zero: it is not
	over    error     // why it is over for good
}

// resend is what stands in the way of what was under way at a loss.
type resend struct {
	suspended bool      // all waits, from a loss until it is known what happened
	barrier   string    // id of the barrier whose answer says so
	by        time.Time // when that is overdue; zero: none is out
	barriers  int       // so far, to number them
}

// linked notes that the connection is lost, or back.
func (s *Seat) linked(e *rooms.Link, now time.Time) {
	switch {
	case e.Up && s.outage.down:
		s.excuse(now.Sub(s.outage.since))
	case !e.Up && !s.outage.down:
		s.outage.since = now
	}
	s.outage.expires, s.outage.down = time.Time{}, !e.Up
	if !e.Up {
		s.outage.expires, s.outage.lost = now.Add(rooms.ResumeWindow), true
		s.suspend()
	}
	s.emit(e)
}

// suspend keeps back what waits, from a loss until it is known what happened.
func (s *Seat) suspend() {
	s.resend.suspended, s.resend.by = s.session != nil, time.Time{}
	for _, o := range s.sending {
		o.flying = false
	}
}

// release lets all go again whose own copies did not come: they did not happen. What
// was sealed then is never sent again.
func (s *Seat) release() {
	s.resend.suspended, s.resend.by = false, time.Time{}
	s.sending = slices.DeleteFunc(s.sending, func(o *dispatch) bool {
		switch {
		case o.message.greets:
			o.message = s.session.Greet()
			return o.message == nil // all have answered
		case s.isForNobody(o):
			s.emit(refuse(o.id, rooms.Undelivered, "Whoever it was for has left."))
			return true
		}
		return false
	})
}
