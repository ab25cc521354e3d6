package style

import (
	"slices"
	"strings"
	"unicode/utf8"

	"sotto/sshsrv/tui/cells"
	"sotto/sshsrv/tui/theme"
)

// A line is one line of text, as cells that a row can be broken between.
type line struct {
	habits cells.Habits
	cells  []cell
	runs   []run
	column int
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

func (l *line) reset() {
	l.cells, l.runs, l.column = l.cells[:0], l.runs[:0], 0
}

// add appends text without line feeds.
func (l *line) add(text, on, link string) {
	if text == "" {
		return
	}
	l.runs = append(l.runs, run{on, link})
	at := uint16(len(l.runs) - 1)
	l.cells = slices.Grow(l.cells, len(text))
	for i := 0; i < len(text); {
		c := cell{run: at}
		switch {
		case text[i] == '\t':
			for range tabStop - 1 - l.column%tabStop {
				l.cells = append(l.cells, cell{text: " ", width: 1, blank: true, run: at})
				l.column++
			}
			c.text, c.width, c.blank = " ", 1, true
			i++
		case text[i] < utf8.RuneSelf && (i+1 == len(text) || text[i+1] < utf8.RuneSelf):
			c.text, c.width, c.blank = text[i:i+1], 1, text[i] == ' '
			i++
		default:
			cluster, columns := cells.First(l.habits, text[i:])
			c.text, c.width, c.blank = cluster, uint8(columns), cluster == " "
			if columns == 0 {
				c.text, c.width = placeholder+cluster, 1
			}
			i += len(cluster)
		}
		l.column += int(c.width)
		l.cells = append(l.cells, c)
	}
}

// wrap appends the rows of a line.
func (l *line) wrap(rows []string, width int, m margin, how breaking) []string {
	inner := max(width-m.columns, 1)
	from := 0
	for {
		to, next := l.breakAt(from, inner, how)
		rows = append(rows, l.row(m.first, width, from, to))
		m = m.further()
		if next >= len(l.cells) {
			return rows
		}
		from = next
	}
}

// breakAt returns where the row that begins at from ends, and where the next one
// begins: blanks at which a line of words is broken are shown in neither.
func (l *line) breakAt(from, inner int, how breaking) (to, next int) {
	column, cut := 0, from
	for i := from; i < len(l.cells); i++ {
		c := l.cells[i]
		if how == betweenWords && i > from && (c.blank || c.width == 2 || l.cells[i-1].blank || l.cells[i-1].width == 2) {
			cut = i
		}
		if column+int(c.width) <= inner || i == from {
			column += int(c.width)
			continue
		}
		if cut == from {
			return i, i
		}
		to, next = cut, cut
		for to > from && l.cells[to-1].blank {
			to--
		}
		for next < len(l.cells) && l.cells[next].blank {
			next++
		}
		if to == from { // blanks alone: they are what the line begins with
			return cut, cut
		}
		return to, next
	}
	return len(l.cells), len(l.cells)
}

// row draws cells behind a margin, in a row of so many columns. A link is told to
// the terminal as long as the targets in the row are in proportion to it: every
// row that a long one goes on through would repeat it.
func (l *line) row(margin string, width, from, to int) string {
	targets := width * linkBytesPerColumn
	size := len(margin)
	for i := from; i < to; i++ {
		size += len(l.cells[i].text)
		if i == from || l.cells[i].run != l.cells[i-1].run {
			r := l.runs[l.cells[i].run]
			size += len(r.on) + len(theme.Reset)
			if r.link != "" {
				size += min(len(r.link), targets) + 2*len(closeLink) + linkIDBytes
			}
		}
	}
	var b strings.Builder
	b.Grow(size)
	b.WriteString(margin)
	for i := from; i < to; {
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
