package cluster_test

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
	"sotto/rooms/cluster"
	"sotto/rooms/cluster/memstore"
)

// TestLostMemory has the store forget everything, or go back to what it had before: the
// node that has most of a room makes it again, and what was on its way is there once.
func TestLostMemory(t *testing.T) {
	for name, lose := range map[string]func(m *memstore.Memory) func(){
		"all":  func(m *memstore.Memory) func() { return m.Forget },
		"some": func(m *memstore.Memory) func() { c := m.Copy(); return func() { m.Return(c, true) } },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := memstore.New()
				a, b := newNode(t, m, nil), newNode(t, m, nil)
				here, there := follow(t, a, "lobby"), follow(t, b, "lobby")
				here.says("1", "2")
				synctest.Wait()
				lost := lose(m)
				there.says("3")
				synctest.Wait()
				lost()
				here.says("4") // into a store that has lost the room
				passes(10 * time.Second)
				there.says("5")
				synctest.Wait()
				want := []string{"1", "2", "3", "rooms.reopen", "4", "5"}
				for _, f := range []*follower{here, there, follow(t, newNode(t, m, nil), "lobby")} {
					if got := f.texts(); !slices.Equal(got, want) {
						t.Errorf("got %q", got)
					}
					if len(f.failed) > 0 {
						t.Errorf("not said: %q", f.failed)
					}
				}
				if here.restored+there.restored > 0 {
					t.Error("who had all of it was told anew")
				}
			})
		})
	}
}

// TestLostBehind has the store forget while one node has less than another.
func TestLostBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := memstore.New()
		var deaf *deafStore
		a := newNode(t, m, nil)
		b := newNode(t, m, func(s cluster.Store) cluster.Store {
			deaf = &deafStore{cut: cut{Store: s}}
			return deaf
		})
		here, there := follow(t, a, "lobby"), follow(t, b, "lobby")
		there.says("1")
		synctest.Wait()
		b.Missed()
		synctest.Wait()       // or it would see what comes next
		deaf.lose.Store(true) // the answer that this was appended
		there.says("2")
		passes(time.Millisecond)
		m.Forget()
		passes(10 * time.Second)
		deaf.lose.Store(false)
		passes(10 * time.Second)
		here.says("3")
		passes(11 * time.Second) // it listens no more, and looks only now and then
		want := []string{"1", "2", "rooms.reopen", "3"}
		if !slices.Equal(here.texts(), want) || !slices.Equal(there.texts(), want) {
			t.Errorf("here %q, there %q", here.texts(), there.texts())
		}
		if there.restored != 1 || !slices.Equal(there.settled, []string{"2"}) || len(there.failed) > 0 {
			t.Errorf("restored %d times, settled %q, and given back %q", there.restored, there.settled, there.failed)
		}
	})
}

// TestHeldForTooLong has words wait for a store that does not answer.
func TestHeldForTooLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := memstore.New()
		var off *cut
		n := newNode(t, m, func(s cluster.Store) cluster.Store {
			off = &cut{Store: s}
			return off
		})
		other := follow(t, newNode(t, m, nil), "lobby")
		f := follow(t, n, "lobby")
		off.set(true)
		f.says("sent")
		passes(time.Second)
		f.says("not sent")
		passes(30 * time.Second)
		f.says("later")
		passes(35 * time.Second)
		if !slices.Equal(f.failed, []string{"not sent"}) {
			t.Errorf("after a minute failed: %q", f.failed)
		}
		passes(20 * time.Second)
		off.set(false)
		passes(5 * time.Second)
		all := slices.Concat(f.failed, f.own)
		slices.Sort(all)
		if !slices.Equal(all, []string{"later", "not sent", "sent"}) || !slices.Equal(f.own, other.texts()) {
			t.Errorf("failed %q, said %q, heard %q", f.failed, f.own, other.texts())
		}
	})
}

// TestFullStore has the store take nothing.
func TestFullStore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := memstore.New()
		f := follow(t, newNode(t, m, nil), "lobby")
		m.Full = true
		f.says("1")
		passes(time.Second)
		m.Full = false
		f.says("2")
		passes(time.Second)
		if !slices.Equal(f.failed, []string{"1"}) || !slices.Equal(f.texts(), []string{"2"}) {
			t.Errorf("failed %q, said %q", f.failed, f.texts())
		}
	})
}

// TestQueueBound has more wait than may, and the rest come back.
func TestQueueBound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var off *cut
		n := newNode(t, memstore.New(), func(s cluster.Store) cluster.Store {
			off = &cut{Store: s}
			return off
		})
		f := follow(t, n, "lobby")
		off.set(true)
		const many = 10_000
		for i := range many {
			f.says(fmt.Sprint(i))
		}
		off.set(false)
		passes(5 * time.Second)
		if len(f.failed) != many-8192 || len(f.own) != 8192 {
			t.Errorf("failed %d, said %d", len(f.failed), len(f.own))
		}
		if n := len(f.state.Texts); n != 8192 {
			t.Errorf("%d are there", n)
		}
		f.tail.Append(rooms.Record{Op: rooms.Say{Text: string(make([]byte, rooms.MaxRecordBytes))}})
		passes(time.Second)
		if len(f.failed) != many-8192+1 {
			t.Error("one that is too long is nowhere")
		}
	})
}

// TestHeardAgainSoon has a store forget everything while people talk: they hear again as soon
// as the nodes had the time to offer what they have.
func TestHeardAgainSoon(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := memstore.New()
		here, there := follow(t, newNode(t, m, nil), "lobby"), follow(t, newNode(t, m, nil), "lobby")
		here.says("before")
		synctest.Wait()
		m.Forget()
		here.says("after")
		there.says("after")
		passes(cluster.ProposeFor + 100*time.Millisecond)
		if want := []string{"before", "rooms.reopen", "after", "after"}; !slices.Equal(here.texts(), want) || !slices.Equal(there.texts(), want) {
			t.Errorf("heard %q and %q", here.texts(), there.texts())
		}
	})
}
