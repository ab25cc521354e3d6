package rooms

import (
	"context"
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
	away    int     // places of it that wait for their connection; guarded by awayPlaces
	offence func()  // called, with no lock held, when somebody of it was ended for asking in vain
	unknown bool    // this is all of whom nothing is known
}

// NewSource returns a source that nobody has come from yet: with so many shares, part
// of a wider one if that is not nil. offence, if not nil, is called when somebody from
// there had to be ended for what makes no sense.
func NewSource(shares int, wider *Source, offence func()) *Source {
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

// visited counts so many visits that were short, or came to nothing.
func (s *Source) visited(now time.Time, visits int) {
	s.each(func(n *Source) { n.visits.Owe(now, float64(visits)) })
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
