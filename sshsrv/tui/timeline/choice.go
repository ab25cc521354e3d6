package timeline

import (
	"strings"
	"time"

	"sotto/rooms/markup"
	"sotto/sshsrv/tui/needle"
)

// A Selection is the message that is chosen, until something else happens.
type Selection struct {
	t  *Timeline
	id int
}

// Selected is what is chosen, unless nothing is, or the bound took it.
func (t *Timeline) Selected() (chosen Selection, ok bool) {
	return Selection{t, t.selected}, t.Has(t.selected)
}

// ID is its number, and Item what it is.
func (s Selection) ID() int    { return s.id }
func (s Selection) Item() Item { return s.t.at(s.id).item }

// Author is who wrote it, and When the time, with the day if that is not today's.
func (s Selection) Author() string { return s.Item().Author().Nick }

func (s Selection) When() string {
	at, now := s.Item().When().In(s.t.zone), s.t.now().In(s.t.zone)
	if sameDay(at, now) {
		return at.Format(clockForm)
	}
	return at.Format("2 January " + clockForm)
}

// IsPast reports whether it is of a room that this person has left.
func (s Selection) IsPast() bool { return s.t.isPast(s.id) }

// Folds reports whether it is in a fold or is one, and Heads whether it is the first of
// several that are folded, or has long code. Toggle opens or closes that.
func (s Selection) Folds() bool { return s.t.Folds(s.id) }
func (s Selection) Toggle()     { s.t.toggle(s.id) }

func (s Selection) Heads() bool {
	_, code := s.t.longCode(s.t.at(s.id))
	return code || s.t.foldHead(s.id)
}

// Code is the code in it, without its fences.
func (s Selection) Code() string {
	if said, ok := s.Item().(Said); ok {
		return markup.CodeIn(said.Text)
	}
	return ""
}

// Reacted reports whether anything is on it, and Options how many it has as a poll.
func (s Selection) Reacted() bool {
	for _, vote := range s.t.Votes(s.id) {
		if len(vote.Who) > 0 {
			return true
		}
	}
	return len(s.t.Reactions(s.id)) > 0
}

func (s Selection) Options() int { return len(s.t.Votes(s.id)) }

// Option is the option of a poll that a digit chooses, the tenth by 0, or "".
func (s Selection) Option(digit string) string {
	if digit == "0" {
		digit = "10"
	}
	for _, vote := range s.t.Votes(s.id) {
		if vote.Emoji == digit {
			return digit
		}
	}
	return ""
}

// IsMine reports whether this person said it, and Amendable whether they can change it.
func (s Selection) IsMine() bool    { return s.t.at(s.id).mine }
func (s Selection) Amendable() bool { return s.t.Amendable(s.id) }

// SelectNewest chooses the newest message that is shown, and SelectNext the next one up (-1)
// or down (1). They show it, and report whether there is one.
func (t *Timeline) SelectNewest() bool {
	id, _ := t.edge()
	return t.selectFrom(id+1, -1)
}

func (t *Timeline) SelectNext(step int) bool { return t.selectFrom(t.selected, step) }

func (t *Timeline) selectFrom(from, step int) bool {
	id, ok := t.choosable(from, step)
	if ok {
		t.undraw(t.selected)
		t.undraw(id)
		t.selected = id
		t.show(id)
	}
	return ok
}

// Deselect chooses none.
func (t *Timeline) Deselect() { t.selected = None }

// choosable finds the next message from a block on that can be chosen.
func (t *Timeline) choosable(from, step int) (int, bool) {
	for id := from + step; t.Has(id); id += step {
		b := t.at(id)
		if _, ok := b.item.(*Offered); (ok || speaks(b.item)) && !isGone(b.item) && !b.hidden && !t.tucked(id) {
			return id, true
		}
	}
	return None, false
}

func (t *Timeline) isPast(id int) bool { return id < t.since }

// Leave ends a room: what comes is another's.
func (t *Timeline) Leave() {
	t.Divide(None)
	t.ToEnd()
	t.endEra()
	t.selected, t.latest, t.since = None, None, t.End()
	t.clock = time.Time{}
	t.Stir()
}

// LookFor shows where words are on the screen, and Sought is what they were.
func (t *Timeline) LookFor(words string) {
	if words != t.needle.Text() {
		t.needle = needle.New(words, false)
		t.redraw()
	}
}

func (t *Timeline) Sought() string { return t.needle.Text() }

// Matches reports whether a block holds what is looked for: in its words as they are
// shown, or as they were typed.
func (t *Timeline) Matches(id int) bool {
	b := t.at(id)
	if b.hidden || !speaks(b.item) {
		return false
	}
	words := b.item.Words()
	return t.needle.In(words) || strings.ContainsAny(words, marking) && t.needle.In(markup.Plain(words))
}

// marking is what may be no part of words as they are shown.
const marking = "*_~`>"
