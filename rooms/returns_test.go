package rooms_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
)

// comeBack takes a place back with a ticket that is never spent, until it may not.
func comeBack(t *testing.T, h *rooms.Hub, ticket string) (times int) {
	t.Helper()
	for ; times < 1000; times++ {
		seat, err := h.Resume(t.Context(), ticket, 0, 0)
		var ended *rooms.Ended
		if errors.As(err, &ended) && ended.Code == rooms.TooMany && ended.Retry {
			return times
		}
		if err != nil {
			t.Fatal(err)
		}
		seat.Close()
	}
	return times
}

// Whoever takes the same place back again and again is sent what waited for it only
// so often, and keeps the place; whoever flaps as networks do is not held up.
func TestReturnsAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := rooms.NewHub(rooms.Config{})
		p := enter(t, h, rooms.Visitor{Resumable: true})
		p.do(rooms.Ack{})
		talker := enter(t, h, rooms.Visitor{})
		for range 8 {
			talker.do(rooms.Say{Text: "something that waits"})
			talker.take()
			time.Sleep(time.Second)
		}
		p.Close()
		most := rooms.ReturnBurst / rooms.ReturnBytes
		if times := comeBack(t, h, p.welcome.Ticket); times == 0 || times > most {
			t.Errorf("a place is taken back %d times at once", times)
		}
		time.Sleep(rooms.ReturnBytes * time.Second / rooms.ReturnRate * 4)
		if times := comeBack(t, h, p.welcome.Ticket); times == 0 || times > 5 {
			t.Errorf("two seconds later, %d times", times)
		}
		other := enter(t, h, rooms.Visitor{Resumable: true})
		other.do(rooms.Ack{})
		other.Close()
		for range 30 { // a network that is lost every two seconds
			seat, err := h.Resume(t.Context(), other.welcome.Ticket, 0, 0)
			if err != nil {
				t.Fatal(err)
			}
			time.Sleep(2 * time.Second)
			seat.Close()
		}
	})
}

// What is sent anew to all places of a source has a bound too, and does not hold up
// those of another.
func TestReturnsOfASourceAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		one, other := rooms.NewSource(1, nil, nil), rooms.NewSource(1, nil, nil)
		h := sourced(rooms.Config{})
		var places []*person
		for i := range 64 {
			places = append(places, mustCome(t, h, one, rooms.Visitor{Room: fmt.Sprint("r", i)}))
		}
		time.Sleep(2 * rooms.BriefVisit)
		times := 0
		for _, p := range places {
			p.Close()
			for range 40 {
				seat, err := h.Resume(context.WithValue(t.Context(), fromKey{}, one), p.welcome.Ticket, 0, 0)
				if err != nil {
					break
				}
				times++
				seat.Close()
			}
		}
		if most := rooms.ReturnBurstPerSource / rooms.ReturnBytes; times != most {
			t.Errorf("%d returns of one source, %d may be", times, most)
		}
		p := mustCome(t, h, other, rooms.Visitor{})
		p.Close()
		if _, err := h.Resume(context.WithValue(t.Context(), fromKey{}, other), p.welcome.Ticket, 0, 0); err != nil {
			t.Errorf("another source: %v", err)
		}
	})
}
