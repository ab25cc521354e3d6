package admit

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
)

var (
	stranger = netip.MustParseAddr("203.0.113.7")
	other    = netip.MustParseAddr("203.0.113.8")
)

// inBubble runs a test on a clock of its own.
func inBubble(t *testing.T, cfg Config, test func(t *testing.T, g *Gate)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		g := New(cfg)
		defer g.Close()
		test(t, g)
	})
}

// forNobody gives a connection up that there is nothing of.
func forNobody(refusal) {}

func mustTake(t *testing.T, g *Gate, addr netip.Addr) *slot {
	t.Helper()
	s, err := g.take(addr, forNobody)
	if err != nil {
		t.Fatalf("a connection that should come in was refused: %v", err)
	}
	return s
}

func wantRefused(t *testing.T, g *Gate, addr netip.Addr, why refusal) {
	t.Helper()
	if _, err := g.take(addr, forNobody); !errors.Is(err, why) {
		t.Fatalf("got %v, want %q", err, why)
	}
}

func TestSourceMayHoldSoManyWaiting(t *testing.T) {
	inBubble(t, Config{}, func(t *testing.T, g *Gate) {
		var waiting []*slot
		for range MaxWaitingPerSource {
			waiting = append(waiting, mustTake(t, g, stranger))
		}
		wantRefused(t, g, stranger, refusedSource)
		mustTake(t, g, other).entered()
		waiting[0].entered()
		mustTake(t, g, stranger)
	})
}

func TestConnectionsAreBounded(t *testing.T) {
	inBubble(t, Config{}, func(t *testing.T, g *Gate) {
		var held []*slot
		enter := func(addr netip.Addr) {
			s := mustTake(t, g, addr)
			s.seated()
			held = append(held, s)
			time.Sleep(time.Millisecond)
		}
		for range MaxConnsPerSource {
			enter(stranger)
		}
		wantRefused(t, g, stranger, refusedSource)
		for i := MaxConnsPerSource; i < MaxConns; i++ {
			enter(netip.AddrFrom4([4]byte{198, 51, byte(i >> 8), byte(i)}))
		}
		enter(other) // one of the stranger's had to go
		if g.total != MaxConns || held[MaxConnsPerSource-1].counted {
			t.Errorf("%d connections; the stranger's last is there: %v", g.total, held[MaxConnsPerSource-1].counted)
		}
		for _, s := range held {
			s.release()
			s.release() // once is enough, twice does no harm
		}
		checkEmpty(t, g)
	})
}

// checkEmpty fails unless every connection was given back.
func checkEmpty(t *testing.T, g *Gate) {
	t.Helper()
	if recount(t, g); g.total != 0 {
		t.Errorf("%d connections after everybody left", g.total)
	}
	for _, tally := range g.sources {
		if tally.conns != 0 {
			t.Errorf("after everybody left, of one source: %+v", *tally)
		}
	}
}

// Addresses that many share have no limits of their own.
func TestSharedAddresses(t *testing.T) {
	trusted := netip.MustParsePrefix("192.0.2.0/24")
	for _, c := range []struct {
		name string
		cfg  Config
		addr string
	}{
		{"loopback", Config{}, "127.0.0.9"},
		{"loopback 6", Config{}, "::1"},
		{"private", Config{}, "10.1.2.3"},
		{"unique local", Config{}, "fd00::1"},
		{"link local", Config{}, "fe80::1"},
		{"trusted proxy", Config{Trusted: []netip.Prefix{trusted}}, "192.0.2.44"},
		{"tor", Config{Tor: true}, "203.0.113.7"},
	} {
		t.Run(c.name, func(t *testing.T) {
			inBubble(t, c.cfg, func(t *testing.T, g *Gate) {
				addr, most := netip.MustParseAddr(c.addr), MaxWaiting
				if len(c.cfg.Trusted) > 0 {
					most = MaxProxied
				}
				for range most {
					mustTake(t, g, addr).heard()
				}
				wantRefused(t, g, addr, refusedWaiting)
			})
		})
	}
}

// One source is a whole /64, and no more of an IPv4 network than one address.
func TestSources(t *testing.T) {
	k := newSourceKey()
	same := func(a, b string) bool {
		return k.pseudonym(networkOf(netip.MustParseAddr(a), 64)) == k.pseudonym(networkOf(netip.MustParseAddr(b), 64))
	}
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"2001:db8::1", "2001:db8::ffff:2", true},
		{"2001:db8::1", "2001:db8:0:1::1", false},
		{"203.0.113.7", "203.0.113.7", true},
		{"203.0.113.7", "203.0.113.6", false},
	} {
		if got := same(c.a, c.b); got != c.want {
			t.Errorf("%s and %s are one source: %v", c.a, c.b, got)
		}
	}
	if newSourceKey().pseudonym(networkOf(stranger, 32)) == k.pseudonym(networkOf(stranger, 32)) {
		t.Error("another key gives the same pseudonym")
	}
}

func TestPenalties(t *testing.T) {
	inBubble(t, Config{}, func(t *testing.T, g *Gate) {
		hold := func() {
			s := mustTake(t, g, stranger)
			time.Sleep(Grace)
			s.release()
		}
		hold()
		wantRefused(t, g, stranger, refusedPenalised)
		mustTake(t, g, other) // nobody else is punished
		time.Sleep(penaltyGrace - PenaltyMin + time.Second)
		mustTake(t, g, stranger).entered()

		// Leaving early costs little; doing it again and again comes together.
		time.Sleep(PenaltyMax)
		for range int(PenaltyMin/penaltyNoEntry) - 1 {
			mustTake(t, g, stranger).release()
		}
		mustTake(t, g, stranger).release()
		wantRefused(t, g, stranger, refusedPenalised)

		// There is an end to it.
		time.Sleep(PenaltyMax)
		s := mustTake(t, g, stranger)
		s.entered()
		for range 1000 {
			s.offend()
		}
		wantRefused(t, g, stranger, refusedPenalised)
		time.Sleep(PenaltyMax - PenaltyMin + time.Second)
		mustTake(t, g, stranger)
	})
}

func TestRoomsMade(t *testing.T) {
	inBubble(t, Config{}, func(t *testing.T, g *Gate) {
		s := mustTake(t, g, stranger)
		s.entered()
		ctx := context.WithValue(t.Context(), slotKey{}, s)
		for i := range RoomsPerSource {
			if err := g.Admit(ctx, rooms.ToNewRoom); err != nil {
				t.Fatalf("room %d: %v", i, err)
			}
			time.Sleep(time.Second)
		}
		var ended *rooms.Ended
		if err := g.Admit(ctx, rooms.ToNewRoom); !errors.As(err, &ended) || ended.Code != rooms.TooMany || !ended.Retry {
			t.Fatalf("one room more: %v", err)
		}
		if err := g.Admit(ctx, rooms.ToRoom); err != nil {
			t.Errorf("a room that exists: %v", err)
		}
		time.Sleep(RoomsWindow - RoomsPerSource*time.Second)
		if err := g.Admit(ctx, rooms.ToNewRoom); err != nil {
			t.Errorf("after %v: %v", RoomsWindow, err)
		}
		if err := g.Admit(ctx, rooms.ToNewRoom); err == nil {
			t.Error("two rooms came back at once")
		}
	})
}

// With the key goes the table: nothing of a source outlives its pseudonym.
func TestRotation(t *testing.T) {
	inBubble(t, Config{}, func(t *testing.T, g *Gate) {
		s := mustTake(t, g, stranger)
		key, _ := secrets(g)
		time.Sleep(Rotation + time.Second)
		if later, sources := secrets(g); later == key || sources != 0 {
			t.Errorf("an hour later: the same key: %v, sources: %d", later == key, sources)
		}
		s.release()
		checkEmpty(t, g)
	})
}

func secrets(g *Gate) (key sourceKey, sources int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.key, len(g.sources)
}

// A table full of passers-by makes room; the limits of others stay.
func TestTableOfSourcesIsBounded(t *testing.T) {
	inBubble(t, Config{}, func(t *testing.T, g *Gate) {
		for i := range 3 * MaxSources / 2 {
			s := mustTake(t, g, netip.AddrFrom4([4]byte{100, byte(i >> 16), byte(i >> 8), byte(i)}))
			s.entered()
			s.release()
		}
		if n := len(g.sources); n > MaxSources {
			t.Errorf("%d sources in the table", n)
		}
	})
}

func TestReleasedIsTold(t *testing.T) {
	told := 0
	inBubble(t, Config{Released: func() { told++ }}, func(t *testing.T, g *Gate) {
		s := mustTake(t, g, stranger)
		s.release()
		s.release()
	})
	if told != 1 {
		t.Errorf("told %d times of one release", told)
	}
}

func BenchmarkTake(b *testing.B) {
	g := New(Config{})
	defer g.Close()
	for _, n := range []int{1, 1000} {
		b.Run(fmt.Sprintf("%d sources", n), func(b *testing.B) {
			for i := 0; b.Loop(); i++ {
				s, err := g.take(netip.AddrFrom4([4]byte{198, 51, byte(i % n >> 8), byte(i % n)}), forNobody)
				if err != nil {
					b.Fatal(err)
				}
				s.entered()
				s.release()
			}
		})
	}
}

// A server that is told to hold fewer connections, or more, does.
func TestAsManyConnectionsAsConfigured(t *testing.T) {
	for _, conns := range []int{3, MaxConns + 2} {
		inBubble(t, Config{Conns: conns}, func(t *testing.T, g *Gate) {
			var held []*slot
			enter := func(i int) {
				s := mustTake(t, g, netip.AddrFrom4([4]byte{198, 51, byte(i >> 8), byte(i)}))
				s.seated()
				held = append(held, s)
			}
			for i := range conns {
				enter(i)
			}
			if g.total != conns {
				t.Errorf("of %d connections there are %d", conns, g.total)
			}
			wantRefused(t, g, other, refusedFull)
			for _, s := range held {
				s.release()
			}
			checkEmpty(t, g)
		})
	}
}
