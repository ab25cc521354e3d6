package paint

const esc = '\x1b'

// appendRow turns line y from old to row. EL comes before what is written, not
// after it: behind a row that fills its line the cursor is still on the last
// cell, which EL would erase.
func appendRow(out []byte, y int, old, row string, width int) []byte {
	at, x := split(old, row)
	if x >= width {
		at, x = 0, 0 // no cell is left to start from
	}
	out = appendMove(out, Point{x, y})
	out = append(out, eraseToEnd...)
	out = appendStyle(out, row[:at])
	return append(out, row[at:]...)
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
func appendStyle(out []byte, prefix string) []byte {
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
			out = append(out, prefix[i:i+n]...)
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
