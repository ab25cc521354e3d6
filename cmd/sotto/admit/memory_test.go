package admit

import (
	"errors"
	"math"
	"runtime"
	"runtime/debug"
	"testing"
	"time"

	"sotto/rooms"
)

// Close to GOMEMLIMIT nobody new is let in; whoever has a place keeps it, and
// once there is memory again everybody may come.
func TestMemoryLimitKeepsNewcomersOut(t *testing.T) {
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(-1))
	g := New(Config{})
	defer g.Close()
	admits := func(a rooms.Arrival) error {
		g.memory.next = time.Time{} // measure again
		return g.Admit(t.Context(), a)
	}

	debug.SetMemoryLimit(math.MaxInt64)
	if err := admits(rooms.ToRoom); err != nil {
		t.Errorf("without a limit: %v", err)
	}
	debug.SetMemoryLimit(int64(inUse()) + 1<<30)
	if err := admits(rooms.ToRoom); err != nil {
		t.Errorf("far from the limit: %v", err)
	}
	debug.SetMemoryLimit(1)
	for _, a := range []rooms.Arrival{rooms.ToRoom, rooms.ToNewRoom} {
		var ended *rooms.Ended
		if err := admits(a); !errors.As(err, &ended) || ended.Code != rooms.TooMany || !ended.Retry {
			t.Errorf("at the limit, arrival %d: %v", a, err)
		}
	}
	if err := admits(rooms.Returning); err != nil {
		t.Errorf("somebody who returns: %v", err)
	}
	debug.SetMemoryLimit(math.MaxInt64)
	if err := admits(rooms.ToNewRoom); err != nil {
		t.Errorf("with memory again: %v", err)
	}
}

// The share that is left for those inside is MemoryShare's: at 5 % more than it,
// newcomers wait; at 5 % less, they come in.
func TestMemoryShare(t *testing.T) {
	ballast := make([]byte, 256<<20) // beside which a test's own garbage is small
	defer runtime.KeepAlive(ballast)
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(-1))
	for share, short := range map[float64]bool{MemoryShare - 0.05: false, MemoryShare + 0.05: true} {
		debug.SetMemoryLimit(int64(float64(inUse()) / share))
		var m memory
		if m.short() != short {
			t.Errorf("with %.0f %% of the limit in use, short is %v", 100*share, !short)
		}
	}
}

// What was measured holds for a moment: a join storm does not become a storm of
// measurements.
func TestMemoryIsNotMeasuredEachTime(t *testing.T) {
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(1))
	var m memory
	if !m.short() {
		t.Fatal("at the limit memory is not short")
	}
	next := m.next
	if !m.short() || m.next != next {
		t.Error("measured again at once")
	}
	if wait := time.Until(next); wait < MemoryEvery {
		t.Errorf("the next measurement, with a collection, is in %v", wait)
	}
}

func BenchmarkMemory(b *testing.B) {
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(1 << 40))
	var m memory
	for b.Loop() {
		m.next = time.Time{}
		m.short()
	}
}
