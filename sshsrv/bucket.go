package sshsrv

import "time"

// A bucket lets rate things a second through, and burst at once. The zero value
// is full. It is not safe for concurrent use.
type bucket struct {
	rate, burst float64
	spent       float64 // how much of the burst is used up, at last
	last        time.Time
}

// take reports whether one more may pass at now.
func (b *bucket) take(now time.Time) bool {
	b.spent = max(0, b.spent-now.Sub(b.last).Seconds()*b.rate)
	b.last = now
	if b.spent+1 > b.burst {
		return false
	}
	b.spent++
	return true
}
