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

// A pace is the debt of a screen whose keys had it painted. The zero value owes
// nothing.
type pace struct {
	paid time.Time // when it owes nothing any more
}

// due is when the next paint may be: now, or when the debt is small enough again.
func (p *pace) due(now time.Time) time.Time {
	if at := p.paid.Add(-paintTime(paintBurst)); at.After(now) {
		return at
	}
	return now
}

// spend notes that so many bytes were painted. However many they were, the next
// paint is no further off than what a burst takes.
func (p *pace) spend(bytes int, now time.Time) {
	if p.paid.Before(now) {
		p.paid = now
	}
	p.paid = p.paid.Add(paintTime(bytes + paintCost))
	if most := now.Add(2 * paintTime(paintBurst)); p.paid.After(most) {
		p.paid = most
	}
}
