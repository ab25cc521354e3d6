package tui

import (
	"slices"

	"sotto/sshsrv/tui/cells"
	"sotto/sshsrv/tui/theme"
)

// A list is what can be chosen on a card. What there is may change at any time: what is
// chosen is known by its id, never by its place.
type list struct {
	ids   func() []string // what can be chosen now, in order
	enter func(id string) // does what is chosen
	// turn changes what is chosen, to one side or the other; nil: there are columns at the
	// sides, or nothing.
	turn func(id string, by int)

	chosen string
	nth    int            // where that was when it was last there
	spots  map[string]box // where each stands on the card, as it was drawn
	moved  bool           // what is chosen is to be seen
}

// box is cells of a card, by row and column.
type box struct{ row, x, width int }

// pick is what is chosen; empty: there is nothing to choose. If what was chosen is gone,
// it is what stands in its place.
func (q *list) pick() string {
	ids := q.ids()
	if len(ids) == 0 {
		return ""
	}
	if i := slices.Index(ids, q.chosen); i >= 0 {
		q.nth = i
	} else {
		q.nth = min(q.nth, len(ids)-1)
	}
	q.chosen = ids[q.nth]
	return q.chosen
}

// move chooses another, so many further.
func (q *list) move(by int) {
	if q.pick() == "" {
		return
	}
	ids := q.ids()
	q.nth = min(max(q.nth+by, 0), len(ids)-1)
	q.chosen, q.moved = ids[q.nth], true
}

// aside chooses what stands in the next column at that side.
func (q *list) aside(by int) {
	from, ok := q.spots[q.pick()]
	if !ok {
		return
	}
	best, apart := "", 0
	for _, id := range q.ids() {
		at, ok := q.spots[id]
		if dx := (at.x - from.x) * by; ok && dx > 0 {
			if far := dx*1000 + max(at.row-from.row, from.row-at.row); best == "" || far < apart {
				best, apart = id, far
			}
		}
	}
	if best != "" {
		q.chosen, q.moved = best, true
		q.pick()
	}
}

// key is for keys while a card with a list is open, and reports whether it had a use for
// one.
func (q *list) key(key string, page int) bool {
	id := q.pick()
	if id == "" {
		return false
	}
	switch key {
	case "up", "ctrl+p":
		q.move(-1)
	case "down", "ctrl+n":
		q.move(1)
	case "pgup":
		q.move(-page)
	case "pgdown":
		q.move(page)
	case "home":
		q.move(-q.nth)
	case "end":
		q.move(len(q.ids()))
	case "left", "right":
		by := 1
		if key == "left" {
			by = -1
		}
		if q.turn != nil {
			q.turn(id, by)
		} else {
			q.aside(by)
		}
	case "enter", "space":
		q.enter(id)
	default:
		return false
	}
	return true
}

// click chooses and does what stands in a place of the card.
func (q *list) click(row, x int) {
	for _, id := range q.ids() {
		if at, ok := q.spots[id]; ok && at.row == row && at.x <= x && x < at.x+at.width {
			q.chosen = id
			q.enter(id)
			return
		}
	}
}

// entry draws what can be chosen at a place of the card; the card was laid for that by
// pick.
func (q *list) entry(l look, id string, at box, row string) string {
	if q.spots == nil {
		q.spots = make(map[string]box)
	}
	q.spots[id] = at
	row = l.cells.Cut(row, at.width, "…")
	if id != q.chosen {
		return row + cells.Blank(at.width-l.cells.Width(row))
	}
	words := cells.Words(row)
	return l.ink.Paint(theme.PopupHot, words+cells.Blank(at.width-l.cells.Width(words)))
}
