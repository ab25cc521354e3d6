package paint

import (
	"slices"
	"strconv"
	"strings"

	"sotto/sshsrv/tui/cells"
)

const esc = '\x1b'

// appendRow turns line y from old to row. EL comes before what is written, not
// after it: behind a row that fills its line the cursor is still on the last
// cell, which EL would erase.
func (p *Painter) appendRow(out []byte, y int, old, row string) []byte {
	at, x := split(old, row)
	if x >= p.size.Width {
		at, x = 0, 0 // no cell is left to start from
	}
	out = appendMove(out, Point{x, y})
	out = append(out, eraseToEnd...)
	out = p.appendStyle(out, row[:at])
	return p.appendText(out, row[at:], x)
}

// appendText writes what a row has from a column on. Where it is not sure that the
// terminal has counted as expected, it says where to go on.
func (p *Painter) appendText(out []byte, text string, column int) []byte {
	doubt := cells.Sure
	for text != "" {
		n := plain(text)
		if n == 0 && text[0] == esc {
			n = sequence(text)
			out = p.appendSequence(out, text[:n])
			text = text[n:]
			continue
		}
		columns, next := n, cells.Sure
		if n == 0 {
			var cell string
			cell, columns = cells.First(p.Cells, text)
			n, next = len(cell), p.Cells.Doubt(cell)
		}
		if doubt == cells.Unsure || doubt == cells.UnsureAt && next != doubt {
			out = appendColumn(out, column)
		}
		out = append(out, text[:n]...)
		text, column, doubt = text[n:], column+columns, next
	}
	return out
}

// appendSequence appends a sequence, of SGR or a link, as the terminal takes it.
// Where there are no italics they are left out; what has no other style is
// underlined instead, so that it still stands out.
func (p *Painter) appendSequence(out []byte, sequence string) []byte {
	const italic, underline = "3", "4"
	if !p.Upright || sgrLen(sequence) != len(sequence) {
		return append(out, sequence...)
	}
	params := strings.Split(sequence[len("\x1b["):len(sequence)-1], ";")
	// Attributes have one digit and come before colours, which have numbers of
	// all kinds.
	for i := 0; i < len(params) && len(params[i]) == 1; i++ {
		if params[i] == italic {
			params = slices.Delete(params, i, i+1)
			break
		}
	}
	if len(params) == 0 {
		params = []string{underline}
	}
	out = append(out, "\x1b["...)
	out = append(out, strings.Join(params, ";")...)
	return append(out, 'm')
}

// plain is how many bytes of printable ASCII text begins with that nothing behind
// them can combine with.
func plain(text string) int {
	for i := range len(text) {
		switch b := text[i]; {
		case b >= ' ' && b <= '~':
		case b == esc || i == 0:
			return i
		default:
			return i - 1
		}
	}
	return len(text)
}

// sequence is the length of the sequence that text begins with, SGR or OSC 8.
func sequence(text string) int {
	if n := sgrLen(text); n > 0 {
		return n
	}
	switch end := strings.IndexAny(text[1:], "\x1b\a") + 1; {
	case end == 0:
		return 1
	case text[end] == esc:
		return min(end+len("\x1b\\"), len(text))
	default:
		return end + 1
	}
}

// appendColumn appends CHA.
func appendColumn(out []byte, column int) []byte {
	out = append(out, "\x1b["...)
	out = strconv.AppendInt(out, int64(column+1), 10)
	return append(out, 'G')
}

// split says where row begins to differ from old: the byte, and the column that
// is drawn there. It only walks over printable ASCII and SGR, whose widths no
// two terminals count differently, and stays clear of a character that what
// follows may combine with.
func split(old, row string) (at, column int) {
	before, beforeColumn := 0, 0 // the last character walked over
	n := min(len(old), len(row))
	for at < n && old[at] == row[at] {
		if b := row[at]; b >= ' ' && b <= '~' {
			before, beforeColumn = at, column
			at++
			column++
			continue
		}
		sgr := sgrLen(row[at:])
		if sgr == 0 || at+sgr > n || old[at:at+sgr] != row[at:at+sgr] {
			break
		}
		at += sgr
	}
	if joins(old, at) || joins(row, at) {
		return before, beforeColumn
	}
	return at, column
}

// joins says whether the byte at i may belong to a character that combines with
// the one before it. Sequences between the two don't keep them apart.
func joins(row string, i int) bool {
	for i < len(row) && row[i] == esc {
		n := sgrLen(row[i:])
		if n == 0 {
			return true // a link, for all we know: look no further
		}
		i += n
	}
	return i < len(row) && row[i] > '~'
}

// appendStyle appends the SGR sequences of prefix that are in force at its end.
func (p *Painter) appendStyle(out []byte, prefix string) []byte {
	from := len(out)
	for i := 0; i < len(prefix); {
		n := sgrLen(prefix[i:])
		switch {
		case n == 0:
			i++
			continue
		case n == len("\x1b[m"), n == len("\x1b[0m") && prefix[i+2] == '0':
			out = out[:from] // SGR 0 ends all before it
		default:
			out = p.appendSequence(out, prefix[i:i+n])
		}
		i += n
	}
	return out
}

// sgrLen is the length of the SGR sequence that s begins with, or 0.
func sgrLen(s string) int {
	if len(s) < 3 || s[0] != esc || s[1] != '[' {
		return 0
	}
	for i := 2; i < len(s); i++ {
		switch b := s[i]; {
		case b == 'm':
			return i + 1
		case b != ';' && b != ':' && (b < '0' || b > '9'):
			return 0
		}
	}
	return 0
}
