package storetest

import (
	"slices"
	"testing"
	"time"

	"sotto/rooms/cluster"
)

func proposal(at cluster.Place, body string, next cluster.Draft) cluster.Proposal {
	return cluster.Proposal{Head: []byte("head"), Snapshot: cluster.Snapshot{Place: at, Body: []byte(body)}, Next: next}
}

func highestProposalWins(t *testing.T, w World) {
	a, heardA := w.node(t)
	b, heardB := w.node(t)
	Opened(t, a, "room", "head")
	at := Said(t, a, "room", cluster.Place{}, Draft(1, 1, "one"), Draft(1, 2, "two"), Draft(1, 3, "three"))
	listening(t, a, "room")
	listening(t, b, "room")
	w.Forget()

	want(t, a.Propose(t.Context(), "room", proposal(at[1].Place, "two", Draft(1, 10, "a"))), nil)
	_, _, err := a.Append(t.Context(), "room", at[1].Place, []cluster.Draft{Draft(1, 4, "lost?")})
	want(t, err, cluster.ErrRecovering)
	_, err = b.Open(t.Context(), "room", nil)
	want(t, err, cluster.ErrRecovering)
	_, err = b.After(t.Context(), "room", at[1].Place)
	want(t, err, cluster.ErrRecovering)
	_, err = b.Head(t.Context(), "room")
	want(t, err, cluster.ErrRecovering)
	want(t, b.Remove(t.Context(), "room", at[1].Place), cluster.ErrRecovering)
	want(t, b.Keep(t.Context(), "room", cluster.Snapshot{Place: at[1].Place}), cluster.ErrRecovering)
	lost, err := b.Touch(t.Context(), map[string]cluster.Place{"room": at[2].Place})
	if want(t, err, nil); !slices.Equal(lost, []string{"room"}) {
		t.Fatalf("who may have more is not asked: %q", lost)
	}
	want(t, b.Propose(t.Context(), "room", proposal(at[2].Place, "three", Draft(2, 1, "b"))), nil)
	want(t, a.Propose(t.Context(), "room", proposal(at[1].Place, "two", Draft(1, 10, "a"))), nil)

	w.Pass(w.ProposeFor)
	kept := Opened(t, a, "room", "other head")
	if kept.Made || string(kept.Snapshot.Body) != "three" || kept.Snapshot.Place != at[2].Place || !slices.Equal(bodies(kept.Entries), []string{"b"}) {
		t.Fatalf("the room is %+v", kept)
	}
	next := kept.Entries[0]
	if next.Epoch <= at[2].Epoch || next.Number != 4 || kept.Last != next.Place || next.ID != Draft(2, 1, "").ID || next.At.IsZero() {
		t.Fatalf("it goes on with %+v after %+v", next, at[2])
	}
	for _, ear := range []*Ear{heardA, heardB} {
		if heard := ear.UntilHeard(t, "room", 1); heard[0].Place != next.Place {
			t.Fatalf("heard %+v", heard)
		}
	}
	head, err := a.Head(t.Context(), "room")
	if want(t, err, nil); string(head) != "head" {
		t.Fatalf("head %q", head)
	}
	// Who comes too late changes nothing, and finds out.
	want(t, a.Propose(t.Context(), "room", proposal(cluster.Place{Epoch: at[2].Epoch, Number: 9}, "late", Draft(1, 11, "c"))), nil)
	_, err = a.After(t.Context(), "room", cluster.Place{Epoch: at[2].Epoch, Number: 9})
	want(t, err, cluster.ErrForgotten)
	if after := Said(t, a, "room", at[1].Place, Draft(2, 1, "b"), Draft(1, 4, "d")); after[0].Place != next.Place || after[1].Number != 5 || after[1].Epoch != next.Epoch {
		t.Fatalf("then %+v", after)
	}
}

func proposalOfWhatIsThere(t *testing.T, w World) {
	a, _ := w.node(t)
	Opened(t, a, "room", "")
	at := Said(t, a, "room", cluster.Place{}, Draft(1, 1, "one"), Draft(1, 2, "two"))
	want(t, a.Propose(t.Context(), "room", proposal(at[1].Place, "s", Draft(1, 3, "next"))), nil)
	if got := Said(t, a, "room", at[1].Place, Draft(1, 4, "four")); got[0].Number != 3 {
		t.Fatalf("went on at %+v", got)
	}
	// A store that is behind is one that lost something.
	ahead := cluster.Place{Epoch: at[1].Epoch, Number: 7}
	want(t, a.Propose(t.Context(), "room", proposal(ahead, "seven", Draft(1, 8, "eight"))), nil)
	w.Pass(w.ProposeFor)
	kept := Opened(t, a, "room", "")
	if string(kept.Snapshot.Body) != "seven" || kept.Last.Number != 8 || kept.Last.Epoch <= at[1].Epoch {
		t.Fatalf("the room is %+v", kept)
	}
	if again := Said(t, a, "room", at[1].Place, Draft(1, 2, "two")); again[0].Place != at[1].Place {
		t.Fatalf("an id that the store still had is appended once more, at %+v", again)
	}
}

func forgottenStoreRecovers(t *testing.T, w World) {
	a, _ := w.node(t)
	Opened(t, a, "room", "")
	w.Forget()
	if !w.Apart {
		_, err := a.Open(t.Context(), "room", nil)
		want(t, err, cluster.ErrRecovering)
	}
	_, _, err := a.Append(t.Context(), "room", cluster.Place{}, []cluster.Draft{Draft(1, 1, "one")})
	want(t, err, cluster.ErrLost)
	w.Pass(w.ProposeFor)
	if kept := Opened(t, a, "room", ""); !kept.Made {
		t.Fatalf("nobody offered anything, and there is %+v", kept)
	}
}

func nodesBeat(t *testing.T, w World) {
	a, _ := w.node(t)
	b, _ := w.node(t)
	beat := func(s cluster.Store, node string) cluster.Nodes {
		t.Helper()
		n, err := s.Beat(t.Context(), node)
		want(t, err, nil)
		slices.Sort(n.Live)
		return n
	}
	beat(a, "one")
	beat(a, "left")
	n := beat(b, "two")
	if !slices.Equal(n.Live, []string{"left", "one", "two"}) || len(n.Gone) > 0 || n.Now.IsZero() {
		t.Fatalf("nodes %+v", n)
	}
	want(t, a.Leave(t.Context(), "left"), nil)
	want(t, a.Leave(t.Context(), "left"), nil)
	_, err := a.Beat(t.Context(), "left")
	want(t, err, cluster.ErrFenced)
	n = beat(b, "two")
	if since := n.Gone["left"]; !slices.Equal(n.Live, []string{"one", "two"}) || len(n.Gone) != 1 || since.IsZero() || since.After(n.Now) {
		t.Fatalf("nodes %+v", n)
	}
	for range 6 { // the other one is silent
		w.Pass(cluster.BeatEvery)
		n = beat(b, "two")
	}
	if _, gone := n.Gone["one"]; !gone || !slices.Equal(n.Live, []string{"two"}) {
		t.Fatalf("nodes %+v", n)
	}
	_, err = a.Beat(t.Context(), "one")
	want(t, err, cluster.ErrFenced)
	for range cluster.GoneFor/cluster.BeatEvery + 2 {
		w.Pass(cluster.BeatEvery)
		n = beat(b, "two")
	}
	if len(n.Gone) > 0 {
		t.Fatalf("still known: %+v", n)
	}
}

// nodesStopTogether: a store that was stopped, or whose clock was set, says of nobody that
// they are gone.
func nodesStopTogether(t *testing.T, w World) {
	a, _ := w.node(t)
	for _, node := range []string{"one", "two"} {
		if _, err := a.Beat(t.Context(), node); err != nil {
			t.Fatal(err)
		}
	}
	for _, d := range []time.Duration{30 * time.Second, time.Hour, -time.Hour} {
		w.Pass(d)
		n, err := a.Beat(t.Context(), "one")
		if want(t, err, nil); len(n.Gone) > 0 && d < cluster.RoomFor {
			t.Fatalf("after %v: %+v", d, n)
		}
		_, err = a.Beat(t.Context(), "two")
		want(t, err, nil)
	}
}
