package storetest

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"sotto/rooms/cluster"
)

// World is an empty store that several nodes share, and that is past its beginning: rooms can
// be made at once.
type World struct {
	// Node is another node of it, which the test closes.
	Node func(h cluster.Hearer) cluster.Store
	// Forget has the store lose all that it has.
	Forget func()
	// Pass has time go by for the store, or back.
	Pass func(d time.Duration)
	// ProposeFor is how long offers are taken, much longer than a test takes.
	ProposeFor time.Duration
	// Apart says that rooms may be lost each by itself, so that a room that is not there is
	// nothing to wonder about.
	Apart bool
}

// patience is how long something that happens at once may take on a busy machine.
const patience = 20 * time.Second

// Ear is a Hearer that keeps what it was told.
type Ear struct {
	mu      sync.Mutex
	entries map[string][]cluster.Entry
	passed  map[string][]string
	missed  int
	inside  bool
	twice   bool          // it was called while it was called
	change  chan struct{} // closed with the next thing that it is told
}

func (e *Ear) told(f func()) {
	e.mu.Lock()
	e.twice = e.twice || e.inside
	e.inside = true
	e.mu.Unlock()
	e.mu.Lock()
	defer e.mu.Unlock()
	f()
	e.inside = false
	if e.change != nil {
		close(e.change)
		e.change = nil
	}
}

func (e *Ear) Heard(room string, entry cluster.Entry) {
	e.told(func() {
		if e.entries == nil {
			e.entries = make(map[string][]cluster.Entry)
		}
		e.entries[room] = append(e.entries[room], entry)
	})
}

func (e *Ear) Passed(room string, body []byte) {
	e.told(func() {
		if e.passed == nil {
			e.passed = make(map[string][]string)
		}
		e.passed[room] = append(e.passed[room], string(body))
	})
}

func (e *Ear) Missed() { e.told(func() { e.missed++ }) }

// Entries are those that were heard of a room so far.
func (e *Ear) Entries(room string) []cluster.Entry {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.entries[room])
}

// Misses is how often it was told that something may have been missed.
func (e *Ear) Misses() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.missed
}

// Until waits until what was told so far is enough.
func (e *Ear) Until(t testing.TB, what string, enough func() bool) {
	t.Helper()
	late := time.NewTimer(patience)
	defer late.Stop()
	for {
		e.mu.Lock()
		if e.change == nil {
			e.change = make(chan struct{})
		}
		change := e.change
		e.mu.Unlock()
		if enough() {
			return
		}
		select {
		case <-change:
		case <-late.C:
			t.Fatalf("never heard: %s", what)
		}
	}
}

// UntilHeard waits until so many entries of a room were heard, and returns them.
func (e *Ear) UntilHeard(t testing.TB, room string, n int) []cluster.Entry {
	t.Helper()
	e.Until(t, "entries", func() bool { return len(e.Entries(room)) >= n })
	return e.Entries(room)
}

// Draft is one that may be appended for a minute, by the clock of this machine.
func Draft(node byte, count uint64, body string) cluster.Draft {
	d := cluster.Draft{ID: cluster.ID{Count: count}, Until: time.Now().Add(time.Minute), Body: []byte(body)}
	d.ID.Node[0] = node
	return d
}

// Opened opens a room.
func Opened(t testing.TB, s cluster.Store, room, head string) cluster.Kept {
	t.Helper()
	kept, err := s.Open(t.Context(), room, []byte(head))
	if err != nil {
		t.Fatal(err)
	}
	return kept
}

// pass has time go by while a node beats, as nodes do.
func (w World) pass(t testing.TB, s cluster.Store, d time.Duration) {
	t.Helper()
	w.Pass(d)
	if _, err := s.Beat(t.Context(), "node"); err != nil {
		t.Fatal(err)
	}
}

// Said appends drafts, all of which must be new.
func Said(t testing.TB, s cluster.Store, room string, seen cluster.Place, drafts ...cluster.Draft) []cluster.Stamp {
	t.Helper()
	at, _, err := s.Append(t.Context(), room, seen, drafts)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func bodies(entries []cluster.Entry) (all []string) {
	for _, e := range entries {
		all = append(all, string(e.Body))
	}
	return all
}

func want(t testing.TB, got, want error) {
	t.Helper()
	if !errors.Is(got, want) {
		t.Fatalf("got %v, want %v", got, want)
	}
}

func listening(t testing.TB, s cluster.Store, room string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := s.Listen(ctx, room); err != nil {
		t.Fatal(err)
	}
}
