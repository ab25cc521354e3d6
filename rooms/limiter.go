package rooms

import (
	"sync"
	"time"
)

// limiter is a token bucket: burst at once, then rate a second. It is a leaf:
// no other lock is taken while it is held.
type limiter struct {
	mu     sync.Mutex `held:"a lock"`
	rate   float64    `held:"how many a second in the long run; 0 for no limit"`
	burst  float64    `held:"how many at once"`
	tokens float64    `held:"how many are left now"`
	last   time.Time  `held:"when that was counted"`
}

func newLimiter(rate, burst float64) limiter {
	return limiter{rate: rate, burst: burst, tokens: burst}
}

// take uses one token, or says how long until there is one.
func (l *limiter) take(now time.Time) (wait time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	wait = l.wait(now)
	if wait == 0 && l.rate > 0 {
		l.tokens--
	}
	return wait
}

// peek says how long until take would succeed.
func (l *limiter) peek(now time.Time) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.wait(now)
}

func (l *limiter) wait(now time.Time) time.Duration {
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
