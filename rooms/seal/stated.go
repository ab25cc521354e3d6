package seal

import (
	"slices"
	"time"
)

// stated is what this person said last, and what happened, of what holds until it is said
// otherwise: what is still on its way may be refused. Missed have those who were told who
// this person is before it happened, and to whom it was not sealed.
type stated struct {
	what   payload
	missed map[*person]bool
}

// statements are the kinds of payloads that say what holds.
var statements = []string{"nick", "topic", "aside"}

// state notes that what a message of ours says holds from now on.
func (s *Seat) state(o *dispatch) {
	if !slices.Contains(statements, o.what.T) {
		return
	}
	now := stated{o.what, map[*person]bool{}}
	for _, m := range s.people.order {
		if _, sealed := o.message.receiver[m.peer.ID]; m.told && !sealed {
			now.missed[m] = true
		}
	}
	s.stated[o.what.T] = now
	s.states(o.what.T)
}

// states has what holds of a kind said again in a moment, if somebody who is shown missed it.
func (s *Seat) states(kind string) {
	if s.isMissed(kind) {
		s.restateAt = earlier(s.restateAt, time.Now().Add(gatherFor))
	}
}

// restate says once more what holds and was not sealed to some who are shown now. It is said
// to all who come within a moment at once, and returns when to look again. Where something
// else of the kind is on its way, what becomes of that decides.
func (s *Seat) restate(now time.Time) (next time.Time) {
	if !isDue(s.restateAt, now) {
		return s.restateAt
	}
	s.restateAt = time.Time{}
	for _, kind := range statements {
		if s.isMissed(kind) && s.sending.last(kind) == nil {
			s.send(s.stated[kind].what)
		}
	}
	return next
}

// isMissed reports whether somebody who is shown missed what holds of a kind.
func (s *Seat) isMissed(kind string) bool {
	return slices.ContainsFunc(s.people.order, func(m *person) bool { return m.shown && s.stated[kind].missed[m] })
}
