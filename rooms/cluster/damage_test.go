package cluster_test

import (
	"context"
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

// damages are what somebody who writes in the store, or a mistake in it, does to a room.
var damages = map[string]func(snapshots []*cluster.Snapshot, entries []cluster.Entry){
	"a snapshot that does not open": func(s []*cluster.Snapshot, _ []cluster.Entry) { s[0].Body[40] ^= 1 },
	"a snapshot that is nothing":    func(s []*cluster.Snapshot, _ []cluster.Entry) { s[0].Body = []byte{rooms.LogVersion} },
	"an older snapshot in its place": func(s []*cluster.Snapshot, _ []cluster.Entry) {
		s[1].Body = s[0].Body
		s[0].Body, s[0].Place = s[1].Body, s[1].Place
	},
	"a newer snapshot in its place": func(s []*cluster.Snapshot, _ []cluster.Entry) { s[0].Body = s[1].Body },
	"an entry that does not open":   func(_ []*cluster.Snapshot, e []cluster.Entry) { e[len(e)/2].Body[20] ^= 1 },
	"an entry that is another":      func(_ []*cluster.Snapshot, e []cluster.Entry) { e[len(e)/2].Body = e[len(e)/2+1].Body },
}

// damaged is a room of two minutes, so that there is a snapshot, at a node.
func damaged(t *testing.T) (m *memstore.Memory, room string, f *follower) {
	m = memstore.New()
	n := newNode(t, m, nil)
	f = follow(t, n, "lobby")
	for i := range 120 {
		f.says(fmt.Sprint(i))
		passes(time.Second)
	}
	return m, n.RoomOf(rooms.KindOpen, "lobby"), f
}

// TestDamagedRoom has what the store keeps of a room damaged, and a node open it: it is as
// the node has it that has all of it, which goes on.
func TestDamagedRoom(t *testing.T) {
	for name, damage := range damages {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m, room, f := damaged(t)
				m.Tamper(room, damage)
				n := newNode(t, m, nil)
				late := follow(t, n, "lobby")
				f.says("last")
				passes(5 * time.Second)
				got := late.texts()
				if len(got) < 121 || got[0] != "0" || got[len(got)-1] != "last" || !slices.Equal(got, f.texts()) {
					t.Errorf("who opens it has %d records, and who had it %d", len(got), len(f.texts()))
				}
				if f.broken > 0 || len(f.failed) > 0 || len(n.Faults()) == 0 || !n.Healthy() {
					t.Errorf("broken %d, failed %q, faults %v, healthy %v", f.broken, f.failed, n.Faults(), n.Healthy())
				}
			})
		})
	}
}

// TestDamagedRoomOfNobody has a room damaged that no node has: it goes on from as much as can
// be read, and new people can come in.
func TestDamagedRoomOfNobody(t *testing.T) {
	for name, damage := range damages {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m, room, f := damaged(t)
				f.tail.Close()
				passes(time.Second)
				m.Tamper(room, damage)
				n := newNode(t, m, nil)
				late := follow(t, n, "lobby")
				late.says("new")
				passes(time.Second)
				if !slices.Equal(late.own, []string{"new"}) || !n.Healthy() {
					t.Errorf("said %q, healthy %v", late.own, n.Healthy())
				}
			})
		})
	}
}

// TestRoomOfANewerVersion has a room that cannot be opened here: whoever wants to come in is
// told, and the node does not say that it is well.
func TestRoomOfANewerVersion(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, room, _ := damaged(t)
		m.Tamper(room, func(s []*cluster.Snapshot, _ []cluster.Entry) { s[0].Body[0]++ })
		n := newNode(t, m, nil)
		if _, err := n.Open(t.Context(), rooms.KindOpen, "lobby", &follower{t: t}); err == nil {
			t.Error("it was opened")
		}
		if n.Healthy() {
			t.Error("it is healthy, and people can't come in")
		}
		passes(cluster.LeaseFor)
		if !n.Healthy() {
			t.Error("it is not healthy, though nobody wants to come in")
		}
	})
}

// garbled is a store that hands out what nobody can read, so and so often.
type garbled struct {
	cluster.Store
	times atomic.Int32
}

func (g *garbled) After(ctx context.Context, room string, at cluster.Place) ([]cluster.Entry, error) {
	if g.times.Load() > 0 {
		return nil, cluster.ErrForgotten
	}
	return g.Store.After(ctx, room, at)
}

func (g *garbled) Open(ctx context.Context, room string, head []byte) (cluster.Kept, error) {
	kept, err := g.Store.Open(ctx, room, head)
	if err == nil && g.times.Add(-1) >= 0 {
		kept.Entries = nil
		kept.Snapshot = cluster.Snapshot{Place: cluster.Place{Epoch: kept.Last.Epoch, Number: kept.Last.Number - 1}, Body: append([]byte{rooms.LogVersion}, make([]byte, 99)...)}
	}
	return kept, err
}

// TestRoomThatIsDamagedAgain has a room damaged whenever it was put together: it goes on from
// what the node has, and if that does not end its people are told, and so is who asks for
// the node's health.
func TestRoomThatIsDamagedAgain(t *testing.T) {
	for _, times := range []int32{1, 2, 100} {
		synctest.Test(t, func(t *testing.T) {
			g := &garbled{}
			n := newNode(t, memstore.New(), func(s cluster.Store) cluster.Store {
				g.Store = s
				return g
			})
			f := follow(t, n, "lobby")
			f.says("1", "2", "3")
			passes(time.Second)
			g.times.Store(times)
			n.Missed()
			passes(15 * time.Second)
			f.says("last")
			passes(time.Second)
			want := []string{"1", "2", "3", "rooms.reopen", "last"}
			switch {
			case times < 100 && (f.broken > 0 || !slices.Equal(f.texts(), want) || !n.Healthy()):
				t.Errorf("broken %d, heard %q", f.broken, f.texts())
			case times == 100 && (f.broken != 1 || !slices.Equal(f.failed, []string{"last"}) || n.Healthy()):
				t.Errorf("broken %d, failed %q, healthy %v", f.broken, f.failed, n.Healthy())
			}
		})
	}
}
