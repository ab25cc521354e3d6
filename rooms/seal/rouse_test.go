package seal_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
)

// What this end refuses by itself its person hears at once, and the server hears nothing:
// a barrier for it would let what is on its way overtake what had to wait, and tell when
// somebody here typed too much.
func TestOwnRefusalsStayHere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := newServer()
		asked := 0
		srv.between = func(c rooms.Participant) rooms.Participant {
			return &relay{Participant: c, takes: func(op rooms.Op) bool {
				if _, sealed := op.(rooms.Seal); !sealed {
					asked++
				}
				return true
			}}
		}
		anna := srv.enter(t, "anna")
		settle(anna)
		asked = 0
		heard := make(chan []rooms.Event, 1)
		go func() {
			events, _ := anna.Next(t.Context())
			heard <- events
		}()
		synctest.Wait()
		began := time.Now()
		anna.do(rooms.Say{ID: "long", Text: strings.Repeat("x", rooms.MaxTextBytes+1)})
		events := <-heard
		if r, ok := events[0].(*rooms.Refused); !ok || r.ID != "long" || time.Since(began) > 0 {
			t.Errorf("after %v: %+v", time.Since(began), events)
		}
		if asked > 0 {
			t.Errorf("the server was asked for %d things", asked)
		}
	})
}
