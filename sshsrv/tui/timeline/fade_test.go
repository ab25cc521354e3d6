package timeline

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"
	"weak"

	"sotto/rooms"
	"sotto/sshsrv/tui/theme"
)

// fading is a timeline with a clock of its own.
func fading(now *time.Time) *Timeline {
	t := New(time.UTC, func() time.Time { return *now }, func(rooms.Person) bool { return false })
	t.Restyle(80, 12, 0, inkFor(theme.Dark, theme.None))
	t.Reader(you.ID, you.Nick)
	return t
}

// TestFade: what has been here for so long is gone from the rows, the search, the
// quotes of answers and the memory, and what came later is not.
func TestFade(t *testing.T) {
	now := start
	tl := fading(&now)
	tl.Fade(10 * time.Minute)
	first := &rooms.Said{Seq: 1, At: now, From: lynx.Person(), Text: "the first secret"}
	gone := weak.Make(first)
	tl.Add(Said{first})
	first = nil
	now = now.Add(time.Minute)
	tl.Add(Said{&rooms.Said{Seq: 2, At: now, From: heron.Person(), Text: "an answer", Re: 1}})
	if rows := strings.Join(seen(tl, 10), "\n"); !strings.Contains(rows, "the first secret") || strings.Count(rows, "secret") != 2 {
		t.Fatalf("it shows\n%s", rows)
	}
	if faded, next := tl.Expire(); faded || !next.Equal(start.Add(10*time.Minute)) {
		t.Fatalf("something faded too early: %v, and the next at %v", faded, next)
	}
	now = start.Add(10 * time.Minute)
	if faded, next := tl.Expire(); !faded || !next.Equal(start.Add(11*time.Minute)) {
		t.Fatalf("nothing faded: %v, and the next at %v", faded, next)
	}
	if rows := strings.Join(seen(tl, 10), "\n"); strings.Contains(rows, "secret") || !strings.Contains(rows, "an answer") || !strings.Contains(rows, "an earlier message") || strings.Contains(rows, "dropped") {
		t.Errorf("it shows\n%s", rows)
	}
	tl.LookFor("secret")
	for id := tl.First(); tl.Has(id); id++ {
		if tl.Matches(id) {
			t.Errorf("block %d matches", id)
		}
	}
	if runtime.GC(); gone.Value() != nil {
		t.Error("what faded is in memory")
	}
	now = now.Add(time.Hour)
	if faded, next := tl.Expire(); !faded || !next.IsZero() || tl.First() != tl.End() {
		t.Errorf("%v, the next at %v, and %d are left", faded, next, tl.End()-tl.First())
	}
}

// TestFadeByRoom: what was said in a room that fades fades after its person left it, and
// what is said in one that doesn't stays.
func TestFadeByRoom(t *testing.T) {
	now := start
	tl := fading(&now)
	say := func(text string) {
		tl.Add(Said{&rooms.Said{Seq: uint64(tl.End() + 1), At: now, From: lynx.Person(), Text: text}})
	}
	tl.Fade(5 * time.Minute)
	say("fades")
	tl.Leave()
	tl.Enter()
	say("stays")
	if _, next := tl.Expire(); !next.Equal(start.Add(5 * time.Minute)) {
		t.Errorf("the next fades at %v", next)
	}
	now = now.Add(time.Hour)
	if faded, next := tl.Expire(); !faded || !next.IsZero() {
		t.Errorf("faded: %v, the next at %v", faded, next)
	}
	if rows := strings.Join(seen(tl, 10), "\n"); strings.Contains(rows, "fades") || !strings.Contains(rows, "stays") {
		t.Errorf("it shows\n%s", rows)
	}
	for range 3 * MaxItems {
		tl.Leave()
		tl.Enter()
		say("elsewhere")
	}
	if len(tl.eras) > MaxItems {
		t.Errorf("%d rooms are remembered", len(tl.eras))
	}
}

// TestFadeWhileReading: somebody who reads further up, has chosen a message or looks for
// one loses what faded and nothing else, and is shown something.
func TestFadeWhileReading(t *testing.T) {
	for _, at := range []string{"top", "chosen", "found"} {
		now := start
		tl := fading(&now)
		tl.Fade(time.Minute)
		for i := range 60 {
			tl.Add(Said{&rooms.Said{Seq: uint64(i + 1), At: now, From: []rooms.Person{lynx.Person(), heron.Person()}[i%2], Text: fmt.Sprint("line ", i)}})
			now = now.Add(time.Second)
		}
		seen(tl, 10)
		switch tl.ToTop(); at {
		case "chosen":
			tl.SelectNewest()
		case "found":
			tl.LookFor("line 3")
		}
		seen(tl, 10)
		now = now.Add(30 * time.Second)
		tl.Expire()
		if rows := strings.Join(bare(seen(tl, 10)), "\n"); strings.Contains(rows, "line 30\n") || !strings.Contains(rows, "line 35") {
			t.Errorf("%s: it shows\n%s", at, rows)
		}
		if _, ok := tl.Selected(); ok && at == "chosen" {
			t.Error("what faded is chosen")
		}
	}
}
