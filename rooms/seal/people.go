package seal

import (
	"encoding/binary"
	"slices"
	"time"

	"sotto/rooms"
)

// person is a member of a sealed room as this end sees it: the server's word for
// them, the id of their key, and what they said of themselves once their first
// message had proved that somebody with the secret is there.
type person struct {
	rooms.Member
	peer    ID
	before  bool // was here when we came
	shown   bool
	key     string // of the nick, for uniqueness
	roster  [16]byte
	differs time.Time // since when they see other people than we do; zero: they don't
	told    bool      // that they do
}

// people is who is in the room, by the server's id and by the key's.
type people struct {
	order  []*person
	byID   map[string]*person
	byPeer map[ID]*person
	names  map[string]*person
}

func newPeople() people {
	return people{byID: map[string]*person{}, byPeer: map[ID]*person{}, names: map[string]*person{}}
}

func (p *people) add(m *person) {
	p.order = append(p.order, m)
	p.byID[m.ID] = m
	p.byPeer[m.peer] = m
}

func (p *people) remove(m *person) {
	p.order = slices.DeleteFunc(p.order, func(o *person) bool { return o == m })
	delete(p.byID, m.ID)
	delete(p.byPeer, m.peer)
	if p.names[m.key] == m {
		delete(p.names, m.key)
	}
}

// name gives somebody the name that they claim, if it is one and nobody else
// here has it or one that looks like it. Otherwise they go by a number of their
// key, which nobody can choose.
func (p *people) name(m *person, claim string) {
	nick, err := rooms.ParseNick(claim)
	if err != nil || p.taken(nick, m) {
		for n := binary.BigEndian.Uint32(m.peer[:]); ; n++ {
			if nick = rooms.Placeholder(n); !p.taken(nick, m) {
				break
			}
		}
	}
	if p.names[m.key] == m {
		delete(p.names, m.key)
	}
	m.Nick, m.key = nick.String(), nick.Key()
	p.names[m.key] = m
}

// taken reports whether somebody else has a name that looks like this one.
func (p *people) taken(nick rooms.Nick, by *person) bool {
	other := p.names[nick.Key()]
	return other != nil && other != by
}

// introduce gives somebody the name of their first message, and reports who lost
// theirs by it. Of two who were both here before us, nobody can tell us who had a
// name first: then neither has it, nor anybody else for as long as we are here.
// Our own name gives way to theirs, as it does on everybody else's screen.
func (p *people) introduce(m, you *person, claim string) (loser *person, was string) {
	nick, err := rooms.ParseNick(claim)
	if other := p.names[nick.Key()]; err == nil && m.before && other != nil && (other.before || other == you) {
		loser, was = other, other.Nick
		if other.before {
			p.names[nick.Key()] = nobody
		} else {
			p.names[nick.Key()] = m
		}
		p.name(other, "")
	}
	p.name(m, claim)
	return loser, was
}

// nobody has the names that are in dispute.
var nobody = &person{}

// shownMembers is what a welcome lists.
func (p *people) shownMembers() (members []rooms.Member) {
	for _, m := range p.order {
		if m.shown {
			members = append(members, m.Member)
		}
	}
	return members
}
