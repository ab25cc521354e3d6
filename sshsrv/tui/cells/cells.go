// Package cells cuts and repaints styled rows, cell by cell.
//
// A row is words, which are valid UTF-8, between sequences: SGR, which says how
// what follows looks, and OSC 8, which says where it links to. A cell is what a
// person sees as one character, in one or two columns.
//
// Whatever is done to a row here, no byte of it is written twice, and beside its
// words and links the result has at most one change of style for each column: not
// what was ever switched on is kept, but what is on at a cell. So a row that was
// repainted a hundred times is as long as one that was repainted once. The cost is
// linear in the length of the row.
//
// How many columns a cell takes is for the terminal to say: see [Habits].
//
// The package knows no colours, no widths of screens and no messages.
package cells

import (
	"strings"
)

const (
	reset     = "\x1b[m"
	closeLink = "\x1b]8;;\x1b\\"
	openLink  = "\x1b]8;"
	endLink   = "\x1b\\"
)

// maxPenBytes is how many bytes of SGR may be on at a cell: ten sequences. Rows
// that are made here have six at most.
const maxPenBytes = 256

// Width is how many columns a row takes.
func (h Habits) Width(row string) (columns int) {
	for row != "" {
		n, width, _ := h.next(row)
		columns += width
		row = row[n:]
	}
	return columns
}

// Words returns what a row says, without how it looks.
func Words(row string) string {
	if !strings.Contains(row, "\x1b") {
		return row
	}
	var b strings.Builder
	b.Grow(len(row))
	for row != "" {
		n, _, what := Habits(0).next(row)
		if what == text {
			b.WriteString(row[:n])
		}
		row = row[n:]
	}
	return b.String()
}

// Cut returns the beginning of a row, in so many columns at most: the whole row if
// it fits, and otherwise as much as fits with tail behind it.
func (h Habits) Cut(row string, columns int, tail string) string {
	if h.Width(row) <= columns {
		return row
	}
	left := columns - h.Width(tail)
	if left < 0 {
		tail, left = "", columns
	}
	p := pencil{room: len(row) + len(tail) + len(reset)}
	for row != "" {
		n, width, what := h.next(row)
		if what == text && width > left {
			break
		}
		left -= width
		p.write(row[:n], width, what)
		row = row[n:]
	}
	p.out.WriteString(tail)
	return p.end()
}

// A Span is a part of a row's words, in bytes.
type Span struct{ From, To int }

// Repaint shows those cells of a row in a style of which spans have a part. Spans
// are of its words, in order, and do not overlap. Their links stay.
func Repaint(row, style string, spans []Span) string {
	if len(spans) == 0 {
		return row
	}
	p := pencil{room: len(row) + len(spans)*(len(style)+2*len(reset))}
	at := 0
	for row != "" {
		n, width, what := Habits(0).next(row)
		if what == text {
			for len(spans) > 0 && spans[0].To <= at {
				spans = spans[1:]
			}
			p.over = ""
			if len(spans) > 0 && spans[0].From < at+n {
				p.over = style
			}
			at += n
		}
		p.write(row[:n], width, what)
		row = row[n:]
	}
	return p.end()
}

// A pencil writes a row.
type pencil struct {
	out   strings.Builder
	room  int    // about how many bytes it will be
	pen   string // the SGR that is meant to be on
	over  string // the SGR instead of it, if not empty
	drawn string // the SGR that is on
	link  bool   // within one
}

// write writes a piece of a row. A change of style is written once there is a cell
// to show it.
func (p *pencil) write(piece string, columns int, what kind) {
	if p.out.Cap() == 0 {
		p.out.Grow(p.room)
	}
	switch what {
	case plain:
		p.pen = ""
	case style:
		if p.pen += piece; len(p.pen) > maxPenBytes {
			p.pen = piece // sooner wrong than long
		}
	case link:
		p.out.WriteString(piece)
		p.link = piece != closeLink
	case text:
		if columns > 0 {
			p.change()
		}
		p.out.WriteString(piece)
	}
}

// change switches on what is meant to be on.
func (p *pencil) change() {
	want := p.pen
	if p.over != "" {
		want = p.over
	}
	switch more, ok := strings.CutPrefix(want, p.drawn); {
	case want == p.drawn:
		return
	case ok:
		p.out.WriteString(more)
	default:
		p.out.WriteString(reset)
		p.out.WriteString(want)
	}
	p.drawn = want
}

// end switches everything off and returns the row.
func (p *pencil) end() string {
	if p.drawn != "" {
		p.out.WriteString(reset)
	}
	if p.link {
		p.out.WriteString(closeLink)
	}
	return p.out.String()
}

// kind is what a piece of a row is.
type kind uint8

const (
	text  kind = iota // a cell, or a mark
	plain             // ends every style
	style             // begins one, on top of those that are on
	link              // begins or ends one
	other             // nothing that belongs into a row
)

// next returns how long the first piece of a row is, how many columns it takes,
// and what it is.
func (h Habits) next(row string) (n, columns int, what kind) {
	if row[0] != '\x1b' {
		cell, columns := First(h, row)
		return len(cell), columns, text
	}
	if n := sgr(row); n > 0 {
		if n == len(reset) || n == len("\x1b[0m") && row[2] == '0' {
			return n, 0, plain
		}
		return n, 0, style
	}
	if strings.HasPrefix(row, openLink) {
		if end := strings.Index(row, endLink); end > 0 {
			return end + len(endLink), 0, link
		}
		return len(row), 0, other
	}
	return 1, 0, other
}

// sgr is the length of the SGR sequence that a row begins with, or 0.
func sgr(row string) int {
	if len(row) < len(reset) || row[1] != '[' {
		return 0
	}
	for i := 2; i < len(row); i++ {
		switch c := row[i]; {
		case c == 'm':
			return i + 1
		case c != ';' && c != ':' && (c < '0' || c > '9'):
			return 0
		}
	}
	return 0
}
