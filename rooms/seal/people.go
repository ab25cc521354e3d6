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
	toldAt    uint32 // and how much we had said to all by then
	key       string // of the nick, for uniqueness
	claim     string // the name that they said first
	silent    bool   // it was told that nothing comes from them
	named     naming // and how they were told of by the name that another member knows
	vouched   bool   // another member shows them
	gone      bool   // they said nothing for so long that the keys are gone
	twofold   int    // times that they were seen to tell others something else than us
	disputes  int    // and that they said so of others
	heardAt   time.Time
	skipped   uint64 // messages of theirs that were not told of yet
	tally     tally
	missed    bool // it was told that something of theirs was not sealed to us
	doubt     doubt
	spoken    spoken
	newer     lapses // messages of theirs of a kind that is not known here
	broken    lapses // and that break the rules
}

// people is who is in the room, by the server's id and by the key's.
type people struct {
	order  []*person
	byID   map[string]*person
	byPeer map[ID]*person
	names  map[string]*person
	// disputed are the names that nobody has, since two said them who were both here
	// before us, and those two.
	disputed map[string][]*person
}

func newPeople() people {
	return people{byID: map[string]*person{}, byPeer: map[ID]*person{}, names: map[string]*person{}, disputed: map[string][]*person{}}
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
// theirs by it. If two claim one name, it belongs to who entered first, whoever claimed
// it first: all ends see people enter in the same order, but none can tell when a claim
// reached somebody else. Of two who were both here before us, nobody can tell us who had
// it first: then neither has it, nor anybody else, until one of them takes another or
// leaves.
func (p *people) introduce(m *person, claim string) (loser *person, was string) {
	nick, err := rooms.ParseNick(claim)
	if other := p.names[nick.Key()]; err == nil && other != nil && other != nobody {
		both := m.before && other.before
		if both || p.cameBefore(m, other) {
			loser, was = other, other.Nick
			p.names[nick.Key()] = m
			if both {
				p.names[nick.Key()] = nobody
				p.disputed[nick.Key()] = []*person{m, other}
			}
			p.name(other, "")
		}
	}
	p.name(m, claim)
	return loser, was
}

// cameBefore reports whether one came before another. Those whom we found here did,
// whatever place the server shows them in.
func (p *people) cameBefore(m, other *person) bool {
	if m.before != other.before {
		return m.before
	}
	return slices.Index(p.order, m) < slices.Index(p.order, other)
}

// endDispute ends the dispute of somebody who takes another name, or none and leaves, and
// returns whoever has the disputed one now, if nobody else can, and what they were called.
func (p *people) endDispute(m *person, claim string) (winner *person, was string) {
	nick, _ := rooms.ParseNick(claim)
	for key, two := range p.disputed {
		i := slices.Index(two, m)
		if i < 0 || key == nick.Key() {
			continue
		}
		delete(p.disputed, key)
		delete(p.names, key)
		if winner = two[1-i]; p.byPeer[winner.peer.ID] != winner || !rooms.IsPlaceholder(winner.Nick) {
			return nil, "" // left, or has another name by now
		}
		was = winner.Nick
		p.name(winner, winner.claim)
		return winner, was
	}
	return nil, ""
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
