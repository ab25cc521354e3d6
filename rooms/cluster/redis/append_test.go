package redis

import (
	"errors"
	"strconv"
	"strings"
	"testing"

	"sotto/rooms"
	"sotto/rooms/cluster"
	"sotto/rooms/cluster/storetest"
)

// TestAppendPlainly: nearly all is appended in the way that costs least.
func TestAppendPlainly(t *testing.T) {
	s := startServer(t)
	w := s.world()
	a, b := w.Node(new(storetest.Ear)).(*Store), w.Node(new(storetest.Ear)).(*Store)
	kept := storetest.Opened(t, a, "room", "")
	storetest.Said(t, a, "room", kept.Last, storetest.Draft(1, 1, "one"))
	storetest.Said(t, b, "room", kept.Last, storetest.Draft(2, 1, "one"))
	s.cli("CONFIG", "RESETSTAT")
	for i := range uint64(10) {
		storetest.Said(t, a, "room", kept.Last, storetest.Draft(1, 2+2*i, "more"), storetest.Draft(1, 3+2*i, "more"))
		storetest.Said(t, b, "room", kept.Last, storetest.Draft(2, 2+i, "more"))
	}
	stats := s.cli("INFO", "commandstats")
	for _, line := range []string{"evalsha:calls=20,", "get:calls=20,", "time:calls=20,", "rpush:calls=20,", "setrange:calls=20,", "spublish:calls=20,"} {
		if !strings.Contains(stats, "cmdstat_"+line) {
			t.Errorf("not %s", line)
		}
	}
	if strings.Contains(stats, "cmdstat_info") {
		t.Error(stats)
	}
}

// TestCopyIsNotPlain: a copy that takes over is not asked plainly as if it were what it was a
// copy of, even by who asked the other just before.
func TestCopyIsNotPlain(t *testing.T) {
	port := freePort(t)
	master := startServer(t, "--port", port, "--bind", "127.0.0.1", "--repl-diskless-sync-delay", "0")
	w := master.world()
	n := w.Node(new(storetest.Ear)).(*Store)
	kept := storetest.Opened(t, n, "room", "")
	for i := range uint64(3) {
		storetest.Said(t, n, "room", kept.Last, storetest.Draft(1, i, "x"))
	}
	kept = storetest.Opened(t, n, "room", "")
	replica := startServer(t, "--replicaof", "127.0.0.1 "+port)
	eventually(t, "a copy", func() bool { return replica.cli("EXISTS", "sotto:{room}:room") == "1" })
	replica.cli("REPLICAOF", "NO", "ONE")

	_, of, sum := n.plain.known()
	if master.cli("SCRIPT", "EXISTS", sum) != "1" || replica.cli("SCRIPT", "EXISTS", sum) != "0" {
		t.Fatal("a copy has what its master was given")
	}
	copied := &Store{client: replica.node(Config{}).client, propose: n.propose, calls: newCalls()}
	copied.plain.know("1", of) // as one that has asked the master, just before
	if err := copied.teach(t.Context(), "room"); err != nil {
		t.Fatal(err)
	}
	if _, _, sum := copied.plain.known(); sum != "" {
		t.Fatal("a copy is taken for its master")
	}
	_, _, err := copied.Append(t.Context(), "room", kept.Last, []cluster.Draft{storetest.Draft(1, 9, "nine")})
	if !errors.Is(err, cluster.ErrRecovering) {
		t.Fatalf("a copy takes what is said as if nothing had happened: %v", err)
	}
}

// TestForgottenIdsAreThrownAway: what is remembered of a room does not grow with its age.
func TestForgottenIdsAreThrownAway(t *testing.T) {
	s := startServer(t)
	w := s.world()
	n := w.Node(new(storetest.Ear)).(*Store)
	kept := storetest.Opened(t, n, "room", "")
	const each, rounds = 10, 8
	for i := range uint64(rounds) {
		var drafts []cluster.Draft
		for k := range uint64(each) {
			drafts = append(drafts, storetest.Draft(1, each*i+k, "x"))
		}
		at := storetest.Said(t, n, "room", kept.Last, drafts...)
		last := at[each-1].Place
		if err := n.Keep(t.Context(), "room", cluster.Snapshot{Place: last, Body: []byte("s")}); err != nil {
			t.Fatal(err)
		}
		w.Pass(rooms.HistoryFor)
		if _, err := n.Beat(t.Context(), "node"); err != nil {
			t.Fatal(err)
		}
		if lost, err := n.Touch(t.Context(), map[string]cluster.Place{"room": last}); err != nil || len(lost) > 0 {
			t.Fatal(lost, err)
		}
		const most = each * idBytes * 2 * int(2*cluster.Remembered/rooms.HistoryFor+1)
		if length, err := strconv.Atoi(s.cli("STRLEN", "sotto:{room}:ids")); err != nil || length > most || length == 0 {
			t.Fatalf("after %d rounds ids are %d bytes, at most %d, %v", i+1, length, most, err)
		}
		if again := storetest.Said(t, n, "room", kept.Last, drafts[0]); again[0].Place != at[0].Place {
			t.Fatalf("%+v became %+v", at[0], again[0])
		}
	}
}
