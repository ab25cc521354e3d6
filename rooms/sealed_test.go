package rooms_test

import (
	"fmt"
	"strings"
	"testing"

	"sotto/rooms"
)

func TestSealedRoomPassesOnWhatItCannotRead(t *testing.T) {
	h := rooms.NewHub(rooms.Config{SayRate: 2})
	sealed := func(hello string) *person { return enter(t, h, rooms.Visitor{Room: "5ea1ed", Hello: hello}) }
	a, b, c := sealed("A"), sealed("B"), sealed("C")
	if w := c.welcome; w.Kind != rooms.KindSealed || len(w.Members) != 3 || w.Members[0].Hello != "A" || w.You.Nick != "" {
		t.Fatalf("welcome: %+v", w)
	}
	if j := want[*rooms.Joined](t, a.take()); j.Member.Hello != "B" {
		t.Fatalf("joined: %+v", j)
	}
	b.take()
	a.do(rooms.Seal{ID: "1", Body: []byte("body"), Wraps: map[string][]byte{
		b.welcome.You.ID: []byte("for b"), a.welcome.You.ID: []byte("for a"), "gone": []byte("for nobody"),
	}})
	theirs, own := want[*rooms.Sealed](t, b.take()), want[*rooms.Sealed](t, a.take())
	if theirs.SealedBody != own.SealedBody || string(theirs.Wrap) != "for b" || own.Wrap != nil || own.ID != "1" || theirs.ID != "" {
		t.Fatalf("own %+v, theirs %+v", own, theirs)
	}
	if events := c.take(); len(events) != 0 {
		t.Fatalf("somebody without a wrap got %s", show(events))
	}
}

func TestSealedRoomRefusesWords(t *testing.T) {
	h := rooms.NewHub(rooms.Config{})
	a := enter(t, h, rooms.Visitor{Room: "5ea1ed", Hello: "A"})
	b := enter(t, h, rooms.Visitor{Room: "5ea1ed", Hello: "B"})
	a.take()
	for _, c := range []struct {
		op   rooms.Op
		code rooms.Code
	}{
		{rooms.Say{Text: "in the clear"}, rooms.NotAllowed},
		{rooms.Whisper{To: b.welcome.You.ID, Text: "in the clear"}, rooms.NotAllowed},
		{rooms.Rename{Nick: "alice"}, rooms.NotAllowed},
		{rooms.SetTopic{Text: "in the clear"}, rooms.NotAllowed},
		{rooms.Seal{Body: make([]byte, rooms.MaxSealedBytes+1)}, rooms.TooLong},
		{rooms.Seal{Wraps: map[string][]byte{"x": make([]byte, rooms.MaxWrapBytes+1)}}, rooms.TooLong},
	} {
		a.do(c.op)
		if r := want[*rooms.Refused](t, a.take()); r.Err.Code != c.code {
			t.Errorf("%T: %v, want %v", c.op, r.Err.Code, c.code)
		}
	}
	a.do(rooms.Typing{})
	if events := b.take(); len(events) != 0 {
		t.Errorf("a sealed room carried %s", show(events))
	}
	if _, err := h.Join(t.Context(), rooms.Visitor{Room: "5ea1ed", Hello: strings.Repeat("x", rooms.MaxHelloBytes+1)}); !isRefused(err, rooms.BadFrame) {
		t.Errorf("a hello that is too long: %v", err)
	}
}

// Open and sealed rooms of one name never meet: what becomes of a join tells
// nothing of a room of the other kind, and its members see nobody come.
func TestKindsNeverMeet(t *testing.T) {
	for _, name := range []string{"den", "5ea1ed", strings.Repeat("0a", 16)} {
		for _, hello := range []string{"", "A"} {
			ask := func(h *rooms.Hub) string {
				seat, err := h.Join(t.Context(), rooms.Visitor{Room: name, Hello: hello})
				if err != nil {
					return err.Error()
				}
				defer seat.Close()
				events, _ := seat.Take()
				welcome := want[*rooms.Welcome](t, events)
				return fmt.Sprint(welcome.Kind, len(welcome.Members), welcome.Seq)
			}
			nobody := ask(rooms.NewHub(rooms.Config{}))
			h := rooms.NewHub(rooms.Config{RoomSize: 1}) // the other's room is full as well
			other, err := h.Join(t.Context(), rooms.Visitor{Room: name, Hello: strings.Trim("A", hello)})
			if err != nil {
				continue // open rooms don't go by that name
			}
			if beside := ask(h); beside != nobody {
				t.Errorf("%s with the hello %q: %s where nobody is, %s beside a room of the other kind", name, hello, nobody, beside)
			}
			if events, _ := other.Take(); len(events) != 1 {
				t.Errorf("%s with the hello %q: the other room saw %s", name, hello, show(events))
			}
			other.Close()
		}
	}
	h := rooms.NewHub(rooms.Config{})
	if _, err := h.Join(t.Context(), rooms.Visitor{Room: strings.Repeat("0A", 16)}); !isRefused(err, rooms.NotAllowed) {
		t.Errorf("the name of a sealed room for an open one: %v", err)
	}
}

func TestSealedRoomHoldsSixtyFour(t *testing.T) {
	h := rooms.NewHub(rooms.Config{})
	for range rooms.SealedRoomSize {
		enter(t, h, rooms.Visitor{Room: "5ea1ed", Hello: "x"})
	}
	if _, err := h.Join(t.Context(), rooms.Visitor{Room: "5ea1ed", Hello: "x"}); !isRefused(err, rooms.RoomFull) {
		t.Fatalf("one more: %v", err)
	}
}
