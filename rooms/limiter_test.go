package rooms_test

import (
	"testing"
	"time"

	"sotto/rooms"
)

// A rate too small for the wait to fit a duration is a limit all the same.
func TestSmallestRateIsALimit(t *testing.T) {
	for _, rate := range []float64{1, 1e-6, 1e-12, 1e-300} {
		l, now := rooms.NewLimiter(rate, 1), time.Now()
		if wait := l.Take(now); wait != 0 {
			t.Errorf("at %v the first waits for %v", rate, wait)
		}
		for n := range 3 {
			if wait := l.Take(now); wait <= 0 {
				t.Errorf("at %v the next is not refused, but told %v (%d)", rate, wait, n)
			}
		}
	}
}
