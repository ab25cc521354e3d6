package rooms_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
)

func TestBurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		emptied := 0
		h := rooms.NewHub(rooms.Config{Emptied: func() { emptied++ }})
		host, key := found(t, h, rooms.Visitor{})
		other, away := enter(t, h, rooms.Visitor{}), enter(t, h, rooms.Visitor{Resumable: true})
		away.do(rooms.Ack{Seq: 1})
		away.Close()
		other.refused(rooms.Burn{ID: "1"}, rooms.NotHost)
		host.passes(rooms.SetRules{Door: rooms.DoorKnock})
		host.passes(rooms.SetTopic{Text: "gone soon"})
		knocked := make(chan error)
		go func() {
			_, err := h.Knock(t.Context(), rooms.Visitor{Room: "lobby"}, "", func(int) {})
			knocked <- err
		}()
		synctest.Wait()
		host.take()
		host.do(rooms.Burn{})
		if err := <-knocked; !isRefused(err, rooms.NotAllowed) {
			t.Errorf("who waits at the door of a room that is gone: %v", err)
		}
		for _, p := range []*person{host, other} {
			events, err := p.Take()
			if len(events) > 0 || !isEnded(err, rooms.Burned) || err.(*rooms.Ended).Retry {
				t.Errorf("after the end came %v, %v", events, err)
			}
			p.Close()
		}
		if _, err := h.Resume(t.Context(), away.welcome.Ticket, 1, 0); !isRefused(err, rooms.BadTicket) {
			t.Errorf("a ticket of a room that is gone: %v", err)
		}
		if h.Rooms() != 0 || emptied != 1 {
			t.Errorf("%d rooms are left, and %d were told to be gone", h.Rooms(), emptied)
		}
		fresh := enter(t, h, rooms.Visitor{Host: true})
		if w := fresh.welcome; !w.You.Host || w.Seq != 1 || w.Topic != "" || w.Rules != (rooms.Rules{Door: rooms.DoorOpen}) || len(w.Members) != 1 {
			t.Errorf("a room of that name is %+v", w)
		}
		second := enter(t, h, rooms.Visitor{})
		second.refused(rooms.Claim{Key: key}, rooms.BadKey)
		time.Sleep(2 * rooms.ResumeWindow)
	})
}

// meanwhile is a log on which something happens before the next record.
type meanwhile struct{ happens func() }

func (m *meanwhile) Open(_ context.Context, _ rooms.Kind, _ rooms.RoomName, to rooms.Follower) (rooms.Tail, error) {
	return meanwhileIn{m, to}, nil
}

type meanwhileIn struct {
	*meanwhile
	to rooms.Follower
}

func (m meanwhileIn) Append(r rooms.Record) {
	m.happen()
	m.to.Deliver(r, true)
}

func (m meanwhileIn) Pass(r rooms.Record) { m.to.Passed(r) }
func (m meanwhileIn) Close()              {}

func (m *meanwhile) happen() {
	if now := m.happens; now != nil {
		m.happens = nil
		now()
	}
}

// Whoever is on their way into a room that is burned comes into the next of its name.
func TestBurnMeetsArrivals(t *testing.T) {
	log, reserved := &meanwhile{}, &meanwhile{}
	for name, on := range map[string]*meanwhile{"before they asked for a seat": reserved, "before they were given it": log} {
		t.Run(name, func(t *testing.T) {
			h := rooms.NewHub(rooms.Config{Log: log, Hold: func(context.Context, rooms.Holder) func() {
				reserved.happen()
				return func() {}
			}})
			host, _ := found(t, h, rooms.Visitor{})
			on.happens = func() { host.do(rooms.Burn{}) }
			if w := enter(t, h, rooms.Visitor{Host: true}).welcome; !w.You.Host || len(w.Members) != 1 || h.Rooms() != 1 {
				t.Errorf("they are in %+v, one room of %d", w, h.Rooms())
			}
		})
	}
}
