package admit

import (
	"math"
	"runtime"
	"runtime/metrics"
	"sync"
	"time"
)

// usage is what the process has of memory, in bytes.
type usage struct {
	limit  int64  // GOMEMLIMIT; math.MaxInt64 if there is none
	used   int64  // what counts against it, less what the heap has free
	cycles uint64 // how often it was collected
}

// over reports whether more than a share of the limit is in use.
func (u usage) over(share float64) bool { return u.used > u.part(share) }

// part is a share of the limit.
func (u usage) part(share float64) int64 {
	if u.limit == math.MaxInt64 {
		return math.MaxInt64
	}
	return int64(float64(u.limit) * share)
}

// readUsage costs a few microseconds.
func readUsage() usage {
	samples := []metrics.Sample{
		{Name: "/gc/gomemlimit:bytes"},
		{Name: "/memory/classes/total:bytes"},
		{Name: "/memory/classes/heap/released:bytes"},
		{Name: "/memory/classes/heap/free:bytes"}, // there for newcomers
		{Name: "/gc/cycles/total:gc-cycles"},
	}
	metrics.Read(samples)
	of := func(i int) int64 { return int64(samples[i].Value.Uint64()) }
	return usage{limit: of(0), used: of(1) - of(2) - of(3), cycles: samples[4].Value.Uint64()}
}

// memory measures how close the process is to its limit. Without one it never
// is. The zero value is ready.
type memory struct {
	read    func() usage // nil: readUsage
	collect func()       // nil: runtime.GC

	mu   sync.Mutex
	last usage
	next time.Time // when it may be measured again by those who need no newer figure
	rest time.Time // when it may be collected again

	scarce usage     // the last that was short of memory
	until  time.Time // when newcomers need not be told of it any more
}

// look measures. Garbage is not a shortage: before it says that there is one it
// collects. That costs, so it does so now and again, and says meanwhile what it
// found last; and not while the runtime does nothing else anyway.
func (m *memory) look() usage {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.lookLocked()
}

func (m *memory) lookLocked() usage {
	read, collect := m.read, m.collect
	if read == nil {
		read, collect = readUsage, runtime.GC
	}
	now := time.Now()
	u := read()
	if u.over(MemoryShare) && u.cycles < m.last.cycles+2 {
		if now.Before(m.rest) {
			return m.last
		}
		collect()
		m.rest = time.Now().Add(max(MemoryEvery, CollectRest*time.Since(now)))
		u = read()
	}
	m.last = u
	m.next = time.Now().Add(MemoryEvery)
	if u.over(MemoryShare) {
		m.scarce, m.until = u, time.Now().Add(ScarceFor)
	}
	return u
}

// recent is a figure for newcomers, at most [MemoryEvery] old: a join storm does not
// become a storm of measurements. What was short stays so for [ScarceFor], since
// figures go up and down.
func (m *memory) recent() usage {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !time.Now().Before(m.next) {
		m.lookLocked()
	}
	if time.Now().Before(m.until) {
		return m.scarce
	}
	return m.last
}
