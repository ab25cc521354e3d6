package line

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
)

// A house is a hub with a room in it whose host decides who comes in.
type house struct {
	t    *testing.T
	hub  *rooms.Hub
	host *rooms.Seat
}

// shut must run inside a bubble.
func shut(t *testing.T, door rooms.Door) *house {
	t.Helper()
	h := &house{t: t, hub: rooms.NewHub(rooms.Config{SayRate: rooms.DefaultSayRate})}
	h.host = h.join("lobby", "anna")
	_ = h.host.Do(t.Context(), rooms.SetRules{Door: door})
	synctest.Wait()
	return h
}

func (h *house) join(room, nick string) *rooms.Seat {
	h.t.Helper()
	seat, err := h.hub.Join(h.t.Context(), rooms.Visitor{Room: room, Nick: nick, Via: rooms.ViaSSH, Host: true})
	if err != nil {
		h.t.Fatal(err)
	}
	return seat
}

// visit lets somebody come to the house, to its lobby if no other room is named.
func (h *house) visit(v *Visit) {
	seated := func(seat *rooms.Seat, err error) (Seat, error) {
		if err != nil {
			return nil, err
		}
		return seat, nil
	}
	v.Enter = func(ctx context.Context, room, nick string) (Seat, error) {
		return seated(h.hub.Join(ctx, rooms.Visitor{Room: room, Nick: nick, Via: rooms.ViaSSH}))
	}
	v.Knock = func(ctx context.Context, room, nick, text string, waiting func(int)) (Seat, error) {
		return seated(h.hub.Knock(ctx, rooms.Visitor{Room: room, Nick: nick, Via: rooms.ViaSSH}, text, waiting))
	}
}

// knocks returns who knocks, as the host has been told since that was last asked.
func (h *house) knocks() (all []*rooms.Knocking) {
	h.t.Helper()
	synctest.Wait()
	for {
		events, err := h.host.Take()
		if err != nil {
			h.t.Fatal(err)
		}
		if len(events) == 0 {
			return all
		}
		for _, e := range events {
			if k, ok := e.(*rooms.Knocking); ok {
				all = append(all, k)
			}
		}
	}
}

func (h *house) decide(k *rooms.Knocking, in bool) {
	_ = h.host.Do(h.t.Context(), rooms.Decide{Knock: k.Knock, In: in})
	synctest.Wait()
}

// Whoever comes to a door that is closed is told that the room is there, may leave a line,
// hears nothing that is said inside, and comes in when somebody lets them.
func TestKnocking(t *testing.T) {
	both(t, func(t *testing.T, change ...func(*Visit)) {
		h := shut(t, rooms.DoorKnock)
		p := sit(t, append(change, h.visit)...)
		if heard := p.heard(); !strings.Contains(heard, "Enter knocks") || len(h.knocks()) != 0 {
			t.Fatalf("at the door: %q", heard)
		}
		p.types("/who\r", "/nope\r", strings.Repeat("x", rooms.MaxKnockRunes+1)+"\r")
		if heard := p.heard(); !strings.Contains(heard, "not in the room yet") || !strings.Contains(heard, "no such command") || len(h.knocks()) != 0 || !strings.Contains(heard, "at most 100") {
			t.Fatalf("with what is no line to leave: %q", heard)
		}
		p.types("it's me, from work\r")
		k := h.knocks()
		if len(k) != 1 || k[0].Text != "it's me, from work" || k[0].Nick != "zoe" {
			t.Fatalf("knocks %+v", k)
		}
		_ = h.host.Do(t.Context(), rooms.Say{Text: "canary"})
		synctest.Wait()
		if heard := p.heard(); !strings.Contains(heard, "nobody waits before you") || strings.Contains(heard, "canary") {
			t.Fatalf("waiting: %q", heard)
		}
		h.decide(k[0], true)
		p.shows("-- you are zoe in the open room lobby, with anna", "-- the rules are: door: knock")
	})
}

// Whoever is sent away is told so and gone; whoever has somewhere to be stays there.
func TestDenied(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := shut(t, rooms.DoorKnock)
		p := sit(t, h.visit)
		p.types("\r")
		h.decide(h.knocks()[0], false)
		var ended *rooms.Ended
		if err := <-p.over; !errors.As(err, &ended) || ended.Code != rooms.Denied {
			t.Errorf("ended with %v", err)
		}
		p.over <- nil

		q := sit(t, h.visit, func(v *Visit) { v.Room = "cellar" })
		q.types("/join lobby\r")
		time.Sleep(time.Second)
		q.types("\r")
		h.decide(h.knocks()[0], false)
		q.types("still here\r")
		if heard := q.heard(); !strings.Contains(heard, "You were not let in.") || !strings.HasSuffix(strings.TrimSpace(heard), "<zoe> still here") {
			t.Errorf("after the door: %q", heard)
		}
	})
}

// Nobody waits for longer than they want to, nor for ever: they may knock again.
func TestNobodyDecides(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := shut(t, rooms.DoorKnock)
		p := sit(t, h.visit)
		p.types("first\r")
		if n := len(h.knocks()); n != 1 {
			t.Fatalf("%d knocks", n)
		}
		time.Sleep(rooms.KnockFor)
		if heard := p.heard(); !strings.Contains(heard, "Nobody has decided within five minutes.") {
			t.Errorf("told %q", heard)
		}
		p.types("again\r")
		if k := h.knocks(); len(k) != 1 || k[0].Text != "again" {
			t.Fatalf("knocks %+v", k)
		}
		p.types("\x03")
		if err := <-p.over; err != nil {
			t.Errorf("gave up with %v", err)
		}
		p.over <- nil

		q := sit(t, h.visit, func(v *Visit) { v.Room = "cellar" })
		q.types("/join lobby\r", "\x03", "here\r")
		if heard := q.heard(); !strings.Contains(heard, "You stay in cellar.") || !strings.Contains(heard, "<zoe> here") {
			t.Errorf("went away: %q", heard)
		}
		q.types("/join lobby\r", "/quit\r", "/join lobby\r", "\r")
		if n := len(h.knocks()); n != 1 {
			t.Errorf("%d knocks", n)
		}
		q.types("\x03", "and here\r")
		if !strings.Contains(q.heard(), "<zoe> and here") {
			t.Errorf("gave up: %q", q.heard())
		}
	})
}

// A locked door is no door to stand at.
func TestLocked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := shut(t, rooms.DoorLocked)
		p := sit(t, h.visit)
		var refused *rooms.Error
		if err := <-p.over; !errors.As(err, &refused) || refused.Code != rooms.Locked {
			t.Errorf("ended with %v", err)
		}
		p.over <- nil
	})
}
