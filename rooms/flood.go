package rooms

import (
	"slices"
	"time"
)

// flood is what a room knows of those who came just now, to tell a crowd of people from
// one of programs. The zero value knows of nobody.
type flood struct {
	newest []newcomer // who came within the last [FloodWithin]; while a crowd is looked at, all since
	judged time.Time  // when that is over; zero: none is looked at
}

// newcomer is somebody who came, or wanted to.
type newcomer struct {
	id    string // empty: they did not get in
	at    time.Time
	spoke bool
	words uint64 // a hash of the first that they said
}

// words is a hash of what was said that means nothing outside of its room: FNV-1a, 64 bits,
// behind the salt. It is made byte by byte: a digest, and what it pads, would stay on the
// stack of whoever spoke, with the words in it.
func (salt keySalt) words(text string) uint64 {
	const offset, prime = 14695981039346656037, 1099511628211
	sum := uint64(offset)
	for _, b := range salt {
		sum = (sum ^ uint64(b)) * prime
	}
	for i := range len(text) {
		sum = (sum ^ uint64(text[i])) * prime
	}
	return sum
}

// crowd notes a newcomer, and has them judged if that are too many at once. at is when
// they asked.
func (s *state) crowd(id string, at time.Time) {
	f := &s.doorway.flood
	if s.kind != KindOpen {
		return // there everybody says who they are, and what is said can't be read
	}
	if !f.looks() {
		f.newest = slices.DeleteFunc(f.newest, func(n newcomer) bool { return at.Sub(n.at) > FloodWithin })
	}
	if len(f.newest) < MaxRoomSize {
		f.newest = append(f.newest, newcomer{id: id, at: at})
	}
	if f.looks() || len(f.newest) <= FloodSize {
		return
	}
	f.judged = at.Add(FloodJudged)
}

func (f *flood) looks() bool { return !f.judged.IsZero() }

// speaks notes what a newcomer said.
func (f *flood) speaks(id, text string, salt keySalt) {
	for i := range f.newest {
		if n := &f.newest[i]; n.id == id && !n.spoke {
			n.spoke, n.words = true, salt.words(text)
		}
	}
}

// judge has those knock who come after a flood.
func (s *state) judge(now time.Time) {
	f := &s.doorway.flood
	if f.silent() && s.lives() {
		s.raise(RulesFlood, now)
	}
	*f = flood{}
}

// silent reports whether nobody in a crowd has said anything, or all of them the same.
func (f *flood) silent() bool {
	for _, n := range f.newest {
		first := f.newest[0]
		if n.spoke != first.spoke || n.words != first.words {
			return false
		}
	}
	return true
}

// lives reports whether somebody is here who has said something and is not one of the
// crowd: people who meet for the first time are silent too, and have nobody to disturb.
func (s *state) lives() bool {
	return slices.ContainsFunc(s.roster.order, func(m *member) bool {
		return m.spoke && !slices.ContainsFunc(s.doorway.flood.newest, func(n newcomer) bool { return n.id == m.ID })
	})
}
