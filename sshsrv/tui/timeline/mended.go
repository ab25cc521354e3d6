package timeline

import (
	"slices"
	"strconv"

	"sotto/rooms"
)

// mended is what came to a message after it was said: reactions, changes, that it was
// taken back. It is immutable. An event makes the next one, once, beside itself, and
// every session of this process that had the same before holds that same one: five
// hundred reactions of five hundred people are kept once. Nil: nothing came.
type mended struct {
	changed bool
	by      rooms.Person // who took it back; nobody: it was not, or nobody knows
	kinds   []kind       // in the order in which they came
	chain   uint64       // of the events that made it what it is; see after
}

// kind is an emoji, or the number of a poll's option, and whose it is, in the order in
// which they reacted.
type kind struct {
	emoji string
	who   []rooms.Person
}

// What a mended message costs beside its words, in bytes: once, for an emoji, and for a
// person who reacted.
const (
	mendedBytes  = 64
	kindBytes    = 48
	reactorBytes = 32
)

func (m *mended) size() int {
	if m == nil {
		return 0
	}
	bytes := mendedBytes
	for _, k := range m.kinds {
		bytes += kindBytes + len(k.emoji) + reactorBytes*len(k.who)
	}
	return bytes
}

// find returns the place of an emoji, or -1.
func (m *mended) find(emoji string) int {
	if m == nil {
		return -1
	}
	return slices.IndexFunc(m.kinds, func(k kind) bool { return k.emoji == emoji })
}

func has(who []rooms.Person, id string) bool {
	return slices.ContainsFunc(who, func(p rooms.Person) bool { return p.ID == id })
}

// After an event, sessions in which the same events made a message what it was share what
// it is then. That their own copies of an event differ, or one of them missed some, parts
// them only until the next event that both get.

// after returns the key of what an event makes of m, beside that event, and what the chain
// of it is.
func (m *mended) after(seq uint64) (key mendedKey, chain uint64) {
	if m != nil {
		key.chain = m.chain
	}
	return key, (key.chain^seq)*1099511628211 + 1 // as FNV-1a does
}

// reacted is what a message has after a reaction: m itself, if that changes nothing.
func (m *mended) reacted(e *rooms.Reacted, chain uint64) *mended {
	i := m.find(e.Emoji)
	var had []rooms.Person
	if i >= 0 {
		had = m.kinds[i].who
	}
	if has(had, e.From.ID) == e.On {
		return m
	}
	var next mended
	if m != nil {
		next = *m
		next.kinds = slices.Clone(m.kinds)
	}
	next.chain = chain
	switch {
	case e.On && i < 0 && len(next.kinds) >= rooms.MaxReactionKinds:
		return m
	case e.On && i < 0:
		next.kinds = append(next.kinds, kind{e.Emoji, []rooms.Person{e.From}})
	case e.On:
		next.kinds[i].who = append(had[:len(had):len(had)], e.From)
	case len(had) == 1:
		next.kinds = slices.Delete(next.kinds, i, i+1)
	default:
		next.kinds[i].who = slices.DeleteFunc(slices.Clone(had), func(p rooms.Person) bool { return p.ID == e.From.ID })
	}
	if len(next.kinds) == 0 && !next.changed {
		return nil
	}
	return &next
}

// option returns which option of a poll a reaction chooses, or -1, and whether it could
// be meant for one.
func option(emoji string, options []string) (i int, number bool) {
	if emoji == "" {
		return -1, false
	}
	for _, c := range []byte(emoji) {
		if c < '0' || c > '9' {
			return -1, false
		}
	}
	for i := range options {
		if emoji == strconv.Itoa(i+1) {
			return i, true
		}
	}
	return -1, true
}

// Keys of what mending events keep beside themselves. They hold nothing of the words
// that were there before: an event may wait for somebody who is slow.
type (
	mendedKey struct{ chain uint64 }
	saidKey   struct{}
)

// React shows a reaction, or takes it off.
func (t *Timeline) React(e *rooms.Reacted) {
	id := t.find(e.Re)
	if id == None {
		return
	}
	b := t.at(id)
	s, _ := b.item.(Said) // or an offer, which has no options
	if i, number := option(e.Emoji, s.optionsOf()); isGone(b.item) || number && i < 0 {
		return
	}
	key, chain := b.mended.after(e.Seq)
	next := e.Form(key, func() any { return b.mended.reacted(e, chain) }).(*mended)
	if next == b.mended {
		return
	}
	t.bytes -= b.size()
	b.mended = next
	t.bytes += b.size()
	t.drawAgain(id)
	t.bound()
}

// Amend shows the text of a message as its writer changed it. It returns the message's
// number, or None if there is nothing to change, and whether it calls this person only
// now. What called them once goes on doing so.
func (t *Timeline) Amend(e *rooms.Amended) (id int, calls bool) {
	t.requote(e.Re)
	id = t.find(e.Re)
	if id == None {
		return None, false
	}
	b := t.at(id)
	s, ok := b.item.(Said)
	if !ok || s.Gone || e.Text == "" || e.From.ID != s.From.ID {
		return None, false
	}
	said := e.Form(saidKey{}, func() any {
		return &rooms.Said{Seq: s.Seq, At: s.At, From: s.From, Text: e.Text, Action: s.Action, Re: s.Re, Options: s.Options}
	}).(*rooms.Said)
	key, chain := b.mended.after(e.Seq)
	next := e.Form(key, func() any {
		next := mended{changed: true, chain: chain}
		if b.mended != nil {
			next.kinds = b.mended.kinds
		}
		return &next
	}).(*mended)
	t.replace(id, said, next)
	if calls = !b.calls && !b.mine && !b.hidden && t.callsYou(b.item); calls {
		b.calls = true
		t.unfold(id)
	}
	return id, calls
}

// Retract forgets a message that was taken back. It returns its number, or None if that
// is nothing new, and whether it had called this person.
func (t *Timeline) Retract(e *rooms.Retracted) (id int, called bool) {
	t.requote(e.Re)
	id = t.find(e.Re)
	if id == None {
		return None, false
	}
	b := t.at(id)
	s, ok := b.item.(Said)
	if !ok || s.Gone && b.mended != nil {
		return None, false
	}
	said := e.Form(saidKey{}, func() any {
		return &rooms.Said{Seq: s.Seq, At: s.At, From: s.From, Action: s.Action, Gone: true}
	}).(*rooms.Said)
	next := e.Form(mendedKey{}, func() any { return &mended{by: e.From} }).(*mended)
	t.replace(id, said, next)
	if s.Gone {
		return None, false
	}
	called, b.calls, b.opened = b.calls, false, false
	if t.selected == id {
		t.Deselect()
	}
	return id, called
}

// replace puts other words in the place of a message's.
func (t *Timeline) replace(id int, said *rooms.Said, m *mended) {
	b := t.at(id)
	t.bytes -= b.size()
	b.item, b.mended, b.fresh = Said{said}, m, true
	t.bytes += b.size()
	if r := t.burstWith(id); r != nil && r.fold != nil {
		r.fold.tally = tally{}
		t.judgeFold(r.fold)
	}
	t.drawAgain(id)
	t.bound()
}

// requote draws again what is shown and quotes a message, which may be here no more.
func (t *Timeline) requote(seq uint64) {
	for id := max(t.view.lo, t.since, t.first); id < min(t.view.hi, t.End()); id++ {
		if s, ok := t.at(id).item.(Said); ok && s.Re == seq {
			t.drawAgain(id)
		}
	}
}

// drawAgain says that a block no longer looks as it did. What is not shown costs nothing.
func (t *Timeline) drawAgain(id int) {
	if t.Has(id) && t.at(id).drawn != nil {
		t.undraw(id)
	}
}

// unfold shows a burst of which a message is part, since it must not be folded.
func (t *Timeline) unfold(id int) {
	before := len(t.bursts)
	t.bursts = slices.DeleteFunc(t.bursts, func(r burst) bool { return r.first <= id && id < r.end })
	if len(t.bursts) != before {
		t.weighed = min(t.weighed, max(len(t.bursts)-1, 0))
		t.redraw()
	}
}

// A Reaction is an emoji on a message, or the choice of a poll's option.
type Reaction struct {
	Emoji string // of an option its number
	Who   []rooms.Person
	Mine  bool
}

// Reactions are a message's emoji, and Votes what a poll's options have, in their order,
// without whom this person ignores.
func (t *Timeline) Reactions(id int) (on []Reaction) {
	s, _ := t.at(id).item.(Said)
	m := t.at(id).mended
	if m == nil {
		return nil
	}
	for _, k := range m.kinds {
		if i, _ := option(k.emoji, s.optionsOf()); i >= 0 {
			continue
		}
		if r := t.reaction(k); len(r.Who) > 0 {
			on = append(on, r)
		}
	}
	return on
}

func (t *Timeline) Votes(id int) (votes []Reaction) {
	s, _ := t.at(id).item.(Said)
	for i := range s.optionsOf() {
		vote := Reaction{Emoji: strconv.Itoa(i + 1)}
		if at := t.at(id).mended.find(vote.Emoji); at >= 0 {
			vote = t.reaction(t.at(id).mended.kinds[at])
		}
		votes = append(votes, vote)
	}
	return votes
}

// reaction is a kind as this person sees it.
func (t *Timeline) reaction(k kind) Reaction {
	who := k.who
	if slices.ContainsFunc(who, t.ignored) {
		who = slices.DeleteFunc(slices.Clone(who), t.ignored)
	}
	return Reaction{Emoji: k.emoji, Who: who, Mine: has(who, t.you)}
}

// Reacts reports whether this person's reaction is on a message.
func (t *Timeline) Reacts(id int, emoji string) bool {
	m := t.at(id).mended
	i := m.find(emoji)
	return i >= 0 && has(m.kinds[i].who, t.you)
}

// Changed reports whether a message was changed by its writer, and TakenBackBy who took
// it back: nobody, if it was not, or if that isn't known.
func (t *Timeline) Changed(id int) bool { return t.at(id).isChanged() }

func (t *Timeline) TakenBackBy(id int) rooms.Person {
	if m := t.at(id).mended; m != nil {
		return m.by
	}
	return rooms.Person{}
}

func (b *block) isChanged() bool { return b.mended != nil && b.mended.changed }

// isGone reports whether an item was taken back.
func isGone(it Item) bool {
	s, ok := it.(Said)
	return ok && s.Gone
}

// IsGone reports whether a message was taken back.
func (t *Timeline) IsGone(id int) bool { return isGone(t.at(id).item) }

// size is how many bytes a block keeps alive, about.
func (b *block) size() int { return b.item.Size() + b.mended.size() }

// Message returns the number of the message or the offer of this room that has a seq, or
// None.
func (t *Timeline) Message(seq uint64) int { return t.find(seq) }

// Seq is what the room calls a message or an offer; ok is false of other items.
func (t *Timeline) Seq(id int) (seq uint64, ok bool) { return seqOf(t.at(id).item) }

// Newest is the newest message or offer of this room that is there and of whose number
// something holds, or None.
func (t *Timeline) Newest(holds func(id int) bool) int {
	for id := t.End() - 1; t.Has(id) && !t.isPast(id); id-- {
		if _, ok := t.Seq(id); ok && !t.IsGone(id) && holds(id) {
			return id
		}
	}
	return None
}

// Mine is the newest message of this person's own in this room that they can still
// change, or None.
func (t *Timeline) Mine() int {
	id := t.Newest(func(id int) bool {
		s, ok := t.at(id).item.(Said)
		return ok && s.From.ID == t.you
	})
	if id == None || !t.Amendable(id) {
		return None
	}
	return id
}

// Amendable reports whether this person may still change a message. That is counted by
// this machine's own clock.
func (t *Timeline) Amendable(id int) bool {
	b := t.at(id)
	_, said := b.item.(Said)
	return said && b.mine && !isGone(b.item) && !t.isPast(id) && t.now().Sub(t.began)-b.came.duration() < rooms.AmendFor
}
