// Package admit is the gate in front of both doors: it decides which connections the
// server takes, how many of them may stand around without entering, how many rooms one
// source may make, and who makes room when memory runs short.
//
// A connection has a slot, and so has a request that comes over a proxy's; slots are
// counted in tallies, one for each source, and stand in crowds, among which it is looked
// for who gives way to a newcomer. The ledger says who holds how much memory.
//
// It knows sources only as pseudonyms that change every hour; it keeps no address, logs
// nothing, and does not know what is said over a connection, nor of a room more than
// that somebody is in one. Loopback, private addresses, trusted proxies and everything
// behind a Tor listener have no limits of their own, only the global ones, since many
// people share them.
//
// A door need not know the package. On a connection that came through [Gate.Listen] it
// finds three methods, Entered, Offend and GiveWay; around its requests, where it has
// any, stands [Gate.Handler]. It passes the context of [Gate.ConnContext] on to the hub,
// whose Config has [Gate.Admit], [Gate.Source] and [Gate.Hold]. [Gate.Watch] sees to it
// that there is memory.
package admit

import (
	"context"
	"net"
	"net/netip"
	"slices"
	"sync"
	"time"

	"sotto/rooms"
)

// Config says whom to believe and whom to count.
type Config struct {
	// Trusted are proxies whose PROXY header and X-Forwarded-For name the source.
	Trusted []netip.Prefix
	// Tor says that all visitors share one address: only global limits.
	Tor bool
	// Conns is how many connections there may be at once; 0 is [MaxConns].
	Conns int
	// Released, if not nil, is called after a connection was given back. It
	// must not block.
	Released func()
	// Unreadable, if not nil, is called the first time that a trusted proxy names a
	// visitor in a way that can't be read.
	Unreadable func()
}

// Gate counts connections. Its methods may be called from everywhere.
type Gate struct {
	cfg    Config
	memory memory
	misled sync.Once // a trusted proxy named somebody whom it can't read

	mu sync.Mutex

	// Connections, guarded by mu.
	total    int         // of them all
	in       [phases]int // how many are in each phase
	crowds   []*crowd    // where they come from
	others   crowd       // those without a source
	proxied  crowd       // those from trusted proxies, as long as nobody knows whom they serve
	beyond   crowd       // the same, those beyond the bound
	allThere time.Time   // when nobody who is in a room was found to be absent

	// Sources, guarded by mu.
	key      sourceKey
	sources  map[pseudonym]*tally
	rotation *time.Timer

	// Who holds memory, guarded by mu; see ledger.go.
	holding map[*slot]struct{}
	summed  []*tally // those whose held is not 0
}

// New opens the gate. Close ends its rotation.
func New(cfg Config) *Gate {
	if cfg.Conns == 0 {
		cfg.Conns = MaxConns
	}
	g := &Gate{cfg: cfg, others: crowd{many: true}, proxied: crowd{many: true}, beyond: crowd{many: true}, holding: make(map[*slot]struct{})}
	g.rotate()
	return g
}

// Close forgets every source. Connections that are open stay so.
func (g *Gate) Close() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.rotation.Stop()
	g.sources = nil
}

// rotate gives every source a new pseudonym and a clean record. Connections
// that are open go on counting against the global limits only.
func (g *Gate) rotate() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.key = newSourceKey()
	g.sources = make(map[pseudonym]*tally)
	g.rotation = time.AfterFunc(Rotation, g.rotate)
}

// take counts a connection in; give is what gives it up later if it has to make
// room for another. An addr that is not valid, or shared by many, has no limits of
// its own.
func (g *Gate) take(addr netip.Addr, give func(refusal)) (*slot, error) {
	s, leaver, why, err := g.newSlot(addr, give)
	if leaver != nil {
		leaver.give(why)
	}
	return s, err
}

// newSlot does take's work under the lock. It returns who has to give way and why, for
// take to tell them without it.
func (g *Gate) newSlot(addr netip.Addr, give func(refusal)) (s, leaver *slot, why refusal, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := time.Now()
	s = &slot{gate: g, came: now, give: give, proxied: within(addr, g.cfg.Trusted)}
	if s.tally, err = g.tallyFor(s, addr); err != nil {
		return nil, nil, "", err
	}
	s.beyond = s.proxied && g.full()
	last, among := phase(phases), g.regular
	switch {
	case s.proxied && g.unnamedWaiting() >= MaxProxied:
		last, why, among = knocking, refusedWaiting, g.unnamed
	case s.beyond && g.beyond.total >= Reserve:
		last, why, among = knocking, refusedFull, g.reserved
	case !s.proxied && g.waiting()-g.unnamedWaiting() >= MaxWaiting:
		last, why, among = knocking, refusedWaiting, g.named
	case !s.proxied && g.full():
		last, why, among = settled, refusedFull, g.regular
	}
	if last < phases {
		if leaver = g.leaver(s.crowd(), among, last, now); leaver == nil {
			return nil, nil, "", why
		}
		leaver.end()
	}
	s.tally.each(func(t *tally) { t.conns++ })
	s.count()
	return s, leaver, why, nil
}

// full reports whether somebody has to give way to whoever comes. g.mu is held.
func (g *Gate) full() bool { return g.total-g.beyond.total >= g.cfg.Conns }

// unnamedWaiting is how many have not come in yet of those whom a proxy has not named.
func (g *Gate) unnamedWaiting() int { return g.proxied.waiting() + g.beyond.waiting() }

// fit has a connection that came beyond the bound stay, now that it is known whom it
// serves, or that nobody will say: until then nobody gives way to it. It returns who has
// to, for the caller to tell without the lock. g.mu is held.
func (g *Gate) fit(s *slot, newcomer *crowd) (leaver *slot, err error) {
	if !s.beyond {
		return nil, nil
	}
	if g.full() {
		if leaver = g.leaver(newcomer, g.regular, settled, time.Now()); leaver == nil {
			return nil, refusedFull
		}
		leaver.end()
	}
	s.change(func() { s.beyond = false })
	return leaver, nil
}

// stay is fit for a connection of which nobody says whom it serves.
func (g *Gate) stay(s *slot) error {
	g.mu.Lock()
	leaver, err := g.fit(s, &g.proxied)
	g.mu.Unlock()
	if leaver != nil {
		leaver.give(refusedFull)
	}
	return err
}

// takeRequest counts a request that came over a proxy's connection, which is itself
// already counted, against its own source.
func (g *Gate) takeRequest(addr netip.Addr, carrier *slot) (*slot, error) {
	s, leaver, err := g.newRequest(addr, carrier)
	if leaver != nil {
		leaver.give(refusedFull)
	}
	return s, err
}

// newRequest does takeRequest's work under the lock, as newSlot does take's.
func (g *Gate) newRequest(addr netip.Addr, carrier *slot) (s, leaver *slot, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	s = &slot{gate: g, came: time.Now(), phase: asking, carrier: carrier}
	t, err := g.tallyFor(s, addr)
	if err != nil {
		return nil, nil, err
	}
	if carrier != nil {
		if leaver, err = g.fit(carrier, g.crowdOf(t)); err != nil {
			return nil, nil, err
		}
	}
	if t != nil {
		s.tally = t
		t.each(func(t *tally) { t.conns++ })
		if carrier != nil {
			carrier.change(func() { carrier.guest = t })
		}
	}
	return s, leaver, nil
}

// crowdOf is that of whom a proxy has named, or could not.
func (g *Gate) crowdOf(t *tally) *crowd {
	if t == nil {
		return &g.proxied
	}
	return &t.crowd
}

// identify attributes a connection to the source that its proxy named.
func (g *Gate) identify(s *slot, addr netip.Addr) error {
	leaver, why, err := g.attribute(s, addr)
	if leaver != nil {
		leaver.give(why)
	}
	return err
}

// attribute does identify's work under the lock, as newSlot does take's. The connection
// waits among the others from now on.
func (g *Gate) attribute(s *slot, addr netip.Addr) (leaver *slot, why refusal, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if s.released {
		return nil, "", net.ErrClosed
	}
	t, err := g.tallyFor(s, addr)
	switch {
	case err != nil:
		return nil, "", err
	case t != nil && s.phase < idle && g.waiting()-g.unnamedWaiting() >= MaxWaiting:
		if leaver = g.leaver(&t.crowd, g.named, knocking, time.Now()); leaver == nil {
			return nil, "", refusedWaiting
		}
		leaver.end()
		why = refusedWaiting
	}
	if next, err := g.fit(s, g.crowdOf(t)); err != nil {
		return leaver, why, err
	} else if next != nil {
		leaver, why = next, refusedFull
	}
	if t != nil {
		s.change(func() { s.tally = t })
		t.each(func(t *tally) { t.conns++ })
	}
	return leaver, why, nil
}

// tallyFor finds the tally of the source that s comes from, nil if many share it.
// The error refuses one more. g.mu is held.
func (g *Gate) tallyFor(s *slot, addr netip.Addr) (*tally, error) {
	if g.cfg.Tor || !addr.IsValid() || shared(addr) || within(addr, g.cfg.Trusted) {
		return nil, nil
	}
	t := g.tallyOf(addr, s.came)
	switch {
	case t.refused(s.came):
		return nil, refusedPenalised
	case t.atLimit(s.phase < idle):
		return nil, refusedSource
	}
	return t, nil
}

// tallyOf finds or makes a source's tally, and those of its networks. A full table
// makes room first; one full of sources that matter lets newcomers pass with a tally
// of their own.
func (g *Gate) tallyOf(addr netip.Addr, now time.Time) (t *tally) {
	addr = behind(addr)
	if addr.Is4() {
		return g.tallyIn(networkOf(addr, 32), 1, nil, now)
	}
	for _, w := range slices.Backward(widths) {
		t = g.tallyIn(networkOf(addr, w.bits), w.shares, t, now)
	}
	return t
}

// tallyIn finds or makes the tally of a network, which is a part of a wider one if
// that is not nil.
func (g *Gate) tallyIn(network netip.Prefix, shares int, wider *tally, now time.Time) *tally {
	name := g.key.pseudonym(network)
	if t := g.sources[name]; t != nil {
		return t
	}
	if len(g.sources) >= MaxSources {
		for other, t := range g.sources {
			if t.idle(now) {
				delete(g.sources, other)
			}
		}
	}
	t := &tally{wider: wider, shares: shares, crowd: crowd{shares: shares}}
	var within *rooms.Source
	if wider != nil {
		t.crowd.wider, within = &wider.crowd, wider.source
	}
	t.source = rooms.NewSource(shares, within, func() { g.offended(t) })
	if len(g.sources) < MaxSources {
		g.sources[name] = t
	}
	return t
}

// offended is offend for whoever knows the source alone.
func (g *Gate) offended(t *tally) {
	g.mu.Lock()
	defer g.mu.Unlock()
	t.penalise(penaltyOffence, time.Now())
}

type slotKey struct{}

// Admit is asked by the hub before somebody enters. Its error is a
// [rooms.Ended] that the door passes on.
func (g *Gate) Admit(ctx context.Context, arrival rooms.Arrival) error {
	s, _ := ctx.Value(slotKey{}).(*slot)
	if arrival != rooms.Returning {
		if why := g.spares(s); why != "" {
			return tooMany(why)
		}
	}
	if s == nil {
		return nil
	}
	if arrival == rooms.ToNewRoom && !s.makeRoom() {
		return tooMany(refusedRooms)
	}
	s.seated()
	return nil
}

// Source says where an arrival comes from: whoever takes more than their share
// gives way to others. Nil: many share that address.
func (g *Gate) Source(ctx context.Context) *rooms.Source {
	if s, ok := ctx.Value(slotKey{}).(*slot); ok {
		return s.source()
	}
	return nil
}

func tooMany(why refusal) error {
	return &rooms.Ended{Code: rooms.TooMany, Message: rooms.Sentence(string(why)), Retry: true}
}
