package rooms

import (
	"hash/maphash"
	"slices"
	"time"
)

// flood is what a room knows of those who came just now, to tell a crowd of people from
// one of programs. It is guarded by the room. The zero value knows of nobody.
type flood struct {
	newest []newcomer // who came within the last [FloodWithin]; while a crowd is looked at, all since
	looks  bool       // a judge is on the way
	number uint64     // of that
}

// newcomer is somebody who came, or wanted to.
type newcomer struct {
	id    string // empty: they did not get in
	at    time.Time
	spoke bool
	words uint64 // a hash of the first that they said
}

// judge is the op by which a crowd of newcomers is judged, a while after it came.
type judge struct{ flood uint64 }

func (judge) opFacts() opFacts { return opFacts{} }

// wordsSeed makes hashes of what was said that mean nothing outside of this process.
var wordsSeed = maphash.MakeSeed()

// crowd notes a newcomer, and has them judged if that are too many at once. at is when
// they asked.
func (r *room) crowd(id string, at time.Time) {
	f := &r.doorway.flood
	if r.kind != KindOpen {
		return // there everybody says who they are, and what is said can't be read
	}
	if !f.looks {
		f.newest = slices.DeleteFunc(f.newest, func(n newcomer) bool { return at.Sub(n.at) > FloodWithin })
	}
	if len(f.newest) < MaxRoomSize {
		f.newest = append(f.newest, newcomer{id: id, at: at})
	}
	if f.looks || len(f.newest) <= FloodSize {
		return
	}
	f.looks = true
	f.number++
	op := judge{f.number}
	time.AfterFunc(FloodJudged, func() { r.publish("", op) })
}

// speaks notes what a newcomer said.
func (f *flood) speaks(id, text string) {
	for i := range f.newest {
		if n := &f.newest[i]; n.id == id && !n.spoke {
			n.spoke, n.words = true, maphash.String(wordsSeed, text)
		}
	}
}

// judge has those knock who come after a flood.
func (r *room) judge(op judge) {
	f := &r.doorway.flood
	if !f.looks || f.number != op.flood {
		return
	}
	if f.silent() && r.lives() {
		r.raise(RulesFlood)
	}
	f.newest, f.looks = nil, false
}

// silent reports whether nobody in a crowd has said anything, or all of them the same.
func (f *flood) silent() bool {
	first := f.newest[0]
	for _, n := range f.newest {
		if n.spoke != first.spoke || n.words != first.words {
			return false
		}
	}
	return true
}

// lives reports whether somebody is here who has said something and is not one of the
// crowd: people who meet for the first time are silent too, and have nobody to disturb.
func (r *room) lives() bool {
	return slices.ContainsFunc(r.roster.order, func(m *member) bool {
		return m.spoke && !slices.ContainsFunc(r.doorway.flood.newest, func(n newcomer) bool { return n.id == m.ID })
	})
}
