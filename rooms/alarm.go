package rooms

import (
	"slices"
	"time"
)

// tick says that it is later: whatever had a time and is over by it, ends. Nobody asks for
// it but a room's alarm, on any server that has the room; a second one does nothing.
type tick struct{}

func (tick) opFacts() opFacts { return opFacts{} }

// due is when something ends by itself, or zero.
func (s *state) due() (at time.Time) {
	sooner := func(t time.Time) {
		if !t.IsZero() && (at.IsZero() || t.Before(at)) {
			at = t
		}
	}
	sooner(s.vote.ends)
	sooner(s.doorway.bridge.till)
	sooner(s.doorway.flood.judged)
	if len(s.fenced) > 0 {
		for _, m := range s.roster.order {
			if !m.kept.IsZero() && !m.Away {
				sooner(m.kept.Add(AwayAfter - ResumeWindow))
			}
			sooner(m.kept)
		}
	}
	if s.roster.muted > 0 {
		for _, m := range s.roster.order {
			sooner(m.mutedTill)
		}
	}
	return at
}

// tick ends what is over.
func (s *state) tick(now time.Time) {
	over := func(t time.Time) bool { return !t.IsZero() && !now.Before(t) }
	if s.roster.muted > 0 {
		for _, m := range s.roster.order {
			if over(m.mutedTill) {
				s.setMuted(m, 0, now, nil, "")
			}
		}
	}
	if len(s.fenced) > 0 {
		for _, m := range slices.Clone(s.roster.order) {
			switch {
			case over(m.kept):
				s.depart(m, now, LeftLost, "", nil)
			case !m.Away && !m.kept.IsZero() && over(m.kept.Add(AwayAfter-ResumeWindow)):
				m.Away = true
				s.tell(&Away{Seq: s.next(), Member: m.Member})
			}
		}
	}
	if over(s.vote.ends) {
		s.endVote()
	}
	if over(s.doorway.flood.judged) {
		s.judge(now)
	}
	if over(s.doorway.bridge.till) {
		s.lower()
	}
}

// alarm has a room's next tick asked for. It is guarded by the room.
type alarm struct {
	at    time.Time // what it is set for; zero: nothing
	timer *time.Timer
}

// alarmLeast is how long an alarm waits at least: where the clock of the log and that of a
// server differ by a little, it is asked again, and not without a pause.
const alarmLeast = time.Millisecond

// wakeFor sets the alarm, after a record of that time.
func (r *room) wakeFor(now time.Time) {
	due := r.state.due()
	if due.Equal(r.alarm.at) {
		return
	}
	r.stopAlarm()
	if due.IsZero() {
		return
	}
	r.alarm.at = due
	r.alarm.timer = time.AfterFunc(max(alarmLeast, due.Sub(now)), func() {
		r.mu.Lock()
		if r.alarm.at.Equal(due) {
			r.alarm = alarm{}
		}
		r.mu.Unlock()
		r.append("", tick{})
	})
}

func (r *room) stopAlarm() {
	if r.alarm.timer != nil {
		r.alarm.timer.Stop()
	}
	r.alarm = alarm{}
}
