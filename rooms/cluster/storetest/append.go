package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"sotto/rooms"
	"sotto/rooms/cluster"
)

func roomIsMadeOnce(t *testing.T, w World) {
	a, _ := w.node(t)
	b, _ := w.node(t)
	made := Opened(t, a, "room", "head")
	if !made.Made || made.Last.Epoch == 0 || made.Last.Number != 0 || made.Snapshot.Body != nil || len(made.Entries) > 0 {
		t.Fatalf("made %+v", made)
	}
	if there := Opened(t, b, "room", "other"); there.Made || there.Last != made.Last {
		t.Fatalf("the second finds %+v, made was %+v", there, made)
	}
	head, err := b.Head(t.Context(), "room")
	if want(t, err, nil); string(head) != "head" {
		t.Fatalf("head %q", head)
	}
	if other := Opened(t, b, "other", ""); other.Last.Epoch <= made.Last.Epoch {
		t.Fatalf("epoch %d of the second room is not above %d", other.Last.Epoch, made.Last.Epoch)
	}
}

func entriesAreNumbered(t *testing.T, w World) {
	a, heardA := w.node(t)
	b, heardB := w.node(t)
	kept := Opened(t, a, "room", "")
	Opened(t, a, "other", "")
	listening(t, a, "room")
	listening(t, b, "room")

	body := "three\x00\xff\r\n"
	first := Said(t, a, "room", kept.Last, Draft(1, 1, "one"), Draft(1, 2, ""))
	second := Said(t, b, "room", kept.Last, Draft(2, 1<<63+7, body)) // it knows less, which is no harm
	Said(t, a, "other", cluster.Place{}, Draft(1, 3, "elsewhere"))
	stamps := append(first, second...)
	for i, s := range stamps {
		if s.Epoch != kept.Last.Epoch || s.Number != uint64(i+1) || s.At.IsZero() {
			t.Fatalf("stamp %d is %+v", i, s)
		}
	}
	for _, heard := range [][]cluster.Entry{heardA.UntilHeard(t, "room", 3), heardB.UntilHeard(t, "room", 3), Opened(t, b, "room", "").Entries} {
		if got := bodies(heard); !slices.Equal(got, []string{"one", "", body}) {
			t.Fatalf("heard %q", got)
		}
		for i, e := range heard {
			if e.Place != stamps[i].Place || !e.At.Equal(stamps[i].At) {
				t.Fatalf("entry %d is at %+v, its stamp %+v", i, e.Stamp, stamps[i])
			}
		}
		if id := Draft(2, 1<<63+7, "").ID; heard[2].ID != id {
			t.Fatalf("id %v became %v", id, heard[2].ID)
		}
	}
	if there := Opened(t, b, "room", ""); there.Last != stamps[2].Place {
		t.Fatalf("last %+v", there.Last)
	}
	if more := heardA.Entries("other"); len(more) > 0 {
		t.Fatal("heard a room that it does not listen to")
	}
}

func retryDoesNotDouble(t *testing.T, w World) {
	a, heard := w.node(t)
	kept := Opened(t, a, "room", "")
	listening(t, a, "room")
	one, two, three := Draft(1, 1, "one"), Draft(1, 2, "two"), Draft(1, 3, "three")
	first := Said(t, a, "room", kept.Last, one, two)
	again := Said(t, a, "room", kept.Last, one, two, three)
	for i, s := range first {
		if s.Place != again[i].Place || !s.At.Equal(again[i].At) {
			t.Fatalf("%+v became %+v", s, again[i])
		}
	}
	if again[2].Number != 3 {
		t.Fatalf("the new one is %+v", again[2])
	}
	// It is known though it would be too late by now.
	two.Until = time.Unix(1, 0)
	if late := Said(t, a, "room", kept.Last, two); late[0].Place != first[1].Place {
		t.Fatalf("the late retry is %+v", late[0])
	}
	if got := bodies(heard.UntilHeard(t, "room", 3)); !slices.Equal(got, []string{"one", "two", "three"}) {
		t.Fatalf("heard %q", got)
	}
	if got := bodies(Opened(t, a, "room", "").Entries); len(got) != 3 {
		t.Fatalf("kept %q", got)
	}
}

// lateFirstTry: a try that was given up can come after the one that took its place, and after
// others of its node; and what comes late is not what came before.
func lateFirstTry(t *testing.T, w World) {
	a, _ := w.node(t)
	kept := Opened(t, a, "room", "")
	Said(t, a, "room", kept.Last, Draft(1, 1, "one"))
	at := Said(t, a, "room", kept.Last, Draft(1, 5, "five"), Draft(1, 6, "six"))
	if late := Said(t, a, "room", kept.Last, Draft(1, 5, "five")); late[0].Place != at[0].Place {
		t.Fatalf("%+v became %+v", at[0], late)
	}
	mixed := Said(t, a, "room", kept.Last, Draft(1, 7, "seven"), Draft(1, 3, "three"), Draft(1, 6, "six"), Draft(1, 7, "seven"), Draft(2, 1, "other"))
	for i, n := range []uint64{4, 5, 3, 4, 6} {
		if mixed[i].Number != n {
			t.Fatalf("appended at %+v", mixed)
		}
	}
}

// idsOfManyNodes: however many append to a room, none of it comes twice.
func idsOfManyNodes(t *testing.T, w World) {
	a, _ := w.node(t)
	kept := Opened(t, a, "room", "")
	for range 2 {
		for node := range byte(100) {
			at := Said(t, a, "room", kept.Last, Draft(node, 1<<63+1, "one"), Draft(node, 1<<63+2, "two"))
			if first := 2*uint64(node) + 1; at[0].Number != first || at[1].Number != first+1 {
				t.Fatalf("node %d is at %+v", node, at)
			}
		}
	}
}

// idsOutliveHistory: what was appended is remembered for longer than it is kept.
func idsOutliveHistory(t *testing.T, w World) {
	a, _ := w.node(t)
	kept := Opened(t, a, "room", "")
	var all []cluster.Draft
	for i := range uint64(300) {
		d := Draft(byte(i%2), i, "x")
		d.Until = time.Now().Add(time.Hour)
		all = append(all, d)
	}
	var last cluster.Stamp
	for drafts := range slices.Chunk(all, 30) {
		for _, s := range Said(t, a, "room", kept.Last, drafts...) {
			last = s
		}
	}
	want(t, a.Keep(t.Context(), "room", cluster.Snapshot{Place: last.Place, Body: []byte("s")}), nil)
	w.pass(t, a, rooms.HistoryFor)
	lost, err := a.Touch(t.Context(), map[string]cluster.Place{"room": last.Place})
	if want(t, err, nil); len(lost) > 0 {
		t.Fatal("lost")
	}
	if again := Opened(t, a, "room", ""); len(again.Entries) > 0 || string(again.Snapshot.Body) != "s" {
		t.Fatalf("kept %+v", again)
	}
	for i, d := range all {
		if at := Said(t, a, "room", kept.Last, d); at[0].Number != uint64(i+1) {
			t.Fatalf("%d is at %+v", i+1, at)
		}
	}
	w.pass(t, a, cluster.Remembered-rooms.HistoryFor+time.Second)
	if at := Said(t, a, "room", kept.Last, all[0]); at[0].Number != 301 {
		t.Fatalf("still remembered: %+v", at)
	}
}

func idsAreForgottenAtLast(t *testing.T, w World) {
	a, _ := w.node(t)
	kept := Opened(t, a, "room", "")
	one := Draft(1, 1, "one")
	one.Until = time.Now().Add(time.Hour)
	Said(t, a, "room", kept.Last, one)
	w.pass(t, a, cluster.Remembered-time.Second)
	if again := Said(t, a, "room", kept.Last, one); again[0].Number != 1 {
		t.Fatalf("forgotten too early: %+v", again)
	}
	for i := range uint64(3) { // whenever it is that they are thrown away
		w.pass(t, a, cluster.Remembered+time.Second)
		next := Draft(1, 2+i, "more")
		next.Until = time.Now().Add(time.Hour)
		Said(t, a, "room", kept.Last, next)
	}
	if again := Said(t, a, "room", kept.Last, one); again[0].Number != 5 {
		t.Fatalf("still remembered: %+v", again)
	}
}

func tooLateIsNever(t *testing.T, w World) {
	a, heard := w.node(t)
	kept := Opened(t, a, "room", "")
	listening(t, a, "room")
	late, soon := Draft(1, 1, "late"), Draft(1, 2, "soon")
	late.Until = time.Now().Add(-time.Minute)
	at := Said(t, a, "room", kept.Last, late, soon)
	if at[0] != (cluster.Stamp{}) || at[1].Number != 1 {
		t.Fatalf("at %+v", at)
	}
	if at := Said(t, a, "room", kept.Last, late); at[0] != (cluster.Stamp{}) {
		t.Fatalf("the second try is %+v", at)
	}
	if got := bodies(heard.UntilHeard(t, "room", 1)); !slices.Equal(got, []string{"soon"}) {
		t.Fatalf("heard %q", got)
	}
}

func timeNeverGoesBack(t *testing.T, w World) {
	a, _ := w.node(t)
	kept := Opened(t, a, "room", "")
	before := Said(t, a, "room", kept.Last, Draft(1, 1, "one"))[0]
	w.Pass(-time.Second)
	after := Said(t, a, "room", kept.Last, Draft(1, 2, "two"))[0]
	if after.At.Before(before.At) {
		t.Fatalf("%v, then %v", before.At, after.At)
	}
}

func seenMoreThanThereIs(t *testing.T, w World) {
	a, _ := w.node(t)
	kept := Opened(t, a, "room", "")
	for _, seen := range []cluster.Place{
		{Epoch: kept.Last.Epoch, Number: 1},
		{Epoch: kept.Last.Epoch + 1},
	} {
		_, _, err := a.Append(t.Context(), "room", seen, []cluster.Draft{Draft(1, 1, "one")})
		want(t, err, cluster.ErrLost)
		_, err = a.After(t.Context(), "room", seen)
		want(t, err, cluster.ErrLost)
		want(t, a.Keep(t.Context(), "room", cluster.Snapshot{Place: seen}), cluster.ErrLost)
	}
	if there := Opened(t, a, "room", ""); there.Last != kept.Last {
		t.Fatalf("something was appended: %+v", there)
	}
}

func absentRoom(t *testing.T, w World) {
	a, _ := w.node(t)
	_, err := a.Head(t.Context(), "room")
	want(t, err, cluster.ErrNoRoom)
	_, _, err = a.Append(t.Context(), "room", cluster.Place{}, []cluster.Draft{Draft(1, 1, "one")})
	want(t, err, cluster.ErrLost)
	gone := func(err error) { // both say that nothing is there
		t.Helper()
		if !errors.Is(err, cluster.ErrLost) && !errors.Is(err, cluster.ErrNoRoom) {
			t.Fatal(err)
		}
	}
	_, err = a.After(t.Context(), "room", cluster.Place{})
	gone(err)
	gone(a.Keep(t.Context(), "room", cluster.Snapshot{}))
	want(t, a.Remove(t.Context(), "room", cluster.Place{}), nil)
	if !Opened(t, a, "room", "").Made {
		t.Fatal("the room was there")
	}
}

func afterAPlace(t *testing.T, w World) {
	a, _ := w.node(t)
	kept := Opened(t, a, "room", "")
	at := Said(t, a, "room", kept.Last, Draft(1, 1, "one"), Draft(1, 2, "two"), Draft(1, 3, "three"))
	for i, from := range []cluster.Place{{}, at[0].Place, at[1].Place, at[2].Place} {
		got, err := a.After(t.Context(), "room", from)
		want(t, err, nil)
		if all := []string{"one", "two", "three"}; !slices.Equal(bodies(got), all[i:]) {
			t.Fatalf("after %+v: %q", from, bodies(got))
		}
	}
	// That number, but of a history that the store gave up.
	_, err := a.After(t.Context(), "room", cluster.Place{Epoch: 1, Number: 2})
	want(t, err, cluster.ErrForgotten)
}

func manyAppendAtOnce(t *testing.T, w World) {
	const nodes, each = 3, 40
	var ears []*Ear
	var said sync.WaitGroup
	var kept cluster.Kept
	var stores []cluster.Store
	for range nodes {
		s, ear := w.node(t)
		kept = Opened(t, s, "room", "")
		listening(t, s, "room")
		stores, ears = append(stores, s), append(ears, ear)
	}
	for n, s := range stores {
		said.Go(func() {
			for i := range uint64(each) {
				if _, _, err := s.Append(t.Context(), "room", kept.Last, []cluster.Draft{Draft(byte(n), i, fmt.Sprint(n, i))}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	said.Wait()
	kept = Opened(t, stores[0], "room", "")
	for _, ear := range ears {
		heard := ear.UntilHeard(t, "room", nodes*each)
		if !slices.Equal(bodies(heard), bodies(kept.Entries)) {
			t.Fatal("what is heard is not what is kept")
		}
		for i, e := range heard {
			if e.Number != uint64(i+1) {
				t.Fatalf("entry %d has number %d", i, e.Number)
			}
		}
	}
}

func passedByAndLeft(t *testing.T, w World) {
	a, heardA := w.node(t)
	b, heardB := w.node(t)
	listening(t, a, "room")
	listening(t, b, "room")
	listening(t, b, "other")
	passed := func(e *Ear, room string, n int) {
		t.Helper()
		e.Until(t, "what was passed", func() bool {
			e.mu.Lock()
			defer e.mu.Unlock()
			return len(e.passed[room]) >= n
		})
	}
	want(t, a.Publish(t.Context(), "room", []byte("typing\x00")), nil)
	passed(heardA, "room", 1)
	passed(heardB, "room", 1)
	b.Unlisten("room")
	b.Unlisten("nowhere")
	want(t, a.Publish(t.Context(), "room", []byte("more")), nil)
	passed(heardA, "room", 2)
	want(t, a.Publish(t.Context(), "other", []byte("end")), nil)
	passed(heardB, "other", 1)
	heardB.mu.Lock()
	got := heardB.passed["room"]
	heardB.mu.Unlock()
	if !slices.Equal(got, []string{"typing\x00"}) {
		t.Fatalf("heard %q of a room that it left", got)
	}
	listening(t, b, "room")
	want(t, a.Publish(t.Context(), "room", []byte("again")), nil)
	passed(heardB, "room", 2)
}

func contextsEnd(t *testing.T, w World) {
	a, _ := w.node(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := a.Open(ctx, "room", nil)
	want(t, err, context.Canceled)
	_, _, err = a.Append(ctx, "room", cluster.Place{}, []cluster.Draft{Draft(1, 1, "")})
	want(t, err, context.Canceled)
	_, err = a.Beat(ctx, "node")
	want(t, err, context.Canceled)
}

func nothingIsHeardAfterClose(t *testing.T, w World) {
	a, _ := w.node(t)
	ear := new(Ear)
	b := w.Node(ear)
	kept := Opened(t, a, "room", "")
	listening(t, b, "room")
	Said(t, a, "room", kept.Last, Draft(1, 1, "one"))
	ear.UntilHeard(t, "room", 1)
	want(t, b.Close(), nil)
	Said(t, a, "room", kept.Last, Draft(1, 2, "two"))
	if _, err := b.Open(t.Context(), "room", nil); err == nil {
		t.Fatal("a store that was closed opens rooms")
	}
	if n := len(ear.Entries("room")); n != 1 {
		t.Fatalf("heard %d", n)
	}
}
