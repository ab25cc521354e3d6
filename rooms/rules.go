package rooms

import (
	"cmp"
	"fmt"
	"time"
)

// Door says who may come in.
type Door string

// The doors.
const (
	DoorOpen   Door = "open"
	DoorKnock  Door = "knock"  // whoever somebody inside lets in
	DoorLocked Door = "locked" // whoever has an invitation
)

// Rules bind everybody in a room, and everybody is shown them. The zero value, but for
// an open door, is a room without any.
type Rules struct {
	Door    Door
	Slow    time.Duration // a person may say something once in so long, and change something; 0: no such rule
	Fade    time.Duration // clients forget what was said after so long; 0: never
	Quiet   bool          // only hosts speak, and those who were let speak
	NoLinks bool          // nobody who came less than [LinksAfter] ago posts a link
}

// RulesReason says why rules changed that nobody changed.
type RulesReason string

// The reasons. A host's own change has none.
const (
	RulesRemoved RulesReason = "removed" // somebody was removed, so newcomers knock for a while
	RulesFlood   RulesReason = "flood"   // too many came at once, so newcomers knock for a while
	RulesCalm    RulesReason = "calm"    // that while is over
)

func (d Door) known() bool { return d == DoorOpen || d == DoorKnock || d == DoorLocked }

// admitRules checks the bounds of rules, and in a sealed room which there can be.
func (p *place) admitRules(op SetRules) (Op, *Refused) {
	switch {
	case op.Door != "" && !op.Door.known():
		return nil, refusal(op.ID, NotAllowed, "A door is open, knock or locked.")
	case p.room.kind == KindSealed && (op.Slow != nil || op.Quiet != nil || op.Links != nil):
		return nil, &Refused{ID: op.ID, Err: errSealedRule}
	case op.Slow != nil && *op.Slow != 0 && (*op.Slow < time.Second || *op.Slow > MaxSlow):
		return nil, refusal(op.ID, NotAllowed, fmt.Sprintf("Slow is from 1 to %d seconds.", int(MaxSlow.Seconds())))
	case op.Fade != nil && *op.Fade != 0 && (*op.Fade < MinFade || *op.Fade > MaxFade):
		return nil, refusal(op.ID, NotAllowed, fmt.Sprintf("Messages fade after %d to %d minutes.", int(MinFade.Minutes()), int(MaxFade.Minutes())))
	}
	return op, p.spendSay(op.ID, op)
}

var errSealedRule = &Error{Code: NotAllowed, Message: "In a sealed room the server can't tell words from what keeps the room sealed, so nobody is kept from speaking there."}

// with is the rules as an op changes them.
func (r Rules) with(op SetRules) Rules {
	if op.Door != "" {
		r.Door = op.Door
	}
	if op.Slow != nil {
		r.Slow = *op.Slow
	}
	if op.Fade != nil {
		r.Fade = *op.Fade
	}
	if op.Quiet != nil {
		r.Quiet = *op.Quiet
	}
	if op.Links != nil {
		r.NoLinks = !*op.Links
	}
	return r
}

func (s *state) setRules(m *member, op SetRules) {
	if !s.mayGovern(m, op.ID) {
		return
	}
	was, rules := s.rules, s.rules.with(op)
	settled := op.Door != "" && s.doorway.bridge.up() // it stays as a host set it
	if settled {
		s.doorway.bridge.forget()
	}
	if rules == was && !settled {
		s.tellOne(m, refusal(op.ID, NotAllowed, "That is so already."))
		return
	}
	s.rules = rules
	seq := s.next()
	s.tellDone(m, op.ID, func(id string) Event {
		return &RulesSet{Seq: seq, From: m.Person(), Rules: rules, was: was, ID: id}
	})
}

// silence says why somebody may not speak, but to hosts; nil: they may.
func (s *state) silence(m *member) *Error {
	switch {
	case m.Muted:
		return errMuted
	case s.rules.Quiet && !m.Host && !m.Speaks:
		return errQuiet
	}
	return nil
}

var (
	errMuted = &Error{Code: MutedNow, Message: "A host has muted you for a while. You may still whisper to hosts."}
	errQuiet = &Error{Code: QuietNow, Message: "This room is quiet: hosts speak, and those whom they let speak. You may still whisper to hosts."}
)

// linked says why somebody may not say a text, if that is since there is a link in it. It
// is no TooSoon, whose words a client sends once more by itself, and keeps others behind.
func (s *state) linked(m *member, text string, at time.Time) *Error {
	if !s.rules.NoLinks {
		return nil
	}
	wait := m.came.Add(LinksAfter).Sub(at)
	if wait <= 0 || !HasLink(text) {
		return nil
	}
	return &Error{Code: NotAllowed, Message: "Who came less than a minute ago posts no links here. Wait " + about(wait) + " and send it again."}
}

// early says why somebody may not say anything yet in a slow room.
func (s *state) early(m *member, at time.Time) *Error {
	wait := left(m.spokeAt, s.rules.Slow, at)
	if wait == 0 {
		return nil
	}
	return &Error{Code: TooSoon, Wait: wait, Message: fmt.Sprintf("This room is slow: each person says something once in %s. Wait %s and send it again.", about(s.rules.Slow), about(wait))}
}

// left is how long it is until somebody may do what they last did at some time, if ever,
// where they may once in slow.
func left(last time.Time, slow time.Duration, at time.Time) time.Duration {
	if last.IsZero() {
		return 0
	}
	return max(0, last.Add(slow).Sub(at))
}

// again says why somebody may not change anything yet in a slow room: where each change is
// shown as a line, changes would say what may not be said. It is no TooSoon, as of linked,
// since by the time that it may be it may be too late for it.
func (s *state) again(m *member, at time.Time) *Error {
	if left(m.amendedAt, s.rules.Slow, at) == 0 {
		return nil
	}
	return &Error{Code: NotAllowed, Message: "This room is slow: each person changes something that they said once in " + about(s.rules.Slow) + ", and you have."}
}

// mayPut reports whether somebody may put a text before others, and tells them why not.
func (s *state) mayPut(m *member, id, text string, at time.Time) bool {
	return s.unless(m, id, cmp.Or(s.silence(m), s.linked(m, text, at)))
}

// slowWait is how long it is until the rule of a slow room lets them say something. The
// caller holds no lock.
func (p *place) slowWait(at time.Time) time.Duration {
	p.room.mu.Lock()
	defer p.room.mu.Unlock()
	m := p.room.state.roster.byID[p.id]
	if m == nil {
		return 0
	}
	return left(m.spokeAt, p.room.state.rules.Slow, at)
}

// maySay reports whether somebody may say a text to everybody, and tells them why not.
func (s *state) maySay(m *member, id, text string, at time.Time) bool {
	if !s.unless(m, id, cmp.Or(s.silence(m), s.linked(m, text, at), s.early(m, at))) {
		return false
	}
	m.spoke, m.spokeAt = true, at
	return true
}

// unless refuses an op if there is a reason to, and reports whether there is none.
func (s *state) unless(m *member, id string, err *Error) bool {
	if err != nil {
		s.tellOne(m, &Refused{ID: id, Err: err})
	}
	return err == nil
}
