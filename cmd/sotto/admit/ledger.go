package admit

import (
	"cmp"
	"context"
	"math"
	"slices"
	"sync"
	"time"

	"sotto/rooms"
)

// The ledger says who holds how much of the process's memory: a connection, a
// source, everybody. Whatever a peer can make the server hold is held by a
// [rooms.Holder]; a connection's account is the sum of its holders, and lasts as
// long as there is one, which for a place that waits to be taken back is longer
// than the connection. Nothing is added up before memory is in use to
// [CalmShare]: then sums are what holders say, and so they can't drift.

// Hold counts what h holds for whoever the context belongs to, until letGo. It is
// what doors and the hub are given as their Hold. What h says of itself is asked
// for under the gate's lock.
func (g *Gate) Hold(ctx context.Context, h rooms.Holder) (letGo func()) {
	s, ok := ctx.Value(slotKey{}).(*slot)
	if !ok {
		return func() {}
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	s.holders = append(s.holders, h)
	g.holding[s] = struct{}{}
	return sync.OnceFunc(func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		s.holders = slices.DeleteFunc(s.holders, func(other rooms.Holder) bool { return other == h })
		if len(s.holders) == 0 {
			s.holders = nil
			delete(g.holding, s)
		}
	})
}

// addUp asks everybody, and returns what will be free once those have gone who
// were told to, and those have shed something who were asked to. g.mu is held.
func (g *Gate) addUp(now time.Time) (owed int64) {
	g.forgetSums()
	for s := range g.holding {
		s.bytes, s.spare = 0, 0
		for _, h := range s.holders {
			bytes, spare := h.Holds()
			s.bytes, s.spare = s.bytes+int64(bytes), s.spare+int64(spare)
		}
		switch {
		case !s.leaving.IsZero():
			if now.Sub(s.leaving) < GiveWayFor {
				owed += s.bytes
			}
			continue
		case now.Sub(s.shed) < ShedFor:
			owed += s.spare
		}
		if s.tally != nil {
			g.counts(s.tally, s.bytes)
		}
	}
	return owed
}

// counts adds to what a source holds. g.mu is held.
func (g *Gate) counts(t *tally, bytes int64) {
	t.each(func(t *tally) {
		if t.held == 0 {
			g.summed = append(g.summed, t)
		}
		t.held += bytes
	})
}

// forgetSums says of every source that it holds nothing, which is next to nothing.
// g.mu is held.
func (g *Gate) forgetSums() {
	for _, t := range g.summed {
		t.held = 0
	}
	g.summed = g.summed[:0]
}

// weigh says who is to make room, given what is in use. g.mu is held.
func (g *Gate) weigh(u usage, now time.Time) *relief {
	r := &relief{now: now, small: u.part(SmallShare)}
	u.used -= g.addUp(now)
	r.urgent = u.over(UrgentShare)
	for s := range g.holding {
		if !u.over(PressedShare) {
			s.kept = s.spare
		}
		if s.leaving.IsZero() && s.bytes > u.part(ConnShare) {
			r.one(s)
		}
	}
	for _, t := range g.summed {
		if over := t.held - u.part(SourceShare); over > 0 {
			r.from(g.hoardsOf(t, r.urgent), over)
		}
	}
	if u.over(PressedShare) {
		r.from(g.hoardsOf(nil, r.urgent), u.used-u.part(RelievedShare))
	}
	return r
}

// hoard is what everybody holds who comes from one source or, where that is a part of
// wider networks, from the widest. All who have no source of their own are one together.
type hoard struct {
	of    *tally
	bytes int64
	conns []*slot // those who are to make room first
}

// weight is what a hoard holds for each share that it has.
func (h *hoard) weight() int64 {
	if h.of == nil {
		return h.bytes
	}
	return h.bytes / int64(h.of.shares)
}

// hoardsOf returns what one source or network holds or, for nil, all: the largest of
// its connections first. When it is urgent and nobody is asked for less, nobody is held
// large for what they could do without and had before memory was short, as everybody
// has who listens for hours. g.mu is held.
func (g *Gate) hoardsOf(t *tally, urgent bool) (hoards []*hoard) {
	size := func(s *slot) int64 {
		if urgent {
			return s.bytes - min(s.spare, s.kept)
		}
		return s.bytes
	}
	by := make(map[*tally]*hoard)
	for s := range g.holding {
		if !s.leaving.IsZero() || t != nil && !s.tally.within(t) {
			continue
		}
		of := s.tally.widest()
		h := by[of]
		if h == nil {
			h = &hoard{of: of}
			by[of] = h
			hoards = append(hoards, h)
		}
		h.bytes += s.bytes
		h.conns = append(h.conns, s)
	}
	for _, h := range hoards {
		slices.SortFunc(h.conns, func(a, b *slot) int { // of two that hold as much, who came last
			return cmp.Or(cmp.Compare(size(b), size(a)), b.came.Compare(a.came))
		})
	}
	return hoards
}

// relief is who is to make room.
type relief struct {
	now    time.Time
	small  int64 // what a source may hold that has filled nothing, in bytes
	urgent bool  // there is no time to ask for less first
	shed   []*slot
	leave  []*slot
}

// mayStay reports whether a connection keeps what it holds, of a hoard in which it is
// the largest. One that holds next to nothing does: ending it gives nothing back, so that
// the next look would find as little memory as this one, and the one after, until nobody
// is left. But a thousand of 64 KiB that come from one source have filled 64 MiB together,
// and go. Of those who have no source it is not known how many come together, so of them
// only the absent go, when it is urgent.
func (r *relief) mayStay(h *hoard, s *slot) bool {
	least := int64(PlainBytes)
	if r.urgent {
		least = LeastBytes
	}
	if h.of == nil {
		return s.bytes <= least && !(r.urgent && s.absent())
	}
	return s.bytes <= least && h.weight() <= r.small
}

// from has whoever holds the most make room for so many bytes: of the source that
// holds the most, the connection that does, again and again.
func (r *relief) from(hoards []*hoard, bytes int64) {
	for bytes > 0 {
		var most *hoard
		for _, h := range hoards {
			if len(h.conns) > 0 && !r.mayStay(h, h.conns[0]) && (most == nil || h.weight() > most.weight()) {
				most = h
			}
		}
		if most == nil {
			return
		}
		freed := r.one(most.conns[0])
		most.conns = most.conns[1:]
		most.bytes -= freed
		bytes -= freed
	}
}

// one has a connection make room: it sheds what it can the first time, and leaves
// the second.
func (r *relief) one(s *slot) (freed int64) {
	defer func() { s.tally.each(func(t *tally) { t.held -= freed }) }()
	if !r.urgent && s.spare >= ShedLeast && r.now.Sub(s.shed) >= ShedAgain {
		s.shed = r.now
		r.shed = append(r.shed, s)
		return s.spare
	}
	s.leaving = r.now
	r.leave = append(r.leave, s)
	return s.bytes
}

// spares says why there is no memory for somebody who comes, if there isn't, and
// counts them otherwise. Who comes from a source that holds next to nothing did not
// fill it: whoever did makes room for them.
func (g *Gate) spares(s *slot) (why refusal) {
	u := g.memory.recent()
	g.mu.Lock()
	defer g.mu.Unlock()
	var t *tally
	if s != nil {
		t = s.tally
	}
	switch {
	case t.any(func(t *tally) bool { return t.held > u.part(SourceFull) }):
		return refusedShare
	case u.over(UrgentShare), u.over(MemoryShare) && (t == nil || !t.small(u.part(SmallShare))):
		return refusedMemory
	case t != nil:
		g.counts(t, ArrivalBytes)
	}
	return ""
}

// Watch sees to it that there is memory, until ctx ends: whoever holds the most
// makes room in time.
func (g *Gate) Watch(ctx context.Context) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
			timer.Reset(g.relieve())
		}
	}
}

// errGiveWay is for whoever has to make room.
var errGiveWay = &rooms.Ended{Code: rooms.TooMany, Retry: true,
	Message: "This server is short of memory, and this connection held more of it than others, so it ends."}

// relieve looks once, and returns when to look again.
func (g *Gate) relieve() (again time.Duration) {
	u := g.memory.look()
	if u.limit == math.MaxInt64 || !u.over(CalmShare) {
		g.mu.Lock()
		defer g.mu.Unlock()
		g.forgetSums()
		return CalmEvery
	}
	g.mu.Lock()
	r := g.weigh(u, time.Now())
	var shed, leave []rooms.Holder
	for _, s := range r.shed {
		shed = append(shed, s.holders...)
	}
	for _, s := range r.leave {
		leave = append(leave, s.holders...)
	}
	g.mu.Unlock()
	for _, h := range shed {
		h.Shed()
	}
	for _, h := range leave {
		h.GiveWay(errGiveWay)
	}
	return MemoryEvery
}
