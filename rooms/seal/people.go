package seal

import (
	"fmt"
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
	if other := p.names[nick.Key()]; err != nil || other != nil && other != m {
		nick, err = rooms.ParseNick(fmt.Sprintf("guest-%x", m.peer[:4]))
		if err != nil {
			panic("seal: a numbered name is always a name")
		}
	}
	if p.names[m.key] == m {
		delete(p.names, m.key)
	}
	m.Nick, m.key = nick.String(), nick.Key()
	p.names[m.key] = m
}

// shownMembers is what a welcome lists.
func (p *people) shownMembers() (members []rooms.Member) {
	for _, m := range p.order {
		if m.shown {
			members = append(members, m.Member)
		}
	}
	return members
}
