package rooms

import (
	"slices"
	"sort"
	"time"
)

// remembered is what a room knows of one of its newest messages: who said it and when, and
// who reacted with what. Of its words it knows nothing.
type remembered struct {
	seq       uint64
	by        string // member id
	at        time.Time
	options   int  // how many can be chosen, of a poll
	file      bool // it offers one
	gone      bool // it was taken back
	reactions []reaction
}

// reaction is one emoji on a message, or the number of an option, and whose.
type reaction struct {
	emoji string
	by    []string // member ids
}

// memory is the newest [RememberedMessages] messages of a room, in a ring. The zero value
// is empty.
type memory struct {
	ring      []remembered // in the order of their numbers, from oldest on, and then from the first
	oldest    int
	reactions int // of all of them, at most MaxRememberedReactions
}

// rememberedBytes and reactionBytes are what a message costs a room, and a reaction on it
// that has an emoji and a member's id to itself, in bytes.
const (
	rememberedBytes = 112
	reactionBytes   = 96
)

// holds is what it costs, in bytes.
func (m *memory) holds() int { return len(m.ring)*rememberedBytes + m.reactions*reactionBytes }

// add remembers a message in the place of the oldest.
func (m *memory) add(said remembered) {
	if len(m.ring) < RememberedMessages {
		m.ring = append(m.ring, said)
		return
	}
	m.bare(&m.ring[m.oldest])
	m.ring[m.oldest] = said
	m.oldest = (m.oldest + 1) % RememberedMessages
}

// find returns a message by its number, or nil of one that is not remembered or was taken
// back.
func (m *memory) find(seq uint64) *remembered {
	at := func(i int) *remembered { return &m.ring[(m.oldest+i)%len(m.ring)] }
	i := sort.Search(len(m.ring), func(i int) bool { return at(i).seq >= seq })
	if i == len(m.ring) || at(i).seq != seq || at(i).gone {
		return nil
	}
	return at(i)
}

// takeBack forgets all of a message but that it is gone.
func (m *memory) takeBack(said *remembered) {
	m.bare(said)
	*said = remembered{seq: said.seq, gone: true}
}

// bare takes all reactions off a message.
func (m *memory) bare(said *remembered) {
	for _, r := range said.reactions {
		m.reactions -= len(r.by)
	}
	said.reactions = nil
}

// react puts somebody's reaction on a message, or takes it off, or says why it can't. An
// option that is not chosen yet keeps its place among the kinds of reactions, so that
// nobody can fill a poll with other emoji before it is answered.
func (m *memory) react(said *remembered, id, emoji string, on bool) *Error {
	i := slices.IndexFunc(said.reactions, func(r reaction) bool { return r.emoji == emoji })
	has := i >= 0 && slices.Contains(said.reactions[i].by, id)
	switch {
	case has == on:
		return errSoAlready
	case !on:
		m.reactions--
		r := &said.reactions[i]
		if r.by = slices.DeleteFunc(r.by, func(by string) bool { return by == id }); len(r.by) == 0 {
			said.reactions = slices.Delete(said.reactions, i, i+1)
		}
		return nil
	case m.reactions == MaxRememberedReactions:
		return errReactedEnough
	case i >= 0:
		said.reactions[i].by = append(said.reactions[i].by, id)
	case option(emoji) == 0 && said.kinds() == MaxReactionKinds:
		return errKindsEnough
	default:
		said.reactions = append(said.reactions, reaction{emoji, []string{id}})
	}
	m.reactions++
	return nil
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
	for _, said := range m.ring {
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
