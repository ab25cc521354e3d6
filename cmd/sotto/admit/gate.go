// Package admit is the gate in front of both doors: it decides which
// connections the server takes, how many of them may stand around without
// entering, and how many rooms one source may make.
//
// It knows sources only as pseudonyms that change every hour (see source.go);
// it keeps no address, logs nothing, and does not know what is said over a
// connection. Loopback, private addresses, trusted proxies and everything
// behind a Tor listener have no limits of their own, only the global ones,
// since many people share them.
//
// A door need not know the package. It finds three methods on a connection that
// came through [Gate.Listen], Entered, Offend and GiveWay, and passes the context of
// [Gate.ConnContext] on to the hub, whose Config.Admit is [Gate.Admit] and whose
// Config.Source is [Gate.Source].
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

	mu       sync.Mutex
	total    int         // connections
	in       [phases]int // how many of them are in each phase
	crowds   []*crowd    // where they come from
	others   crowd       // those without a source
	proxied  crowd       // those from trusted proxies, as long as nobody knows whom they serve
	asked    time.Time   // when nobody who is in a room was found to be absent
	key      sourceKey
	sources  map[pseudonym]*tally
	rotation *time.Timer
	holding  map[*slot]struct{} // who holds memory; see ledger.go
	summed   []*tally           // those whose held is not 0
}

// New opens the gate. Close ends its rotation.
func New(cfg Config) *Gate {
	g := &Gate{cfg: cfg, others: crowd{many: true}, proxied: crowd{many: true}, holding: make(map[*slot]struct{})}
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

// A slot is what one connection, or one request behind a proxy, holds.
type slot struct {
	gate    *Gate
	came    time.Time
	carrier *slot         // of a request: the proxy's connection
	proxied bool          // it comes from a trusted proxy
	give    func(refusal) // gives the connection up, with no lock held; nil: a request's

	// guarded by gate.mu
	tally    *tally // nil: only global limits
	guest    *tally // whose request a proxy's connection serves now
	rider    *slot  // of a proxy's connection: the request that took a place in a room
	phase    phase
	since    time.Time // when the phase began
	requests int       // being answered now
	counted  bool      // it is a connection that counts against the global limits
	released bool
	left     bool // the connection or the request is over

	before, behind *slot // in the line of its phase

	holders []rooms.Holder
	bytes   int64     // what they hold, as of the last time they were asked
	spare   int64     // what of it they could do without
	shed    time.Time // when it was asked to shed what it can
	leaving time.Time // when it was told to give way
}

// refusal is why a connection is not taken, as a sentence for whoever made it.
type refusal string

func (r refusal) Error() string { return string(r) }

const (
	refusedFull      refusal = "this server holds as many connections as it can; try again in a few minutes"
	refusedWaiting   refusal = "too many connections are waiting to enter; try again in a few seconds"
	refusedSource    refusal = "too many connections from your address; close one, or try again in a minute"
	refusedPenalised refusal = "too many failed connections from your address; try again in a few minutes"
	refusedRooms     refusal = "too many new rooms from your address in the last ten minutes; enter one that exists, or try again later"
	refusedMemory    refusal = "this server is short of memory and lets nobody new in for the moment; try again in a minute"
	refusedShare     refusal = "your address holds as much of this server's memory as one may; close something, or try again in a minute"
)

// take counts a connection in; give is what gives it up later if it has to make
// room for another. An addr that is not valid, or shared by many, has no limits of
// its own.
func (g *Gate) take(addr netip.Addr, give func(refusal)) (*slot, error) {
	p, leaver, why, err := g.admit(addr, give)
	if leaver != nil {
		leaver.give(why)
	}
	return p, err
}

func (g *Gate) admit(addr netip.Addr, give func(refusal)) (p, leaver *slot, why refusal, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := time.Now()
	p = &slot{gate: g, came: now, give: give, proxied: within(addr, g.cfg.Trusted)}
	if p.tally, err = g.tallyFor(p, addr); err != nil {
		return nil, nil, "", err
	}
	last, among := phase(phases), everybody
	switch {
	case p.proxied && g.proxied.waiting() >= MaxProxied:
		last, why, among = knocking, refusedWaiting, g.unnamed
	case !p.proxied && g.waiting()-g.proxied.waiting() >= MaxWaiting:
		last, why, among = knocking, refusedWaiting, g.named
	case g.total >= MaxConns:
		last, why = settled, refusedFull
	}
	if last < phases {
		if leaver = g.leaver(p.crowd(), among, last, now); leaver == nil {
			return nil, nil, "", why
		}
		leaver.end()
	}
	p.tally.each(func(t *tally) { t.conns++ })
	p.count()
	return p, leaver, why, nil
}

// visit counts a request that came over a proxy's connection, which is itself
// already counted, against its own source.
func (g *Gate) visit(addr netip.Addr, carrier *slot) (*slot, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	p := &slot{gate: g, came: time.Now(), phase: asking, carrier: carrier}
	t, err := g.tallyFor(p, addr)
	if err != nil {
		return nil, err
	}
	if t != nil {
		p.tally = t
		t.each(func(t *tally) { t.conns++ })
		if carrier != nil {
			carrier.change(func() { carrier.guest = t })
		}
	}
	return p, nil
}

// identify attributes a connection to the source that its proxy named.
func (g *Gate) identify(p *slot, addr netip.Addr) error {
	leaver, err := g.attribute(p, addr)
	if leaver != nil {
		leaver.give(refusedWaiting)
	}
	return err
}

// attribute is identify but for leaver, who gives way to a connection that waits
// among the others from now on.
func (g *Gate) attribute(p *slot, addr netip.Addr) (leaver *slot, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if p.released {
		return nil, net.ErrClosed
	}
	t, err := g.tallyFor(p, addr)
	if t == nil {
		return nil, err
	}
	if p.phase < idle && g.waiting()-g.proxied.waiting() >= MaxWaiting {
		if leaver = g.leaver(&t.crowd, g.named, knocking, time.Now()); leaver == nil {
			return nil, refusedWaiting
		}
		leaver.end()
	}
	p.change(func() { p.tally = t })
	t.each(func(t *tally) { t.conns++ })
	return leaver, nil
}

// tallyFor finds the tally of the source that p comes from, nil if many share it.
// The error refuses one more. g.mu is held.
func (g *Gate) tallyFor(p *slot, addr netip.Addr) (*tally, error) {
	if g.cfg.Tor || !addr.IsValid() || shared(addr) || within(addr, g.cfg.Trusted) {
		return nil, nil
	}
	t := g.tallyOf(addr, p.came)
	switch {
	case t.refused(p.came):
		return nil, refusedPenalised
	case t.crowded(p.phase < idle):
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
	t.source = rooms.NewNetwork(shares, within, func() { g.offended(t) })
	if len(g.sources) < MaxSources {
		g.sources[name] = t
	}
	return t
}

// heard notes that something came from a connection.
func (p *slot) heard() {
	p.gate.mu.Lock()
	defer p.gate.mu.Unlock()
	if p.phase == mute {
		p.enters(knocking)
	}
}

// entered ends a slot's waiting.
func (p *slot) entered() {
	p.gate.mu.Lock()
	defer p.gate.mu.Unlock()
	if p.phase < idle {
		p.enters(asking)
	}
}

// asks notes that a request came over a connection.
func (p *slot) asks() {
	p.gate.mu.Lock()
	defer p.gate.mu.Unlock()
	p.requests++
	if p.phase < asking {
		p.enters(asking)
	}
}

// answered notes that one was answered.
func (p *slot) answered() {
	p.gate.mu.Lock()
	defer p.gate.mu.Unlock()
	if p.requests--; p.requests == 0 {
		p.enters(idle)
		p.change(func() { p.guest = nil })
	}
}

// seated notes that somebody is about to have a place in a room.
func (p *slot) seated() {
	p.gate.mu.Lock()
	defer p.gate.mu.Unlock()
	p.enters(settled)
	if p.carrier != nil {
		p.carrier.rider = p
		p.carrier.enters(settled)
	}
}

// offend notes that a door had to end the connection for breaking a limit.
func (p *slot) offend() {
	p.gate.mu.Lock()
	defer p.gate.mu.Unlock()
	if p.tally != nil {
		p.tally.penalise(penaltyOffence, time.Now())
	}
}

// offended is offend for whoever knows the source alone.
func (g *Gate) offended(t *tally) {
	g.mu.Lock()
	defer g.mu.Unlock()
	t.penalise(penaltyOffence, time.Now())
}

// release gives the slot back, once. Leaving without having entered counts
// against the source, but for those who had to give way.
func (p *slot) release() {
	if p.leave() && p.gate.cfg.Released != nil {
		p.gate.cfg.Released()
	}
}

func (p *slot) leave() bool {
	p.gate.mu.Lock()
	defer p.gate.mu.Unlock()
	if p.left {
		return false
	}
	p.left = true
	if now := time.Now(); !p.released && p.phase < idle && p.tally != nil {
		penalty := penaltyNoEntry
		if now.Sub(p.came) >= Grace {
			penalty = penaltyGrace
		}
		p.tally.penalise(penalty, now)
	}
	p.end()
	return true
}

// end gives the slot back, once. The gate's mutex is held.
func (p *slot) end() {
	if p.released {
		return
	}
	p.released = true
	if p.counted {
		p.discount()
	}
	p.tally.each(func(t *tally) { t.conns-- })
}

type slotKey struct{}

// Admit is asked by the hub before somebody enters. Its error is a
// [rooms.Ended] that the door passes on.
func (g *Gate) Admit(ctx context.Context, arrival rooms.Arrival) error {
	p, _ := ctx.Value(slotKey{}).(*slot)
	if arrival != rooms.Returning {
		if why := g.spares(p); why != "" {
			return tooMany(why)
		}
	}
	if p == nil {
		return nil
	}
	if arrival == rooms.ToNewRoom && !p.makeRoom() {
		return tooMany(refusedRooms)
	}
	p.seated()
	return nil
}

// makeRoom notes one more room of the slot's source, and reports whether it was
// still allowed.
func (p *slot) makeRoom() bool {
	p.gate.mu.Lock()
	defer p.gate.mu.Unlock()
	return p.tally == nil || p.tally.makeRoom(time.Now())
}

// Source says where an arrival comes from: whoever takes more than their share
// gives way to others. Nil: many share that address.
func (g *Gate) Source(ctx context.Context) *rooms.Source {
	if p, ok := ctx.Value(slotKey{}).(*slot); ok {
		return p.source()
	}
	return nil
}

func tooMany(why refusal) error {
	return &rooms.Ended{Code: rooms.TooMany, Message: rooms.Sentence(string(why)), Retry: true}
}
