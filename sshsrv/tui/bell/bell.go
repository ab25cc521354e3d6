// Package bell says when a terminal may ring: while its person looks elsewhere, as
// far as that can be known, and never so often that it becomes an alarm.
//
// A terminal that reports its focus is believed. Of the others, and tmux, GNU
// screen and the Linux console are among them as they come, it is only known when
// their person last pressed a key: who just did is there, and who did not may be
// reading or away, so it rings.
//
// It knows no terminal and no clock, and holds nothing but three times.
package bell

import "time"

const (
	// Every is how often it rings at most.
	Every = 5 * time.Second
	// PresentFor is how long after a key somebody is taken to be there, where focus
	// is not reported: they see what comes, or will when they look up.
	PresentFor = 10 * time.Second
)

// A Bell is one terminal's. It is new with [New].
type Bell struct {
	reports bool // the terminal reports its focus
	away    bool // as it last did
	key     time.Time
	rang    time.Time
}

// New returns the bell of a terminal whose person came just now.
func New(now time.Time) Bell { return Bell{key: now} }

// Key says that a key was pressed.
func (b *Bell) Key(now time.Time) { b.key = now }

// Focus says that the terminal reported to be in focus, or not.
func (b *Bell) Focus(in bool) { b.reports, b.away = true, !in }

// Reports says whether the terminal reports its focus, as far as is known.
func (b *Bell) Reports() bool { return b.reports }

// Ring reports whether to ring, and notes that it does.
func (b *Bell) Ring(now time.Time) bool {
	switch {
	case b.reports && !b.away, !b.reports && now.Sub(b.key) < PresentFor:
		return false
	case !b.rang.IsZero() && now.Sub(b.rang) < Every:
		return false
	}
	b.rang = now
	return true
}
