package timeline

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
	lo, hi int // blocks that hold rows
}

// Follows reports whether the newest row is shown, and shown what comes.
func (t *Timeline) Follows() bool { return t.view.follow }

// SetHeight says how many rows the timeline has on the screen, and folds what came
// meanwhile and is too much.
func (t *Timeline) SetHeight(rows int) {
	t.view.height = rows
	t.tuck()
}

// Rows are an item's, as they are shown.
func (t *Timeline) Rows(id int) []string { return t.rowsOf(id) }

// rowsOf returns a block's rows, drawing them if need be.
func (t *Timeline) rowsOf(id int) []string {
	b := t.at(id)
	if b.hidden || t.tucked(id) {
		return nil
	}
	if b.drawn == nil {
		b.drawn = t.draw(id)
		t.view.lo, t.view.hi = min(t.view.lo, id), max(t.view.hi, id+1)
	}
	return b.drawn.rows
}

// prev and next are the numbers of the blocks before and after id that can have
// rows: what a fold hides is passed over at once.
func (t *Timeline) prev(id int) int {
	id--
	if t.Has(id) {
		if f := t.closed(id); f != nil {
			return f.from
		}
	}
	return id
}

func (t *Timeline) next(id int) int {
	if t.Has(id) {
		if f := t.closed(id); f != nil {
			return f.to
		}
	}
	return id + 1
}

// edge is the lowest row that is shown.
func (t *Timeline) edge() (id, row int) {
	v := &t.view
	if v.follow || !t.Has(v.id) {
		if !v.follow && v.id < t.first && len(t.blocks) > 0 {
			return t.first, len(t.rowsOf(t.first))
		}
		id = t.End() - 1
		if t.Has(id) {
			row = len(t.rowsOf(id))
		}
		return id, row
	}
	if f := t.closed(v.id); f != nil {
		return f.from, len(t.rowsOf(f.from))
	}
	return v.id, min(v.row, len(t.rowsOf(v.id)))
}

// Fill puts the visible rows into dst, the lowest last, and lets the rows go
// that are visible no more. If dst is what was filled last and only new items
// came since, it rolls, and what did not change is not even looked at: with a
// thousand screens, that is what a message costs.
func (t *Timeline) Fill(dst []string) {
	if !t.roll(dst) {
		t.fillAll(dst)
	}
}

// shown is what the last fill left in its slice.
type shown struct {
	valid bool
	rows  []string // the slice itself
	top   int      // the first that is filled
	lo    int      // its block
	loRow int      // how many rows of it are there
	end   int      // the first block that isn't there yet
}

// undraw says that a block, if it is there, no longer looks as it did.
func (t *Timeline) undraw(id int) {
	if t.Has(id) {
		t.at(id).drawn = nil
	}
	t.Stir()
}

// Stir says that what was filled last no longer holds.
func (t *Timeline) Stir() { t.shown.valid = false }

// roll moves what was filled last up by the rows that came since.
func (t *Timeline) roll(dst []string) bool {
	have := &t.shown
	if !have.valid || !t.view.follow || len(dst) == 0 || len(dst) != len(have.rows) || &dst[0] != &have.rows[0] || !t.Has(have.lo) {
		return false
	}
	k := 0
	for id := t.End() - 1; id >= have.end; id-- { // what others pushed out is not drawn
		if k += len(t.rowsOf(id)); k >= len(dst) {
			return false
		}
	}
	if t.view.lo < have.lo { // scrolling looked at more
		t.release(have.lo, t.view.hi)
	}
	copy(dst, dst[k:])
	at := len(dst) - k
	for ; have.end < t.End(); have.end++ {
		at += copy(dst[at:], t.rowsOf(have.end))
	}
	for have.loRow -= k; have.loRow <= 0; have.loRow += len(t.rowsOf(have.lo)) {
		t.at(have.lo).erase()
		have.lo = t.next(have.lo)
	}
	t.view.lo = have.lo
	if k > 0 {
		t.crown(dst)
	}
	return true
}

func (t *Timeline) fillAll(dst []string) {
	spare := t.fillUp(dst)
	for spare > 0 && (t.lower() || t.give(spare)) {
		spare = t.fillUp(dst)
	}
	t.crown(dst)
}

// fillUp fills dst from the lowest row up, and returns how many rows there are to
// spare.
func (t *Timeline) fillUp(dst []string) (spare int) {
	id, row := t.edge()
	lowest := id + 1
	n := len(dst)
	first, firstRows := None, 0
	for n > 0 && t.Has(id) {
		rows := t.rowsOf(id)
		if row >= 0 && row < len(rows) {
			rows = rows[:row]
		}
		row = -1
		k := min(n, len(rows))
		copy(dst[n-k:n], rows[len(rows)-k:])
		if k > 0 && id == t.selected {
			t.choose(dst[n-k : n])
		}
		n -= k
		if k > 0 {
			first, firstRows = id, k
		}
		id = t.prev(id)
	}
	t.shown = shown{
		valid: t.view.follow && n == 0 && t.selected == None,
		rows:  dst, top: n, lo: first, loRow: firstRows, end: lowest,
	}
	if n > 0 && t.dropped > 0 {
		n--
		dst[n] = t.look.indent() + t.look.ink.Paint(theme.Dim, t.look.cells.Cut(t.age(), t.look.measure, "…"))
	}
	clear(dst[:n])
	t.release(id+1, lowest)
	return n
}

// lower lowers a view that has rows to spare above and more below, and reports
// whether it could.
func (t *Timeline) lower() bool {
	if t.view.follow {
		return false
	}
	before := t.view
	t.ToTop()
	return t.view.follow || t.view.id != before.id || t.view.row != before.row
}

// crownRows is the lowest view whose first row may say who speaks below, in rows.
const crownRows = 4

// crown says at the top of the screen who speaks, and when, if the row that said it
// has scrolled away and they go on in the next.
func (t *Timeline) crown(dst []string) {
	lo := t.shown.lo
	if !t.Has(lo) || len(dst) < crownRows || t.shown.top != 0 {
		return
	}
	if !t.view.follow && !t.times && t.date(dst) || lo == t.selected {
		return
	}
	b := t.at(lo)
	row := len(b.drawn.rows) - t.shown.loRow
	if !speaks(b.item) || row <= int(b.drawn.name) || t.closed(lo) != nil {
		return
	}
	if row == len(b.drawn.rows)-1 {
		if id, _ := t.rowBelow(lo); !t.Has(id) || !speaks(t.at(id).item) || t.at(id).isHead() {
			return
		}
	}
	dst[0] = t.crownRow(b)
}

// erase lets a block's rows go.
func (b *block) erase() { b.drawn = nil }

// release lets all rows go but those of blocks lo to hi, between which there may be
// thousands behind one line.
func (t *Timeline) release(lo, hi int) {
	v := &t.view
	for i := max(v.lo, t.first); i < min(v.hi, lo, t.End()); i++ {
		t.at(i).erase()
	}
	for i := max(v.lo, hi, t.first); i < min(v.hi, t.End()); i++ {
		t.at(i).erase()
	}
	v.lo, v.hi = lo, hi
}

// choose shows on rows that theirs is the chosen message.
func (t *Timeline) choose(rows []string) {
	for i, row := range rows {
		words := cells.Words(row)
		rows[i] = t.look.ink.Paint(theme.Selected, words+cells.Blank(t.width-t.look.cells.Width(words)))
	}
}

// Scroll moves the view by so many rows, up if negative. It stops where the
// oldest row is at the top, and follows again once the newest is at the bottom.
func (t *Timeline) Scroll(by int) {
	id, row := t.edge()
	for ; by < 0 && t.Has(id); by++ {
		if row--; row > 0 {
			continue
		}
		id, row = t.rowAbove(id)
		if !t.Has(id) {
			break
		}
	}
	for ; by > 0 && t.Has(id); by-- {
		if row++; row <= len(t.rowsOf(id)) {
			continue
		}
		if id, row = t.rowBelow(id); !t.Has(id) {
			t.ToEnd()
			return
		}
	}
	t.moveTo(id, row)
}

// ScrollPages moves it by so many pages, of which the next begins with the last row of
// the one before.
func (t *Timeline) ScrollPages(by int) { t.Scroll(by * max(t.view.height-1, 1)) }

// rowAbove is the lowest row above block id, rowBelow the highest one under it.
func (t *Timeline) rowAbove(id int) (int, int) {
	for id = t.prev(id); t.Has(id); id = t.prev(id) {
		if n := len(t.rowsOf(id)); n > 0 {
			return id, n
		}
	}
	return None, 0
}

func (t *Timeline) rowBelow(id int) (int, int) {
	for id = t.next(id); t.Has(id); id = t.next(id) {
		if len(t.rowsOf(id)) > 0 {
			return id, 1
		}
	}
	return None, 0
}

// moveTo makes row of block id the lowest one shown, as far as there are rows
// to fill the screen above it, and follows if it is the last of all.
func (t *Timeline) moveTo(id, row int) {
	v := &t.view
	lowest, least := t.top()
	if id < lowest || id == lowest && row < least {
		id, row = lowest, least
	}
	last := t.End() - 1
	for t.Has(last) && len(t.rowsOf(last)) == 0 {
		last = t.prev(last)
	}
	if !t.Has(last) || id > last || id == last && row >= len(t.rowsOf(last)) {
		t.ToEnd()
		return
	}
	v.follow, v.id, v.row = false, id, row
}

// top is the lowest row of a screen that begins with the oldest one.
func (t *Timeline) top() (id, row int) {
	height := t.view.height
	if t.dropped > 0 {
		height--
	}
	return t.down(t.first, 0, height)
}

// down is the row that is n rows below a row of block id, or a row after the last.
func (t *Timeline) down(id, row, n int) (int, int) {
	for ; t.Has(id); id, row = t.next(id), 0 {
		left := len(t.rowsOf(id)) - row
		if n <= left {
			return id, row + n
		}
		n -= left
	}
	return t.End(), 0
}

// ToEnd shows the newest row and follows.
func (t *Timeline) ToEnd() { t.view.follow = true }

// ToTop shows the oldest row.
func (t *Timeline) ToTop() { t.moveTo(t.top()) }

// Descend puts the first row of block id at the top, if no row of it is shown since it is
// further down, and reports whether it did.
func (t *Timeline) Descend(id int) bool {
	edge, _ := t.edge()
	if t.view.follow || id <= edge {
		return false
	}
	t.begin(id)
	return true
}

// begin puts the first row of block id, or of the oldest, at the top.
func (t *Timeline) begin(id int) {
	t.moveTo(t.down(max(id, t.first), 0, t.view.height))
}

// show moves the view as little as it takes to show block id, or the row of it
// that holds what is searched for.
func (t *Timeline) show(id int) {
	if !t.Has(id) {
		return
	}
	if t.needle.Text() != "" {
		row := t.hitRow(id)
		if y := t.placeOf(id, row); y <= 0 || y >= t.view.height { // a name may stand at the top
			t.pin(id, row, t.view.height/3)
		}
		return
	}
	rows := len(t.rowsOf(id))
	edge, row := t.edge()
	if id >= edge {
		if id > edge || row < rows {
			t.moveTo(id, rows)
		}
		return
	}
	if y := t.placeOf(id, 0); y < 0 {
		t.pin(id, 0, t.view.height/3)
	}
}

// placeOf says in which row of the screen a row of a block is: one above it is
// negative, one below it at least the view's height.
func (t *Timeline) placeOf(id, row int) int {
	edge, below := t.edge()
	y := t.view.height
	if id > edge {
		for y -= below; edge < id && y < t.view.height; edge = t.next(edge) {
			y += len(t.rowsOf(edge))
		}
		return y + row
	}
	for y -= below; edge > id && y >= 0; {
		if edge = t.prev(edge); t.Has(edge) {
			y -= len(t.rowsOf(edge))
		}
	}
	if edge > id {
		return None
	}
	return y + row
}

// pin puts a row of a block into a row of the screen, as far as there are rows to
// fill it.
func (t *Timeline) pin(id, row, y int) {
	t.moveTo(t.down(id, row, max(t.view.height-y, 1)))
}

// rowAt is the row of a block that is in a row of the screen.
func (t *Timeline) rowAt(y int) (id, row int, ok bool) {
	id, rows := t.edge()
	for up := t.view.height - 1 - y; t.Has(id); {
		if up < rows {
			return id, rows - 1 - up, true
		}
		up -= rows
		if id = t.prev(id); t.Has(id) {
			rows = len(t.rowsOf(id))
		}
	}
	return None, 0, false
}
