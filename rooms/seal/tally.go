package seal

import (
	"fmt"
	"time"

	"sotto/rooms"
)

// gatherFor is how long names are gathered for one line of who came in meanwhile, and
// people for one message that says again what they missed.
const gatherFor = time.Second

// tally counts what somebody says to all from their first word here to the first of
// those that comes here: what they say meanwhile is not sealed to us.
type tally struct {
	said uint64 // to all before
	lost uint64 // of what they sealed to us since
	over bool
}

// add returns how many messages to all were not sealed to us and are not told of yet. Our
// own chain shows no gap for them; the sender's count of messages to all does. It stands
// in what is sealed to us alone as well, and perhaps nothing else comes.
func (t *tally) add(o Opened) (missing uint64) {
	if t.over {
		return 0
	}
	t.lost += uint64(o.Missing)
	before := uint64(o.Number)
	if o.All {
		t.over = true
		before--
	}
	if before > t.said+t.lost {
		missing = before - t.said - t.lost
		t.said += missing
	}
	return missing
}

// miss notes that somebody who came in later had said something to all before they
// knew us.
func (s *Seat) miss(m *person) {
	m.missed = true
	if len(s.late) == 0 {
		s.lateSince = time.Now()
	}
	s.late = append(s.late, m)
}

// missed tells of them, and says when to look again.
func (s *Seat) missed(now time.Time) (next time.Time) {
	if len(s.late) == 0 {
		return next
	}
	if at := s.lateSince.Add(gatherFor); now.Before(at) {
		return at
	}
	s.emit(&rooms.Notice{Code: Unsealed, Text: fmt.Sprintf(
		"You missed what %s said on coming in: it was sealed before they knew that you are here.", someOf(s.late))})
	s.late = nil
	return next
}
