package admit

import "time"

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
	wider  *crowd        // of the network that the source is a part of
	shares int           // how many sources' shares it has; 0 as 1
	in     [phases]queue // of a wider network the lengths alone
	total  int
	many   bool // it is no one source: nobody in it answers for the others
	number int  // of it among all crowds that have connections
}

// queue is the connections of one phase, in the order in which they came to it.
type queue struct {
	first, last *slot
	length      int
}

func (q *queue) add(s *slot) {
	s.before, s.behind = q.last, nil
	if q.last == nil {
		q.first = s
	} else {
		q.last.behind = s
	}
	q.last = s
	q.length++
}

func (q *queue) remove(s *slot) {
	if s.before == nil {
		q.first = s.behind
	} else {
		s.before.behind = s.behind
	}
	if s.behind == nil {
		q.last = s.before
	} else {
		s.behind.before = s.before
	}
	s.before, s.behind = nil, nil
	q.length--
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

// burden is the most that a crowd or a network of it has for each of its shares, rounded
// up: a /48 with seven in its three shares has three. The networks that it has in common
// with another crowd are left out.
func (c *crowd) burden(than *crowd, has func(*crowd) int) (most int) {
	for ; c != nil && !c.contains(than); c = c.wider {
		shares := max(1, c.shares)
		most = max(most, (has(c)+shares-1)/shares)
	}
	return most
}

// Among whom somebody gives way: among those whom a proxy has not named yet, or among the
// others; among those beyond the bound, or among the others. What waits for its name waits
// for us alone.
func (g *Gate) unnamed(c *crowd) bool  { return c == &g.proxied || c == &g.beyond }
func (g *Gate) named(c *crowd) bool    { return !g.unnamed(c) }
func (g *Gate) reserved(c *crowd) bool { return c == &g.beyond }
func (g *Gate) regular(c *crowd) bool  { return c != &g.beyond }

// leaver is who gives way to a newcomer of a crowd, among some crowds, of those in
// phases up to last: nil if nobody has to. The gate's mutex is held.
//
//   - Who has come less far goes first: the mute before those who knock.
//   - Of those who are in rooms, whoever seems absent there goes before the others.
//   - Of these, who comes from where most of them are: where forty knock from one source
//     and three from another, one of the forty.
//   - Of these, a stranger who has been one for longest; in a room, who came last.
func (g *Gate) leaver(newcomer *crowd, among func(*crowd) bool, last phase, now time.Time) *slot {
	for at := mute; at <= last; at++ {
		if g.in[at] == 0 {
			continue
		}
		var leaver *slot
		if at == settled && !now.Before(g.allThere.Add(AbsentEvery)) {
			leaver = g.least(newcomer, among, at, func(c *crowd) *slot {
				for s := c.in[at].first; s != nil; s = s.behind {
					if s.absent() {
						return s
					}
				}
				return nil
			})
			if leaver == nil {
				g.allThere = now
			}
		}
		if leaver == nil {
			leaver = g.least(newcomer, among, at, func(c *crowd) *slot {
				s := c.in[at].first
				if at == settled {
					s = c.in[at].last
				}
				if s != nil && s.yieldsTo(newcomer, now) {
					return s
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

// least is who comes from where most are in a phase, of those that some crowds offer,
// one each.
func (g *Gate) least(newcomer *crowd, among func(*crowd) bool, at phase, of func(*crowd) *slot) (least *slot) {
	has := func(c *crowd) int { return c.in[at].length }
	var most int
	for _, c := range g.crowds {
		if !among(c) {
			continue
		}
		s := of(c)
		if s == nil {
			continue
		}
		burden := c.burden(newcomer, has)
		if c == newcomer { // who has nothing to do with it goes by itself
			burden = has(c)
		}
		switch {
		case least == nil, burden > most, burden == most && at == settled && s.since.After(least.since),
			burden == most && at < settled && s.since.Before(least.since):
			least, most = s, burden
		}
	}
	return least
}

// yieldsTo reports whether a slot may be given to a newcomer: any other source
// must be left with as much as the newcomer's, and strangers of the same have had
// their time. Whoever is in a room gives way to another source alone.
func (s *slot) yieldsTo(newcomer *crowd, now time.Time) bool {
	c, has := s.crowd(), func(c *crowd) int { return c.total }
	larger := c.burden(newcomer, has) >= newcomer.burden(c, has)+2
	if s.phase == settled {
		return larger && !c.many
	}
	return larger || now.Sub(s.since) >= graceOf[s.phase]
}
