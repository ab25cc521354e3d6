package run

import "time"

// What a person's keys may have painted. A key may mean a whole screen, and comes
// as often as its sender likes; a person reads no faster.
const (
	// paintRate is how many bytes a second: a large screen, page after page, as
	// fast as a held key repeats.
	paintRate = 1 << 20
	// paintBurst is how many bytes at once: the largest screen with a lot of colour.
	paintBurst = keptPaint
	// paintCost is what a paint costs beside its bytes, in bytes: the work of
	// drawing a screen that hardly changed.
	paintCost = 4 << 10
)

// paintTime is how long so many bytes take at paintRate.
func paintTime(bytes int) time.Duration { return time.Duration(bytes) * time.Second / paintRate }

// A debt is that of a screen whose keys had it painted. The zero value owes
// nothing.
type debt struct {
	paid time.Time // when it owes nothing any more
}

// due is when the next paint may be: now, or when the debt is small enough again.
func (d *debt) due(now time.Time) time.Time {
	if at := d.paid.Add(-paintTime(paintBurst)); at.After(now) {
		return at
	}
	return now
}

// spend notes that so many bytes were painted. However many they were, the next
// paint is no further off than what a burst takes.
func (d *debt) spend(bytes int, now time.Time) {
	if d.paid.Before(now) {
		d.paid = now
	}
	d.paid = d.paid.Add(paintTime(bytes + paintCost))
	if most := now.Add(2 * paintTime(paintBurst)); d.paid.After(most) {
		d.paid = most
	}
}
