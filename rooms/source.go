package rooms

import (
	"context"
	"sync"
	"time"
)

// A Source is where arrivals come from, as far as a hub can tell: a count, and
// nothing of what is counted. Whoever gives [Config.Source] makes one for each
// network that it tells apart. Shares of a room and of the server are measured by
// it (docs/decisions/shares.md). It may be a part of a wider network, which is a
// Source too: what anybody of it has is counted there as well, against as many
// shares as it was made with.
type Source struct {
	wider   *Source // the network that it is a part of, or nil
	shares  int     // how many sources' shares it has, at least 1
	visits  Limiter
	returns Limiter // of what is sent anew to places that were taken back, in bytes
	waiting int     // places of it that wait for their connection; guarded by waitingRoom
	offence func()  // called, with no lock held, when somebody of it was ended for asking in vain
	unknown bool    // this is all of whom nothing is known
}

// NewSource returns a source that nobody has come from yet. offence, if not nil,
// is called when somebody from there had to be ended for what makes no sense.
func NewSource(offence func()) *Source { return NewNetwork(1, nil, offence) }

// NewNetwork returns a source that has so many shares, and is a part of a wider one
// if that is not nil.
func NewNetwork(shares int, wider *Source, offence func()) *Source {
	n := float64(shares)
	return &Source{
		wider: wider, shares: shares, offence: offence,
		visits: NewLimiter(n*VisitRate, n*VisitBurst), returns: NewLimiter(n*ReturnRatePerSource, n*ReturnBurstPerSource),
	}
}

// contains reports whether whoever comes from another source comes from this one.
func (s *Source) contains(other *Source) bool {
	for ; other != nil; other = other.wider {
		if s == other {
			return true
		}
	}
	return false
}

// each counts for a source and for every network that it is a part of.
func (s *Source) each(count func(*Source)) {
	for ; s != nil; s = s.wider {
		count(s)
	}
}

// burden is the most that a source or a network of it has for each of its shares,
// but for those networks that another comes from too: between neighbours it says
// nothing that they have much together.
func (s *Source) burden(than *Source, has func(*Source) int) (most int) {
	for ; s != nil && !s.contains(than); s = s.wider {
		most = max(most, (has(s)+s.shares-1)/s.shares)
	}
	return most
}

// mayVisit reports whether anybody from there may ask for a room.
func (s *Source) mayVisit(now time.Time) bool {
	may := true
	s.each(func(n *Source) { may = may && n.visits.Peek(now) == 0 })
	return may
}

// mayReturn counts so many bytes that are sent anew to somebody from there, and
// reports whether that is not too much.
func (s *Source) mayReturn(now time.Time, bytes float64) bool {
	may := true
	s.each(func(n *Source) { may = may && n.returns.PeekN(now, bytes) == 0 })
	if may {
		s.each(func(n *Source) { n.returns.Owe(now, bytes) })
	}
	return may
}

// visited counts a visit that was short, or came to nothing.
func (s *Source) visited(now time.Time) {
	s.each(func(n *Source) { n.visits.Owe(now, 1) })
}

// offended says that somebody of the source had to be ended. The caller holds no
// lock.
func (s *Source) offended() {
	if s.offence != nil {
		s.offence()
	}
}

// source is where an arrival comes from.
func (h *Hub) source(ctx context.Context) *Source {
	if h.cfg.Source != nil {
		if s := h.cfg.Source(ctx); s != nil {
			return s
		}
	}
	return &h.nobody
}

// Offended notes that a door had to end whoever ctx belongs to, before they had
// a place, for what makes no sense.
func (h *Hub) Offended(ctx context.Context) { h.source(ctx).offended() }

var errVisits = &Ended{Code: TooMany, Retry: true,
	Message: "Too many from your address came and went at once, or could not get in, in the last minutes. Try again in a minute or two."}

// standing is what gives somebody a right to their place, when not everybody can
// have one: who has less goes first.
type standing struct {
	rank int           // lost, absent, silent or speaking
	stay time.Duration // with a connection; of those who are absent less than nothing
}

// The ranks.
const (
	lost     = iota // their connection is
	absent          // they answer nothing
	silent          // they have never said anything
	speaking        // they have
)

func (s standing) less(than standing) bool {
	return s.rank < than.rank || s.rank == than.rank && s.stay < than.stay
}

// waitingRoom is all places of a server that wait for their connection. It is a
// leaf: no other lock is taken while its own is held.
type waitingRoom struct {
	mu     sync.Mutex
	places []waiting
}

// waiting is one of them, with what it takes to compare it to others.
type waiting struct {
	place  *place
	gen    uint64 // of the connection that was lost
	source *Source
	stay   time.Duration
}

// add lets a place wait, unless too many do: then it returns the one who has to
// give way, which may be this one. It is the one that had its connection for the
// shortest time, among those of the source with most of them.
func (w *waitingRoom) add(p *place, gen uint64, stay time.Duration) (leaves waiting) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.places = append(w.places, waiting{p, gen, p.source, stay})
	p.waits = len(w.places)
	var crowded *Source // the narrowest that has too many
	p.source.each(func(n *Source) {
		n.waiting++
		if crowded == nil && !n.unknown && n.waiting > n.shares*MaxAwayPerSource {
			crowded = n
		}
	})
	if len(w.places) <= MaxAway && crowded == nil {
		return waiting{}
	}
	has := func(n *Source) int { return n.waiting }
	least := w.places[len(w.places)-1]
	for _, other := range w.places {
		if crowded != nil && !crowded.contains(other.source) {
			continue
		}
		theirs, its := other.source.burden(least.source, has), least.source.burden(other.source, has)
		if theirs > its || theirs == its && other.stay < least.stay {
			least = other
		}
	}
	w.removeLocked(least.place)
	return least
}

// remove ends a place's wait, if it waits.
func (w *waitingRoom) remove(p *place) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.removeLocked(p)
}

func (w *waitingRoom) removeLocked(p *place) {
	if p.waits == 0 {
		return
	}
	last := len(w.places) - 1
	at := p.waits - 1
	w.places[at] = w.places[last]
	w.places[at].place.waits = at + 1
	w.places[last] = waiting{}
	w.places = w.places[:last]
	p.waits = 0
	p.source.each(func(n *Source) { n.waiting-- })
}
