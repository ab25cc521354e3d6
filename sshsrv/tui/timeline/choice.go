package timeline

import (
	"sotto/sshsrv/tui/needle"
	"time"
)

// Newest is the newest message that is shown and can be chosen.
func (t *Timeline) Newest() (int, bool) {
	id, _ := t.edge()
	return t.Choosable(id+1, -1)
}

// Selected is the chosen message, or None.
func (t *Timeline) Selected() int { return t.selected }

// Select chooses a message and shows it, and Deselect none.
func (t *Timeline) Select(id int) {
	t.undraw(t.selected)
	t.undraw(id)
	t.selected = id
	t.Show(id)
}

func (t *Timeline) Deselect() { t.selected = None }

// Choosable finds the next message from a block on that can be chosen.
func (t *Timeline) Choosable(from, step int) (int, bool) {
	for id := from + step; t.Has(id); id += step {
		b := t.at(id)
		if speaks(b.item) && !b.hidden && !t.tucked(id) {
			return id, true
		}
	}
	return None, false
}

// IsPast reports whether a block is of a room that this person has left.
func (t *Timeline) IsPast(id int) bool { return id < t.since }

// Leave ends a room: what comes is another's.
func (t *Timeline) Leave() {
	t.Divide(None)
	t.ToEnd()
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

// Matches reports whether a block holds what is looked for.
func (t *Timeline) Matches(id int) bool {
	b := t.at(id)
	return !b.hidden && speaks(b.item) && t.needle.In(b.item.Words())
}
