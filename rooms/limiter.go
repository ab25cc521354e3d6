package rooms

import (
	"sync"
	"time"
)

// Limiter is a token bucket: burst at once, then rate a second. Its methods may
// be called from several goroutines. It is a leaf: no other lock is taken while
// its own is held.
type Limiter struct {
	mu     sync.Mutex `held:"a lock"`
	rate   float64    `held:"how many a second in the long run; 0 for no limit"`
	burst  float64    `held:"how many at once"`
	tokens float64    `held:"how many are left now"`
	last   time.Time  `held:"when that was counted"`
}

// NewLimiter returns a full bucket; a rate of 0 means no limit.
func NewLimiter(rate, burst float64) Limiter {
	return Limiter{rate: rate, burst: burst, tokens: burst}
}

// Take uses one token, or says how long until there is one.
func (l *Limiter) Take(now time.Time) (wait time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	wait = l.wait(now)
	if wait == 0 && l.rate > 0 {
		l.tokens--
	}
	return wait
}

// Peek says how long until Take would succeed.
func (l *Limiter) Peek(now time.Time) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.wait(now)
}

func (l *Limiter) wait(now time.Time) time.Duration {
	if l.rate <= 0 {
		return 0
	}
	if !l.last.IsZero() {
		l.tokens = min(l.burst, l.tokens+now.Sub(l.last).Seconds()*l.rate)
	}
	l.last = now
	if l.tokens >= 1 {
		return 0
	}
	// Rounded up, so that whoever waits this long is not refused by a nanosecond.
	return time.Duration((1-l.tokens)/l.rate*float64(time.Second)) + time.Millisecond
}
