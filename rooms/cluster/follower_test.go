package cluster_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
	"sotto/rooms/cluster"
	"sotto/rooms/cluster/memstore"
)

// follower is a room that remembers what it was given, as a list of texts, and fails where
// it is called in a way that no log may.
type follower struct {
	t *testing.T

	mu       sync.Mutex
	busy     bool
	skips    bool // some entries are no records
	state    followed
	own      []string
	failed   []string
	passed   []string
	lost     []string
	settled  []string
	broken   int
	fenced   int
	shuns    string
	stalled  []bool
	restored int
	nodes    []string
	tail     rooms.Tail
}

// followed is what a follower's snapshot has.
type followed struct {
	Texts         []string
	Epoch, Number uint64
	At            time.Time
}

func textOf(r rooms.Record) string {
	switch op := r.Op.(type) {
	case rooms.Say:
		return op.Text
	default:
		return fmt.Sprintf("%T", op)
	}
}

// call counts one call, which no other may overlap.
func (f *follower) call() func() {
	f.mu.Lock()
	if f.busy {
		f.t.Error("two calls at a time")
	}
	f.busy = true
	return func() {
		f.busy = false
		f.mu.Unlock()
	}
}

func (f *follower) Deliver(r rooms.Record, own bool) {
	defer f.call()()
	if r.Epoch < f.state.Epoch || r.Number != f.state.Number+1 && f.state.Number > 0 && !f.skips {
		f.t.Errorf("%d/%d came after %d/%d", r.Epoch, r.Number, f.state.Epoch, f.state.Number)
	}
	if r.At.Before(f.state.At) || r.Node == "" {
		f.t.Errorf("a record of %q, at %v after %v", r.Node, r.At, f.state.At)
	}
	f.state.Epoch, f.state.Number, f.state.At = r.Epoch, r.Number, r.At
	f.state.Texts = append(f.state.Texts, textOf(r))
	if own {
		f.own = append(f.own, textOf(r))
	}
}

func (f *follower) Passed(r rooms.Record) {
	defer f.call()()
	f.passed = append(f.passed, textOf(r))
}

func (f *follower) Failed(r rooms.Record) {
	defer f.call()()
	f.failed = append(f.failed, textOf(r))
}

func (f *follower) Restore(b []byte) error {
	defer f.call()()
	f.restored++
	f.state = followed{}
	return json.Unmarshal(b, &f.state)
}

func (f *follower) Snapshot() ([]byte, uint64, uint64, error) {
	defer f.call()()
	b, err := json.Marshal(f.state)
	return b, f.state.Epoch, f.state.Number, err
}

func (f *follower) Vacant() bool {
	defer f.call()()
	return len(f.nodes) == 0
}

func (f *follower) Nodes() []string {
	defer f.call()()
	return slices.Clone(f.nodes)
}

func (f *follower) Shuns(node string) bool {
	defer f.call()()
	return node == f.shuns
}

func (f *follower) Settled(r rooms.Record) {
	defer f.call()()
	f.settled = append(f.settled, textOf(r))
}

func (f *follower) Broken() {
	defer f.call()()
	f.broken++
}

func (f *follower) Here(string) { f.call()() }

func (f *follower) Lost(node string, _ time.Time) {
	defer f.call()()
	f.lost = append(f.lost, node)
}

func (f *follower) Fenced() {
	defer f.call()()
	f.fenced++
}

func (f *follower) Stalled(on bool) {
	defer f.call()()
	f.stalled = append(f.stalled, on)
}

func (f *follower) texts() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.state.Texts)
}

// has has people of these nodes in the room.
func (f *follower) has(nodes ...string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.nodes = nodes
}

// says appends words.
func (f *follower) says(texts ...string) {
	for _, text := range texts {
		f.tail.Append(rooms.Record{From: "somebody", Op: rooms.Say{Text: text}})
	}
}

// newNode starts a node over a memory, with what is between them.
func newNode(t *testing.T, m *memstore.Memory, between func(cluster.Store) cluster.Store) *cluster.Node {
	t.Helper()
	n := cluster.New(cluster.Config{Key: [32]byte{1, 2, 3}})
	store := m.Connect(n)
	if between != nil {
		store = between(store)
	}
	if err := n.Start(t.Context(), store); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := n.Close(); err != nil {
			t.Error(err)
		}
	})
	return n
}

// follow opens a room.
func follow(t *testing.T, n *cluster.Node, name rooms.RoomName) *follower {
	t.Helper()
	f := &follower{t: t, nodes: []string{n.Node()}}
	tail, err := n.Open(t.Context(), rooms.KindOpen, name, f)
	if err != nil {
		t.Fatal(err)
	}
	f.tail = tail
	return f
}

// passes has time pass, and waits for what comes of it.
func passes(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}
