package rooms

import (
	"fmt"
	"runtime"
	"testing"
)

// A room full of places that wait has as many holes, and each may know of everybody
// who was there and of everybody who is: what is the same for all is held once, and
// what each costs is counted.
func TestHolesShareWhatTheyKnow(t *testing.T) {
	var entries []*entry
	for i := range 2 * DefaultRoomSize {
		m := Member{ID: fmt.Sprint("m", i), Nick: fmt.Sprint("guest-", i), Via: ViaWeb, arrived: uint64(i)}
		var e Event = &Joined{Seq: uint64(i), Member: m}
		if i < DefaultRoomSize {
			e = &Left{Seq: uint64(10_000 + i), Member: m}
		}
		entries = append(entries, newEntry(e))
	}
	heap := func() int {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int(m.HeapAlloc)
	}
	before := heap()
	holes := make([]*hole, 200)
	for i := range holes {
		holes[i] = newHole()
		for _, e := range entries {
			holes[i].note(e)
		}
	}
	took := (heap() - before) / len(holes)
	if told := holes[0].holds(); took > 2*told || told != changeBytes*len(entries) {
		t.Errorf("a hole with %d changes takes %d bytes and tells of %d", len(entries), took, told)
	}
	runtime.KeepAlive(holes)
}
