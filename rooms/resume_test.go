package rooms_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
)

func TestResume(t *testing.T) {
	h := rooms.NewHub(rooms.Config{SayRate: 0})
	a, b := newClient(t, h, "alice"), newClient(t, h, "bob")
	a.read()
	var said []string
	say := func(n int) {
		for range n {
			said = append(said, fmt.Sprint("message ", len(said)))
			a.do(rooms.Say{Text: said[len(said)-1]})
			a.do(rooms.Ack{Seq: 1 << 40, WSeq: 1 << 40})
			a.read()
		}
	}
	say(10)
	b.read()
	b.do(rooms.Ack{Seq: b.seq, WSeq: b.wseq})
	say(20)
	b.take() // into a dead socket: never seen by the client
	say(20)
	b.Seat.Close()
	say(260)
	b.back()
	b.read()
	if !slices.Equal(b.texts, said) {
		t.Fatalf("%d of %d messages after the return, or in another order", len(b.texts), len(said))
	}
	if a.noise != 1 {
		t.Fatalf("alice saw %d joins and leaves, want bob's arrival only", a.noise)
	}
	if !slices.Equal(a.texts, said) {
		t.Fatal("alice missed some")
	}
}

// Who left while somebody was away stands in the welcome where they stood, and then
// leaves.
func TestResumedWelcomeIsInOrderOfArrival(t *testing.T) {
	h := rooms.NewHub(rooms.Config{})
	first, second, away := newClient(t, h, "first"), newClient(t, h, "second"), newClient(t, h, "away")
	newClient(t, h, "last")
	away.read()
	away.do(rooms.Ack{Seq: away.seq})
	away.Seat.Close()
	second.do(rooms.Leave{})
	first.do(rooms.Leave{})
	away.back()
	var names []string
	for _, event := range away.take() {
		if w, ok := event.(*rooms.Welcome); ok {
			for _, m := range w.Members {
				names = append(names, m.Nick)
			}
		}
	}
	if want := []string{"first", "second", "away", "last"}; !slices.Equal(names, want) {
		t.Errorf("the welcome lists %v, want %v", names, want)
	}
}

func TestResumeWhileAlive(t *testing.T) {
	h := rooms.NewHub(rooms.Config{SayRate: 0})
	a, b := newClient(t, h, "alice"), newClient(t, h, "bob")
	old := b.person
	b.back() // its welcome is lost: nothing is read
	lost := b.person
	if err := old.end(); !isEnded(err, rooms.Replaced) {
		t.Fatalf("the old connection ended with %v", err)
	}
	if err := old.Do(t.Context(), rooms.Say{Text: "from the grave"}); !isEnded(err, rooms.Replaced) {
		t.Fatalf("an op of the old connection: %v", err)
	}
	b.back() // with the same ticket, since it knows no other
	if err := lost.end(); !isEnded(err, rooms.Replaced) {
		t.Fatalf("the connection with the lost welcome ended with %v", err)
	}
	first := b.ticket
	b.read()
	b.do(rooms.Sync{ID: "s"})
	b.read()
	if _, err := h.Resume(t.Context(), first, b.seq, b.wseq); !isRefused(err, rooms.BadTicket) {
		t.Fatalf("a spent ticket: %v", err)
	}
	b.back()
	b.read()
	a.do(rooms.Say{Text: "hello"})
	b.read()
	if !slices.Equal(b.texts, []string{"hello"}) {
		t.Fatalf("bob heard %q", b.texts)
	}
	old.Close() // late: it must not take the new connection's place away
	lost.Close()
	b.do(rooms.Say{Text: "still here"})
	a.read()
	if a.texts[len(a.texts)-1] != "still here" {
		t.Fatal("a late Close of a replaced connection ended the place")
	}
}

func TestClosingTwiceKeepsThePlace(t *testing.T) {
	h := rooms.NewHub(rooms.Config{})
	a := newClient(t, h, "alice")
	a.Seat.Close()
	a.Seat.Close()
	a.back()
	a.read()
}

func TestBarrierOfALostConnectionIsForgotten(t *testing.T) {
	h := rooms.NewHub(rooms.Config{})
	a := newClient(t, h, "alice")
	a.do(rooms.Sync{ID: "old"})
	a.do(rooms.Say{ID: "1", Text: "after the old barrier"})
	a.back()
	a.do(rooms.Sync{ID: "new"})
	events := a.take()
	if s := want[*rooms.Synced](t, events); s.ID != "new" {
		t.Fatalf("the first barrier after the return is %q", s.ID)
	}
	want[*rooms.Said](t, events)
}

func isRefused(err error, code rooms.Code) bool {
	var refusal *rooms.Error
	return errors.As(err, &refusal) && refusal.Code == code
}

func TestPlaceIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := rooms.NewHub(rooms.Config{})
		a, b := newClient(t, h, "alice"), newClient(t, h, "bob")
		a.read()
		b.Seat.Close()
		time.Sleep(rooms.AwayAfter + time.Millisecond)
		a.read()
		if !a.members[b.welcome.You.ID].Away {
			t.Fatal("bob's lost connection was not told")
		}
		time.Sleep(rooms.ResumeWindow - rooms.AwayAfter - 10*time.Millisecond)
		b.back()
		b.read()
		a.read()
		if a.members[b.welcome.You.ID].Away || b.members[b.welcome.You.ID].Away {
			t.Fatal("bob's return was not told")
		}
		b.Seat.Close()
		time.Sleep(rooms.ResumeWindow + time.Second)
		a.read()
		if len(a.members) != 1 {
			t.Fatal("bob's place was not given up")
		}
		if _, err := h.Resume(t.Context(), b.ticket, b.seq, b.wseq); !isRefused(err, rooms.BadTicket) {
			t.Fatalf("resumed after the window: %v", err)
		}
		if _, err := h.Resume(t.Context(), "made-up", 0, 0); !isRefused(err, rooms.BadTicket) {
			t.Fatalf("resumed with a forged ticket: %v", err)
		}
		a.do(rooms.Leave{})
		if h.Rooms() != 0 {
			t.Fatal("the room did not vanish")
		}
	})
}

func TestQuickReturnMakesNoNoise(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := rooms.NewHub(rooms.Config{})
		a, b := newClient(t, h, "alice"), newClient(t, h, "bob")
		a.read()
		seq := a.seq
		for range 20 {
			b.Seat.Close()
			time.Sleep(rooms.AwayAfter / 2)
			b.back()
			b.read()
			b.do(rooms.Sync{})
		}
		a.read()
		if a.seq != seq {
			t.Fatalf("%d events of somebody's bad connection", a.seq-seq)
		}
	})
}

func TestGap(t *testing.T) {
	h := rooms.NewHub(rooms.Config{SayRate: 0})
	a, b := newClient(t, h, "alice"), newClient(t, h, "bob")
	b.Seat.Close()
	text := strings.Repeat("x", 1000)
	const said = 1000
	for range said {
		a.do(rooms.Say{Text: text})
		a.do(rooms.Ack{Seq: a.seq})
		a.read()
	}
	a.do(rooms.SetTopic{Text: "after the flood"})
	newClient(t, h, "carol")
	b.back()
	b.read()
	kept := len(b.texts)
	if b.missed == 0 || uint64(kept)+b.missed != said {
		t.Fatalf("%d kept and %d missed of %d", kept, b.missed, said)
	}
	if least := rooms.OutboxBytes / 2 / 1128; kept < least {
		t.Fatalf("only %d messages were kept, want at least %d", kept, least)
	}
	if b.topic != "after the flood" || len(b.members) != 3 {
		t.Fatalf("after the gap: topic %q, %d members", b.topic, len(b.members))
	}
	a.do(rooms.Say{Text: "on we go"})
	b.read()
	if b.texts[len(b.texts)-1] != "on we go" {
		t.Fatal("nothing came after the gap")
	}
}

func TestReturnToAFullOutboxAndAnotherCrowd(t *testing.T) {
	h := rooms.NewHub(rooms.Config{SayRate: 0})
	a, b := newClient(t, h, "alice"), newClient(t, h, "bob")
	a.read()
	a.Seat.Close()
	for range 100 {
		b.do(rooms.Say{Text: strings.Repeat("x", rooms.MaxTextBytes)})
		b.read()
		b.do(rooms.Ack{Seq: b.seq})
	}
	for range 400 {
		enter(t, h, rooms.Visitor{})
	}
	a.back()
	b.do(rooms.Say{Text: "said before alice has taken anything"})
	a.read()
	if a.missed == 0 || len(a.members) != 402 || a.texts[len(a.texts)-1] != "said before alice has taken anything" {
		t.Fatalf("missed %d, sees %d people, heard %d messages", a.missed, len(a.members), len(a.texts))
	}
}

func TestSlowWhenNothingIsAcknowledged(t *testing.T) {
	h := rooms.NewHub(rooms.Config{SayRate: 0})
	a := enter(t, h, rooms.Visitor{})
	b := newClient(t, h, "bob")
	text := strings.Repeat("x", 1000)
	var heard []rooms.Event
	for range rooms.OutboxBytes / 1000 {
		a.do(rooms.Say{Text: text})
		heard = append(heard, a.take()...)
		if _, err := b.Take(); err != nil {
			break
		}
	}
	if err := b.end(); !isEnded(err, rooms.Slow) {
		t.Fatalf("a client that acknowledges nothing ended with %v", err)
	}
	if l := want[*rooms.Left](t, heard); l.Reason != rooms.LeftSlow {
		t.Fatalf("left with %v", l.Reason)
	}
}
