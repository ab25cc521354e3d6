package paint

import "strconv"

// appendScroll lets the terminal move the rows from top on, if they come closer
// to want that way, and writes the rows that came in. p.rows is what the
// terminal shows then.
func (p *Painter) appendScroll(out []byte, want []string, top int) []byte {
	have := p.rows[top : top+len(want)]
	k := shift(have, want)
	if k == 0 {
		return out
	}
	last := len(want) - 1
	out = appendMargins(out, top, top+last)
	if k > 0 {
		out = appendMove(out, Point{0, top + last})
		for _, row := range want[len(want)-k:] {
			out = append(out, "\r\n"...)
			out = p.appendText(out, row, 0)
		}
		copy(have, have[k:])
		copy(have[len(have)-k:], want[len(want)-k:])
	} else {
		out = appendMove(out, Point{0, top})
		for i := -k - 1; i >= 0; i-- {
			out = append(out, '\r')
			out = append(out, reverse...)
			out = p.appendText(out, want[i], 0)
		}
		copy(have[-k:], have)
		copy(have[:-k], want)
	}
	return append(out, resetMargin...)
}

// shift says by how many lines have should be scrolled, up if positive and down
// if negative, so that the fewest rows need to be written to get want. It is 0
// if scrolling saves none. Both have the same length.
//
// What happens most is tried first: one more line at the end of otherwise equal
// rows, which is found by comparing pointers.
func shift(have, want []string) int {
	if wrong(have, want, 2) < 2 {
		return 0 // a region of one line can't be scrolled either
	}
	n := len(have)
	if wrong(have[1:], want[:n-1], 1) == 0 {
		return 1
	}
	best, fewest := 0, wrong(have, want, n+1)
	for k := 1; k < n && k < fewest; k++ {
		if w := k + wrong(have[k:], want[:n-k], fewest-k); w < fewest {
			best, fewest = k, w
		}
		if w := k + wrong(have[:n-k], want[k:], fewest-k); w < fewest {
			best, fewest = -k, w
		}
	}
	return best
}

// wrong counts the rows in which have and want differ, and stops at most.
func wrong(have, want []string, most int) int {
	n := 0
	for i := range have {
		if have[i] != want[i] {
			if n++; n >= most {
				break
			}
		}
	}
	return n
}

// appendMargins appends DECSTBM for the lines top to bottom, both included. The
// cursor goes home.
func appendMargins(out []byte, top, bottom int) []byte {
	out = append(out, "\x1b["...)
	out = strconv.AppendInt(out, int64(top+1), 10)
	out = append(out, ';')
	out = strconv.AppendInt(out, int64(bottom+1), 10)
	return append(out, 'r')
}
