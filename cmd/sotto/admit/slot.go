package admit

import (
	"slices"
	"time"

	"sotto/rooms"
)

// A slot is what one connection, or one request behind a proxy, holds.
type slot struct {
	gate    *Gate
	came    time.Time
	carrier *slot         // of a request: the proxy's connection
	proxied bool          // it comes from a trusted proxy
	beyond  bool          // it came while the server was full, and nobody knows whom it serves; guarded by gate.mu
	give    func(refusal) // gives the connection up, with no lock held; nil: a request's

	// How far it is and where it is counted, guarded by gate.mu.
	tally    *tally // nil: only global limits
	guest    *tally // whose request a proxy's connection serves now
	rider    *slot  // of a proxy's connection: the request that took a place in a room
	phase    phase
	since    time.Time // when the phase began
	requests int       // being answered now
	counted  bool      // it is a connection that counts against the global limits
	released bool
	left     bool // the connection or the request is over

	before, behind *slot // in the queue of its phase

	// What it holds of memory, guarded by gate.mu too; see ledger.go.
	holders []rooms.Holder
	bytes   int64     // what they hold, as of the last time they were asked
	spare   int64     // what of it they could do without
	kept    int64     // the same, when memory was not short
	shed    time.Time // when it was asked to shed what it can
	leaving time.Time // when it was told to give way
}

// refusal is why a connection is not taken, as a clause for whoever made it.
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

// heard notes that something came from a connection.
func (s *slot) heard() {
	s.gate.mu.Lock()
	defer s.gate.mu.Unlock()
	if s.phase == mute {
		s.enters(knocking)
	}
}

// entered ends a slot's waiting. Whoever had to be named by then, and was not, gives way.
func (s *slot) entered() {
	if err := s.gate.stay(s); err != nil {
		s.give(refusedFull)
		return
	}
	s.gate.mu.Lock()
	defer s.gate.mu.Unlock()
	if s.phase < idle {
		s.enters(asking)
	}
}

// asks notes that a request came over a connection.
func (s *slot) asks() {
	s.gate.mu.Lock()
	defer s.gate.mu.Unlock()
	s.requests++
	if s.phase < asking {
		s.enters(asking)
	}
}

// answered notes that one was answered.
func (s *slot) answered() {
	s.gate.mu.Lock()
	defer s.gate.mu.Unlock()
	if s.requests--; s.requests == 0 {
		s.enters(idle)
		s.change(func() { s.guest = nil })
	}
}

// seated notes that somebody is about to have a place in a room.
func (s *slot) seated() {
	s.gate.mu.Lock()
	defer s.gate.mu.Unlock()
	s.enters(settled)
	if s.carrier != nil {
		s.carrier.rider = s
		s.carrier.enters(settled)
	}
}

// offend notes that a door had to end the connection for breaking a limit.
func (s *slot) offend() {
	s.gate.mu.Lock()
	defer s.gate.mu.Unlock()
	if s.tally != nil {
		s.tally.penalise(penaltyOffence, time.Now())
	}
}

// makeRoom notes one more room of the slot's source, and reports whether it was
// still allowed.
func (s *slot) makeRoom() bool {
	s.gate.mu.Lock()
	defer s.gate.mu.Unlock()
	return s.tally == nil || s.tally.makeRoom(time.Now())
}

// release gives the slot back, once. Leaving without having entered counts
// against the source, but for those who had to give way.
func (s *slot) release() {
	if s.leave() && s.gate.cfg.Released != nil {
		s.gate.cfg.Released()
	}
}

func (s *slot) leave() bool {
	s.gate.mu.Lock()
	defer s.gate.mu.Unlock()
	if s.left {
		return false
	}
	s.left = true
	if now := time.Now(); !s.released && s.phase < idle && s.tally != nil {
		penalty := penaltyNoEntry
		if now.Sub(s.came) >= Grace {
			penalty = penaltyGrace
		}
		s.tally.penalise(penalty, now)
	}
	s.end()
	return true
}

// end gives the slot back, once. The gate's mutex is held.
func (s *slot) end() {
	if s.released {
		return
	}
	s.released = true
	if s.counted {
		s.discount()
	}
	s.tally.each(func(t *tally) { t.conns-- })
}

// crowd is where a connection is counted.
func (s *slot) crowd() *crowd {
	switch {
	case s.guest != nil:
		return &s.guest.crowd
	case s.tally != nil:
		return &s.tally.crowd
	case s.beyond:
		return &s.gate.beyond
	case s.proxied:
		return &s.gate.proxied
	}
	return &s.gate.others
}

// count takes a connection into the counts. The gate's mutex is held.
func (s *slot) count() {
	g, c := s.gate, s.crowd()
	if c.total == 0 {
		c.number = len(g.crowds)
		g.crowds = append(g.crowds, c)
	}
	c.in[s.phase].add(s)
	c.total++
	for w := c.wider; w != nil; w = w.wider {
		w.in[s.phase].length++
		w.total++
	}
	g.in[s.phase]++
	g.total++
	s.since, s.counted = time.Now(), true
}

// discount takes it out of them. The gate's mutex is held.
func (s *slot) discount() {
	g, c := s.gate, s.crowd()
	s.counted = false
	g.total--
	g.in[s.phase]--
	c.in[s.phase].remove(s)
	for w := c.wider; w != nil; w = w.wider {
		w.in[s.phase].length--
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

// change changes what a slot is counted by. The gate's mutex is held.
func (s *slot) change(do func()) {
	if counted := s.counted; counted {
		s.discount()
		defer s.count()
	}
	do()
}

// enters gives a slot another phase. The gate's mutex is held.
func (s *slot) enters(next phase) {
	if s.phase != next {
		s.change(func() { s.phase = next })
	}
}

// absent reports whether nobody seems to be at the other end of whatever is held for
// a connection that is in a room.
func (s *slot) absent() bool {
	holders := s.holders
	if s.rider != nil {
		holders = slices.Concat(holders, s.rider.holders)
	}
	return slices.ContainsFunc(holders, func(h rooms.Holder) bool {
		a, ok := h.(rooms.Absentee)
		return ok && a.Absent()
	})
}

// Source is where an arrival comes from, for the hub: nil if many share it.
func (s *slot) source() *rooms.Source {
	s.gate.mu.Lock()
	defer s.gate.mu.Unlock()
	if s.tally == nil {
		return nil
	}
	return s.tally.source
}
