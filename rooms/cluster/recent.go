package cluster

import (
	"encoding/binary"
	"errors"
	"slices"
	"time"
)

// recent is what every node knows of the entries that a room has had, the same at all of
// them: what is appended once more, since a store has lost that it was, or since somebody
// writes in the store, happens once.
type recent struct {
	ids  []ID // of the newest entries
	set  map[ID]bool
	past []ID      // of each life the highest that is no longer among those, the newest last
	at   time.Time // of the newest entry; it never goes back
}

const (
	// maxRecent is how many ids these are: some minutes of a lively room. A life's entries come
	// in the order of their counts, but for what lay at one node for longer than that.
	maxRecent = 1024
	// maxPast is how many lives are remembered beyond that: more than append to a room within
	// [rooms.HoldFor], which is how long an entry can be appended at all.
	maxPast = 256
)

func newRecent() recent { return recent{set: make(map[ID]bool)} }

// has reports whether an id is that of an entry that there was, or may have been.
func (r *recent) has(id ID) bool {
	if r.set[id] {
		return true
	}
	i := r.life(id)
	return i >= 0 && id.Count <= r.past[i].Count
}

// life is where the past of an id's life is, or -1.
func (r *recent) life(id ID) int {
	return slices.IndexFunc(r.past, func(p ID) bool { return p.Node == id.Node })
}

// take notes an entry, and reports whether it happens: not twice, and not after it was to be
// appended at the latest.
func (r *recent) take(id ID, at, until time.Time) bool {
	if at.Before(r.at) {
		at = r.at
	}
	if r.has(id) || at.After(until) {
		return false
	}
	r.at = at
	r.add(id)
	return true
}

func (r *recent) add(id ID) {
	if len(r.ids) >= maxRecent {
		r.leave(r.ids[0])
		copy(r.ids, r.ids[1:])
		r.ids = r.ids[:len(r.ids)-1]
	}
	r.ids = append(r.ids, id)
	r.set[id] = true
}

// leave keeps of an id that all up to it are past.
func (r *recent) leave(id ID) {
	delete(r.set, id)
	if i := r.life(id); i >= 0 {
		id.Count = max(id.Count, r.past[i].Count)
		r.past = slices.Delete(r.past, i, i+1)
	} else if len(r.past) == maxPast {
		r.past = slices.Delete(r.past, 0, 1)
	}
	r.past = append(r.past, id)
}

// recentBytes is how long that is at most, written.
const recentBytes = 8 + 2 + maxRecent*idBytes + 2 + maxPast*idBytes

// write writes the time, and how many ids there are of each kind before them.
func (r *recent) write(b []byte) []byte {
	b = slices.Grow(b, recentBytes)
	b = binary.BigEndian.AppendUint64(b, uint64(r.at.UnixMicro()))
	for _, ids := range [][]ID{r.ids, r.past} {
		b = binary.BigEndian.AppendUint16(b, uint16(len(ids)))
		for _, id := range ids {
			b = binary.BigEndian.AppendUint64(append(b, id.Node[:]...), id.Count)
		}
	}
	return b
}

var errRecent = errors.New("that is no snapshot")

// readRecent reads what write wrote, and returns what follows.
func readRecent(b []byte) (r recent, rest []byte, err error) {
	if len(b) < 8 {
		return r, nil, errRecent
	}
	r = newRecent()
	r.at = time.UnixMicro(int64(binary.BigEndian.Uint64(b)))
	ids, b, err := readIDs(b[8:], maxRecent)
	if err == nil {
		r.past, b, err = readIDs(b, maxPast)
	}
	if err != nil {
		return r, nil, err
	}
	for _, id := range ids {
		r.add(id)
	}
	return r, b, nil
}

func readIDs(b []byte, most int) (ids []ID, rest []byte, err error) {
	if len(b) < 2 {
		return nil, nil, errRecent
	}
	n := int(binary.BigEndian.Uint16(b))
	b = b[2:]
	if n > most || len(b) < n*idBytes {
		return nil, nil, errRecent
	}
	for range n {
		ids = append(ids, ID{[16]byte(b), binary.BigEndian.Uint64(b[16:])})
		b = b[idBytes:]
	}
	return ids, b, nil
}
