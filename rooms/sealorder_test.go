package rooms_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
)

// What has to wait is overtaken by nothing that was sealed later: not before its sender
// says that they know, or could.
func TestSealedKeepsItsOrder(t *testing.T) {
	for name, c := range map[string]struct {
		wait  time.Duration
		sync  bool
		taken bool
	}{
		"as soon as there is room for it": {time.Second / rooms.SealedRate, false, false},
		"before it is over":               {rooms.OrderFor - time.Millisecond, false, false},
		"when it is over":                 {rooms.OrderFor, false, true},
		"after a sync":                    {time.Second, true, true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := rooms.NewHub(rooms.Config{})
				a := enter(t, h, rooms.Visitor{Room: "5ea1ed", Hello: "A"})
				enter(t, h, rooms.Visitor{Room: "5ea1ed", Hello: "B"})
				a.take()
				for i := range rooms.SealedBurst + 1 {
					a.do(rooms.Seal{ID: fmt.Sprint(i), Body: []byte("body")})
				}
				events := a.take()
				if r := want[*rooms.Refused](t, events[len(events)-1:]); r.ID != fmt.Sprint(rooms.SealedBurst) {
					t.Fatalf("refused was %+v", r)
				}
				time.Sleep(c.wait)
				if c.sync {
					a.do(rooms.Sync{ID: "s"})
					want[*rooms.Synced](t, a.take())
				}
				a.do(rooms.Seal{ID: "later", Body: []byte("body")})
				if _, refused := a.take()[0].(*rooms.Refused); refused == c.taken {
					t.Errorf("it was refused: %v", refused)
				}
			})
		})
	}
}
