package cluster

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"sotto/rooms"
)

// TestSealing holds that what is sealed opens as what it is, where it is, and nowhere else.
func TestSealing(t *testing.T) {
	s := newSealing([32]byte{1})
	a, b := s.newLife(), s.newLife()
	plain := []byte("what somebody said")
	id := a.next()
	body := a.seal(whatEntry, "room", id, plain)
	if bytes.Contains(body, plain[:8]) {
		t.Error("it can be read")
	}
	if got, err := s.open(whatEntry, "room", id, body, 100); err != nil || !bytes.Equal(got, plain) {
		t.Errorf("opened as %q, %v", got, err)
	}
	spoiled := slices.Clone(body)
	spoiled[len(spoiled)-1]++
	newer := slices.Clone(body)
	newer[0]++
	for name, c := range map[string]struct {
		err  error
		open func() ([]byte, error)
	}{
		"another kind":    {errSealed, func() ([]byte, error) { return s.open(whatHead, "room", id, body, 100) }},
		"another room":    {errSealed, func() ([]byte, error) { return s.open(whatEntry, "moor", id, body, 100) }},
		"another number":  {errSealed, func() ([]byte, error) { return s.open(whatEntry, "room", a.next(), body, 100) }},
		"another node":    {errSealed, func() ([]byte, error) { return s.open(whatEntry, "room", ID{b.id, id.Count}, body, 100) }},
		"another key":     {errSealed, func() ([]byte, error) { return newSealing([32]byte{2}).open(whatEntry, "room", id, body, 100) }},
		"spoiled":         {errSealed, func() ([]byte, error) { return s.open(whatEntry, "room", id, spoiled, 100) }},
		"another version": {errVersion, func() ([]byte, error) { return s.open(whatEntry, "room", id, newer, 100) }},
		"too long":        {errLong, func() ([]byte, error) { return s.open(whatEntry, "room", id, make([]byte, 1000), 100) }},
		"nothing":         {errSealed, func() ([]byte, error) { return s.open(whatEntry, "room", id, nil, 100) }},
		"nothing wrapped": {errSealed, func() ([]byte, error) { p, _, err := s.unwrap(whatHead, "room", nil, 100); return p, err }},
	} {
		if got, err := c.open(); !errors.Is(err, c.err) || got != nil {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	wrapped := a.wrap(whatSnapshot, "room", plain)
	if got, _, err := s.unwrap(whatSnapshot, "room", wrapped, 100); err != nil || !bytes.Equal(got, plain) {
		t.Errorf("unwrapped as %q, %v", got, err)
	}
}

// TestNonces holds that nothing of a life is sealed with the number of something else.
func TestNonces(t *testing.T) {
	l := newSealing([32]byte{1}).newLife()
	seen := make(map[string]bool)
	for range 1000 {
		for _, n := range [][]byte{nonce(whatEntry, l.next()), l.wrap(whatPassed, "room", nil)[17:25]} {
			if count := string(n[len(n)-8:]); seen[count] {
				t.Fatal("a number came twice")
			} else {
				seen[count] = true
			}
		}
	}
	if other := newSealing([32]byte{1}).newLife(); other.id == l.id {
		t.Error("two lives have one id")
	}
}

// TestRooms holds what a room goes by: not its name, and the same for all who have the key.
func TestRooms(t *testing.T) {
	a, b := newSealing([32]byte{1}), newSealing([32]byte{2})
	mark := a.mark(rooms.KindOpen, "lobby")
	if strings.Contains(roomOf(mark), "lobby") || mark == b.mark(rooms.KindOpen, "lobby") || mark == a.mark(rooms.KindSealed, "lobby") {
		t.Error("rooms go by what says too much, or too little")
	}
	if mark != newSealing([32]byte{1}).mark(rooms.KindOpen, "lobby") {
		t.Error("two nodes call one room differently")
	}
}

func TestManyLives(t *testing.T) {
	s := newSealing([32]byte{1})
	first := s.newLife()
	body := first.wrap(whatHead, "room", []byte("x"))
	for range 3 * maxLives {
		s.newLife()
	}
	if _, _, err := s.unwrap(whatHead, "room", body, 10); err != nil || len(s.lives) > maxLives {
		t.Errorf("%v, with %d keys", err, len(s.lives))
	}
}

// FuzzOpen gives the openers what anybody may have put into a store.
func FuzzOpen(f *testing.F) {
	s := newSealing([32]byte{1})
	l := s.newLife()
	f.Add([]byte(nil))
	f.Add([]byte{version})
	f.Add(l.wrap(whatSnapshot, "room", []byte("snapshot")))
	f.Add(l.seal(whatEntry, "room", l.next(), []byte("entry")))
	f.Fuzz(func(t *testing.T, b []byte) {
		if p, err := s.open(whatEntry, "room", ID{l.id, 1 << 40}, b, 1000); err == nil {
			t.Errorf("opened %q", p)
		}
		_, _, _ = s.unwrap(whatSnapshot, "room", b, 1000)
		r, rest, err := readRecent(b)
		if err == nil && !bytes.Equal(append(r.write(nil), rest...), b) && len(r.ids) == len(r.set) {
			t.Error("ids are written differently")
		}
	})
}
