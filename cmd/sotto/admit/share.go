package admit

import (
	"slices"
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
	wider  *crowd       // of the network that the source is a part of
	shares int          // how many sources' shares it has; 0 as 1
	in     [phases]line // of a wider network the lengths alone
	total  int
	many   bool // it is no one source: nobody in it answers for the others
	number int  // of it among all crowds that have connections
}

// line is the connections of one phase, in the order in which they came to it.
type line struct {
	first, last *slot
	length      int
}

func (l *line) add(p *slot) {
	p.before, p.behind = l.last, nil
	if l.last == nil {
		l.first = p
	} else {
		l.last.behind = p
	}
	l.last = p
	l.length++
}

func (l *line) remove(p *slot) {
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
func (p *slot) crowd() *crowd {
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
func (p *slot) count() {
	g, c := p.gate, p.crowd()
	if c.total == 0 {
		c.number = len(g.crowds)
		g.crowds = append(g.crowds, c)
	}
	c.in[p.phase].add(p)
	c.total++
	for w := c.wider; w != nil; w = w.wider {
		w.in[p.phase].length++
		w.total++
	}
	g.in[p.phase]++
	g.total++
	p.since, p.counted = time.Now(), true
}

// discount takes it out of them. The gate's mutex is held.
func (p *slot) discount() {
	g, c := p.gate, p.crowd()
	p.counted = false
	g.total--
	g.in[p.phase]--
	c.in[p.phase].remove(p)
	for w := c.wider; w != nil; w = w.wider {
		w.in[p.phase].length--
		w.total--
	}
	if c.total--; c.total == 0 {
		last := len(g.crowds) - 1
		g.crowds[c.number] = g.crowds[last]
		g.crowds[c.number].number = c.number
		g.crowds[last] = nil
		g.crowds = g.crowds[:last]
	}
}

// change changes what a place is counted by. The gate's mutex is held.
func (p *slot) change(do func()) {
	if counted := p.counted; counted {
		p.discount()
		defer p.count()
	}
	do()
}

// enters gives a place another phase. The gate's mutex is held.
func (p *slot) enters(next phase) {
	if p.phase != next {
		p.change(func() { p.phase = next })
	}
}

// waiting is how many have not come in yet, of all and of one crowd.
func (g *Gate) waiting() int  { return g.in[mute] + g.in[knocking] }
func (c *crowd) waiting() int { return c.in[mute].length + c.in[knocking].length }

// contains reports whether another crowd is this one or a part of it.
func (c *crowd) contains(other *crowd) bool {
	for ; other != nil; other = other.wider {
		if c == other {
			return true
		}
	}
	return false
}

// burden is the most that a crowd or a network of it has for each of its shares,
// but for the networks that it has in common with another.
func (c *crowd) burden(than *crowd, has func(*crowd) int) (most int) {
	for ; c != nil && !c.contains(than); c = c.wider {
		shares := max(1, c.shares)
		most = max(most, (has(c)+shares-1)/shares)
	}
	return most
}

// Among whom somebody gives way: among all, or among those whom a proxy has not named
// yet, or among the others. What waits for its name waits for us alone.
func everybody(*crowd) bool           { return true }
func (g *Gate) unnamed(c *crowd) bool { return c == &g.proxied }
func (g *Gate) named(c *crowd) bool   { return c != &g.proxied }

// leaver is who gives way to a newcomer of a crowd, among some crowds, of those in
// phases up to last: nil if nobody has to. Who came less far goes first, and before those who are in
// rooms whoever seems absent there; then who comes from where
// most of these are; of strangers the one who has been one for longest, of the
// others the one who has been here for the shortest time. The gate's mutex is held.
func (g *Gate) leaver(newcomer *crowd, among func(*crowd) bool, last phase, now time.Time) *slot {
	for at := mute; at <= last; at++ {
		if g.in[at] == 0 {
			continue
		}
		var leaver *slot
		if at == settled && !now.Before(g.asked.Add(AbsentEvery)) {
			leaver = g.least(newcomer, among, at, func(c *crowd) *slot {
				for p := c.in[at].first; p != nil; p = p.behind {
					if p.absent() {
						return p
					}
				}
				return nil
			})
			if leaver == nil {
				g.asked = now
			}
		}
		if leaver == nil {
			leaver = g.least(newcomer, among, at, func(c *crowd) *slot {
				p := c.in[at].first
				if at == settled {
					p = c.in[at].last
				}
				if p != nil && p.yieldsTo(newcomer, now) {
					return p
				}
				return nil
			})
		}
		if leaver != nil {
			return leaver
		}
	}
	return nil
}

// least is the one of those that some crowds offer who comes from where most are in a
// phase.
func (g *Gate) least(newcomer *crowd, among func(*crowd) bool, at phase, of func(*crowd) *slot) (least *slot) {
	has := func(c *crowd) int { return c.in[at].length }
	var most int
	for _, c := range g.crowds {
		if !among(c) {
			continue
		}
		p := of(c)
		if p == nil {
			continue
		}
		burden := c.burden(newcomer, has)
		if c == newcomer { // who has nothing to do with it goes by itself
			burden = has(c)
		}
		switch {
		case least == nil, burden > most, burden == most && at == settled && p.since.After(least.since),
			burden == most && at < settled && p.since.Before(least.since):
			least, most = p, burden
		}
	}
	return least
}

// yieldsTo reports whether a place may be given to a newcomer: any other source
// must be left with as much as the newcomer's, and strangers of the same have had
// their time. Whoever is in a room gives way to another source alone.
func (p *slot) yieldsTo(newcomer *crowd, now time.Time) bool {
	c, has := p.crowd(), func(c *crowd) int { return c.total }
	larger := c.burden(newcomer, has) >= newcomer.burden(c, has)+2
	if p.phase == settled {
		return larger && !c.many
	}
	return larger || now.Sub(p.since) >= graceOf[p.phase]
}

// absent reports whether nobody seems to be at the other end of whatever is held for
// a connection that is in a room.
func (p *slot) absent() bool {
	holders := p.holders
	if p.rider != nil {
		holders = slices.Concat(holders, p.rider.holders)
	}
	return slices.ContainsFunc(holders, func(h rooms.Holder) bool {
		a, ok := h.(rooms.Absentee)
		return ok && a.Absent()
	})
}

// Source is where an arrival comes from, for the hub: nil if many share it.
func (p *slot) source() *rooms.Source {
	p.gate.mu.Lock()
	defer p.gate.mu.Unlock()
	if p.tally == nil {
		return nil
	}
	return p.tally.source
}
