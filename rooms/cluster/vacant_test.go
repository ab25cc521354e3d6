package cluster_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
	"sotto/rooms/cluster"
	"sotto/rooms/cluster/memstore"
)

// before is a store at which something happens right before a room is forgotten, or instead.
type before struct {
	cluster.Store
	remove atomic.Pointer[func() error]
}

func (b *before) Remove(ctx context.Context, room string, at cluster.Place) error {
	if f := b.remove.Load(); f != nil {
		if err := (*f)(); err != nil {
			return err
		}
	}
	return b.Store.Remove(ctx, room, at)
}

func (b *before) then(f func() error) { b.remove.Store(&f) }

// TestRoomsThatEmptyAtOnce has the last of a room leave two nodes at once: the store keeps
// nothing of it, whatever the other's still asked for, and though it can't be reached just
// then. A room into which somebody comes in that moment stays.
func TestRoomsThatEmptyAtOnce(t *testing.T) {
	empties := func(t *testing.T, then func(b *before, here *follower)) *memstore.Memory {
		m, b := memstore.New(), &before{}
		one := newNode(t, m, nil)
		other := newNode(t, m, func(s cluster.Store) cluster.Store { b.Store = s; return b })
		here, there := follow(t, one, "lobby"), follow(t, other, "lobby")
		here.says("hello")
		synctest.Wait()
		then(b, here)
		there.has()
		there.tail.Close()
		return m
	}
	t.Run("while something is on its way", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			m := empties(t, func(b *before, here *follower) {
				late := 0
				b.then(func() error {
					if late++; late < 3 {
						here.says("late")
						time.Sleep(time.Millisecond)
					} else if late == 3 {
						here.tail.Close()
					}
					return nil
				})
			})
			passes(time.Second)
			if len(m.Rooms()) != 1 {
				t.Errorf("what is left: %v", m.Rooms())
			}
		})
	})
	t.Run("while the store is away", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			m := empties(t, func(b *before, here *follower) {
				here.tail.Close()
				passes(time.Second)
				away := time.Now().Add(7 * time.Second)
				b.then(func() error {
					if time.Now().Before(away) {
						return errors.New("it can't be reached")
					}
					return nil
				})
			})
			passes(time.Second)
			if len(m.Rooms()) != 2 {
				t.Errorf("it was forgotten already: %v", m.Rooms())
			}
			passes(6*time.Second + 2*cluster.BeatEvery)
			if len(m.Rooms()) != 1 {
				t.Errorf("what is left: %v", m.Rooms())
			}
		})
	})
	t.Run("while somebody comes in", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			m, b := memstore.New(), &before{}
			here := rooms.NewHub(rooms.Config{Log: newNode(t, m, nil)})
			there := rooms.NewHub(rooms.Config{Log: newNode(t, m, func(s cluster.Store) cluster.Store { b.Store = s; return b })})
			defer here.Close()
			defer there.Close()
			last, err := there.Join(t.Context(), rooms.Visitor{Room: "lobby", Nick: "last"})
			if err != nil {
				t.Fatal(err)
			}
			b.then(func() error {
				b.remove.Store(nil)
				_, err := here.Join(t.Context(), rooms.Visitor{Room: "lobby", Nick: "first"})
				return err
			})
			if err := last.Do(t.Context(), rooms.Leave{}); err != nil {
				t.Fatal(err)
			}
			passes(3 * cluster.BeatEvery)
			if b.remove.Load() != nil || len(m.Rooms()) != 2 {
				t.Errorf("somebody is in it, and there is %v", m.Rooms())
			}
		})
	})
}
