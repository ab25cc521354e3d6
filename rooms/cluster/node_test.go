package cluster_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
	"sotto/rooms/cluster"
	"sotto/rooms/cluster/memstore"
)

func TestTwoNodes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := memstore.New()
		a, b := newNode(t, m, nil), newNode(t, m, nil)
		here := follow(t, a, "lobby")
		there := follow(t, b, "lobby")
		elsewhere := follow(t, b, "elsewhere")
		for i := range 200 {
			here.says(fmt.Sprint("a", i))
			there.says(fmt.Sprint("b", i))
		}
		here.tail.Pass(rooms.Record{From: "somebody", Op: rooms.Typing{}})
		synctest.Wait()
		if got := here.texts(); len(got) != 400 || !slices.Equal(got, there.texts()) {
			t.Errorf("%d and %d records, in another order", len(got), len(there.texts()))
		}
		if len(here.own) != 200 || here.own[7] != "a7" || len(here.passed) != 1 || len(there.passed) != 1 {
			t.Errorf("own %d, passed %d and %d", len(here.own), len(here.passed), len(there.passed))
		}
		if len(elsewhere.texts()) > 0 {
			t.Error("another room heard of it")
		}

		late := follow(t, newNode(t, m, nil), "lobby")
		if !slices.Equal(late.texts(), here.texts()) {
			t.Errorf("who opens it later has %d records", len(late.texts()))
		}
		kind, name, err := a.Find(t.Context(), b.Mark(rooms.KindOpen, "elsewhere"))
		if kind != rooms.KindOpen || name != "elsewhere" || err != nil {
			t.Errorf("found %q %q, %v", kind, name, err)
		}
		if _, _, err := a.Find(t.Context(), b.Mark(rooms.KindSealed, "elsewhere")); !errors.Is(err, rooms.ErrNoRoom) {
			t.Errorf("a room that isn't there: %v", err)
		}
		if !a.Healthy() || !b.Healthy() {
			t.Error("a node is not healthy")
		}

		elsewhere.has()
		elsewhere.tail.Close()
		passes(time.Second)
		if len(m.Rooms()) != 2 { // lobby, and that of the key
			t.Errorf("what is left: %v", m.Rooms())
		}
		again := follow(t, b, "elsewhere")
		if len(again.texts()) > 0 {
			t.Error("a room remembers what was before it")
		}
		for _, n := range []*cluster.Node{a, b} {
			if len(n.Faults()) > 0 {
				t.Errorf("faults: %v", n.Faults())
			}
		}
	})
}

// TestSnapshots has a room last for so long that nobody is given all of it.
func TestSnapshots(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := memstore.New()
		f := follow(t, newNode(t, m, nil), "lobby")
		other := follow(t, newNode(t, m, nil), "lobby")
		for i := range 300 {
			f.says(fmt.Sprint(i))
			passes(time.Second)
		}
		late := follow(t, newNode(t, m, nil), "lobby")
		if got := late.texts(); late.restored != 1 || !slices.Equal(got, f.texts()) || !slices.Equal(got, other.texts()) {
			t.Errorf("restored %d times, to %d records", late.restored, len(got))
		}
	})
}

// silent is a store of which nothing is published any more.
type silent struct {
	cluster.Store
	off atomic.Bool
}

func (s *silent) Publish(ctx context.Context, room string, body []byte) error {
	if s.off.Load() {
		return nil
	}
	return s.Store.Publish(ctx, room, body)
}

func TestProbe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s *silent
		n := newNode(t, memstore.New(), func(store cluster.Store) cluster.Store {
			s = &silent{Store: store}
			return s
		})
		f := follow(t, n, "lobby")
		passes(30 * time.Second)
		if !n.Healthy() {
			t.Fatal("not healthy, with nothing wrong")
		}
		synctest.Wait()
		s.off.Store(true)
		passes(9 * time.Second)
		synctest.Wait()
		if n.Healthy() || !slices.Equal(f.stalled, []bool{true}) {
			t.Error("healthy, though it does not hear itself", f.stalled)
		}
		s.off.Store(false)
		passes(5 * time.Second)
		synctest.Wait()
		if !n.Healthy() || !slices.Equal(f.stalled, []bool{true, false}) {
			t.Error("not healthy, though it hears itself again", f.stalled)
		}
	})
}

func TestOtherKey(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := memstore.New()
		newNode(t, m, nil)
		n := cluster.New(cluster.Config{Key: [32]byte{9}})
		store := m.Connect(n)
		if err := n.Start(t.Context(), store); !errors.Is(err, cluster.ErrKey) {
			t.Errorf("a node with another key: %v", err)
		}
		if err := n.Close(); err != nil {
			t.Error(err)
		}
	})
}

// TestOtherAgreement has a node start that was told something else.
func TestOtherAgreement(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := memstore.New()
		newNode(t, m, nil)
		n := cluster.New(cluster.Config{Key: [32]byte{1, 2, 3}, Agreed: "--room-size 50"})
		var other *cluster.ErrAgreed
		if err := n.Start(t.Context(), m.Connect(n)); !errors.As(err, &other) || other.Theirs != "" {
			t.Errorf("a node that was told something else: %v", err)
		}
		if err := n.Close(); err != nil {
			t.Error(err)
		}
	})
}

// TestOtherKeyAfterAllIsForgotten has a node with another key start right after the store
// forgot everything, before and after the others have noticed: theirs is the key.
func TestOtherKeyAfterAllIsForgotten(t *testing.T) {
	for _, after := range []time.Duration{0, cluster.BeatEvery, 3 * cluster.BeatEvery} {
		synctest.Test(t, func(t *testing.T) {
			m := memstore.New()
			first := newNode(t, m, nil)
			passes(time.Second)
			m.Forget()
			passes(after)
			n := cluster.New(cluster.Config{Key: [32]byte{9}})
			if err := n.Start(t.Context(), m.Connect(n)); !errors.Is(err, cluster.ErrKey) {
				t.Errorf("after %v: %v", after, err)
			}
			if err := n.Close(); err != nil {
				t.Error(err)
			}
			passes(10 * time.Second)
			newNode(t, m, nil)
			if len(first.Faults()) > 0 || !first.Healthy() {
				t.Errorf("faults %v", first.Faults())
			}
		})
	}
}

// unsure is a store that does not know that it lost something.
type unsure struct{ cluster.Store }

func (u unsure) Open(ctx context.Context, room string, head []byte) (cluster.Kept, error) {
	kept, err := u.Store.Open(ctx, room, head)
	kept.Unsure = kept.Made
	return kept, err
}

// TestOtherKeyWhereNobodyKnowsOfALoss has a node with another key be the first that asks a
// store that lost everything and does not know it: it takes long enough to start that those
// who are there notice, and theirs is the key. Where nobody is there it starts.
func TestOtherKeyWhereNobodyKnowsOfALoss(t *testing.T) {
	between := func(s cluster.Store) cluster.Store { return unsure{s} }
	for _, after := range []time.Duration{0, time.Second, cluster.BeatEvery - time.Millisecond} {
		synctest.Test(t, func(t *testing.T) {
			m := memstore.New()
			first, second := newNode(t, m, between), newNode(t, m, between)
			passes(3*cluster.BeatEvery + after)
			m.Return(memstore.New(), false)
			n := cluster.New(cluster.Config{Key: [32]byte{9}})
			if err := n.Start(t.Context(), between(m.Connect(n))); !errors.Is(err, cluster.ErrKey) {
				t.Errorf("after %v: %v", after, err)
			}
			if err := n.Close(); err != nil {
				t.Error(err)
			}
			newNode(t, m, between)
			if first.Faults()[cluster.FaultKey]+second.Faults()[cluster.FaultKey] == 0 || !first.Healthy() || !second.Healthy() {
				t.Errorf("faults %v and %v", first.Faults(), second.Faults())
			}
		})
	}
}

// TestGoneNode has a node end without a word, and one that was taken for gone wake up.
func TestGoneNode(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := memstore.New()
		var off *cut
		a := newNode(t, m, nil)
		b := newNode(t, m, func(s cluster.Store) cluster.Store {
			off = &cut{Store: s}
			return off
		})
		here, there := follow(t, a, "lobby"), follow(t, b, "lobby")
		gone := b.Node()
		here.has(a.Node(), gone)
		off.set(true)
		there.says("on its way")
		passes(8 * time.Second)
		if len(here.lost) > 0 {
			t.Error("taken for gone too soon")
		}
		there.says("later")
		passes(8 * time.Second)
		if !slices.Equal(here.lost, []string{gone}) {
			t.Errorf("lost: %v", here.lost)
		}
		if b.Healthy() || !slices.Equal(there.stalled, []bool{true}) {
			t.Error("it does not know that it reaches nobody")
		}
		off.set(false)
		passes(5 * time.Second)
		if there.fenced != 1 || b.Node() == gone || !b.Healthy() {
			t.Errorf("fenced %d times, and is healthy: %v", there.fenced, b.Healthy())
		}
		if len(there.failed)+len(there.own) != 2 || !slices.Equal(here.texts(), there.own) {
			t.Errorf("failed %q, own %q, heard %q", there.failed, there.own, here.texts())
		}
	})
}

// TestNodeThatARoomShuns has a node find out that a room took it for gone, though the store
// remembers nothing of that: it goes on as another.
func TestNodeThatARoomShuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNode(t, memstore.New(), nil)
		f, other := follow(t, n, "lobby"), follow(t, n, "elsewhere")
		was := n.Node()
		f.mu.Lock()
		f.shuns = was
		f.mu.Unlock()
		passes(3 * cluster.BeatEvery)
		if n.Node() == was || f.fenced != 1 || other.fenced != 1 || !n.Healthy() {
			t.Errorf("the same: %v; fenced %d and %d times", n.Node() == was, f.fenced, other.fenced)
		}
	})
}

// TestForgedFuture has somebody publish what is far ahead, and what nobody sealed: it is
// neither kept nor asked for without an end.
func TestForgedFuture(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNode(t, memstore.New(), nil)
		f := follow(t, n, "lobby")
		f.says("one")
		synctest.Wait()
		at := cluster.Place{Epoch: f.state.Epoch, Number: f.state.Number + 1000}
		n.Heard(n.RoomOf(rooms.KindOpen, "lobby"), cluster.Entry{Stamp: cluster.Stamp{Place: at}, Body: make([]byte, 4<<20)})
		passes(time.Minute)
		if asked := n.Faults()[cluster.FaultOrder]; asked > 0 {
			t.Errorf("it was asked for %d times", asked)
		}
		f.says("two")
		synctest.Wait()
		if len(f.texts()) != 2 || len(n.Faults()) == 0 {
			t.Errorf("%q, faults %v", f.texts(), n.Faults())
		}
	})
}
