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

// TestReplay has somebody who may write in the store put what was said into a room again, in
// its own time and in the next room of that name: nobody hears it, and what is said goes on.
func TestReplay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := memstore.New()
		var store cluster.Store
		a := newNode(t, m, func(s cluster.Store) cluster.Store { store = s; return s })
		b := newNode(t, m, nil)
		room := a.RoomOf(rooms.KindOpen, "lobby")
		here, there := follow(t, a, "lobby"), follow(t, b, "lobby")
		here.skips, there.skips = true, true
		here.says("secret")
		synctest.Wait()
		kept, err := store.Open(t.Context(), room, nil)
		if err != nil {
			t.Fatal(err)
		}
		secret := kept.Entries[0]
		again := func(f *follower) {
			t.Helper()
			d := cluster.Draft{ID: secret.ID, Until: time.Now().Add(time.Hour), Body: secret.Body}
			at, _, err := store.Append(t.Context(), room, cluster.Place{}, []cluster.Draft{d})
			if err != nil || at[0].Place == secret.Place {
				t.Fatalf("the store has it at %v, %v", at, err)
			}
			synctest.Wait()
			f.says("after")
			passes(time.Second)
			if texts := f.texts(); texts[len(texts)-1] != "after" || slices.Contains(texts[1:], "secret") {
				t.Errorf("what is heard is %q", texts[max(0, len(texts)-3):])
			}
		}
		for i := range 3 * 1024 {
			here.says(fmt.Sprint(i))
			if i%100 == 0 {
				passes(5 * time.Second)
			}
		}
		passes(time.Second)
		again(here)
		if !slices.Equal(here.texts(), there.texts()) {
			t.Error("not all have heard the same")
		}

		forged := secret
		forged.Place = cluster.Place{Epoch: here.state.Epoch, Number: here.state.Number + 1}
		b.Heard(room, forged)
		passes(time.Second)
		here.says("and on")
		passes(time.Second)
		if texts := there.texts(); texts[len(texts)-1] != "and on" || there.restored > 0 {
			t.Errorf("what was published alone has %q end", texts[len(texts)-2:])
		}
		if b.Faults()[cluster.FaultTwice] < 2 {
			t.Errorf("faults: %v", b.Faults())
		}
	})
	synctest.Test(t, func(t *testing.T) {
		m := memstore.New()
		var store cluster.Store
		n := newNode(t, m, func(s cluster.Store) cluster.Store { store = s; return s })
		room := n.RoomOf(rooms.KindOpen, "lobby")
		first := follow(t, n, "lobby")
		first.says("secret")
		synctest.Wait()
		kept, err := store.Open(t.Context(), room, nil)
		if err != nil {
			t.Fatal(err)
		}
		first.has()
		first.tail.Close()
		passes(rooms.HoldFor + time.Second)
		next := follow(t, n, "lobby")
		d := cluster.Draft{ID: kept.Entries[0].ID, Until: time.Now().Add(time.Hour), Body: kept.Entries[0].Body}
		if _, _, err := store.Append(t.Context(), room, cluster.Place{}, []cluster.Draft{d}); err != nil {
			t.Fatal(err)
		}
		next.says("hello")
		passes(time.Second)
		if !slices.Equal(next.texts(), []string{"hello"}) {
			t.Errorf("who comes in later hears %q", next.texts())
		}
	})
}
