package admit

import (
	"context"
	"errors"
	"math"
	"runtime"
	"runtime/debug"
	"testing"
	"time"

	"sotto/rooms"
)

// inUse has a gate believe that so many bytes are in use, of [limit], garbage or
// not, and returns how often it collected.
func inUse(g *Gate, bytes, garbage int64) (collected *int) {
	collected = new(int)
	g.memory.read = func() usage { return usage{limit: limit, used: bytes + garbage} }
	g.memory.collect = func() { *collected++; garbage = 0 }
	return collected
}

const limit = 1 << 30

// most is a share of it.
func most(share float64) int64 { return usage{limit: limit}.part(share) }

// wants asks whether somebody on a connection may come in.
func wants(t *testing.T, g *Gate, s *slot, a rooms.Arrival) error {
	t.Helper()
	return g.Admit(context.WithValue(t.Context(), slotKey{}, s), a)
}

func wantRefusal(t *testing.T, err error, why refusal) {
	t.Helper()
	var ended *rooms.Ended
	if !errors.As(err, &ended) || ended.Code != rooms.TooMany || !ended.Retry || ended.Message != rooms.Sentence(string(why)) {
		t.Errorf("got %v, want %q", err, why)
	}
}

// Close to GOMEMLIMIT nobody new is let in; whoever has a place keeps it, and
// once there is memory again everybody may come. A newcomer from elsewhere is no
// part of the shortage.
func TestMemoryLimitKeepsNewcomersOut(t *testing.T) {
	inBubble(t, Config{}, func(t *testing.T, g *Gate) {
		here, elsewhere := mustTake(t, g, local), mustTake(t, g, stranger)
		inUse(g, limit/2, 0)
		for _, s := range []*slot{here, elsewhere} {
			if err := wants(t, g, s, rooms.ToNewRoom); err != nil {
				t.Errorf("far from the limit: %v", err)
			}
		}
		time.Sleep(MemoryEvery)
		inUse(g, most(MemoryShare+0.05), 0)
		for _, a := range []rooms.Arrival{rooms.ToRoom, rooms.ToNewRoom} {
			wantRefusal(t, wants(t, g, here, a), refusedMemory)
		}
		if err := wants(t, g, here, rooms.Returning); err != nil {
			t.Errorf("somebody who returns: %v", err)
		}
		if err := wants(t, g, elsewhere, rooms.ToRoom); err != nil {
			t.Errorf("somebody from elsewhere: %v", err)
		}
		for range int(limit*SmallShare) / ArrivalBytes {
			wants(t, g, elsewhere, rooms.ToRoom)
		}
		wantRefusal(t, wants(t, g, elsewhere, rooms.ToRoom), refusedMemory)
		time.Sleep(CollectRest * time.Minute)
		inUse(g, most(UrgentShare+0.01), 0)
		wantRefusal(t, wants(t, g, mustTake(t, g, other), rooms.ToRoom), refusedMemory)
		time.Sleep(CollectRest * time.Minute)
		inUse(g, limit/2, 0)
		if err := wants(t, g, here, rooms.ToRoom); err != nil {
			t.Errorf("with memory again: %v", err)
		}
	})
}

// Garbage is no shortage: it is collected first, but not for everybody who asks.
func TestGarbageIsNoShortage(t *testing.T) {
	inBubble(t, Config{}, func(t *testing.T, g *Gate) {
		s := mustTake(t, g, local)
		collected := inUse(g, limit/2, limit/2)
		for range 100 {
			if err := wants(t, g, s, rooms.ToRoom); err != nil {
				t.Fatal(err)
			}
		}
		if *collected != 1 {
			t.Errorf("%d collections", *collected)
		}
		collected = inUse(g, limit, 0)
		for range 100 {
			time.Sleep(MemoryEvery / 100)
			wants(t, g, s, rooms.ToRoom)
		}
		if *collected != 1 {
			t.Errorf("%d collections in %v while it is short", *collected, MemoryEvery)
		}
	})
}

// Where the runtime collects all the time, no further collection is needed to
// know that memory is short.
func TestThrashingIsAShortage(t *testing.T) {
	inBubble(t, Config{}, func(t *testing.T, g *Gate) {
		s := mustTake(t, g, local)
		collected := inUse(g, limit, 0)
		cycles := uint64(0)
		g.memory.read = func() usage { cycles += 2; return usage{limit, limit, cycles} }
		wantRefusal(t, wants(t, g, s, rooms.ToRoom), refusedMemory)
		if *collected != 0 {
			t.Errorf("it was collected %d times more", *collected)
		}
	})
}

// The share that is left for those inside is MemoryShare's: at 5 % more than it,
// newcomers wait; at 5 % less, they come in.
func TestMemoryShare(t *testing.T) {
	ballast := make([]byte, 256<<20) // beside which a test's own garbage is small
	defer runtime.KeepAlive(ballast)
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(-1))
	for share, short := range map[float64]bool{MemoryShare - 0.05: false, MemoryShare + 0.05: true} {
		debug.SetMemoryLimit(int64(float64(readUsage().used) / share))
		var m memory
		if u := m.look(); u.over(MemoryShare) != short {
			t.Errorf("with %.0f %% of the limit in use, short is %v: %+v", 100*share, !short, u)
		}
	}
}

func TestWithoutALimit(t *testing.T) {
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(math.MaxInt64))
	var m memory
	if u := m.look(); u.over(CalmShare) {
		t.Errorf("without a limit memory is short: %+v", u)
	}
}

func BenchmarkMemory(b *testing.B) {
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(1 << 40))
	var m memory
	for b.Loop() {
		m.look()
	}
}
