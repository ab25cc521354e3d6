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
// A door need not know the package. It finds two methods on a connection that
// came through [Gate.Listen], Entered and Offend, and passes the context of
// [Gate.ConnContext] on to the hub, whose Config.Admit is [Gate.Admit].
package admit

import (
	"context"
	"net"
	"net/netip"
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
}

// Gate counts connections. Its methods may be called from everywhere.
type Gate struct {
	cfg    Config
	memory memory

	mu             sync.Mutex
	conns, waiting int
	key            sourceKey
	sources        map[pseudonym]*tally
	rotation       *time.Timer
}

// New opens the gate. Close ends its rotation.
func New(cfg Config) *Gate {
	g := &Gate{cfg: cfg}
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

// place is what one connection, or one request behind a proxy, holds.
type place struct {
	gate   *Gate
	global bool // counts against the global limits
	since  time.Time

	// guarded by gate.mu
	tally    *tally // nil: only global limits
	waiting  bool
	released bool
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
)

// take counts a connection in. An addr that is not valid, or shared by many,
// has no limits of its own.
func (g *Gate) take(addr netip.Addr) (*place, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.conns >= MaxConns {
		return nil, refusedFull
	}
	if g.waiting >= MaxWaiting {
		return nil, refusedWaiting
	}
	p := &place{gate: g, global: true, since: time.Now(), waiting: true}
	if err := g.attribute(p, addr); err != nil {
		return nil, err
	}
	g.conns++
	g.waiting++
	return p, nil
}

// visit counts a request that came over a proxy's connection, which is itself
// already counted, against its own source.
func (g *Gate) visit(addr netip.Addr) (*place, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	p := &place{gate: g, since: time.Now()}
	if err := g.attribute(p, addr); err != nil {
		return nil, err
	}
	return p, nil
}

// identify attributes a connection to the source that its proxy named.
func (g *Gate) identify(p *place, addr netip.Addr) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if p.released {
		return net.ErrClosed
	}
	return g.attribute(p, addr)
}

// attribute counts p against addr's source, if it has one. g.mu is held.
func (g *Gate) attribute(p *place, addr netip.Addr) error {
	if g.cfg.Tor || !addr.IsValid() || shared(addr) || within(addr, g.cfg.Trusted) {
		return nil
	}
	t := g.tallyOf(addr, p.since)
	switch {
	case t.refused(p.since):
		return refusedPenalised
	case t.conns >= MaxConnsPerSource || p.waiting && t.waiting >= MaxWaitingPerSource:
		return refusedSource
	}
	p.tally = t
	t.conns++
	if p.waiting {
		t.waiting++
	}
	return nil
}

// tallyOf finds or makes a source's tally. A full table makes room first; one
// full of sources that matter lets newcomers pass with a tally of their own.
func (g *Gate) tallyOf(addr netip.Addr, now time.Time) *tally {
	name := g.key.pseudonym(addr)
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
	t := new(tally)
	if len(g.sources) < MaxSources {
		g.sources[name] = t
	}
	return t
}

// entered ends a place's waiting.
func (p *place) entered() {
	g := p.gate
	g.mu.Lock()
	defer g.mu.Unlock()
	p.stopWaiting()
}

func (p *place) stopWaiting() {
	if !p.waiting {
		return
	}
	p.waiting = false
	p.gate.waiting--
	if p.tally != nil {
		p.tally.waiting--
	}
}

// offend notes that a door had to end the place for breaking a limit.
func (p *place) offend() {
	p.gate.mu.Lock()
	defer p.gate.mu.Unlock()
	if p.tally != nil {
		p.tally.penalise(penaltyOffence, time.Now())
	}
}

// release gives the place back, once. Leaving without having entered counts
// against the source.
func (p *place) release() {
	if p.giveBack() && p.gate.cfg.Released != nil {
		p.gate.cfg.Released()
	}
}

func (p *place) giveBack() bool {
	g := p.gate
	g.mu.Lock()
	defer g.mu.Unlock()
	if p.released {
		return false
	}
	p.released = true
	now := time.Now()
	if p.waiting && p.tally != nil {
		penalty := penaltyNoEntry
		if now.Sub(p.since) >= Grace {
			penalty = penaltyGrace
		}
		p.tally.penalise(penalty, now)
	}
	p.stopWaiting()
	if p.global {
		g.conns--
	}
	if p.tally != nil {
		p.tally.conns--
	}
	return true
}

type placeKey struct{}

// Admit is asked by the hub before somebody enters. Its error is a
// [rooms.Ended] that the door passes on.
func (g *Gate) Admit(ctx context.Context, arrival rooms.Arrival) error {
	if arrival == rooms.Returning {
		return nil
	}
	if g.memory.short() {
		return tooMany(refusedMemory)
	}
	p, _ := ctx.Value(placeKey{}).(*place)
	if arrival != rooms.ToNewRoom || p == nil {
		return nil
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if p.tally != nil && !p.tally.makeRoom(time.Now()) {
		return tooMany(refusedRooms)
	}
	return nil
}

func tooMany(why refusal) error {
	return &rooms.Ended{Code: rooms.TooMany, Message: string(why), Retry: true}
}
