package admit

import (
	"net/netip"
	"testing"
	"time"
)

// filledByProxy fills the server by a proxy's connections, of some sources in turn, all in
// rooms, and counts who has to leave.
func filledByProxy(t *testing.T, g *Gate, proxy netip.Addr, sources int) (left *int) {
	t.Helper()
	left = new(int)
	for n := range MaxConns {
		carrier, err := g.take(proxy, func(refusal) { *left++ })
		if err != nil {
			t.Fatal(err)
		}
		carrier.asks()
		ride, err := g.takeRequest(source(n%sources), carrier)
		if err != nil {
			t.Fatal(err)
		}
		ride.seated()
	}
	return left
}

// How a proxy's connection comes to its name, or that it has none.
var namings = map[string]func(g *Gate, s *slot, addr netip.Addr) error{
	"a request": func(g *Gate, s *slot, addr netip.Addr) error {
		s.asks()
		_, err := g.takeRequest(addr, s)
		return err
	},
	"a header": func(g *Gate, s *slot, addr netip.Addr) error { return g.identify(s, addr) },
}

// While the server is full, nobody in a room gives way to a proxy's connection before it is
// known whom it serves, nor then to one of their own source, and to one from elsewhere only
// who comes from where most are.
func TestNobodyGivesWayToTheUnnamed(t *testing.T) {
	for name, named := range namings {
		t.Run(name, func(t *testing.T) {
			inBubble(t, Config{Trusted: loopback}, func(t *testing.T, g *Gate) {
				left := filledByProxy(t, g, local, 5)
				for range 3 * Reserve {
					mustTake(t, g, local)
				}
				if err := named(g, mustTake(t, g, local), source(1)); err != refusedFull {
					t.Errorf("one more of a source that has a fifth of all: %v", err)
				}
				if *left > 0 {
					t.Fatalf("%d left", *left)
				}
				for n := range 20 {
					s := mustTake(t, g, local)
					if err := named(g, s, source(100+n)); err != nil {
						t.Errorf("one of a source that has nothing: %v", err)
					}
					s.seated()
				}
				if *left != 20 {
					t.Errorf("%d left for 20", *left)
				}
				recount(t, g)
			})
		})
	}
}

// Who is beyond the bound and says nothing, or begins and does not go on, gives way to whoever
// comes next by the proxy; who is there for a moment is left alone.
func TestReserveIsForAMoment(t *testing.T) {
	inBubble(t, Config{Trusted: loopback}, func(t *testing.T, g *Gate) {
		filledByProxy(t, g, local, 5)
		for range Reserve {
			mustTake(t, g, local).heard()
		}
		wantRefused(t, g, local, refusedFull)
		time.Sleep(KnockGrace)
		s := mustTake(t, g, local)
		if err := g.identify(s, source(100)); err != nil {
			t.Error(err)
		}
		if g.beyond.total != Reserve-1 {
			t.Errorf("%d are beyond the bound", g.beyond.total)
		}
		recount(t, g)
	})
}

// Whom a proxy brings without a name, by either door, is one of many of whom nothing is
// known, as ever.
func TestNobodyNamesThem(t *testing.T) {
	inBubble(t, Config{Trusted: loopback}, func(t *testing.T, g *Gate) {
		left := filledByProxy(t, g, local, 5)
		s := mustTake(t, g, local)
		s.entered()
		asks := mustTake(t, g, local)
		if err := g.stay(asks); err != nil || s.beyond || asks.beyond || *left != 2 {
			t.Errorf("by ssh %v, by a request %v, %v; %d left", !s.beyond, !asks.beyond, err, *left)
		}
		recount(t, g)
	})
	inBubble(t, Config{Trusted: loopback}, func(t *testing.T, g *Gate) {
		for range MaxConns { // of none of whom anything is known
			mustTake(t, g, local).seated()
		}
		told := refusal("")
		s, err := g.take(local, func(why refusal) { told = why })
		if err != nil {
			t.Fatal(err)
		}
		if s.entered(); told != refusedFull {
			t.Errorf("where nobody can give way, was told %q", told)
		}
	})
}
