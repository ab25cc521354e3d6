package rooms

import (
	"slices"
	"sort"
	"time"
)

// remembered is what a room knows of a message: who said it and when and, if it is one of
// the newest, who reacted with what. Of its words it knows nothing.
type remembered struct {
	seq     uint64
	by      string // member id
	at      time.Time
	file    bool // it offers one
	gone    bool // it was taken back
	answers      // nothing of one that is not among the newest
}

// answers are what others made of a message.
type answers struct {
	options   int // how many can be chosen, of a poll
	reactions []reaction
}

// reaction is one emoji on a message, or the number of an option, and whose.
type reaction struct {
	emoji  string
	by     []string // member ids
	forgot bool     // of others it is not known any more that it is theirs
}

// memory is what a room remembers: of the newest [RememberedMessages] messages all of it,
// of [RememberedWriters] who said them. Where there is not enough for everybody, whoever
// takes most gives way: a flood pushes out itself. The zero value is empty.
type memory struct {
	said      []remembered // in the order of their numbers
	reactions int          // of all of them, at most MaxRememberedReactions
	bereft    int          // kinds of reactions that are nobody's any more
}

// rememberedBytes and reactionBytes are what a message costs a room, and a reaction on it
// that has an emoji and a member's id to itself, in bytes.
const (
	rememberedBytes = 112
	reactionBytes   = 104
)

// holds is what it costs, in bytes.
func (m *memory) holds() int {
	return len(m.said)*rememberedBytes + (m.reactions+m.bereft)*reactionBytes
}

// newest are those of which all is remembered.
func (m *memory) newest() []remembered { return m.said[max(0, len(m.said)-RememberedMessages):] }

// recent reports whether a message is among the newest.
func (m *memory) recent(said *remembered) bool { return said.seq >= m.newest()[0].seq }

// add remembers a message.
func (m *memory) add(said remembered) {
	if len(m.said) == RememberedWriters {
		m.thin()
	}
	m.said = append(m.said, said)
	if n := len(m.said) - RememberedMessages; n > 0 {
		m.bare(&m.said[n-1])
	}
}

// thin forgets some of those that are not among the newest: of whoever said most of them
// the oldest. It makes room for many at once, so that each costs little.
func (m *memory) thin() {
	old, newest := m.said[:len(m.said)-RememberedMessages], m.newest()
	writers, over := make(map[string]int), 0
	for i := range old {
		if !old[i].gone {
			writers[old[i].by]++
			over++
		}
	}
	keep := len(old) - len(old)/thinned
	share := fairShare(writers, keep)
	over -= keep
	kept := slices.DeleteFunc(old, func(said remembered) bool {
		if said.gone || over <= 0 || writers[said.by] <= share {
			return said.gone
		}
		writers[said.by]--
		over--
		return true
	})
	n := len(kept) + copy(m.said[len(kept):], newest)
	clear(m.said[n:])
	m.said = m.said[:n]
}

// thinned is which part of what is remembered is forgotten at once where it is too much:
// so that looking for it costs each that comes as much as a few of it.
const thinned = 8

// find returns a message by its number, or nil of one that is not remembered or was taken
// back.
func (m *memory) find(seq uint64) *remembered {
	i := sort.Search(len(m.said), func(i int) bool { return m.said[i].seq >= seq })
	if i == len(m.said) || m.said[i].seq != seq || m.said[i].gone {
		return nil
	}
	return &m.said[i]
}

// takeBack forgets all of a message but that it is gone.
func (m *memory) takeBack(said *remembered) {
	m.bare(said)
	*said = remembered{seq: said.seq, gone: true}
}

// bare forgets what others made of a message.
func (m *memory) bare(said *remembered) {
	for _, r := range said.reactions {
		m.reactions -= len(r.by)
		m.bereft -= bereft(r)
	}
	said.answers = answers{}
}

// bereft is 1 of a kind of reactions that is nobody's, and else 0.
func bereft(r reaction) int {
	if len(r.by) == 0 {
		return 1
	}
	return 0
}

// react puts somebody's reaction on a message, or takes it off, or says why it can't. An
// option that is not chosen yet keeps its place among the kinds of reactions, so that
// nobody can fill a poll with other emoji before it is answered. Here tells who is in the
// room: where it is too much, others' who left are forgotten first.
func (m *memory) react(said *remembered, id, emoji string, on bool, here func(id string) bool) *Error {
	i := slices.IndexFunc(said.reactions, func(r reaction) bool { return r.emoji == emoji })
	has := i >= 0 && slices.Contains(said.reactions[i].by, id)
	switch {
	case !has && !on && i >= 0 && said.reactions[i].forgot:
		return nil // it may be theirs, and stands on screens
	case has == on:
		return errSoAlready
	case !on:
		m.reactions--
		r := &said.reactions[i]
		if r.by = without(r.by, func(by string) bool { return by == id }); len(r.by) == 0 && !r.forgot {
			said.reactions = slices.Delete(said.reactions, i, i+1)
			return nil
		}
		m.bereft += bereft(*r)
		return nil
	case i < 0 && option(emoji) == 0 && said.kinds() == MaxReactionKinds:
		return errKindsEnough
	}
	if m.reactions == MaxRememberedReactions {
		m.thinReactions(here)
	}
	if i < 0 {
		said.reactions = append(said.reactions, reaction{emoji: emoji, by: []string{id}})
	} else {
		r := &said.reactions[i]
		m.bereft -= bereft(*r)
		r.by = append(r.by, id)
	}
	m.reactions++
	return nil
}

// thinReactions forgets whose some reactions are: first of those who are not here any more,
// and of those who have most of them, those on the oldest messages. They stay on screens,
// so their kinds count as before, and whoever put one there can still take it off.
func (m *memory) thinReactions(here func(id string) bool) {
	type crowd struct {
		has   map[string]int
		share int
	}
	present, left := crowd{has: make(map[string]int)}, crowd{has: make(map[string]int)}
	of := func(id string) *crowd {
		if here(id) {
			return &present
		}
		return &left
	}
	newest := m.newest()
	for _, said := range newest {
		for _, r := range said.reactions {
			for _, id := range r.by {
				of(id).has[id]++
			}
		}
	}
	over := m.reactions / thinned
	keep := m.reactions - over
	present.share = fairShare(present.has, keep)
	for _, n := range present.has {
		keep -= n
	}
	left.share = fairShare(left.has, max(0, keep))
	for i := range newest {
		for k := range newest[i].reactions {
			r := &newest[i].reactions[k]
			was := len(r.by)
			if over == 0 || was == 0 {
				continue
			}
			r.by = without(r.by, func(id string) bool {
				their := of(id)
				if over == 0 || their.has[id] <= their.share {
					return false
				}
				their.has[id]--
				over--
				return true
			})
			if gone := was - len(r.by); gone > 0 {
				r.forgot = true
				m.reactions -= gone
				m.bereft += bereft(*r)
			}
		}
	}
}

// without is a list without some of it, and without the room that these took if it is much.
func without(ids []string, gone func(id string) bool) []string {
	ids = slices.DeleteFunc(ids, gone)
	switch {
	case len(ids) == 0:
		return nil
	case len(ids) <= cap(ids)/4:
		return slices.Clone(ids)
	}
	return ids
}

// kinds is how many different reactions a message has, with all options of a poll.
func (r *remembered) kinds() int {
	kinds := r.options
	for _, have := range r.reactions {
		if option(have.emoji) == 0 {
			kinds++
		}
	}
	return kinds
}

// of counts what is remembered of somebody: messages, and reactions.
func (m *memory) of(id string) (messages, reactions int) {
	for _, said := range m.said {
		if said.by == id {
			messages++
		}
		for _, r := range said.reactions {
			if slices.Contains(r.by, id) {
				reactions++
			}
		}
	}
	return messages, reactions
}
