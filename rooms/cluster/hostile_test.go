package cluster_test

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
	"sotto/rooms/cluster"
	"sotto/rooms/cluster/memstore"
)

// TestHostileStore has a store give what nobody sealed, what is too long, what comes twice,
// and what a newer version sealed: each is a counted fault, and nothing else happens, but for
// the last, after which the room's people here have to come in elsewhere.
func TestHostileStore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := memstore.New()
		var store cluster.Store
		n := newNode(t, m, func(s cluster.Store) cluster.Store { store = s; return s })
		f := follow(t, n, "lobby")
		f.skips = true
		f.says("1")
		synctest.Wait()
		room := m.Rooms()[1]
		if room == "cluster" {
			room = m.Rooms()[0]
		}
		kept, err := store.Open(t.Context(), room, nil)
		if err != nil {
			t.Fatal(err)
		}
		count := uint64(0)
		put := func(body []byte) {
			t.Helper()
			count++
			d := cluster.Draft{ID: cluster.ID{Node: [16]byte{9}, Count: count}, Until: time.Now().Add(time.Minute), Body: body}
			if _, _, err := store.Append(context.Background(), room, cluster.Place{}, []cluster.Draft{d}); err != nil {
				t.Fatal(err)
			}
			passes(time.Second)
		}
		faults := func(want map[cluster.Fault]uint64) {
			t.Helper()
			have := n.Faults()
			for fault, least := range want {
				if have[fault] < least {
					t.Errorf("%s: %d times, want %d", fault, have[fault], least)
				}
			}
		}
		again := kept.Entries[0]
		n.Heard(room, again) // once more
		n.Passed(room, []byte("nonsense"))
		passes(time.Second)
		put(append([]byte{rooms.LogVersion}, make([]byte, 100)...))
		put(make([]byte, 2*rooms.MaxRecordBytes))
		put(nil)
		f.says("2")
		passes(time.Second)
		if want := []string{"1", "2"}; !slices.Equal(f.texts(), want) || f.fenced > 0 || len(f.failed) > 0 {
			t.Errorf("heard %q, fenced %d, failed %q", f.texts(), f.fenced, f.failed)
		}
		faults(map[cluster.Fault]uint64{cluster.FaultSealed: 2, cluster.FaultLong: 1})
		put([]byte{rooms.LogVersion + 1, 1, 1})
		f.says("3")
		passes(time.Second)
		if f.broken != 1 || !slices.Equal(f.failed, []string{"3"}) {
			t.Errorf("a newer version was there: broken %d, failed %q", f.broken, f.failed)
		}
		faults(map[cluster.Fault]uint64{cluster.FaultVersion: 1})
	})
}
