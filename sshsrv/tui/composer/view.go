package composer

import (
	"math"
	"sort"
	"strings"

	"sotto/sshsrv/tui/cells"
)

const (
	// MaxRows is how tall the composer grows; a longer text scrolls inside.
	MaxRows = 8
	// tabStop is how far tabs reach, in columns.
	tabStop = 4
	// minWidth is the narrowest width that is wrapped to: a wide character and
	// the cursor.
	minWidth = 3
	// lookAhead is how far behind a place something may stand that changes the
	// character there, in bytes: the longest character, twice.
	lookAhead = 128
)

// A View is what is seen of a composer.
type View struct {
	Rows         []string // at least one, at most MaxRows; tabs are expanded
	X, Y         int      // the cursor's cell among Rows
	Above, Below int      // rows that are scrolled out
}

// A layout is a text broken into rows, from its start as far as somebody asked.
// What comes before a change stays, so that a key costs what is seen of it and not
// what is written in all.
type layout struct {
	rows  []row
	next  int  // where the next row begins
	whole bool // there is none
	width int
	top   int // the first visible row

	steady bool // the last key moved up or down,
	goal   int  // from this column
}

// A row shows text[from:to]. The rows of one line touch; between lines is the
// line feed.
type row struct{ from, to int }

// View returns what to show in a box of so many columns and rows. Each row is
// at most that wide, by the habits of the terminal; the cursor is in the box.
func (c *Composer) View(width, height int) View {
	width, height = max(width, minWidth), max(1, min(height, MaxRows))
	y := c.lay(width, height)
	l := &c.layout
	height = min(height, len(l.rows))
	l.top = max(min(l.top, y, len(l.rows)-height), y-height+1, 0)
	v := View{
		Rows: make([]string, height), X: c.column(l.rows[y].from, c.at), Y: y - l.top,
		Above: l.top, Below: len(l.rows) - l.top - height,
	}
	if !l.whole {
		v.Below++
	}
	for i := range v.Rows {
		v.Rows[i] = c.expand(l.rows[l.top+i])
	}
	return v
}

// Point puts the cursor to a cell of the rows that were last shown, or as near as there is
// text.
func (c *Composer) Point(x, y int) {
	if y += c.layout.top; c.overflow == nil && y < len(c.layout.rows) {
		c.endRun()
		c.at = c.offsetAt(y, max(x, 0))
	}
}

// lay breaks the text into rows, down to so many below the cursor's, which it
// returns.
func (c *Composer) lay(width, below int) (y int) {
	l := &c.layout
	if l.width != width {
		l.width, c.laid = width, 0
	}
	// A row depends on what follows it up to the end of the next one, and on what
	// may combine with that.
	changed := sort.Search(len(l.rows), func(i int) bool { return l.rows[i].to > c.laid-lookAhead })
	if changed < len(l.rows) {
		still := max(changed-1, 0)
		l.next, l.whole = l.rows[still].from, false
		l.rows = l.rows[:still]
	}
	c.laid = math.MaxInt
	for !l.whole && l.next <= c.at {
		c.layRow()
	}
	y = l.rowAt(c.at)
	for !l.whole && len(l.rows) <= y+below {
		c.layRow()
	}
	return y
}

// layRow adds a row, broken between words where it can be. The last column is the
// cursor's, or that of a blank that ends the row.
func (c *Composer) layRow() {
	l := &c.layout
	from, column := l.next, 0
	cut := from // where the row may end: behind a blank or around a wide character
	end := func(to, next int) { l.rows, l.next = append(l.rows, row{from, to}), next }
	for i := from; i < len(c.text); {
		if c.text[i] == '\n' {
			end(i, i+1)
			return
		}
		size, columns := c.measure(i, column)
		blank, wide := c.text[i] == ' ' || c.text[i] == '\t', columns == 2
		if wide && !blank {
			cut = i
		}
		switch {
		case column+columns < l.width || i == from:
			column += columns
			i += size
			if blank || wide {
				cut = i
			}
		case blank: // fills the cursor's column, so the row is full
			end(i+size, i+size)
			return
		case cut == from:
			end(i, i)
			return
		default:
			end(cut, cut)
			return
		}
	}
	end(len(c.text), len(c.text))
	l.whole = true
}

// rowAt is the row in which the cursor stands at a place. Where two rows touch
// it is the lower one.
func (l *layout) rowAt(at int) int {
	return sort.Search(len(l.rows), func(i int) bool { return l.rows[i].from > at }) - 1
}

// column is how far right of a row's start a place is.
func (c *Composer) column(from, at int) int {
	column := 0
	for i := from; i < at; {
		size, columns := c.measure(i, column)
		column += columns
		i += size
	}
	return column
}

// measure is how long the cell is that begins at i, in bytes, and how wide it is at
// a column. A character that the terminal takes apart is several cells; the cursor
// does not stand between them.
func (c *Composer) measure(i, column int) (size, columns int) {
	if c.text[i] == '\t' {
		return 1, max(1, min(tabStop-column%tabStop, c.layout.width-column))
	}
	cell, columns := cells.First(c.cells, c.text[i:])
	return len(cell), columns
}

// offsetAt is where in a row the cursor stands nearest to a column.
func (c *Composer) offsetAt(y, column int) int {
	r, at := c.layout.rows[y], 0
	for i := r.from; i < r.to; {
		size, columns := c.measure(i, at)
		at += columns
		if at > column {
			return c.start(i)
		}
		// The end of a row that goes on below belongs to the row below.
		if i+size == r.to && y+1 < len(c.layout.rows) && c.layout.rows[y+1].from == r.to {
			return c.start(i)
		}
		i += size
	}
	return r.to
}

func (c *Composer) expand(r row) string {
	text := c.words(r.from, r.to)
	if !strings.Contains(text, "\t") {
		return text
	}
	var b strings.Builder
	column := 0
	for i := r.from; i < r.to; {
		size, columns := c.measure(i, column)
		if c.text[i] == '\t' {
			b.WriteString("    "[:columns])
		} else {
			b.Write(c.text[i : i+size])
		}
		column += columns
		i += size
	}
	return b.String()
}

// up and down move by rows as they are seen, and from the first or the last one
// through the history.
func (c *Composer) up() Action {
	if !c.vertical(-1) {
		c.older()
	}
	return nil
}

func (c *Composer) down() Action {
	if !c.vertical(1) {
		c.newer()
	}
	return nil
}

// vertical moves by rows and reports whether there is such a row. Several moves
// in a row keep to the column of the first.
func (c *Composer) vertical(by int) bool {
	l := &c.layout
	width := l.width
	if width == 0 {
		width = 80 // not shown yet
	}
	y := c.lay(width, 2)
	if y+by < 0 || y+by >= len(l.rows) {
		return false
	}
	if !l.steady {
		l.goal, l.steady = c.column(l.rows[y].from, c.at), true
	}
	c.at = c.offsetAt(y+by, l.goal)
	return true
}
