package line

import "time"

// alarms is when something is due.
type alarms struct {
	timer *time.Timer
	due   time.Time
}

// at makes sure that a time is not missed; zero is never.
func (a *alarms) at(t time.Time) {
	if !t.IsZero() && (a.due.IsZero() || t.Before(a.due)) {
		a.due = t
	}
}

// next is the channel that tells of the first of the times since it was last asked.
func (a *alarms) next() <-chan time.Time {
	if a.due.IsZero() {
		return nil
	}
	a.timer.Reset(max(time.Until(a.due), time.Millisecond))
	a.due = time.Time{}
	return a.timer.C
}
