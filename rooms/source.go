package rooms

import (
	"context"
	"sync"
	"time"
)

// A Source is where arrivals come from, as far as a hub can tell: a count, and
// nothing of what is counted. Whoever gives [Config.Source] makes one for each
// network that it tells apart. Shares of a room and of the server are measured by
// it (docs/decisions/shares.md).
type Source struct {
	visits  Limiter
	returns Limiter // of what is sent anew to places that were taken back, in bytes
	waiting int     // places of it that wait for their connection; guarded by waitingRoom
	offence func()  // called, with no lock held, when somebody of it was ended for asking in vain
	unknown bool    // this is all of whom nothing is known
}

// NewSource returns a source that nobody has come from yet. offence, if not nil,
// is called when somebody from there had to be ended for what makes no sense.
func NewSource(offence func()) *Source {
	return &Source{
		visits: NewLimiter(VisitRate, VisitBurst), returns: NewLimiter(ReturnRatePerSource, ReturnBurstPerSource), offence: offence,
	}
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
	rank int           // lost, silent or speaking
	stay time.Duration // with a connection
}

// The ranks.
const (
	lost     = iota // their connection is
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
	p.source.waiting++
	crowded := !p.source.unknown && p.source.waiting > MaxAwayPerSource
	if len(w.places) <= MaxAway && !crowded {
		return waiting{}
	}
	least := w.places[len(w.places)-1]
	for _, other := range w.places {
		switch {
		case crowded && other.source != p.source:
		case other.source.waiting > least.source.waiting,
			other.source.waiting == least.source.waiting && other.stay < least.stay:
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
	p.source.waiting--
}
