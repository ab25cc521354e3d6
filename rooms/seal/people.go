package seal

import (
	"encoding/binary"
	"slices"
	"time"

	"sotto/rooms"
)

// person is a member of a sealed room as this end sees it: the server's word for
// them, the id of their key, and what they said of themselves once they had proved
// that they hold the secret and that key. Nobody is sealed to before they are shown.
type person struct {
	rooms.Member
	peer      Peer
	before    bool      // was here when we came
	since     time.Time // when the server showed them
	awaySince time.Time // when the server said that their connection was lost
	backSince time.Time // and that it was back
	shown     bool
	greeted   bool   // we have to answer their greeting
	owed      bool   // and to tell them who we are
	told      bool   // and have
	key       string // of the nick, for uniqueness
	silent    bool   // it was told that nothing comes from them
	named     naming // and how they were told of by the name that another member knows
	vouched   bool   // another member shows them
	gone      bool   // they said nothing for so long that the keys are gone
	unknown   int    // messages of theirs of a kind that is not known here
	heardAt   time.Time
	tally     tally
	doubt     doubt
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
	p.byPeer[m.peer.ID] = m
}

func (p *people) remove(m *person) {
	p.order = slices.DeleteFunc(p.order, func(o *person) bool { return o == m })
	delete(p.byID, m.ID)
	delete(p.byPeer, m.peer.ID)
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
		for n := binary.BigEndian.Uint32(m.peer.ID[:]); ; n++ {
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

// shown is whom this end shows, and by what names.
func (p *people) shown() (shown []Shown) {
	for _, m := range p.order {
		if m.shown {
			shown = append(shown, Shown{m.peer, m.Nick})
		}
	}
	return shown
}

// unconfirmed counts those who hold the secret, as far as the server tells, and
// have not said who they are.
func (p *people) unconfirmed() (n int) {
	for _, m := range p.order {
		if !m.shown {
			n++
		}
	}
	return n
}

// isNick reports whether another end can show somebody by that name.
func isNick(name string) bool {
	nick, err := rooms.ParseNick(name)
	return err == nil && nick.String() == name || rooms.IsPlaceholder(name)
}
