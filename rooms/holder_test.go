package rooms_test

import (
	"context"
	"strings"
	"testing"

	"sotto/rooms"
)

// holding is a hub that tells whom it holds memory for, in the order of arrival,
// and who was let go.
func holding(cfg rooms.Config) (h *rooms.Hub, held *[]rooms.Holder, gone map[rooms.Holder]int) {
	held, gone = new([]rooms.Holder), make(map[rooms.Holder]int)
	cfg.Hold = func(_ context.Context, p rooms.Holder) func() {
		*held = append(*held, p)
		return func() { gone[p]++ }
	}
	return rooms.NewHub(cfg), held, gone
}

// A place holds what waits for it: what was whispered to it whole, and of what was
// said to several its part, as of what the room remembers of that.
func TestPlaceHolds(t *testing.T) {
	h, held, gone := holding(rooms.Config{SayRate: 0})
	anna, bob := enter(t, h, rooms.Visitor{}), enter(t, h, rooms.Visitor{})
	enter(t, h, rooms.Visitor{})
	anna.take()
	bob.take()
	bytes := func(i int) int {
		n, spare := (*held)[i].Holds()
		if spare != 0 {
			t.Errorf("of words that wait %d bytes are spare", spare)
		}
		return n
	}
	text := strings.Repeat("x", 3000)
	rest := bytes(1)
	for range 30 {
		anna.do(rooms.Say{Text: text})
	}
	remembers := 30 * rooms.RememberedBytes / 3
	if by := bytes(1) - rest - remembers; by < 30*1000 || by > 30*1100 {
		t.Errorf("90,000 bytes that wait for three people are %d for one", by)
	}
	bob.take()
	if now := bytes(1); now != rest+remembers {
		t.Errorf("with everything taken it holds %d, at first %d", now, rest)
	}
	for range 20 {
		anna.do(rooms.Whisper{To: bob.welcome.You.ID, Text: text})
	}
	if by := bytes(1) - rest; by < 20*3000 {
		t.Errorf("60,000 bytes of whispers are %d", by)
	}
	for _, p := range []*person{anna, bob} {
		p.do(rooms.Leave{})
	}
	for i, p := range *held {
		if want := []int{1, 1, 0}[i]; gone[p] != want {
			t.Errorf("the %dth is let go %d times", i, gone[p])
		}
	}
	if _, err := h.Join(t.Context(), rooms.Visitor{Room: "no such name/"}); err == nil || len(*held) != 3 {
		t.Errorf("%v; %d are held", err, len(*held))
	}
}

// A place that gives way ends with the reason, and leaves; one that waits for its
// connection as well.
func TestPlaceGivesWay(t *testing.T) {
	for name, lost := range map[string]bool{"with a connection": false, "while it waits for one": true} {
		t.Run(name, func(t *testing.T) {
			h, held, gone := holding(rooms.Config{})
			anna, bob := enter(t, h, rooms.Visitor{}), enter(t, h, rooms.Visitor{Resumable: true})
			bob.do(rooms.Say{Text: "hello"})
			if lost {
				bob.Close()
			}
			anna.take()
			(*held)[1].Shed()
			(*held)[1].GiveWay(&rooms.Ended{Code: rooms.TooMany, Message: "There is no room left."})
			(*held)[1].GiveWay(&rooms.Ended{Code: rooms.Slow})
			if left := want[*rooms.Left](t, anna.take()); left.Reason != rooms.LeftLost {
				t.Errorf("left is %+v", left)
			}
			if gone[(*held)[1]] != 1 {
				t.Errorf("it is let go %d times", gone[(*held)[1]])
			}
			if !lost {
				untilEnd(t, bob, rooms.TooMany)
			}
			if _, err := h.Resume(t.Context(), bob.welcome.Ticket, 0, 0); err == nil {
				t.Error("it can be taken back")
			}
		})
	}
}

// Whoever is not let in holds nothing.
func TestRefusedArrivalHoldsNothing(t *testing.T) {
	h, held, gone := holding(rooms.Config{RoomSize: 1})
	enter(t, h, rooms.Visitor{})
	if _, err := h.Join(t.Context(), rooms.Visitor{Room: "lobby"}); err == nil {
		t.Fatal("a full room let somebody in")
	}
	if n := len(*held); n != 2 || gone[(*held)[0]] != 0 || gone[(*held)[1]] != 1 {
		t.Errorf("of %d the first is let go %d times", n, gone[(*held)[0]])
	}
}
