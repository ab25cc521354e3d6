package admit

import (
	"time"

	"sotto/rooms"
)

// A phase is how far a connection has come. Whoever has not come as far as into a
// room is a stranger, and gives way to newcomers when not everybody can stay.
type phase int

const (
	mute     phase = iota // nothing has come from it
	knocking              // something has, but it has not come in
	idle                  // it is in and asks for nothing: between two requests
	asking                // it asks for something, and has no place in a room
	settled               // it took a place in a room
	phases   = iota
)

// graceOf is how long a stranger of a phase is left alone by newcomers from where
// it came from itself: who does nothing has none, a handshake or an answer may
// take a moment. Otherwise a storm would never let anybody through.
var graceOf = [phases]time.Duration{knocking: KnockGrace, asking: AskGrace}

// crowd is the connections of one source, or of all of whom nothing is known. The
// gate's mutex guards it.
type crowd struct {
	in     [phases]line
	total  int
	many   bool // it is no one source: nobody in it answers for the others
	number int  // of it among all crowds that have connections
}

// line is the connections of one phase, in the order in which they came to it.
type line struct {
	first, last *place
	length      int
}

func (l *line) add(p *place) {
	p.before, p.behind = l.last, nil
	if l.last == nil {
		l.first = p
	} else {
		l.last.behind = p
	}
	l.last = p
	l.length++
}

func (l *line) remove(p *place) {
	if p.before == nil {
		l.first = p.behind
	} else {
		p.before.behind = p.behind
	}
	if p.behind == nil {
		l.last = p.before
	} else {
		p.behind.before = p.before
	}
	p.before, p.behind = nil, nil
	l.length--
}

// crowd is where a connection is counted.
func (p *place) crowd() *crowd {
	switch {
	case p.guest != nil:
		return &p.guest.crowd
	case p.tally != nil:
		return &p.tally.crowd
	case p.proxied:
		return &p.gate.proxied
	}
	return &p.gate.others
}

// count takes a connection into the counts. The gate's mutex is held.
func (p *place) count() {
	g, c := p.gate, p.crowd()
	if c.total == 0 {
		c.number = len(g.crowds)
		g.crowds = append(g.crowds, c)
	}
	c.total++
	c.in[p.phase].add(p)
	g.in[p.phase]++
	g.total++
	p.since, p.counted = time.Now(), true
}

// discount takes it out of them. The gate's mutex is held.
func (p *place) discount() {
	g, c := p.gate, p.crowd()
	p.counted = false
	g.total--
	g.in[p.phase]--
	c.in[p.phase].remove(p)
	if c.total--; c.total == 0 {
		last := len(g.crowds) - 1
		g.crowds[c.number] = g.crowds[last]
		g.crowds[c.number].number = c.number
		g.crowds[last] = nil
		g.crowds = g.crowds[:last]
	}
}

// change changes what a place is counted by. The gate's mutex is held.
func (p *place) change(do func()) {
	if counted := p.counted; counted {
		p.discount()
		defer p.count()
	}
	do()
}

// enters gives a place another phase. The gate's mutex is held.
func (p *place) enters(next phase) {
	if p.phase != next {
		p.change(func() { p.phase = next })
	}
}

// waiting is how many have not come in yet, of all and of one crowd.
func (g *Gate) waiting() int  { return g.in[mute] + g.in[knocking] }
func (c *crowd) waiting() int { return c.in[mute].length + c.in[knocking].length }

// leaver is who gives way to a newcomer of a crowd, of those in phases up to last:
// nil if nobody has to. Who came less far goes first, then who comes from where
// most of these are; of strangers the one who has been one for longest, of the
// others the one who has been here for the shortest time. The gate's mutex is held.
func (g *Gate) leaver(newcomer *crowd, last phase, now time.Time) *place {
	for at := mute; at <= last; at++ {
		if g.in[at] == 0 {
			continue
		}
		var least *place
		for _, c := range g.crowds {
			p := c.in[at].first
			if at == settled {
				p = c.in[at].last
			}
			if p != nil && p.yieldsTo(newcomer, now) && (least == nil || c.in[at].length > least.crowd().in[at].length) {
				least = p
			}
		}
		if least != nil {
			return least
		}
	}
	return nil
}

// yieldsTo reports whether a place may be given to a newcomer: any other source
// must be left with as much as the newcomer's, and strangers of the same have had
// their time. Whoever is in a room gives way to another source alone.
func (p *place) yieldsTo(newcomer *crowd, now time.Time) bool {
	c := p.crowd()
	larger := c != newcomer && c.total >= newcomer.total+2
	if p.phase == settled {
		return larger && !c.many
	}
	return larger || now.Sub(p.since) >= graceOf[p.phase]
}

// Source is where an arrival comes from, for the hub: nil if many share it.
func (p *place) source() *rooms.Source {
	p.gate.mu.Lock()
	defer p.gate.mu.Unlock()
	if p.tally == nil {
		return nil
	}
	return p.tally.source
}
