package style

import (
	"strings"

	"sotto/sshsrv/tui/cells"
	"sotto/sshsrv/tui/theme"
)

// A line is one line of text on its way into rows. It keeps no more of it than one
// row: the cells that have come since the last row was full.
type line struct {
	habits cells.Habits

	rows   []string // the full ones go here
	width  int      // of a row, in columns
	margin margin   // of the next row
	how    breaking

	cells  []cell
	filled int  // columns of cells
	cut    int  // where the row may end: the index of a cell, or 0
	blanks bool // leave out blanks: a row was broken at some
	begun  bool // a row of this line is full

	runs   []run
	column int // in the line, for tabs
}

// A cell is one user-perceived character.
type cell struct {
	text  string
	width uint8 // columns
	blank bool
	run   uint16
}

// A run is a stretch of characters that are shown alike.
type run struct {
	on   string // SGR
	link string // the target of a link, empty if this is none
}

// breaking says where rows may end.
type breaking bool

const (
	betweenWords breaking = false // and around wide characters
	anywhere     breaking = true  // between any two characters
)

// placeholder stands under a mark that has nothing to stand on: it would otherwise
// land on what is before the row, or in another style. So no cell is without a
// column, and a row has no more cells than columns.
const placeholder = "◌"

// begin begins a line, whose rows of so many columns go behind others.
func (l *line) begin(rows []string, width int, m margin, how breaking) {
	*l = line{habits: l.habits, rows: rows, width: width, margin: m, how: how, cells: l.cells[:0], runs: l.runs[:0]}
}

// add appends text without line feeds.
func (l *line) add(text, on, link string) {
	if text == "" {
		return
	}
	l.runs = append(l.runs, run{on, link})
	at := uint16(len(l.runs) - 1)
	for i := 0; i < len(text); {
		if text[i] == '\t' {
			for range tabStop - l.column%tabStop {
				l.push(cell{text: " ", width: 1, blank: true, run: at})
			}
			i++
			continue
		}
		found, columns := cells.First(l.habits, text[i:])
		i += len(found)
		if columns == 0 {
			found, columns = placeholder+found, 1
		}
		l.push(cell{text: found, width: uint8(columns), blank: found == " ", run: at})
	}
}

// push appends a cell, and breaks the row before it if there is no room.
func (l *line) push(c cell) {
	l.column += int(c.width)
	if l.blanks && c.blank {
		return
	}
	l.blanks = false
	l.mayCut(c)
	for len(l.cells) > 0 && l.filled+int(c.width) > max(l.width-l.margin.columns, 1) {
		l.breakRow()
		if l.blanks && c.blank {
			return
		}
		l.blanks = false
		l.mayCut(c)
	}
	l.cells = append(l.cells, c)
	l.filled += int(c.width)
}

// mayCut notes that the row may end before c, if it may.
func (l *line) mayCut(c cell) {
	if n := len(l.cells); l.how == betweenWords && n > 0 && (c.blank || c.width == 2 || l.cells[n-1].blank || l.cells[n-1].width == 2) {
		l.cut = n
	}
}

// breakRow makes a row of the cells up to where it may end, or of all. Blanks at
// which words are broken are shown in neither row.
func (l *line) breakRow() {
	to, next := len(l.cells), len(l.cells)
	if l.cut > 0 {
		to, next = l.cut, l.cut
		for to > 0 && l.cells[to-1].blank {
			to--
		}
		if to > 0 {
			for next < len(l.cells) && l.cells[next].blank {
				next++
			}
			l.blanks = next == len(l.cells)
		} else { // blanks alone: they are what the line begins with
			to = l.cut
		}
	}
	l.rows = append(l.rows, l.row(to))
	l.margin, l.begun = l.margin.further(), true
	rest := l.cells[next:]
	l.cells, l.filled, l.cut = l.cells[:0], 0, 0
	for _, c := range rest {
		l.mayCut(c)
		l.cells = append(l.cells, c)
		l.filled += int(c.width)
	}
}

// end makes a row of what is left and returns all.
func (l *line) end() []string {
	if len(l.cells) > 0 || !l.begun {
		l.rows = append(l.rows, l.row(len(l.cells)))
	}
	return l.rows
}

// row draws cells behind the margin, up to one of them. A link is told to the
// terminal as long as the targets in the row are in proportion to it: every row that
// a long one goes on through would repeat it.
func (l *line) row(to int) string {
	targets := l.width * linkBytesPerColumn
	size := len(l.margin.first)
	for i := range to {
		size += len(l.cells[i].text)
		if i == 0 || l.cells[i].run != l.cells[i-1].run {
			r := l.runs[l.cells[i].run]
			size += len(r.on) + len(theme.Reset)
			if r.link != "" {
				size += min(len(r.link), targets) + 2*len(closeLink) + linkIDBytes
			}
		}
	}
	var b strings.Builder
	b.Grow(size)
	b.WriteString(l.margin.first)
	for i := 0; i < to; {
		at := l.cells[i].run
		r := l.runs[at]
		linked := r.link != "" && len(r.link) <= targets
		if linked {
			targets -= len(r.link)
			openLink(&b, r.link)
		}
		b.WriteString(r.on)
		for ; i < to && l.cells[i].run == at; i++ {
			b.WriteString(l.cells[i].text)
		}
		if r.on != "" {
			b.WriteString(theme.Reset)
		}
		if linked {
			b.WriteString(closeLink)
		}
	}
	return b.String()
}

// wrapASCII appends the rows of a line of printable ASCII in no style. It breaks
// as wrap does between words, without cells: most of what people say is this.
func wrapASCII(rows []string, text string, width int, m margin) []string {
	inner := max(width-m.columns, 1)
	for {
		to, next := breakASCII(text, inner)
		row := text[:to]
		if m.first != "" {
			row = m.first + row
		}
		rows = append(rows, row)
		if next == len(text) {
			return rows
		}
		text, m = text[next:], m.further()
	}
}

func breakASCII(text string, inner int) (to, next int) {
	if len(text) <= inner {
		return len(text), len(text)
	}
	cut := inner
	for cut > 0 && text[cut] != ' ' && text[cut-1] != ' ' {
		cut--
	}
	if cut == 0 {
		return inner, inner
	}
	to, next = cut, cut
	for to > 0 && text[to-1] == ' ' {
		to--
	}
	for next < len(text) && text[next] == ' ' {
		next++
	}
	if to == 0 { // blanks alone: they are what the line begins with
		return cut, cut
	}
	return to, next
}

// printable reports whether text is printable ASCII.
func printable(text string) bool {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c > '~' {
			return false
		}
	}
	return true
}
