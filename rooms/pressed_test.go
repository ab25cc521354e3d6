package rooms_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
)

// Whatever becomes of people who had much waiting for them, the room knows when
// there are none any more: then a burst is said that would have to wait otherwise.
func TestNobodyIsPressedInTheEnd(t *testing.T) {
	for seed := range uint64(40) {
		synctest.Test(t, func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 3))
			h := rooms.NewHub(rooms.Config{SayRate: 1000})
			talker := newClient(t, h, "talker")
			var others []*client
			talk := func(n int) (refused int) {
				for range n {
					talker.do(rooms.Say{Text: strings.Repeat("x", rooms.MaxTextBytes)})
					for _, e := range talker.take() {
						if _, r := e.(*rooms.Refused); r {
							refused++
						} else {
							talker.see(e)
						}
					}
					talker.do(rooms.Ack{Seq: talker.seq})
				}
				return refused
			}
			pressed := 0
			for n := range 300 {
				h.OpenDoors()
				switch what := r.IntN(12); {
				case what < 2:
					others = append(others, newClient(t, h, fmt.Sprint("o", n)))
				case what < 5:
					pressed += talk(r.IntN(8))
				case len(others) == 0:
				default:
					i := r.IntN(len(others))
					o := others[i]
					switch {
					case what < 7:
						_, _ = o.Take()
					case what < 8:
						_ = o.Do(t.Context(), rooms.Ack{Seq: 1 << 40})
					case what < 9:
						o.Seat.Close()
					case what < 10:
						if seat, err := h.Resume(t.Context(), o.ticket, o.seq, 0); err == nil {
							o.person = &person{Seat: seat, t: t, welcome: o.welcome}
						}
					case what < 11 && r.IntN(4) == 0:
						_ = o.Do(t.Context(), rooms.Leave{})
						others = append(others[:i], others[i+1:]...)
					default:
						time.Sleep(time.Duration(r.IntN(1000)) * time.Millisecond)
					}
				}
			}
			for _, o := range others {
				for more := true; more; {
					events, err := o.Take()
					more = err == nil && len(events) > 0
				}
				_ = o.Do(t.Context(), rooms.Ack{Seq: 1 << 40})
			}
			time.Sleep(rooms.PressFor)
			// More than a full bucket, and less than what would press somebody.
			if refused := talk(12); refused > 0 {
				t.Errorf("seed %d: with nobody pressed, %d of 12 are refused", seed, refused)
			}
			if pressed == 0 && seed == 0 {
				t.Error("nobody was ever pressed")
			}
		})
	}
}
