package seal

import (
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
		s.sending.suspend()
	}
	s.emit(e)
}

// sendAnew lets all go again whose own copies did not come: they did not happen. What was
// sealed then is never sent again.
func (s *Seat) sendAnew() {
	s.sending.anew(func(o *dispatch) bool {
		switch {
		case o.message.greets:
			o.message = s.session.Greet()
			return o.message != nil // otherwise all have answered
		case s.isForNobody(o):
			s.emit(refuse(o.id, rooms.Undelivered, "Whoever it was for has left."))
			return false
		}
		return true
	})
}
