package rooms

import (
	"sync"
	"time"
)

// awayPlaces is all places of a server that wait for their connection.
type awayPlaces struct {
	mu     sync.Mutex
	places []awayPlace
}

// awayPlace is one of them, with what it takes to compare it to others.
type awayPlace struct {
	place      *place
	gen        uint64 // of the connection that was lost
	source     *Source
	attendance time.Duration
}

// add lets a place wait, unless too many do: then it returns the one who has to
// give way, which may be this one. It is the one that had its connection for the
// shortest time, among those of the source with most of them.
func (a *awayPlaces) add(p *place, gen uint64, attendance time.Duration) (leaves awayPlace) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.places = append(a.places, awayPlace{p, gen, p.source, attendance})
	p.awayAt = len(a.places)
	var full *Source // the narrowest that has too many
	p.source.each(func(n *Source) {
		n.away++
		if full == nil && !n.unknown && n.away > n.shares*MaxAwayPerSource {
			full = n
		}
	})
	if len(a.places) <= MaxAway && full == nil {
		return awayPlace{}
	}
	has := func(n *Source) int { return n.away }
	least := a.places[len(a.places)-1]
	for _, other := range a.places {
		if full != nil && !full.contains(other.source) {
			continue
		}
		theirs, its := other.source.burden(least.source, has), least.source.burden(other.source, has)
		if theirs > its || theirs == its && other.attendance < least.attendance {
			least = other
		}
	}
	a.removeLocked(least.place)
	return least
}

// remove ends a place's wait, if it waits.
func (a *awayPlaces) remove(p *place) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.removeLocked(p)
}

func (a *awayPlaces) removeLocked(p *place) {
	if p.awayAt == 0 {
		return
	}
	last := len(a.places) - 1
	at := p.awayAt - 1
	a.places[at] = a.places[last]
	a.places[at].place.awayAt = at + 1
	a.places[last] = awayPlace{}
	a.places = a.places[:last]
	p.awayAt = 0
	p.source.each(func(n *Source) { n.away-- })
}
