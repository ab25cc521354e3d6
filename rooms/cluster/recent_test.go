package cluster

import (
	"bytes"
	"testing"
	"time"
)

// TestRecent has what was said said again, by who has kept it: at once, after so much that
// nobody remembers each, and after it was to be said at the latest. Nothing of it happens,
// and the same does not at a node that has it from a snapshot.
func TestRecent(t *testing.T) {
	began := time.UnixMicro(1e15)
	at := func(s int) time.Time { return began.Add(time.Duration(s) * time.Second) }
	id := func(life byte, count uint64) ID { return ID{[16]byte{life}, count} }
	type entry struct {
		id        ID
		at, until int
	}
	r := newRecent()
	refused := func(r *recent, what string, e entry) {
		t.Helper()
		if r.take(e.id, at(e.at), at(e.until)) {
			t.Errorf("%s happens", what)
		}
	}
	for count := range uint64(3 * maxRecent) {
		if !r.take(id(byte(count%2), 1+count), at(1), at(60)) {
			t.Fatalf("the %dth does not happen", count)
		}
	}
	read, rest, err := readRecent(append(r.write(nil), "room"...))
	if err != nil || string(rest) != "room" || !bytes.Equal(read.write(nil), r.write(nil)) {
		t.Fatalf("read back otherwise, with %q, %v", rest, err)
	}
	for _, r := range []*recent{&r, &read} {
		refused(r, "the newest once more", entry{id(1, 3*maxRecent), 2, 60})
		refused(r, "the first once more", entry{id(0, 1), 2, 60})
		refused(r, "one in between that nobody has seen", entry{id(1, 1), 2, 60})
		refused(r, "one that is too late", entry{id(2, 1), 61, 60})
		if !r.take(id(2, 1), at(10), at(60)) {
			t.Error("one of another life does not happen")
		}
		refused(r, "one that is said to be of before it was too late", entry{id(3, 1), 1, 9})
		if !r.take(id(3, 1), at(5), at(70)) || r.at != at(10) {
			t.Errorf("the time went back to %v", r.at)
		}
	}
	for life := range maxPast {
		for range 2 {
			r.leave(ID{[16]byte{9, byte(life)}, 1})
		}
	}
	if len(r.past) != maxPast || r.past[0] != (ID{[16]byte{9, 0}, 1}) {
		t.Errorf("%d lives are remembered", len(r.past))
	}
	if written := len(r.write(nil)); written != recentBytes {
		t.Errorf("%d bytes, and not %d", written, recentBytes)
	}
	for _, b := range [][]byte{nil, make([]byte, 9), append(make([]byte, 8), 0, 1), append(make([]byte, 10), 0, 1), append(make([]byte, 8), 255, 255)} {
		if _, _, err := readRecent(b); err == nil {
			t.Errorf("%v was read", b)
		}
	}
}
