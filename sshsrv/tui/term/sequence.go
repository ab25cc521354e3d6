package term

import (
	"bytes"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// appendSequence decodes the sequence that b, which starts with ESC, begins
// with, and returns its length; 0 if b ends before it does.
func (d *Decoder) appendSequence(msgs []tea.Msg, b []byte) ([]tea.Msg, int) {
	n, whole := measure(b)
	switch {
	case whole:
		return d.appendEvent(msgs, b[:n]), n
	case n > 0:
		return msgs, n // cut short by what follows
	case len(b) > maxSequence:
		d.skipping = true
		return msgs, 2 + d.skip(b[2:])
	}
	return msgs, 0
}

// skip returns how much of b still belongs to a sequence that was too long, and
// sees whether it ends; 0 if that depends on what comes next.
func (d *Decoder) skip(b []byte) int {
	i := bytes.IndexAny(b, "\x1b\a\x18\x1a") // ESC, BEL, CAN, SUB
	switch {
	case i < 0:
		return len(b)
	case b[i] != ansi.ESC:
		i++
	case i+1 == len(b):
		return i
	case b[i+1] == '\\':
		i += 2
	}
	d.skipping = false
	return i
}

// measure finds the end of the sequence that b, which starts with ESC, begins
// with (ECMA-48, 5.4 and 5.6). It returns its length and true; the length of
// what is to be dropped and false if it was broken off; 0 and false if b ends
// within it.
func measure(b []byte) (n int, whole bool) {
	if len(b) < 2 {
		return 0, false
	}
	switch b[1] {
	case '[':
		return measureCSI(b)
	case 'O':
		return measureSS3(b)
	case ']', 'P', '_', '^', 'X':
		return measureString(b)
	case ansi.ESC: // Alt with a key that is a sequence itself, or just Escape
		if len(b) < 3 {
			return 0, false
		}
		if b[2] != '[' && b[2] != 'O' {
			return 1, true
		}
		if n, whole = measure(b[1:]); n > 0 {
			n++
		}
		return n, whole
	}
	if !utf8.FullRune(b[1:]) {
		return 0, false
	}
	r, size := utf8.DecodeRune(b[1:])
	if r == utf8.RuneError || (r >= 0x80 && r < 0xa0) {
		return 1, true // Escape, and then something else
	}
	return 1 + size, true
}

// measureCSI is measure for control sequences.
func measureCSI(b []byte) (n int, whole bool) {
	if len(b) > 2 {
		switch b[2] {
		case '[': // a function key of the Linux console
			return fixed(b, len("\x1b[[A"))
		case 'M': // the mouse, as X10 reported it: three bytes follow
			return fixed(b, len("\x1b[Mbxy"))
		}
	}
	for i := 2; i < len(b); i++ {
		switch c := b[i]; {
		case c >= '@' && c <= '~':
			return i + 1, true
		case c == ansi.CAN || c == ansi.SUB:
			return i + 1, false
		case c < ' ' || c > '~':
			return i, false
		}
	}
	return 0, false
}

// measureSS3 is measure for keys by SS3, some of which have a number in them.
func measureSS3(b []byte) (n int, whole bool) {
	for i := 2; i < len(b); i++ {
		switch c := b[i]; {
		case c >= '0' && c <= '9' && i < 4:
		case c > ' ' && c <= '~':
			return i + 1, true
		default:
			return i, i == 2 // Alt-O, and then something else
		}
	}
	return 0, false
}

// measureString is measure for command strings, which end with ST, and OSC with
// BEL too.
func measureString(b []byte) (n int, whole bool) {
	for i := 2; i < len(b); i++ {
		switch b[i] {
		case ansi.BEL:
			if b[1] == ']' {
				return i + 1, true
			}
		case ansi.CAN, ansi.SUB:
			return i + 1, false
		case ansi.ESC:
			switch {
			case i+1 == len(b):
				return 0, false
			case b[i+1] == '\\':
				return i + 2, true
			}
			return i, i == 2 // with nothing in it, it was a key with Alt
		}
	}
	return 0, false
}

// fixed is measure for a sequence of n bytes.
func fixed(b []byte, n int) (int, bool) {
	if len(b) < n {
		return 0, false
	}
	return n, true
}
