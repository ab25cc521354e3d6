package rooms

import (
	"fmt"
	"time"
)

// admitMute checks the bounds of a mute.
func (p *place) admitMute(op Mute) (Op, *Refused) {
	switch {
	case p.room.kind == KindSealed:
		return nil, &Refused{ID: op.ID, Err: errSealedRule}
	case op.For != 0 && (op.For < MinMute || op.For > MaxMute):
		return nil, refusal(op.ID, NotAllowed, fmt.Sprintf("Somebody is muted for %d seconds to %d hours.", int(MinMute.Seconds()), int(MaxMute.Hours())))
	}
	return op, p.spendSay(op.ID, op)
}

// admitLetSpeak refuses what means nothing in a sealed room.
func (p *place) admitLetSpeak(op LetSpeak) (Op, *Refused) {
	if p.room.kind == KindSealed {
		return nil, &Refused{ID: op.ID, Err: errSealedRule}
	}
	return op, p.spendSay(op.ID, op)
}

func (s *state) mute(m *member, at time.Time, op Mute) {
	to := s.subject(m, op.ID, op.To)
	switch {
	case to == nil, !s.spoken(to, m, op.ID):
	case to == m:
		s.tellOne(m, refusal(op.ID, NotAllowed, "You can't mute yourself, nor let yourself speak again."))
	case op.For == 0 && !to.Muted:
		s.tellOne(m, refusal(op.ID, NotAllowed, "They are not muted."))
	default:
		s.setMuted(to, op.For, at, m, op.ID)
	}
}

// setMuted keeps somebody from speaking for so long, or no longer, as by asked; nil: their
// time is over.
func (s *state) setMuted(m *member, d time.Duration, at time.Time, by *member, id string) {
	was := m.Muted
	s.silenceFor(m, at, d)
	seq := s.next()
	s.tellDone(by, id, func(id string) Event {
		return &Muted{Seq: seq, Member: m.Member, For: d, was: was, ID: id}
	})
}

// silenceFor notes until when somebody may not speak.
func (s *state) silenceFor(m *member, at time.Time, d time.Duration) {
	if m.Muted {
		s.roster.muted--
	}
	m.Muted, m.mutedTill = d > 0, time.Time{}
	if m.Muted {
		s.roster.muted++
		m.mutedTill = at.Add(d)
	}
}

// mutedFor is how long somebody still may not speak, in whole seconds.
func mutedFor(till time.Time) time.Duration {
	if till.IsZero() {
		return 0
	}
	return max(time.Second, time.Until(till).Round(time.Second))
}

func (s *state) letSpeak(m *member, op LetSpeak) {
	to := s.subject(m, op.ID, op.To)
	switch {
	case to == nil, !s.spoken(to, m, op.ID):
	case to.Speaks == op.On && op.On:
		s.tellOne(m, refusal(op.ID, NotAllowed, "They may speak already."))
	case to.Speaks == op.On:
		s.tellOne(m, refusal(op.ID, NotAllowed, "Nobody let them speak, so there is nothing to take back."))
	default:
		to.Speaks = op.On
		seq := s.next()
		s.tellDone(m, op.ID, func(id string) Event { return &SpeakSet{Seq: seq, Member: to.Member, ID: id} })
	}
}
