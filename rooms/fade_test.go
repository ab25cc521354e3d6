package rooms_test

import (
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
)

// Whoever overwrites memory while there is traffic does so as long as anything fades,
// though nobody says anything any more.
func TestFadingIsTraffic(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const every = 10 * time.Second // how often it is asked
		h := rooms.NewHub(rooms.Config{})
		host, _ := found(t, h, rooms.Visitor{})
		ticks := func(so time.Duration) (risen int) {
			seen := h.Traffic()
			for range so / every {
				time.Sleep(every)
				if now := h.Traffic(); now != seen {
					seen = now
					risen++
				}
			}
			return risen
		}
		host.passes(rooms.Say{Text: "stays"})
		if n := ticks(time.Minute); n != 0 {
			t.Errorf("where nothing fades, traffic rose %d times after the last word", n)
		}
		const fade = 30 * time.Minute
		host.passes(rooms.SetRules{Fade: to(fade)})
		host.passes(rooms.Say{Text: "fades"})
		if n, want := ticks(fade), int(fade/every); n != want {
			t.Errorf("until it has faded, traffic rose %d times of %d", n, want)
		}
		if n := ticks(time.Minute); n == 0 {
			t.Error("a terminal that looks now and again is late, and not waited for")
		}
		if n := ticks(time.Hour); n != 0 {
			t.Errorf("after all has faded, traffic rose %d times", n)
		}
	})
}
