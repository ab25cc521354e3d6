package redis

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"sotto/rooms"
	"sotto/rooms/cluster"
	"sotto/rooms/cluster/storetest"
)

func TestScriptsAreFlushed(t *testing.T) {
	s := startServer(t)
	s.world()
	n := s.node(Config{})
	flush := func() { s.cli("SCRIPT", "FLUSH") }
	flush()
	kept := storetest.Opened(t, n, "room", "")
	flush()
	at := storetest.Said(t, n, "room", kept.Last, storetest.Draft(1, 1, "one"))
	flush()
	again := storetest.Said(t, n, "room", kept.Last, storetest.Draft(1, 1, "one"))
	if again[0].Place != at[0].Place || at[0].Number != 1 {
		t.Fatalf("%+v, then %+v", at, again)
	}
	flush()
	lost, err := n.Touch(t.Context(), map[string]cluster.Place{"room": at[0].Place, "never": {}})
	if err != nil || !slices.Equal(lost, []string{"never"}) {
		t.Fatal(lost, err)
	}
	flush()
	if _, err := n.Beat(t.Context(), "node"); err != nil {
		t.Fatal(err)
	}
}

// roundTrip has a node hear what another publishes.
func roundTrip(t *testing.T, from *Store, ear *storetest.Ear, room string, count uint64) {
	t.Helper()
	storetest.Said(t, from, room, cluster.Place{}, storetest.Draft(1, count, fmt.Sprint(count)))
	ear.Until(t, "an entry", func() bool {
		return slices.ContainsFunc(ear.Entries(room), func(e cluster.Entry) bool { return e.ID.Count == count })
	})
}

func listen(t *testing.T, n *Store, rooms ...string) {
	t.Helper()
	for _, room := range rooms {
		if err := n.Listen(t.Context(), room); err != nil {
			t.Fatal(err)
		}
	}
}

func TestLostSubscriptionsAreMadeAgain(t *testing.T) {
	s := startServer(t)
	w := s.world()
	ear := new(storetest.Ear)
	from, to := w.Node(new(storetest.Ear)).(*Store), w.Node(ear).(*Store)
	var all []string
	for i := range subscribeAtOnce + 10 {
		all = append(all, fmt.Sprint("room", i))
	}
	listen(t, to, all...)
	first, last := all[0], all[len(all)-1]
	storetest.Opened(t, from, first, "")
	storetest.Opened(t, from, last, "")
	count := uint64(0)
	for _, cut := range []func(){
		func() { s.cli("CLIENT", "KILL", "TYPE", "pubsub") },
		to.Reconnect,
		func() { s.cli("CLIENT", "KILL", "TYPE", "pubsub") },
	} {
		before := ear.Misses()
		cut()
		ear.Until(t, "that something was missed", func() bool { return ear.Misses() > before })
		for _, room := range []string{first, last} {
			count++
			roundTrip(t, from, ear, room, count)
		}
	}
}

func TestServerStartsAnew(t *testing.T) {
	s := startServer(t)
	w := s.world()
	ear := new(storetest.Ear)
	n := w.Node(ear).(*Store)
	kept := storetest.Opened(t, n, "room", "head")
	listen(t, n, "room")
	roundTrip(t, n, ear, "room", 1)

	s.kill()
	draft := []cluster.Draft{storetest.Draft(1, 2, "two")}
	if _, _, err := n.Append(t.Context(), "room", kept.Last, draft); err == nil || outcomeIsKnown(err) {
		t.Fatalf("without a server: %v", err)
	}
	short, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	if err := n.Listen(short, "other"); err == nil {
		t.Fatal("listens without a server")
	}
	cancel()
	n.Unlisten("other")
	before := ear.Misses()
	s.start()
	ear.Until(t, "that something was missed", func() bool { return ear.Misses() > before })
	_, _, err := n.Append(t.Context(), "room", kept.Last, draft)
	if !errors.Is(err, cluster.ErrLost) {
		t.Fatalf("of an empty server: %v", err)
	}
	if _, err := n.Open(t.Context(), "new", nil); !errors.Is(err, cluster.ErrRecovering) {
		t.Fatalf("a room is made beside those that nodes know: %v", err)
	}
	if err := n.Propose(t.Context(), "room", cluster.Proposal{
		Head: []byte("head"), Snapshot: cluster.Snapshot{Place: cluster.Place{Epoch: kept.Last.Epoch, Number: 1}, Body: []byte("s")}, Next: draft[0],
	}); err != nil {
		t.Fatal(err)
	}
	w.Pass(proposeFor)
	if again := storetest.Opened(t, n, "room", ""); string(again.Snapshot.Body) != "s" || again.Last.Number != 2 {
		t.Fatalf("back is %+v", again)
	}
	roundTrip(t, n, ear, "room", 3)
}

func outcomeIsKnown(err error) bool {
	for _, known := range []error{cluster.ErrNoRoom, cluster.ErrLost, cluster.ErrForgotten, cluster.ErrRecovering, cluster.ErrFull, cluster.ErrFenced} {
		if errors.Is(err, known) {
			return true
		}
	}
	return false
}

// TestCopyTakesOver: another server with the same keys may be behind, so that nothing is said
// until nodes had time to say what they know; and no number comes twice in an epoch.
func TestCopyTakesOver(t *testing.T) {
	s := startServer(t)
	w := s.world()
	n := w.Node(new(storetest.Ear)).(*Store)
	for _, room := range []string{"whole", "behind"} {
		storetest.Opened(t, n, room, "")
		storetest.Said(t, n, room, cluster.Place{}, storetest.Draft(1, 1, "one"), storetest.Draft(1, 2, "two"))
	}
	whole, behind := storetest.Opened(t, n, "whole", ""), storetest.Opened(t, n, "behind", "")
	s.cli("SET", generationKey, "0 another", "PX", millis(cluster.RoomFor))
	s.cli("SCRIPT", "FLUSH") // a copy has none

	next := []cluster.Draft{storetest.Draft(1, 3, "three")}
	for _, room := range []string{"whole", "behind"} {
		if _, _, err := n.Append(t.Context(), room, cluster.Place{}, next); !errors.Is(err, cluster.ErrRecovering) {
			t.Fatal(err)
		}
	}
	place := cluster.Place{Epoch: behind.Last.Epoch, Number: 7}
	for room, at := range map[string]cluster.Place{"whole": whole.Last, "behind": place} {
		p := cluster.Proposal{Snapshot: cluster.Snapshot{Place: at, Body: []byte("s")}, Next: storetest.Draft(1, 4, "again")}
		if err := n.Propose(t.Context(), room, p); err != nil {
			t.Fatal(err)
		}
	}
	w.Pass(proposeFor)
	at := storetest.Said(t, n, "whole", whole.Last, next...)
	if at[0].Number != 3 || at[0].Epoch <= whole.Last.Epoch {
		t.Fatalf("goes on at %+v after %+v", at, whole.Last)
	}
	got, err := n.After(t.Context(), "whole", whole.Last)
	if err != nil || len(got) != 1 || got[0].Place != at[0].Place {
		t.Fatal(got, err)
	}
	if kept := storetest.Opened(t, n, "behind", ""); kept.Last.Number != 8 || string(kept.Snapshot.Body) != "s" {
		t.Fatalf("the one that was behind is %+v", kept)
	}
	if more := storetest.Said(t, n, "whole", at[0].Place, storetest.Draft(1, 5, "five")); more[0].Epoch != at[0].Epoch {
		t.Fatalf("another epoch for nothing: %+v", more)
	}
}

// TestServerIsFull: nothing of what is refused was done, and all goes on that nodes need so
// that there is room again.
func TestServerIsFull(t *testing.T) {
	s := startServer(t)
	w := s.world()
	n := w.Node(new(storetest.Ear)).(*Store)
	kept := storetest.Opened(t, n, "room", "")
	other := storetest.Opened(t, n, "other", "")
	body := strings.Repeat("x", 100<<10)
	at := storetest.Said(t, n, "room", kept.Last, storetest.Draft(1, 1, body), storetest.Draft(1, 2, body), storetest.Draft(1, 3, "end"))
	s.cli("CONFIG", "SET", "maxmemory", "100kb")

	full := func(err error) {
		t.Helper()
		if !errors.Is(err, cluster.ErrFull) {
			t.Fatalf("not full: %v", err)
		}
	}
	_, _, err := n.Append(t.Context(), "room", kept.Last, []cluster.Draft{storetest.Draft(1, 4, "four")})
	full(err)
	_, err = n.Open(t.Context(), "new", nil)
	full(err)
	full(n.Propose(t.Context(), "lost", cluster.Proposal{Snapshot: cluster.Snapshot{Place: at[2].Place}}))

	if again := storetest.Opened(t, n, "room", ""); again.Last != at[2].Place || len(again.Entries) != 3 {
		t.Fatalf("something was appended: %+v", again.Last)
	}
	if _, err := n.Beat(t.Context(), "node"); err != nil {
		t.Fatal(err)
	}
	if lost, err := n.Touch(t.Context(), map[string]cluster.Place{"room": at[2].Place, "other": other.Last}); err != nil || len(lost) > 0 {
		t.Fatal(lost, err)
	}
	full(n.Keep(t.Context(), "room", cluster.Snapshot{Place: at[1].Place, Body: []byte(body + body + body)}))
	if err := n.Keep(t.Context(), "room", cluster.Snapshot{Place: at[1].Place, Body: []byte("s")}); err != nil {
		t.Fatal(err)
	}
	if again := storetest.Opened(t, n, "room", ""); string(again.Snapshot.Body) != "s" || len(again.Entries) != 1 || again.Last != at[2].Place {
		t.Fatalf("no room was made: %q, %d entries", again.Snapshot.Body, len(again.Entries))
	}
	if err := n.Remove(t.Context(), "other", other.Last); err != nil {
		t.Fatal(err)
	}
	if _, err := n.Head(t.Context(), "other"); !errors.Is(err, cluster.ErrNoRoom) {
		t.Fatal(err)
	}
	s.cli("CONFIG", "SET", "maxmemory", "0")
	if at := storetest.Said(t, n, "room", kept.Last, storetest.Draft(1, 4, "four")); at[0].Number != 4 {
		t.Fatalf("went on at %+v", at)
	}
}

// TestFrozenServer: no call takes longer than it may, however many there are, and none of
// them is made twice.
func TestFrozenServer(t *testing.T) {
	s := startServer(t)
	w := s.world()
	n := w.Node(new(storetest.Ear)).(*Store)
	kept := storetest.Opened(t, n, "room", "")
	if err := s.cmd.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	const calls = 4 * maxCalls
	ends := make(chan error, calls)
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	for i := range uint64(calls) {
		go func() {
			_, _, err := n.Append(ctx, "room", kept.Last, []cluster.Draft{storetest.Draft(1, i, "x")})
			ends <- err
		}()
	}
	<-ctx.Done()
	for range calls {
		select {
		case err := <-ends:
			if !errors.Is(err, context.DeadlineExceeded) {
				t.Fatalf("of a server that is stopped: %v", err)
			}
		case <-time.After(20 * time.Second):
			t.Fatal("a call did not end with its context")
		}
	}
	if err := s.cmd.Process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	again := storetest.Opened(t, n, "room", "")
	seen := make(map[cluster.ID]bool)
	for _, e := range again.Entries {
		if seen[e.ID] {
			t.Fatalf("%v is there twice", e.ID)
		}
		seen[e.ID] = true
	}
	if len(again.Entries) > maxCalls {
		t.Fatalf("%d calls were sent at once", len(again.Entries))
	}
}

// TestKeysEnd: all that is written ends by itself, and a room that is gone leaves nothing.
func TestKeysEnd(t *testing.T) {
	s := startServer(t)
	w := s.world()
	n := w.Node(new(storetest.Ear)).(*Store)
	kept := storetest.Opened(t, n, "room", "head")
	at := storetest.Said(t, n, "room", kept.Last, storetest.Draft(1, 1, "one"))
	if err := n.Keep(t.Context(), "room", cluster.Snapshot{Place: at[0].Place, Body: []byte("s")}); err != nil {
		t.Fatal(err)
	}
	w.Pass(rooms.HistoryFor) // and what was said is forgotten, but that it was
	if lost, err := n.Touch(t.Context(), map[string]cluster.Place{"room": at[0].Place}); err != nil || len(lost) > 0 {
		t.Fatal(lost, err)
	}
	at = storetest.Said(t, n, "room", kept.Last, storetest.Draft(1, 2, "two"))
	if _, err := n.Beat(t.Context(), "node"); err != nil {
		t.Fatal(err)
	}
	if err := n.Propose(t.Context(), "lost", cluster.Proposal{Snapshot: cluster.Snapshot{Place: at[0].Place}}); err != nil {
		t.Fatal(err)
	}
	keys := strings.Fields(s.cli("KEYS", "*"))
	if len(keys) < 8 {
		t.Fatalf("keys %q", keys)
	}
	for _, key := range keys {
		if ttl := s.cli("TTL", key); ttl == "-1" || !strings.HasPrefix(key, "sotto:{") {
			t.Errorf("%s ends in %s", key, ttl)
		}
	}
	if err := n.Remove(t.Context(), "room", at[0].Place); err != nil {
		t.Fatal(err)
	}
	if left := s.cli("KEYS", "sotto:{room}*"); left != "" {
		t.Errorf("left of the room: %s", left)
	}
}
