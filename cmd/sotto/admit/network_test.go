package admit

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"testing"
	"time"

	"sotto/rooms"
)

// part is the n-th of the networks of 64 bits in one of 48, where each of 56 bits has
// so many of them.
func part(n, each int) netip.Addr {
	n = n/each<<8 | n%each
	return netip.AddrFrom16([16]byte{0x2a, 1, 4, 0xf8, 0, 1, byte(n >> 8), byte(n), 15: 1})
}

// Addresses that an IPv4 address brings along count as that one.
func TestAddressesMadeOfOthers(t *testing.T) {
	for from, to := range map[string]string{
		"2002:cb00:7107::1":                   "203.0.113.7",
		"2002:cb00:7107:ffff:1:2:3:4":         "203.0.113.7",
		"2001::4136:e378:8000:63bf:34ff:8ef8": "203.0.113.7",
		"64:ff9b::203.0.113.7":                "203.0.113.7",
		"::ffff:203.0.113.7":                  "203.0.113.7",
		"2001:db8::1":                         "2001:db8::1",
		"203.0.113.7":                         "203.0.113.7",
	} {
		if got := behind(netip.MustParseAddr(from)); got != netip.MustParseAddr(to) {
			t.Errorf("%s stands for %v", from, got)
		}
	}
}

// A wide network has a few times what one source has, of everything that is counted,
// and its neighbours have theirs.
func TestWideNetworksAreBounded(t *testing.T) {
	elsewhere := netip.MustParseAddr("2a01:4f8:2::1")
	for _, c := range []struct {
		name         string
		each, shares int
	}{{"64 bits", 1 << 30, 1}, {"56 bits", 256, WideShares}, {"48 bits", 1, WidestShares}} {
		from := func(n int) netip.Addr {
			if c.shares == 1 {
				n = 0
			}
			return part(n%256, c.each)
		}
		t.Run(c.name+", waiting", func(t *testing.T) {
			inBubble(t, Config{}, func(t *testing.T, g *Gate) {
				var held []*slot
				for n := range c.shares * MaxWaitingPerSource {
					held = append(held, mustTake(t, g, from(n)))
				}
				wantRefused(t, g, from(len(held)), refusedSource)
				mustTake(t, g, elsewhere)
				held[0].entered()
				mustTake(t, g, from(len(held)))
			})
		})
		t.Run(c.name+", connections", func(t *testing.T) {
			inBubble(t, Config{}, func(t *testing.T, g *Gate) {
				var held []*slot
				for n := range c.shares * MaxConnsPerSource {
					held = append(held, brought(mustTake(t, g, from(n)), settled))
				}
				wantRefused(t, g, from(len(held)), refusedSource)
				held = append(held, mustTake(t, g, elsewhere))
				for _, s := range held {
					s.entered()
					s.release()
				}
				checkEmpty(t, g)
			})
		})
		t.Run(c.name+", rooms", func(t *testing.T) {
			inBubble(t, Config{}, func(t *testing.T, g *Gate) {
				made := 0
				for ; made < 10*RoomsPerSource; made++ {
					s := mustTake(t, g, from(made))
					s.entered()
					err := g.Admit(context.WithValue(t.Context(), slotKey{}, s), rooms.ToNewRoom)
					s.release()
					if err != nil {
						break
					}
				}
				if made != c.shares*RoomsPerSource {
					t.Errorf("%d rooms", made)
				}
			})
		})
		t.Run(c.name+", penalties", func(t *testing.T) {
			inBubble(t, Config{}, func(t *testing.T, g *Gate) {
				offences := 0
				for ; offences < 100; offences++ {
					s, err := g.take(from(offences), forNobody)
					if errors.Is(err, refusedPenalised) {
						break
					}
					s.entered()
					s.offend()
					s.release()
				}
				if want := c.shares * int(PenaltyMin/penaltyOffence); offences != want {
					t.Errorf("refused after %d offences, want %d", offences, want)
				}
				mustTake(t, g, elsewhere)
			})
		})
		t.Run(c.name+", memory", func(t *testing.T) {
			inBubble(t, Config{}, func(t *testing.T, g *Gate) {
				var all []*hoarder
				for n := range 10 {
					all = append(all, lets(t, g, from(n), limit/20, 0))
				}
				inUse(g, limit/2, 0)
				g.relieve()
				if gone := who(all...); len(gone) != 2 {
					t.Errorf("of ten that hold half of it, %d give way", len(gone))
				}
			})
		})
	}
}

// One network of many sources fills the server, in whatever phase: newcomers from
// elsewhere get in for as long as it has more for its shares than they.
func TestOneNetworkFillsTheServer(t *testing.T) {
	for _, to := range []phase{idle, asking, settled} {
		inBubble(t, Config{}, func(t *testing.T, g *Gate) {
			var told int
			for i := range WidestShares * MaxConnsPerSource {
				s, err := g.take(part(i, 16), func(refusal) { told++ })
				if err != nil {
					t.Fatal(err)
				}
				brought(s, to)
			}
			var honest []*slot
			for i := g.total; i < MaxConns+40; i++ {
				honest = append(honest, brought(mustTake(t, g, source(i)), settled))
			}
			if told != 40 || slices.ContainsFunc(honest, func(s *slot) bool { return s.released }) {
				t.Errorf("phase %d: %d had to go, or one of the honest", to, told)
			}
			recount(t, g)
		})
	}
}

// absentee is a holder of whom it is given whether anybody is there.
type absentee struct {
	hoarder
	absent bool
}

func (a *absentee) Absent() bool { return a.absent }

// Whoever does nothing in a room gives way to others when the server is full, also
// where nobody knows where they come from, the oldest first; whoever does anything
// stays.
func TestAbsentGiveWay(t *testing.T) {
	inBubble(t, Config{Trusted: loopback}, func(t *testing.T, g *Gate) {
		private := netip.MustParseAddr("10.0.0.7")
		var told []int
		for n := range MaxConns {
			give := func(why refusal) {
				if why != refusedFull {
					t.Errorf("%d is told %q", n, why)
				}
				told = append(told, n)
			}
			var s *slot
			if n%2 == 0 {
				s, _ = g.take(private, give)
			} else { // behind a proxy
				carrier, _ := g.take(local, give)
				carrier.asks()
				s, _ = g.takeRequest(private, carrier)
			}
			g.Hold(context.WithValue(t.Context(), slotKey{}, s), &absentee{absent: n%4 < 2})
			s.seated()
			time.Sleep(time.Millisecond)
		}
		for range 10 {
			brought(mustTake(t, g, source(1)), settled)
			brought(mustTake(t, g, private), settled)
		}
		if len(told) != 20 || slices.ContainsFunc(told, func(n int) bool { return n%4 >= 2 || n > 80 }) {
			t.Errorf("%v give way", told)
		}
	})
}

// The operator is told once that a proxy names nobody, and those whom it does not name
// have the share of one source.
func TestUnreadableVisitorsAreOne(t *testing.T) {
	told := 0
	g := New(Config{Trusted: loopback, Unreadable: func() { told++ }})
	defer g.Close()
	busy, ends := make(chan struct{}), make(chan struct{})
	handler := g.Handler(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		busy <- struct{}{}
		<-ends
	}))
	ask := func(n int) *httptest.ResponseRecorder {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = "127.0.0.1:1"
		r.Header.Set("X-Forwarded-For", fmt.Sprintf("198.51.100.%d, someone%d", n%200, n))
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		return w
	}
	over := make(chan struct{})
	for n := range MaxConnsPerSource {
		go func() { ask(n); over <- struct{}{} }()
		<-busy
	}
	if w := ask(MaxConnsPerSource); w.Code != http.StatusServiceUnavailable {
		t.Errorf("one more is answered %d", w.Code)
	}
	close(ends)
	for range MaxConnsPerSource {
		<-over
	}
	if told != 1 {
		t.Errorf("the operator is told %d times", told)
	}
}
