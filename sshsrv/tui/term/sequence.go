package term

import (
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// appendSequence decodes the sequence that b, which starts with ESC, begins
// with, and returns its length; 0 if b ends before it does.
func (d *Decoder) appendSequence(msgs []tea.Msg, b []byte) ([]tea.Msg, int) {
	if d.alone == 1 && len(b) > 1 && b[1] == ansi.ESC {
		return d.appendEvent(msgs, b[:1]), 1
	}
	n, whole := measure(b)
	text := whole && isText(lastEscape(b[:n])[1:])
	switch {
	case text && (d.alone > 0 || isSlash(b[1:n])):
		return d.appendEvent(msgs, b[:1]), 1
	case text:
		return d.appendAlt(msgs, b[:n]), n
	case whole:
		return d.appendEvent(msgs, b[:n]), n
	case n > 0:
		return msgs, n // cut short by what follows
	case len(b) > maxSequence:
		d.skipping = lastEscape(b)[1]
		return msgs, 2 + d.skip(b[2:])
	}
	return msgs, 0
}

// appendAlt appends a character that came with Alt.
func (d *Decoder) appendAlt(msgs []tea.Msg, sequence []byte) []tea.Msg {
	from := len(msgs)
	msgs = d.appendEvent(msgs, sequence)
	then, _ := appendText(nil, sequence[1:])
	if len(msgs) == from+1 && len(then) == 1 {
		key, alt := msgs[from].(tea.KeyPressMsg)
		text, typed := then[0].(tea.KeyPressMsg)
		if alt && typed {
			msgs[from] = AltMsg{Key: key, Then: text}
		}
	}
	return msgs
}

// isText reports whether what stands behind an Escape is one character that is typed.
func isText(b []byte) bool {
	r, size := utf8.DecodeRune(b)
	return size == len(b) && size > 0 && r >= ' ' && r != ansi.DEL
}

// isSlash reports whether what came with Alt begins a command. No key is Alt-/: it
// was Escape, and then a command that must not become words by losing its first
// character.
func isSlash(b []byte) bool { return string(b) == "/" || string(b) == "／" }

// skip returns how much of b still belongs to a sequence that was too long, and
// sees whether it ends; 0 if that depends on what comes next.
func (d *Decoder) skip(b []byte) int {
	for i, c := range b {
		switch {
		case c == ansi.ESC && i+1 == len(b):
			return i
		case c == ansi.ESC && b[i+1] == '\\' && d.skipping != '[':
			d.skipping = 0
			return i + 2
		case c == ansi.BEL, c == ansi.CAN, c == ansi.SUB, d.skipping == '[' && c >= '@':
			d.skipping = 0
			return i + 1
		case c < ' ':
			d.skipping = 0
			return i
		}
	}
	return len(b)
}

// continues reports whether b is a sequence whose beginning was taken for a key,
// now that more of it has come: all of b, or up to another sequence. Somebody who
// presses Escape and goes on typing does not send this in one piece.
func continues(b []byte) bool {
	switch n, whole := measure(b); {
	case len(b) < 2 || !isString(b[1]) && b[1] != '[' && b[1] != 'O':
		return false
	case n > 0:
		return whole && n > 2 && (n == len(b) || b[n] == ansi.ESC)
	}
	return len(b) > 2
}

// isString reports whether ESC and c begin a command string that a terminal may
// send: OSC, DCS or APC. No terminal sends the other two.
func isString(c byte) bool { return c == ']' || c == 'P' || c == '_' }

// begins reports whether c may be the first byte of such a string: those that
// terminals send are answers, and known. Anything else was typed behind a key
// with Alt.
func begins(intro, c byte) bool {
	switch intro {
	case ']': // the number of an OSC
		return '0' <= c && c <= '9'
	case 'P': // DECRPSS, XTGETTCAP, XTVERSION, DA3
		return '0' <= c && c <= '9' || c == '>' || c == '!' || c == '$' || c == '+'
	}
	return c == 'G' // kitty's graphics
}

// isRxvtShift reports whether b is what rxvt sends for a key with Shift, such as
// CSI 3 $, and by ECMA-48 has no end.
func isRxvtShift(b []byte) bool {
	if len(b) < len("\x1b[3$") || b[1] != '[' || b[len(b)-1] != '$' {
		return false
	}
	for _, c := range b[2 : len(b)-1] {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
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
	case ']', 'P', '_':
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
			return fixed(b, 3, len("\x1b[[A"))
		case 'M': // the mouse, as X10 reported it: three bytes follow
			return fixed(b, 3, len("\x1b[Mbxy"))
		}
	}
	for i := 2; i < len(b); i++ {
		switch c := b[i]; {
		case c >= '@' && c <= '~':
			return i + 1, true
		case c == ansi.CAN || c == ansi.SUB:
			return i + 1, false
		case c < ' ' || c > '~':
			return i, isRxvtShift(b[:i])
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
// BEL too. A key that was pressed meanwhile breaks one off.
func measureString(b []byte) (n int, whole bool) {
	if len(b) > 2 && b[2] != ansi.ESC && !begins(b[1], b[2]) {
		return 2, true
	}
	for i := 2; i < len(b); i++ {
		switch c := b[i]; {
		case c == ansi.BEL && b[1] == ']':
			return i + 1, true
		case c == ansi.CAN, c == ansi.SUB:
			return i + 1, false
		case c == ansi.ESC && i+1 == len(b):
			return 0, false
		case c == ansi.ESC && b[i+1] == '\\':
			return i + 2, true
		case c < ' ':
			return i, i == 2 // with nothing in it, it was a key with Alt
		}
	}
	return 0, false
}

// fixed is measure for a sequence of n bytes, of which those from the given one on may
// be any but controls: one of these begins what comes next, and what there is of the
// sequence was cut. NUL is where a mouse is that the report has no number for.
func fixed(b []byte, from, n int) (int, bool) {
	for i := from; i < min(n, len(b)); i++ {
		if b[i] < ' ' && b[i] != 0 {
			return i, string(b[:i]) == xtermMouse
		}
	}
	if len(b) < n {
		return 0, false
	}
	return n, true
}
