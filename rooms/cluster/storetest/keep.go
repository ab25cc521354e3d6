package storetest

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"sotto/rooms"
	"sotto/rooms/cluster"
)

// snapshotsMoveOn: whoever opens gets the youngest snapshot that is old enough, and all since.
func snapshotsMoveOn(t *testing.T, w World) {
	a, _ := w.node(t)
	kept := Opened(t, a, "room", "")
	half := rooms.HistoryFor/2 + time.Second
	var at []cluster.Stamp
	say := func(body string) {
		d := Draft(1, uint64(len(at)+1), body)
		d.Until = time.Now().Add(time.Hour)
		at = append(at, Said(t, a, "room", kept.Last, d)...)
	}
	keep := func(body string) {
		want(t, a.Keep(t.Context(), "room", cluster.Snapshot{Place: at[len(at)-1].Place, Body: []byte(body)}), nil)
	}
	begins := func(body string, entries ...string) {
		t.Helper()
		k := Opened(t, a, "room", "")
		if string(k.Snapshot.Body) != body || !slices.Equal(bodies(k.Entries), entries) || k.Last != at[len(at)-1].Place {
			t.Fatalf("begins with %q and %q, up to %+v", k.Snapshot.Body, bodies(k.Entries), k.Last)
		}
		if body != "" && len(k.Entries) > 0 && k.Entries[0].Number != k.Snapshot.Number+1 {
			t.Fatal("a hole after the snapshot")
		}
	}
	say("1")
	keep("s1")
	begins("", "1") // there was nothing before, and all of it is young
	say("2")
	keep("too soon") // not kept: there is one that is about as new
	w.pass(t, a, half)
	say("3")
	keep("s3")
	begins("", "1", "2", "3")
	w.pass(t, a, half)
	say("4")
	keep("s4")
	begins("s1", "2", "3", "4")
	_, err := a.After(t.Context(), "room", cluster.Place{})
	want(t, err, cluster.ErrForgotten)
	got, err := a.After(t.Context(), "room", at[0].Place)
	if want(t, err, nil); !slices.Equal(bodies(got), []string{"2", "3", "4"}) {
		t.Fatalf("after the snapshot: %q", bodies(got))
	}
	w.pass(t, a, half)
	say("5")
	keep("s5")
	begins("s3", "4", "5")
	keep("s5 again")
	want(t, a.Keep(t.Context(), "room", cluster.Snapshot{Place: at[1].Place, Body: []byte("old")}), nil)
	begins("s3", "4", "5")

	// Nobody says anything, and history gets old all the same.
	for range 3 {
		w.pass(t, a, half)
		lost, err := a.Touch(t.Context(), map[string]cluster.Place{"room": at[4].Place})
		if want(t, err, nil); len(lost) > 0 {
			t.Fatal("lost")
		}
	}
	begins("s5")
}

// historyIsBounded: a snapshot is wanted in time, makes room, and without one nothing more is
// taken in.
func historyIsBounded(t *testing.T, w World) {
	a, _ := w.node(t)
	kept := Opened(t, a, "room", "")
	const size = 32 << 10
	body := strings.Repeat("x", size)
	var count uint64
	var last cluster.Stamp
	say := func() (wanted bool, err error) {
		count++
		at, wanted, err := a.Append(t.Context(), "room", kept.Last, []cluster.Draft{Draft(1, count, body)})
		if err == nil {
			last = at[0]
		}
		return wanted, err
	}
	until := func(what string, enough func(wanted bool, err error) bool) {
		t.Helper()
		for range 4 * rooms.HistoryBytes / size {
			wanted, err := say()
			if enough(wanted, err) {
				return
			}
			want(t, err, nil)
		}
		t.Fatal(what)
	}
	first := count
	until("never wanted", func(wanted bool, _ error) bool { return wanted })
	if n := (count - first) * size; n < rooms.HistoryBytes/4 || n > rooms.HistoryBytes {
		t.Fatalf("wanted after %d bytes", n)
	}
	until("never full", func(_ bool, err error) bool { return errors.Is(err, cluster.ErrFull) })
	there := Opened(t, a, "room", "")
	if n := len(there.Entries) * size; n > 2*rooms.HistoryBytes || there.Last != last.Place {
		t.Fatalf("%d bytes are kept, up to %+v", n, there.Last)
	}
	want(t, a.Keep(t.Context(), "room", cluster.Snapshot{Place: last.Place, Body: []byte("s")}), nil)
	until("never wanted again", func(wanted bool, _ error) bool { return wanted })
	there = Opened(t, a, "room", "")
	if n := len(there.Entries) * size; n > rooms.HistoryBytes || string(there.Snapshot.Body) != "s" {
		t.Fatalf("%d bytes are kept after %q", n, there.Snapshot.Body)
	}
}

func removedRoom(t *testing.T, w World) {
	a, _ := w.node(t)
	kept := Opened(t, a, "room", "")
	at := Said(t, a, "room", kept.Last, Draft(1, 1, "one"))
	want(t, a.Remove(t.Context(), "room", kept.Last), nil)
	if Opened(t, a, "room", "").Made {
		t.Fatal("removed though something was said")
	}
	want(t, a.Keep(t.Context(), "room", cluster.Snapshot{Place: at[0].Place, Body: []byte("s")}), nil)
	want(t, a.Remove(t.Context(), "room", at[0].Place), nil)
	_, err := a.Head(t.Context(), "room")
	want(t, err, cluster.ErrNoRoom)
	next := Opened(t, a, "room", "")
	if !next.Made || next.Last.Epoch <= kept.Last.Epoch {
		t.Fatalf("made again as %+v, it was %+v", next, kept)
	}
	if at := Said(t, a, "room", next.Last, Draft(1, 1, "one")); at[0].Number != 1 || at[0].Epoch != next.Last.Epoch {
		t.Fatalf("an id of the room before is known: %+v", at)
	}
}

func untouchedRoomEnds(t *testing.T, w World) {
	a, _ := w.node(t)
	touched, other := Opened(t, a, "touched", ""), Opened(t, a, "other", "")
	for range 3 {
		w.pass(t, a, cluster.RoomFor/2)
		lost, err := a.Touch(t.Context(), map[string]cluster.Place{"touched": touched.Last})
		if want(t, err, nil); len(lost) > 0 {
			t.Fatalf("lost %q", lost)
		}
	}
	if Opened(t, a, "touched", "").Made {
		t.Fatal("a room that was touched is gone")
	}
	_, err := a.Head(t.Context(), "other")
	want(t, err, cluster.ErrNoRoom)
	if next := Opened(t, a, "other", ""); next.Last.Epoch <= other.Last.Epoch {
		t.Fatal("the epoch went back")
	}
}

func touchFindsLostRooms(t *testing.T, w World) {
	a, _ := w.node(t)
	places := make(map[string]cluster.Place)
	for i := range 2*cluster.MaxBatch + 3 {
		name := "room" + string(rune('a'+i%26)) + strings.Repeat("x", i/26)
		places[name] = Opened(t, a, name, "").Last
	}
	lost, err := a.Touch(t.Context(), places)
	if want(t, err, nil); len(lost) > 0 {
		t.Fatalf("lost %q", lost)
	}
	ahead := places["rooma"]
	ahead.Number++
	places["rooma"], places["never"] = ahead, ahead
	lost, err = a.Touch(t.Context(), places)
	slices.Sort(lost)
	if want(t, err, nil); !slices.Equal(lost, []string{"never", "rooma"}) {
		t.Fatalf("lost %q", lost)
	}
	lost, err = a.Touch(t.Context(), nil)
	if want(t, err, nil); len(lost) > 0 {
		t.Fatal("lost something of nothing")
	}
}
