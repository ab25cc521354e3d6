package rooms

import "time"

// present is the places of a room that are here, on this server, in the order in which they
// came. It is guarded by the room.
type present struct {
	order []*place
	byID  map[string]*place
	from  map[*Source]*voices // of sources and of wider networks
}

func newPresent() present {
	return present{byID: make(map[string]*place), from: make(map[*Source]*voices)}
}

func (h *present) add(p *place) {
	h.order = append(h.order, p)
	h.byID[p.id] = p
	p.source.each(func(n *Source) {
		v := h.from[n]
		if v == nil {
			v = &voices{shares: n.shares}
			h.from[n] = v
		}
		v.people++
		if !n.unknown {
			p.voices = append(p.voices, v)
		}
	})
}

func (h *present) remove(p *place) {
	h.order = deleteOne(h.order, p)
	delete(h.byID, p.id)
	p.source.each(func(n *Source) {
		if h.from[n].people--; h.from[n].people == 0 {
			delete(h.from, n)
		}
	})
}

// putTyping tells everybody but one that this one is typing.
func (h *present) putTyping(id string) {
	typing := &TypingNow{Member: id}
	for _, p := range h.order {
		if p.id != id {
			p.out.putTyping(typing)
		}
	}
}

// leaver is who gives way to a newcomer when nobody fits any more, or nil. Of the
// source or network that has most of the places for its shares, if it would still
// have as many as that of the newcomer: whoever has least standing. Otherwise whoever
// is not there: whose connection is lost and was the shortest, or who answers nothing.
func (h *present) leaver(newcomer *Source) *place {
	has := func(n *Source) int {
		if v := h.from[n]; v != nil {
			return v.people
		}
		return 0
	}
	var least *place
	var most int
	var its standing
	for _, p := range h.order {
		s := p.source
		burden := 0 // none that says anything
		if n := s.burden(newcomer, has); !s.unknown && n >= newcomer.burden(s, has)+2 {
			burden = n
		}
		stands := p.standing()
		switch {
		case burden < most, burden == 0 && stands.rank > absent:
		case least == nil, burden > most, stands.less(its):
			least, most, its = p, burden, stands
		}
	}
	return least
}

// standing is what gives somebody a right to their place, when not everybody can
// have one: who has less goes first.
type standing struct {
	rank       int           // lost, absent, silent or speaking
	attendance time.Duration // with a connection; of those who are absent less than nothing
}

// The ranks.
const (
	lost     = iota // their connection is
	absent          // they answer nothing
	silent          // they have never said anything
	speaking        // they have
)

func (s standing) less(than standing) bool {
	return s.rank < than.rank || s.rank == than.rank && s.attendance < than.attendance
}
