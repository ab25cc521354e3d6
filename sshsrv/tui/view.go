package tui

import (
	"sotto/sshsrv/tui/cells"
	"sotto/sshsrv/tui/theme"
)

// view is which part of a timeline is on the screen, told by its lowest row, so
// that neither a new message nor another width moves what is being read.
type view struct {
	follow bool // the newest row is the lowest
	id     int  // the block of the lowest row
	row    int  // how many rows of it are above the view's lower edge, itself among them
	height int
	below  int // messages that came below since the view left the end
	lo, hi int // blocks that hold rows
}

// rowsOf returns a block's rows, drawing them if need be.
func (t *timeline) rowsOf(id int) []string {
	b := t.at(id)
	if b.drawn == nil {
		t.draw(b)
		t.view.lo, t.view.hi = min(t.view.lo, id), max(t.view.hi, id+1)
	}
	return b.drawn.rows
}

// back is the number of the block before id that can have rows: what a fold
// hides is passed over at once.
func (t *timeline) back(id int) int {
	id--
	if t.has(id) {
		if b := t.at(id); b.folded < 0 && !b.opened {
			return id + int(b.folded)
		}
	}
	return id
}

// edge is the lowest row that is shown.
func (t *timeline) edge() (id, row int) {
	v := &t.view
	if v.follow || !t.has(v.id) {
		if !v.follow && v.id < t.first && len(t.blocks) > 0 {
			return t.first, len(t.rowsOf(t.first))
		}
		id = t.end() - 1
		if t.has(id) {
			row = len(t.rowsOf(id))
		}
		return id, row
	}
	return v.id, min(v.row, len(t.rowsOf(v.id)))
}

// fill puts the visible rows into dst, the lowest last, and lets the rows go
// that are visible no more. If dst is what was filled last and only new items
// came since, it rolls, and what did not change is not even looked at: with a
// thousand screens, that is what a message costs.
func (t *timeline) fill(dst []string) {
	if !t.roll(dst) {
		t.fillAll(dst)
	}
}

// shown is what the last fill left in its slice.
type shown struct {
	valid bool
	rows  []string // the slice itself
	lo    int      // the block of the first row
	loRow int      // how many rows of it are there
	end   int      // the first block that isn't there yet
}

// undraw says that a block, if it is there, no longer looks as it did.
func (t *timeline) undraw(id int) {
	if t.has(id) {
		t.at(id).drawn = nil
	}
	t.stir()
}

// stir says that what was filled last no longer holds.
func (t *timeline) stir() { t.shown.valid = false }

// roll moves what was filled last up by the rows that came since.
func (t *timeline) roll(dst []string) bool {
	have := &t.shown
	if !have.valid || !t.view.follow || len(dst) == 0 || len(dst) != len(have.rows) || &dst[0] != &have.rows[0] || !t.has(have.lo) {
		return false
	}
	k := 0
	for id := have.end; id < t.end(); id++ {
		k += len(t.rowsOf(id))
	}
	if k >= len(dst) {
		return false
	}
	if t.view.lo < have.lo { // scrolling looked at more
		t.release(have.lo, t.view.hi)
	}
	copy(dst, dst[k:])
	at := len(dst) - k
	for ; have.end < t.end(); have.end++ {
		at += copy(dst[at:], t.rowsOf(have.end))
	}
	for have.loRow -= k; have.loRow <= 0; have.loRow += len(t.rowsOf(have.lo)) {
		t.at(have.lo).erase()
		have.lo++
	}
	t.view.lo = have.lo
	return true
}

func (t *timeline) fillAll(dst []string) {
	id, row := t.edge()
	lowest := id + 1
	n := len(dst)
	first, firstRows := none, 0
	for n > 0 && t.has(id) {
		rows := t.rowsOf(id)
		if row >= 0 && row < len(rows) {
			rows = rows[:row]
		}
		row = -1
		k := min(n, len(rows))
		copy(dst[n-k:n], rows[len(rows)-k:])
		if id == t.selected {
			t.choose(dst[n-k : n])
		}
		n -= k
		first, firstRows = id, k
		id = t.back(id)
	}
	t.shown = shown{
		valid: t.view.follow && n == 0 && t.selected == none,
		rows:  dst, lo: first, loRow: firstRows, end: lowest,
	}
	if n > 0 && t.dropped > 0 {
		n--
		dst[n] = t.look.indent() + t.look.ink.Paint(theme.Dim, t.look.cells.Cut(t.age(), t.look.measure, "…"))
	}
	clear(dst[:n])
	t.release(id+1, lowest)
}

// erase lets a block's rows go.
func (b *block) erase() { b.drawn = nil }

// release lets all rows go but those of blocks lo to hi.
func (t *timeline) release(lo, hi int) {
	v := &t.view
	for i := max(v.lo, t.first); i < min(v.hi, t.end()); i++ {
		if i < lo || i >= hi {
			t.at(i).erase()
		}
	}
	v.lo, v.hi = lo, hi
}

// choose shows on rows that theirs is the chosen message.
func (t *timeline) choose(rows []string) {
	for i, row := range rows {
		words := cells.Words(row)
		rows[i] = t.look.ink.Paint(theme.Selected, words+blank(t.width-t.look.cells.Width(words)))
	}
}

// scroll moves the view by so many rows, up if negative. It stops where the
// oldest row is at the top, and follows again once the newest is at the bottom.
func (t *timeline) scroll(by int) {
	id, row := t.edge()
	for ; by < 0 && t.has(id); by++ {
		if row--; row > 0 {
			continue
		}
		id, row = t.rowAbove(id)
		if !t.has(id) {
			break
		}
	}
	for ; by > 0 && t.has(id); by-- {
		if row++; row <= len(t.rowsOf(id)) {
			continue
		}
		if id, row = t.rowBelow(id); !t.has(id) {
			t.toEnd()
			return
		}
	}
	t.settle(id, row)
}

// rowAbove is the lowest row above block id, rowBelow the highest one under it.
func (t *timeline) rowAbove(id int) (int, int) {
	for id = t.back(id); t.has(id); id = t.back(id) {
		if n := len(t.rowsOf(id)); n > 0 {
			return id, n
		}
	}
	return none, 0
}

func (t *timeline) rowBelow(id int) (int, int) {
	for id++; t.has(id); id++ {
		if len(t.rowsOf(id)) > 0 {
			return id, 1
		}
	}
	return none, 0
}

// settle makes row of block id the lowest one shown, as far as there are rows
// to fill the screen above it, and follows if it is the last of all.
func (t *timeline) settle(id, row int) {
	v := &t.view
	lowest, least := t.top()
	if id < lowest || id == lowest && row < least {
		id, row = lowest, least
	}
	last := t.end() - 1
	for t.has(last) && len(t.rowsOf(last)) == 0 {
		last = t.back(last)
	}
	if !t.has(last) || id > last || id == last && row >= len(t.rowsOf(last)) {
		t.toEnd()
		return
	}
	v.follow, v.id, v.row = false, id, row
}

// top is the lowest row of a screen that begins with the oldest one.
func (t *timeline) top() (id, row int) {
	left := t.view.height
	if t.dropped > 0 {
		left--
	}
	for id = t.first; t.has(id); id++ {
		n := len(t.rowsOf(id))
		if n >= left {
			return id, left
		}
		left -= n
	}
	return t.end(), 0
}

// toEnd shows the newest row and follows.
func (t *timeline) toEnd() {
	t.view.follow, t.view.below = true, 0
}

// toTop shows the oldest row.
func (t *timeline) toTop() {
	id, row := t.top()
	t.settle(id, row)
}

// show moves the view as little as it takes to show block id.
func (t *timeline) show(id int) {
	if !t.has(id) {
		return
	}
	rows := len(t.rowsOf(id))
	edge, row := t.edge()
	if id >= edge {
		if id > edge || row < rows {
			t.settle(id, rows)
		}
		return
	}
	height := 0
	for i := edge; t.has(i) && i >= id; i = t.back(i) {
		n := len(t.rowsOf(i))
		if i == edge {
			n = min(row, n)
		}
		height += n
		if height > t.view.height {
			break
		}
	}
	if height > t.view.height {
		t.settle(t.under(id))
	}
}

// under is the lowest row of a screen that has block id near its top.
func (t *timeline) under(id int) (int, int) {
	left := max(t.view.height*2/3, 1)
	for i := id; t.has(i); i++ {
		n := len(t.rowsOf(i))
		if n >= left {
			return i, left
		}
		left -= n
	}
	return t.end() - 1, 1 << 20
}
