package rooms_test

import (
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
)

// Many who come at once wake whoever is there a few times, not once each; words
// wake at once and bring them along, in order.
func TestArrivalsWakeTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := rooms.NewHub(rooms.Config{})
		defer h.Close()
		ann := enter(t, h, rooms.Visitor{Nick: "ann"})
		for range rooms.RippleFrom {
			enter(t, h, rooms.Visitor{})
		}
		time.Sleep(time.Hour)
		ann.take()

		began := time.Now()
		wakes, joined := 0, 0
		next := func() []rooms.Event {
			<-ann.Ready()
			events := ann.take()
			wakes++
			for _, e := range events {
				if _, ok := e.(*rooms.Joined); ok {
					joined++
				}
			}
			return events
		}
		enter(t, h, rooms.Visitor{})
		if next(); joined != 1 || time.Since(began) != 0 {
			t.Errorf("the first arrival after a quiet hour was told after %s", time.Since(began))
		}
		const crowd = 100
		for range crowd {
			enter(t, h, rooms.Visitor{})
		}
		if next(); joined != 1+crowd || wakes != 2 || time.Since(began) != rooms.RippleEvery {
			t.Errorf("%d of %d arrivals told in %d wakes after %s", joined, 1+crowd, wakes, time.Since(began))
		}

		bob := enter(t, h, rooms.Visitor{})
		bob.do(rooms.Say{Text: "hello"})
		events := next()
		if _, ok := events[0].(*rooms.Joined); !ok || time.Since(began) != rooms.RippleEvery || len(texts(events)) != 1 {
			t.Errorf("words brought along %s, after %s", show(events), time.Since(began))
		}
		time.Sleep(time.Second)
		select {
		case <-ann.Ready():
			t.Error("a ripple that words went ahead of woke ann for nothing")
		default:
		}
	})
}
