package wire

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf8"
)

// scan goes over JSON (RFC 8259) once, from left to right, and checks it on the way:
// it takes what encoding/json takes, in UTF-8, nested no deeper than maxDepth. A list
// is read so, and an object with a key before each value:
//
//	for more := s.open(']'); more; more = s.next(']') {
//		s.value()
//	}
type scan struct {
	text   []byte
	i      int  // of what is read next
	within int  // in how many objects and lists that stands
	bad    bool // something was no such JSON; then nothing more is read
}

func (s *scan) fail() { s.i, s.bad = len(s.text), true }

// peek returns the next byte, or 0, which stands nowhere in JSON.
func (s *scan) peek() byte {
	if s.i < len(s.text) {
		return s.text[s.i]
	}
	return 0
}

// take passes over a byte, if it is the next.
func (s *scan) take(b byte) bool {
	if s.peek() != b {
		return false
	}
	s.i++
	return true
}

func (s *scan) need(b byte) {
	if !s.take(b) {
		s.fail()
	}
}

func (s *scan) space() {
	for s.take(' ') || s.take('\n') || s.take('\r') || s.take('\t') {
	}
}

// ended reports whether nothing but space is left, and nothing was wrong.
func (s *scan) ended() bool {
	s.space()
	return !s.bad && s.i == len(s.text)
}

// open passes over what opens an object or a list, and reports whether anything
// stands in it.
func (s *scan) open(end byte) (more bool) {
	s.i++
	if s.within++; s.within > maxDepth {
		s.fail()
	}
	s.space()
	return !s.shut(end) && !s.bad
}

// next passes over the comma behind a value, or what closes the list or object
// around it, and reports whether another follows.
func (s *scan) next(end byte) (more bool) {
	if s.space(); s.shut(end) {
		return false
	}
	s.need(',')
	s.space()
	return !s.bad
}

func (s *scan) shut(end byte) bool {
	if !s.take(end) {
		return false
	}
	s.within--
	return true
}

// key passes over a key and the colon behind it, and returns it as it is written.
func (s *scan) key() (raw []byte) {
	raw = s.str()
	s.space()
	s.need(':')
	s.space()
	return raw
}

// value passes over a value, and returns it as it is written.
func (s *scan) value() (raw []byte) {
	start := s.i
	switch s.peek() {
	case '"':
		s.str()
	case '{':
		for more := s.open('}'); more; more = s.next('}') {
			s.key()
			s.value()
		}
	case '[':
		for more := s.open(']'); more; more = s.next(']') {
			s.value()
		}
	case 't':
		s.word("true")
	case 'f':
		s.word("false")
	case 'n':
		s.word("null")
	default:
		s.number()
	}
	return s.text[start:s.i]
}

func (s *scan) word(word string) {
	for i := range len(word) {
		s.need(word[i])
	}
}

func (s *scan) number() {
	s.take('-')
	if !s.take('0') {
		s.digits()
	}
	if s.take('.') {
		s.digits()
	}
	if s.take('e') || s.take('E') {
		_ = s.take('+') || s.take('-')
		s.digits()
	}
}

// digits passes over one digit or more.
func (s *scan) digits() {
	first := s.i
	for '0' <= s.peek() && s.peek() <= '9' {
		s.i++
	}
	if s.i == first {
		s.fail()
	}
}

// str passes over a string, and returns it with its quotes.
func (s *scan) str() (raw []byte) {
	start := s.i
	s.need('"')
	for !s.bad {
		s.i += plain(s.text[s.i:])
		switch c := s.peek(); {
		case c == '"':
			s.i++
			return s.text[start:s.i]
		case c == '\\':
			s.escape()
		case c >= utf8.RuneSelf:
			s.rune()
		default: // a control, or the end
			s.fail()
		}
	}
	return nil
}

func (s *scan) escape() {
	s.i++
	switch c := s.peek(); c {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		s.i++
	case 'u':
		s.i++
		for range 4 {
			s.hex()
		}
	default:
		s.fail()
	}
}

func (s *scan) hex() {
	switch c := s.peek(); {
	case '0' <= c && c <= '9', 'a' <= c && c <= 'f', 'A' <= c && c <= 'F':
		s.i++
	default:
		s.fail()
	}
}

// rune passes over a character beyond ASCII.
func (s *scan) rune() {
	if _, size := utf8.DecodeRune(s.text[s.i:]); size > 1 {
		s.i += size
	} else {
		s.fail()
	}
}

// plain counts how many bytes at the front are ASCII that stands for itself in a
// string: no control, quote or backslash. It looks at eight at a time. As long as none is
// above ASCII, taking c off each borrows into the top bit of just the first byte below c;
// and of x^c only what was c is below 1.
func plain(text []byte) (n int) {
	const each, top = 0x0101010101010101, 0x8080808080808080
	for ; n+8 <= len(text); n += 8 {
		x := binary.LittleEndian.Uint64(text[n:])
		controls, quotes, backslashes := x-' '*each, (x^'"'*each)-each, (x^'\\'*each)-each
		if found := (x | controls | quotes | backslashes) & top; found != 0 {
			return n + bits.TrailingZeros64(found)/8
		}
	}
	for n < len(text) && ' ' <= text[n] && text[n] < utf8.RuneSelf && text[n] != '"' && text[n] != '\\' {
		n++
	}
	return n
}
