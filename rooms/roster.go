package rooms

import (
	"fmt"
	"slices"
	"time"
)

// member is somebody in a room, wherever their place is.
type member struct {
	Member
	past
	key string // of the nick, see Nick.Key
}

// past is what a room knows of what somebody did in it, for its order, its rules and its
// votes.
type past struct {
	node      string    `held:"which of the servers that share this room has your connection"`
	kept      time.Time `held:"until when your place is kept, where that server is gone"`
	claims    tickets   `held:"hashes of your tickets, by which another of those servers takes this place back"`
	gen       uint64    `held:"how many connections this place has had; only the newest is heard"`
	wseq      uint64    `held:"how many whispers you sent or got"`
	came      time.Time `held:"when you came in, for rules that bind newcomers"`
	spoke     bool      `held:"whether you ever said anything, since who did goes last where not everybody can stay"`
	spokeAt   time.Time `held:"when you last said something, for the rule that makes a room slow"`
	amendedAt time.Time `held:"when you last changed what you said, for the same rule"`
	ballot    ballot    `held:"in a vote that is running, whether you are asked, and what you said"`
	votedAt   time.Time `held:"when you last asked for a vote"`
	mutedTill time.Time `held:"until when a host keeps you from speaking"`
}

// roster is who is in a room, in the order of arrival.
type roster struct {
	order    []*member
	byID     map[string]*member
	names    map[string]*member // by nick key, of who has a nick in an open room
	watching int                // how many watch
	muted    int                // how many are
	worn     [Colours]int       // how many have each colour
	shapes   [Shapes]int        // how many have each shape of a face
}

func newRoster() roster {
	return roster{byID: make(map[string]*member), names: make(map[string]*member)}
}

func (r *roster) add(m *member) {
	r.order = append(r.order, m)
	r.byID[m.ID] = m
	if m.Watch {
		r.watching++
	} else {
		r.names[m.key] = m
	}
	if m.Muted {
		r.muted++
	}
	face := FaceOf(m.ID)
	r.worn[face.Colour]++
	r.shapes[face.Shape]++
}

func (r *roster) remove(m *member) {
	r.order = deleteOne(r.order, m)
	delete(r.byID, m.ID)
	if m.Watch {
		r.watching--
	} else {
		delete(r.names, m.key)
	}
	if m.Muted {
		r.muted--
	}
	face := FaceOf(m.ID)
	r.worn[face.Colour]--
	r.shapes[face.Shape]--
}

func deleteOne[T comparable](list []T, one T) []T {
	return slices.DeleteFunc(list, func(other T) bool { return other == one })
}

// here reports whether somebody is in the room.
func (r *roster) here(id string) bool { return r.byID[id] != nil }

// spoke reports whether somebody in the room has ever said anything.
func (r *roster) spoke(id string) bool {
	m := r.byID[id]
	return m != nil && m.spoke
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
	nick := numbered(id)
	if r.names[nick.Key()] != nil && len(id) > 4 {
		nick = numbered(id[4:])
	}
	return nick
}

func (r *roster) snapshot() []Member {
	members := make([]Member, len(r.order))
	for i, m := range r.order {
		members[i] = m.Member
	}
	return members
}

// numbered makes a name of half of a member's own id, such as visitor-61624339: the last
// resort. That another's is the same is one chance in seventeen million, and then there is
// the other half.
func numbered(id string) Nick {
	nick, err := ParseNick(fmt.Sprintf("visitor-%x", id[:min(4, len(id))]))
	if err != nil {
		panic("rooms: a numbered name is always a name")
	}
	return nick
}
