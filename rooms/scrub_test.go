package rooms

import (
	"runtime"
	"strings"
	"testing"
	"unsafe"
	"weak"
)

// secret is a text that nobody else holds, and what tells whether somebody still does.
func secret(text string) (string, weak.Pointer[byte]) {
	made := strings.Clone(text + " that is long enough to have memory of its own")
	return made, weak.Make(unsafe.StringData(made))
}

func forgotten(p weak.Pointer[byte]) bool {
	for range 3 {
		runtime.GC()
	}
	return p.Value() == nil
}

// sit takes a seat and what waits for it, and says that it arrived.
func sit(t *testing.T, h *Hub, v Visitor) *Seat {
	t.Helper()
	seat, err := h.Join(t.Context(), v)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := seat.Take(); err != nil {
		t.Fatal(err)
	}
	if err := seat.Do(t.Context(), Ack{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { seat.Close() })
	return seat
}

// Once a message was taken back, nothing of the room holds its words: for nobody who reads
// slowly, who has not acknowledged them, whose connection is lost, or whose outbox is full,
// and no form of it either.
func TestNothingHoldsWhatWasTakenBack(t *testing.T) {
	h := NewHub(Config{SayRate: 0})
	writer := sit(t, h, Visitor{Room: "lobby", Resumable: true})
	slow := sit(t, h, Visitor{Room: "lobby"})
	owing := sit(t, h, Visitor{Room: "lobby", Resumable: true})
	lost := sit(t, h, Visitor{Room: "lobby", Resumable: true})
	full := sit(t, h, Visitor{Room: "lobby", Resumable: true})
	do := func(op Op) {
		t.Helper()
		if err := writer.Do(t.Context(), op); err != nil {
			t.Fatal(err)
		}
	}
	take := func(seat *Seat) (re uint64, events []Event) {
		t.Helper()
		for {
			batch, err := seat.Take()
			if err != nil {
				t.Fatal(err)
			}
			if len(batch) == 0 {
				return re, events
			}
			for _, e := range batch {
				if said, ok := e.(*Said); ok {
					re = said.Seq
				}
			}
			events = append(events, batch...)
		}
	}
	lost.Close()
	full.Close()

	var holds []weak.Pointer[byte]
	noted := func(text string) string {
		made, p := secret(text)
		holds = append(holds, p)
		return made
	}
	do(Say{ID: "own", Text: noted("the question"), Options: []string{noted("one option"), noted("another option")}})
	re, events := take(owing)
	for _, e := range events {
		if said, ok := e.(*Said); ok {
			said.Form("as a door shows it", func() any { return noted("a form") })
		}
	}
	do(Amend{Re: re, Text: noted("what it was changed into")})
	for range OutboxBytes / MaxTextBytes { // until nothing more fits for who is away
		take(owing)
		take(writer)
		do(Say{Text: strings.Repeat("x", MaxTextBytes)})
		if err := writer.Do(t.Context(), Ack{Seq: 1 << 40}); err != nil {
			t.Fatal(err)
		}
		if full.place.out.hole != nil {
			break
		}
	}
	_, _ = take(slow)
	do(Say{Text: noted("another that is taken back")})
	other, _ := take(writer)
	do(Amend{Re: re, Text: noted("what it was changed into at last")})
	events = nil
	for _, p := range holds[:3] {
		if forgotten(p) {
			t.Fatal("the words are forgotten before they are taken back: this test sees nothing")
		}
	}
	do(Retract{Re: re})
	do(Retract{Re: other})
	for i, p := range holds {
		if !forgotten(p) {
			t.Errorf("number %d of what was said is still held", i)
		}
	}
	for _, p := range slow.place.room.here.order {
		o := &p.out
		bytes, untaken := 0, 0
		for i, e := range o.entries {
			bytes += e.size
			if i >= o.taken {
				untaken += e.size
			}
		}
		if bytes != o.bytes || untaken != o.untaken {
			t.Errorf("an outbox counts %d and %d bytes, and has %d and %d", o.bytes, o.untaken, bytes, untaken)
		}
	}
	runtime.KeepAlive(events)
	runtime.KeepAlive(full)
	runtime.KeepAlive(lost)
}

// Who has not got what was taken back is told that something was said, by whom and in answer
// to what, under its own number.
func TestWhatWasTakenBackIsTold(t *testing.T) {
	h := NewHub(Config{SayRate: 0})
	mia, zoe := sit(t, h, Visitor{Room: "lobby", Nick: "mia"}), sit(t, h, Visitor{Room: "lobby", Nick: "zoe"})
	for _, op := range []Op{
		Say{ID: "a", Text: "a", Action: true, Re: 1},
		Amend{ID: "b", Re: 3, Text: "b"},
		React{ID: "c", Re: 3, Emoji: "👍", On: true},
		Retract{ID: "d", Re: 3},
		Say{ID: "e", Text: "e", Re: 3},
	} {
		if err := mia.Do(t.Context(), op); err != nil {
			t.Fatal(err)
		}
	}
	for seat, ids := range map[*Seat]string{mia: "a b c d e", zoe: "    "} {
		events, err := seat.Take()
		if err != nil {
			t.Fatal(err)
		}
		if len(events) > 5 {
			events = events[len(events)-5:]
		}
		var have []string
		for i, e := range events {
			have = append(have, OpOf(e))
			if at := PositionOf(e).Seq; at != uint64(3+i) {
				t.Errorf("event %d has number %d", i, at)
			}
		}
		if strings.Join(have, " ") != ids {
			t.Errorf("ids %q, want %q", have, ids)
		}
		gone, changed := events[0].(*Said), events[1].(*Amended)
		if !gone.Gone || gone.Text != "" || gone.Re != 1 || gone.From.Nick != "mia" || gone.At.IsZero() || changed.Text != "" || changed.Re != 3 {
			t.Errorf("told %+v and %+v", gone, changed)
		}
	}
}
