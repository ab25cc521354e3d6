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
		sync  string // the id that it names, of one that was sent
		taken bool
	}{
		"as soon as there is room for it":  {time.Second / rooms.SealedRate, "", false},
		"before it is over":                {rooms.OrderFor - time.Millisecond, "", false},
		"when it is over":                  {rooms.OrderFor, "", true},
		"after a sync":                     {time.Second, "newest", true},
		"after one that another wanted":    {time.Second, "-", false},
		"after one that knows of no other": {time.Second, "refused", false},
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
				a.do(rooms.Seal{ID: "newest", Body: []byte("on its way")})
				want[*rooms.Refused](t, a.take())
				time.Sleep(c.wait)
				if named, ok := map[string]string{"newest": "newest", "refused": fmt.Sprint(rooms.SealedBurst), "-": ""}[c.sync]; ok {
					a.do(rooms.Sync{ID: "s", Refused: named})
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

// A place that is taken back has nothing on its way.
func TestSealedOrderBeginsAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := rooms.NewHub(rooms.Config{})
		a := enter(t, h, rooms.Visitor{Room: "5ea1ed", Hello: "A", Resumable: true})
		for i := range rooms.SealedBurst + 1 {
			a.do(rooms.Seal{ID: fmt.Sprint(i), Body: []byte("body")})
		}
		events := a.take()
		want[*rooms.Refused](t, events[len(events)-1:])
		time.Sleep(time.Second)
		again, err := h.Resume(t.Context(), a.welcome.Ticket, 0, 0)
		if err != nil {
			t.Fatal(err)
		}
		back := &person{Seat: again, t: t}
		back.take()
		back.do(rooms.Seal{ID: "sealed anew", Body: []byte("body")})
		for _, e := range back.take() {
			if r, ok := e.(*rooms.Refused); ok {
				t.Errorf("it was refused: %v", r.Err)
			}
		}
	})
}
