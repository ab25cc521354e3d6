package rooms_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
)

func TestTwoPeople(t *testing.T) {
	h := rooms.NewHub(rooms.Config{SayRate: 0})
	alice := enter(t, h, rooms.Visitor{Nick: "alice", Via: rooms.ViaSSH})
	bob := enter(t, h, rooms.Visitor{Nick: "bob", Via: rooms.ViaWeb})

	if got := len(bob.welcome.Members); got != 2 {
		t.Fatalf("bob sees %d members, want 2", got)
	}
	joined := want[*rooms.Joined](t, alice.take())
	if joined.Member.Nick != "bob" || joined.Seq != bob.welcome.Seq {
		t.Fatalf("alice saw %+v join; bob was welcomed at %d", joined, bob.welcome.Seq)
	}

	alice.do(rooms.Say{ID: "1", Text: "hello"})
	own, other := want[*rooms.Said](t, alice.take()), want[*rooms.Said](t, bob.take())
	if own.ID != "1" || other.ID != "" || own.Seq != other.Seq || other.Text != "hello" || other.From.Nick != "alice" {
		t.Fatalf("own copy %+v, bob's %+v", own, other)
	}

	bob.do(rooms.Rename{ID: "2", Nick: "robert"})
	if r := want[*rooms.Renamed](t, alice.take()); r.Was != "bob" || r.Member.Nick != "robert" || r.ID != "" {
		t.Fatalf("renamed: %+v", r)
	}
	if r := want[*rooms.Renamed](t, bob.take()); r.ID != "2" {
		t.Fatalf("own copy of the rename has id %q", r.ID)
	}
	bob.do(rooms.SetTopic{Text: "two\nlines"})
	if e := want[*rooms.TopicSet](t, alice.take()); e.Text != "two lines" {
		t.Fatalf("topic %q", e.Text)
	}
	bob.do(rooms.Leave{})
	if err := bob.end(); err != io.EOF {
		t.Fatalf("after Leave: %v, want io.EOF", err)
	}
	if l := want[*rooms.Left](t, alice.take()); l.Reason != rooms.LeftQuit || l.Member.Nick != "robert" {
		t.Fatalf("left: %+v", l)
	}
}

func TestWhisperIsForTwo(t *testing.T) {
	h := rooms.NewHub(rooms.Config{})
	a, b, c := enter(t, h, rooms.Visitor{}), enter(t, h, rooms.Visitor{}), enter(t, h, rooms.Visitor{})
	a.do(rooms.Whisper{ID: "w", To: b.welcome.You.ID, Text: "psst"})
	a.do(rooms.Say{Text: "done"})
	own, theirs := want[*rooms.Whispered](t, a.take()), want[*rooms.Whispered](t, b.take())
	if own.ID != "w" || theirs.ID != "" || own.WSeq != 1 || theirs.WSeq != 1 || theirs.Text != "psst" {
		t.Fatalf("own %+v, theirs %+v", own, theirs)
	}
	for _, e := range c.take() {
		if _, heard := e.(*rooms.Whispered); heard {
			t.Fatal("a third person heard a whisper")
		}
	}
}

func TestRefusals(t *testing.T) {
	h := rooms.NewHub(rooms.Config{SayRate: 2})
	a := enter(t, h, rooms.Visitor{Nick: "alice"})
	b := enter(t, h, rooms.Visitor{Nick: "bob"})
	long := strings.Repeat("x", rooms.MaxTextBytes+1)
	for _, c := range []struct {
		op   rooms.Op
		code rooms.Code
	}{
		{rooms.Say{ID: "i", Text: long}, rooms.TooLong},
		{rooms.Say{ID: "i", Text: strings.Repeat("x\n", rooms.MaxTextLines) + "x"}, rooms.TooLong},
		{rooms.Say{ID: "i", Text: "\x07\x00"}, rooms.BadFrame},
		{rooms.Say{ID: "i", Text: "what?", Re: 99}, rooms.BadFrame},
		{rooms.Whisper{ID: "i", To: "nobody", Text: "hi"}, rooms.UnknownMember},
		{rooms.Whisper{ID: "i", To: a.welcome.You.ID, Text: "hi"}, rooms.NotAllowed},
		{rooms.SetTopic{ID: "i", Text: long}, rooms.TooLong},
		{rooms.Rename{ID: "i", Nick: "no spaces"}, rooms.BadNick},
		{rooms.Rename{ID: "i", Nick: "BOB"}, rooms.NickTaken},
	} {
		a.do(c.op)
		if r := want[*rooms.Refused](t, a.take()); r.Err.Code != c.code || r.ID != "i" {
			t.Errorf("%T: %v (id %q), want %v", c.op, r.Err.Code, r.ID, c.code)
		}
	}
	if events := b.take(); len(events) != 0 {
		t.Errorf("refused ops reached somebody else: %s", show(events))
	}
}

func TestNames(t *testing.T) {
	h := rooms.NewHub(rooms.Config{})
	enter(t, h, rooms.Visitor{Nick: "alice"})
	for nick, code := range map[string]rooms.Code{
		"аlice": rooms.NickTaken, // Cyrillic а
		"Alice": rooms.NickTaken,
		"admin": rooms.BadNick,
		"a b":   rooms.BadNick,
	} {
		seat, err := h.Join(t.Context(), rooms.Visitor{Room: "lobby", Nick: nick})
		if err != nil {
			t.Fatalf("the name %q kept somebody out: %v", nick, err)
		}
		events, _ := seat.Take()
		w, n := want[*rooms.Welcome](t, events), want[*rooms.Notice](t, events)
		if n.Code != code || w.You.Nick == nick || w.You.Nick == "" {
			t.Errorf("%q: notice %v, name %q", nick, n.Code, w.You.Nick)
		}
		seat.Close()
	}
}

// What a person is told about a rate is a sentence in whole seconds.
func TestTooFast(t *testing.T) {
	for wait, in := range map[time.Duration]string{
		time.Millisecond: "a second", 300 * time.Millisecond: "a second", time.Second: "a second",
		1001 * time.Millisecond: "2 seconds", 62 * time.Second: "62 seconds",
	} {
		if got, want := rooms.TooFast(wait), "You are sending faster than this room allows. Wait "+in+" and send it again."; got != want {
			t.Errorf("%v: %q, want %q", wait, got, want)
		}
	}
}

func TestSayRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := rooms.NewHub(rooms.Config{SayRate: 2})
		a := enter(t, h, rooms.Visitor{})
		for i := range 12 {
			a.do(rooms.Say{ID: fmt.Sprint(i), Text: "x"})
		}
		events := a.take()
		if got := len(texts(events)); got != 10 {
			t.Fatalf("a burst of %d messages passed, want 10", got)
		}
		if r := want[*rooms.Refused](t, events); r.Err.Code != rooms.RateLimited || r.ID != "10" {
			t.Fatalf("refused: %+v", r)
		}
		wait := a.SayWait()
		if wait <= 0 || wait > time.Second {
			t.Fatalf("SayWait %v, want about half a second", wait)
		}
		time.Sleep(wait)
		a.do(rooms.Say{Text: "again"})
		if got := texts(a.take()); !slices.Equal(got, []string{"again"}) {
			t.Fatalf("after SayWait: %v", got)
		}
	})
}

func TestRoomVanishes(t *testing.T) {
	emptied := 0
	h := rooms.NewHub(rooms.Config{Emptied: func() { emptied++ }})
	a := enter(t, h, rooms.Visitor{})
	b := enter(t, h, rooms.Visitor{})
	a.do(rooms.SetTopic{Text: "secret"})
	a.Close()
	if h.Rooms() != 1 || emptied != 0 {
		t.Fatalf("%d rooms, %d emptied, with one person in", h.Rooms(), emptied)
	}
	if l := want[*rooms.Left](t, b.take()); l.Reason != rooms.LeftLost {
		t.Fatalf("reason %v, want lost", l.Reason)
	}
	b.do(rooms.Leave{})
	if h.Rooms() != 0 || emptied != 1 {
		t.Fatalf("%d rooms, %d emptied, after the last left", h.Rooms(), emptied)
	}
	if c := enter(t, h, rooms.Visitor{}); c.welcome.Topic != "" || c.welcome.Seq != 1 {
		t.Fatalf("the new room remembers: %+v", c.welcome)
	}
}

func TestRoomFull(t *testing.T) {
	h := rooms.NewHub(rooms.Config{RoomSize: 2})
	enter(t, h, rooms.Visitor{})
	enter(t, h, rooms.Visitor{})
	_, err := h.Join(t.Context(), rooms.Visitor{Room: "lobby"})
	var refusal *rooms.Error
	if !errors.As(err, &refusal) || refusal.Code != rooms.RoomFull {
		t.Fatalf("third of two: %v", err)
	}
	enter(t, h, rooms.Visitor{Room: "elsewhere"})
}

func TestAdmit(t *testing.T) {
	var asked []rooms.Arrival
	no := &rooms.Ended{Code: rooms.TooMany}
	h := rooms.NewHub(rooms.Config{Admit: func(_ context.Context, a rooms.Arrival) error {
		asked = append(asked, a)
		if a == rooms.ToNewRoom && len(asked) > 1 {
			return no
		}
		return nil
	}})
	a := enter(t, h, rooms.Visitor{Resumable: true})
	enter(t, h, rooms.Visitor{})
	if _, err := h.Join(t.Context(), rooms.Visitor{Room: "another"}); err != no {
		t.Fatalf("refused arrival: %v", err)
	}
	if _, err := h.Resume(t.Context(), a.welcome.Ticket, 1, 0); err != nil {
		t.Fatal(err)
	}
	if order := []rooms.Arrival{rooms.ToNewRoom, rooms.ToRoom, rooms.ToNewRoom, rooms.Returning}; !slices.Equal(asked, order) {
		t.Fatalf("asked %v, want %v", asked, order)
	}
	if h.Rooms() != 1 {
		t.Fatalf("a refused arrival left %d rooms", h.Rooms())
	}
}

func TestShutdown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := rooms.NewHub(rooms.Config{SayRate: 0})
		a, b := enter(t, h, rooms.Visitor{}), enter(t, h, rooms.Visitor{Resumable: true})
		gone := enter(t, h, rooms.Visitor{Resumable: true})
		gone.Close()
		a.do(rooms.Say{Text: "last words"})
		h.Close()
		if got := texts(untilEnd(t, b, rooms.Shutdown)); !slices.Equal(got, []string{"last words"}) {
			t.Fatalf("before the farewell: %v", got)
		}
		untilEnd(t, a, rooms.Shutdown)
		if _, err := h.Join(t.Context(), rooms.Visitor{Room: "late"}); !isEnded(err, rooms.Shutdown) {
			t.Fatalf("Join after Close: %v", err)
		}
		if _, err := h.Resume(t.Context(), gone.welcome.Ticket, 1, 0); !isEnded(err, rooms.Shutdown) {
			t.Fatalf("Resume after Close: %v", err)
		}
		a.Close()
		b.Close()
		if h.Rooms() != 0 {
			t.Fatalf("%d rooms after everybody was ended", h.Rooms())
		}
	})
}

// TestRenameRate holds that a change of name uses up the turn, and a refused one
// does not.
func TestRenameRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := rooms.NewHub(rooms.Config{})
		a := enter(t, h, rooms.Visitor{Nick: "alice"})
		enter(t, h, rooms.Visitor{Nick: "bob"})
		a.take()
		a.do(rooms.Rename{Nick: "bob"})
		want[*rooms.Refused](t, a.take())
		a.do(rooms.Rename{Nick: "carol"})
		want[*rooms.Renamed](t, a.take())
		a.do(rooms.Rename{Nick: "dora"})
		if r := want[*rooms.Refused](t, a.take()); r.Err.Code != rooms.RateLimited {
			t.Fatalf("a second change at once: %v", r.Err.Code)
		}
		time.Sleep(rooms.RenameEvery)
		a.do(rooms.Rename{Nick: "dora"})
		want[*rooms.Renamed](t, a.take())
	})
}
