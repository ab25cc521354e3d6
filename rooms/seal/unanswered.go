package seal

import (
	"fmt"
	"strings"
	"time"

	"sotto/rooms"
)

// Untaken is the code of notices that the server takes no question of ours to somebody.
const Untaken rooms.Code = "untaken"

// UnansweredFor is how long a member may owe us an answer in sum, whatever keeps it back:
// our own line, a room that is busy, or a server that makes one of them last. An honest
// room is busy for seconds.
const UnansweredFor = time.Minute

// unanswered adds up the time in which a member owes us an answer. Only an answer begins
// it anew: each other thing that does, a server could bring about in time.
type unanswered struct {
	waited  time.Duration
	excused time.Duration // in which the connection was lost
	taken   bool          // the server gave back a question meanwhile
}

// addUp adds the time that has passed as things are, before they change. Time in which
// our connection is lost does not count, but for what is more than one loss can last; nor
// does time in which nobody looked, since this end's machine slept.
func (s *Seat) addUp(now time.Time) {
	passed := now.Sub(s.addedUp)
	s.addedUp = now
	for _, m := range s.people.order {
		switch u := &m.doubt.unanswered; {
		case m.doubt.pending.IsZero() || m.isAway(now):
		case s.outage.down && u.excused < rooms.ResumeWindow:
			u.excused += passed
		case s.outage.down:
			u.waited += passed
		default:
			u.waited += min(passed, AskAgain)
		}
	}
}

// closeSums tells of those who owe an answer for too long in sum, whose sums begin anew,
// and says when to look again.
func (s *Seat) closeSums(now time.Time) (next time.Time) {
	var silent []*person
	for _, m := range s.people.order {
		left := UnansweredFor - m.doubt.waited
		if s.outage.down {
			left += max(rooms.ResumeWindow-m.doubt.excused, 0)
		}
		switch {
		case m.doubt.pending.IsZero() || m.isAway(now):
		case left > 0:
			next = earlier(next, now.Add(left))
		default:
			silent = append(silent, m)
		}
	}
	s.silent(silent)
	for _, m := range silent {
		m.doubt.unanswered = unanswered{}
	}
	return next
}

// silent tells that members gave no answer in time. Whom the server let no question
// reach, as far as it shows, can't be blamed for that.
func (s *Seat) silent(members []*person) {
	var unasked []*person
	for _, m := range members {
		switch d := &m.doubt; {
		case d.unanswered.taken || d.question != nil:
			s.saysNothing(m)
		case !d.unheard:
			unasked = append(unasked, m)
		}
	}
	if len(unasked) == 0 {
		return
	}
	if s.untaken++; !worthSaying(s.untaken) {
		return
	}
	for _, m := range unasked {
		if d := &m.doubt; d.differs() {
			d.said = true
		} else {
			d.unheard = true
		}
	}
	s.emit(&rooms.Notice{Code: Untaken, Text: fmt.Sprintf(
		"Your program asks %s whom they are shown, and the server takes no such question. It is too busy, or it is hiding somebody. Compare /verify.", someOf(unasked))})
}

// someOf names some members, as many as are told at a time.
func someOf(members []*person) string {
	var names []string
	for _, m := range members[:min(len(members), mostParts)] {
		names = append(names, m.Nick)
	}
	if more := len(members) - len(names); more > 0 {
		names = append(names, fmt.Sprintf("%d more", more))
	}
	return strings.Join(names, ", ")
}
