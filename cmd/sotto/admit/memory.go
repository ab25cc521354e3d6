package admit

import (
	"math"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync"
	"time"
)

// memory says whether the process is close to GOMEMLIMIT. Without one it never
// is. The zero value is ready.
type memory struct {
	mu      sync.Mutex
	next    time.Time // when it may be measured again
	isShort bool
}

// short measures at most every [MemoryEvery], and while it is short every
// [MemoryShortEvery]: garbage is not a shortage, so before it says so it
// collects, and that costs.
func (m *memory) short() bool {
	limit := debug.SetMemoryLimit(-1)
	if limit == math.MaxInt64 {
		return false
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if time.Now().Before(m.next) {
		return m.isShort
	}
	every := MemoryEvery
	most := uint64(float64(limit) * MemoryShare)
	m.isShort = inUse() > most
	if m.isShort {
		runtime.GC()
		m.isShort = inUse() > most
		every = MemoryShortEvery
	}
	m.next = time.Now().Add(every)
	return m.isShort
}

// inUse is what counts against the limit, in bytes (see runtime/debug's
// SetMemoryLimit), less what the heap has free: that is there for newcomers.
func inUse() uint64 {
	samples := []metrics.Sample{
		{Name: "/memory/classes/total:bytes"},
		{Name: "/memory/classes/heap/released:bytes"},
		{Name: "/memory/classes/heap/free:bytes"},
	}
	metrics.Read(samples)
	return samples[0].Value.Uint64() - samples[1].Value.Uint64() - samples[2].Value.Uint64()
}
