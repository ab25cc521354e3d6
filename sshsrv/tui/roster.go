package tui

import (
	"slices"
	"sync"

	"sotto/rooms"
)

// roster is who is in the room, in the order of arrival. It is immutable: a
// presence event makes the next one, once, beside the event, and every session
// in the room holds that same one. Five hundred people in five hundred sessions
// are so kept once and not five hundred times.
//
// That is sound because a room has one order: whoever has seen the same events
// has the same roster. A session that missed events (see [rooms.Gap]) may not
// share what it makes until its next welcome.
type roster struct {
	members []rooms.Member
	index   func() map[string]int   // by id, made on first use
	alike   func() map[string][]int // by what names can be taken for, likewise
}

func newRoster(members []rooms.Member) *roster {
	return &roster{
		members: members,
		index: sync.OnceValue(func() map[string]int {
			index := make(map[string]int, len(members))
			for i, m := range members {
				index[m.ID] = i
			}
			return index
		}),
		alike: sync.OnceValue(func() map[string][]int {
			alike := make(map[string][]int, len(members))
			for i, m := range members {
				if key, ok := rooms.NameKey(m.Nick); ok {
					alike[key] = append(alike[key], i)
				}
			}
			return alike
		}),
	}
}

type rosterKey struct{}

// after returns the roster after a presence event. Exact says that r is what
// the room's roster was before it, and so the result may be shared.
func (r *roster) after(forms *rooms.Forms, exact bool, change func([]rooms.Member) []rooms.Member) *roster {
	if !exact {
		return newRoster(change(r.members))
	}
	return forms.Form(rosterKey{}, func() any { return newRoster(change(r.members)) }).(*roster)
}

// The changes that presence events make. Each returns a new slice.

func with(m rooms.Member) func([]rooms.Member) []rooms.Member {
	return func(have []rooms.Member) []rooms.Member {
		next := make([]rooms.Member, 0, len(have)+1)
		return append(append(next, have...), m)
	}
}

func without(id string) func([]rooms.Member) []rooms.Member {
	return func(have []rooms.Member) []rooms.Member {
		next := make([]rooms.Member, 0, len(have))
		for _, m := range have {
			if m.ID != id {
				next = append(next, m)
			}
		}
		return next
	}
}

func changed(m rooms.Member) func([]rooms.Member) []rooms.Member {
	return func(have []rooms.Member) []rooms.Member {
		next := slices.Clone(have)
		for i := range next {
			if next[i].ID == m.ID {
				next[i] = m
			}
		}
		return next
	}
}

// find returns the member with an id.
func (r *roster) find(id string) (rooms.Member, bool) {
	if i, ok := r.index()[id]; ok {
		return r.members[i], true
	}
	return rooms.Member{}, false
}

// named returns the member who is meant by a name, as [rooms.Named] has it.
func (r *roster) named(name string) (rooms.Member, rooms.Found) {
	for _, m := range r.members {
		if m.Nick == name {
			return m, rooms.OneFound
		}
	}
	key, ok := rooms.NameKey(name)
	if !ok {
		return rooms.Member{}, rooms.NoneFound
	}
	switch alike := r.alike()[key]; len(alike) {
	case 0:
		return rooms.Member{}, rooms.NoneFound
	case 1:
		return r.members[alike[0]], rooms.OneFound
	}
	return rooms.Member{}, rooms.SeveralFound
}
