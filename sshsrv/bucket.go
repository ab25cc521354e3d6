package sshsrv

import "time"

// A bucket lets rate things a second through, and burst at once. The zero value
// is full. It is not safe for concurrent use.
type bucket struct {
	rate, burst float64
	spent       float64 // how much of the burst is used up, at last
	last        time.Time
}

// take reports whether one more may pass at now, which counts for so many.
func (b *bucket) take(now time.Time, count int) bool {
	if !b.has(now, count) {
		return false
	}
	b.spent += float64(count)
	return true
}

// has reports whether take would.
func (b *bucket) has(now time.Time, count int) bool {
	b.spent = max(0, b.spent-now.Sub(b.last).Seconds()*b.rate)
	b.last = now
	return b.spent+float64(count) <= b.burst
}

// countOf is how many requests one with so many bytes counts for.
func countOf(size int) int { return 1 + size/RequestBytes }
