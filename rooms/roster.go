package rooms

import (
	"fmt"
	"slices"
	"time"
)

// member is somebody in a room, and the place that holds their events.
type member struct {
	Member
	past
	key   string // of the nick, see Nick.Key
	place *place
}

// past is what a room knows of what somebody did in it, for its rules and its votes.
type past struct {
	came      time.Time `held:"when you came in, for rules that bind newcomers"`
	wseq      uint64    `held:"how many whispers you sent or got"`
	spoke     bool      `held:"whether you ever said anything, since who did goes last where not everybody can stay"`
	spokeAt   time.Time `held:"when you last said something, for the rule that makes a room slow"`
	amendedAt time.Time `held:"when you last changed what you said, for the same rule"`
	ballot    ballot    `held:"in a vote that is running, whether you are asked, and what you said"`
	votedAt   time.Time `held:"when you last asked for a vote"`
	mutedTill time.Time `held:"until when a host keeps you from speaking"`
}

// roster is who is in a room, in the order of arrival. Guarded by the room.
type roster struct {
	order    []*member
	byID     map[string]*member
	names    map[string]*member  // by nick key, of who has a nick in an open room
	watching int                 // how many watch
	worn     [Colours]int        // how many have each colour
	shapes   [Shapes]int         // how many have each shape of a face
	from     map[*Source]*voices // of sources and of wider networks
}

func newRoster() roster {
	return roster{byID: make(map[string]*member), names: make(map[string]*member), from: make(map[*Source]*voices)}
}

func (r *roster) add(m *member) {
	r.order = append(r.order, m)
	r.byID[m.ID] = m
	if m.Watch {
		r.watching++
	} else {
		r.names[m.key] = m
	}
	face := FaceOf(m.ID)
	r.worn[face.Colour]++
	r.shapes[face.Shape]++
	m.place.source.each(func(n *Source) {
		v := r.from[n]
		if v == nil {
			v = &voices{shares: n.shares}
			r.from[n] = v
		}
		v.people++
		if !n.unknown {
			m.place.voices = append(m.place.voices, v)
		}
	})
}

func (r *roster) remove(m *member) {
	r.order = slices.DeleteFunc(r.order, func(o *member) bool { return o == m })
	delete(r.byID, m.ID)
	if m.Watch {
		r.watching--
	} else {
		delete(r.names, m.key)
	}
	face := FaceOf(m.ID)
	r.worn[face.Colour]--
	r.shapes[face.Shape]--
	m.place.source.each(func(n *Source) {
		if r.from[n].people--; r.from[n].people == 0 {
			delete(r.from, n)
		}
	})
}

// here reports whether somebody is in the room.
func (r *roster) here(id string) bool { return r.byID[id] != nil }

// spoke reports whether somebody in the room has ever said anything.
func (r *roster) spoke(id string) bool {
	m := r.byID[id]
	return m != nil && m.spoke
}

// leaver is who gives way to a newcomer when nobody fits any more, or nil. Of the
// source or network that has most of the places for its shares, if it would still
// have as many as that of the newcomer: whoever has least standing. Otherwise whoever
// is not there: whose connection is lost and was the shortest, or who answers nothing.
func (r *roster) leaver(newcomer *Source) *member {
	has := func(n *Source) int {
		if v := r.from[n]; v != nil {
			return v.people
		}
		return 0
	}
	var least *member
	var most int
	var its standing
	for _, m := range r.order {
		s := m.place.source
		burden := 0 // none that says anything
		if n := s.burden(newcomer, has); !s.unknown && n >= newcomer.burden(s, has)+2 {
			burden = n
		}
		stands := m.place.standing()
		switch {
		case burden < most, burden == 0 && stands.rank > absent:
		case least == nil, burden > most, stands.less(its):
			least, most, its = m, burden, stands
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

// suitsBest is what suits says of a number that nothing is against.
const suitsBest = 7

// suits says how well a number suits whoever comes next: at best nobody watches who goes by
// it, then no colour is worn by fewer people than its own, and then no shape is.
func (r *roster) suits(id string) (how int) {
	face := FaceOf(id)
	if r.tells(id) {
		how += 4
	}
	if r.worn[face.Colour] == slices.Min(r.worn[:]) {
		how += 2
	}
	if r.shapes[face.Shape] == slices.Min(r.shapes[:]) {
		how++
	}
	return how
}

// tells reports whether nobody watches who goes by the number that this id would be.
func (r *roster) tells(id string) bool {
	number := WatcherNumber(id)
	return r.watching == 0 || !slices.ContainsFunc(r.order, func(m *member) bool { return m.Watch && m.Nick == number })
}

// rename gives m another name, unless somebody else has it or one that looks
// the same.
func (r *roster) rename(m *member, nick Nick) bool {
	if other := r.names[nick.Key()]; other != nil && other != m {
		return false
	}
	delete(r.names, m.key)
	m.key, m.Nick = nick.Key(), nick.String()
	r.names[m.key] = m
	return true
}

// free returns the first name that nobody has, or one made of the id.
func (r *roster) free(nicks []Nick, id string) Nick {
	for _, n := range nicks {
		if r.names[n.Key()] == nil {
			return n
		}
	}
	return numbered(id)
}

func (r *roster) snapshot() []Member {
	members := make([]Member, len(r.order))
	for i, m := range r.order {
		members[i] = m.Member
	}
	return members
}

// numbered makes a name of half of a member's own id, such as visitor-61624339: the last
// resort. That another's is the same is one chance in seventeen million.
func numbered(id string) Nick {
	nick, err := ParseNick(fmt.Sprintf("visitor-%x", id[:4]))
	if err != nil {
		panic("rooms: a numbered name is always a name")
	}
	return nick
}
