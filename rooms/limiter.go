package rooms

import (
	"sync"
	"time"
)

// Limiter is a token bucket: burst at once, then rate a second. Its methods may
// be called from several goroutines.
type Limiter struct {
	rate  float64 `held:"how many a second in the long run; 0 for no limit"` // as made
	burst float64 `held:"how many at once"`                                  // as made

	mu     sync.Mutex `held:"a lock"`
	tokens float64    `held:"how many are left now"`
	last   time.Time  `held:"when that was counted"`
}

// NewLimiter returns a full bucket; a rate of 0 means no limit.
func NewLimiter(rate, burst float64) Limiter {
	return Limiter{rate: rate, burst: burst, tokens: burst}
}

// Take uses one token, or says how long until there is one.
func (l *Limiter) Take(now time.Time) (wait time.Duration) { return l.TakeN(now, 1) }

// TakeN uses n tokens, or says how long until there are so many.
func (l *Limiter) TakeN(now time.Time, n float64) (wait time.Duration) {
	if l.rate <= 0 {
		return 0
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if wait = l.wait(now, n); wait == 0 {
		l.tokens -= n
	}
	return wait
}

// Owe uses n tokens, whether they are there or not: what is missing has to come
// before Peek and Take find any. Nobody owes more than a burst.
func (l *Limiter) Owe(now time.Time, n float64) {
	if l.rate <= 0 {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.wait(now, 0)
	l.tokens = max(l.tokens-n, -l.burst)
}

// Peek says how long until Take would succeed.
func (l *Limiter) Peek(now time.Time) time.Duration { return l.PeekN(now, 1) }

// PeekN says how long until TakeN would succeed.
func (l *Limiter) PeekN(now time.Time, n float64) time.Duration {
	if l.rate <= 0 {
		return 0
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.wait(now, n)
}

func (l *Limiter) wait(now time.Time, n float64) time.Duration {
	if !l.last.IsZero() {
		l.tokens = min(l.burst, l.tokens+now.Sub(l.last).Seconds()*l.rate)
	}
	l.last = now
	if l.tokens >= n {
		return 0
	}
	// Rounded up, so that whoever waits this long is not refused by a nanosecond.
	return time.Duration(min((n-l.tokens)/l.rate*float64(time.Second), float64(longestWait))) + time.Millisecond
}

// longestWait is what any longer wait is told as: more than fits a duration would be
// none.
const longestWait = 24 * time.Hour
