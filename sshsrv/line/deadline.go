package line

import "time"

// deadline is when something is due.
type deadline struct {
	timer *time.Timer
	due   time.Time
}

// at makes sure that a time is not missed; zero is never.
func (d *deadline) at(t time.Time) {
	if !t.IsZero() && (d.due.IsZero() || t.Before(d.due)) {
		d.due = t
	}
}

// next is the channel that tells of the first of the times since it was last asked.
func (d *deadline) next() <-chan time.Time {
	if d.due.IsZero() {
		return nil
	}
	d.timer.Reset(max(time.Until(d.due), time.Millisecond))
	d.due = time.Time{}
	return d.timer.C
}
