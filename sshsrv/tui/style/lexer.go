package style

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"sotto/rooms/markup"
	"sotto/sshsrv/tui/theme"
)

// A token is a piece of code in one style.
type token struct {
	text  string
	style theme.Style
}

// tokens cuts code into pieces by its language. The pieces together are the code,
// whatever it holds.
//
// Somebody else wrote it, and may have written it to be slow to read. So a scanner
// only moves on: what it looks at is a fixed number of bytes, or becomes a part of
// the piece that it is in. The cost is linear, at most a tenth of a millisecond for
// a message, and needs no clock to be bounded.
func tokens(code markup.Code) []token {
	s := scanner{grammar: grammars[strings.ToLower(code.Lang)], code: code.Text}
	if s.grammar == nil {
		s.take(len(code.Text), theme.Code)
		return s.pieces
	}
	for s.at < len(s.code) {
		s.scan(&s)
	}
	return s.pieces
}

// A grammar is what a language looks like, as far as colours go.
type grammar struct {
	scan  func(*scanner) // takes at least one byte
	signs [256]bool      // the bytes that a comment or a string may begin with

	comments []quote
	strings  []quote
	words    map[string]theme.Style
	anyCase  bool   // words are words in any case
	apart    bool   // a comment begins behind a blank only
	within   string // what names hold beside letters, digits and _
	before   string // what they begin with beside letters and _
	key      byte   // what stands behind a name, or a string, that is a key
	keys     theme.Style
	calls    bool // a name before a parenthesis is a function's
	large    bool // a name that begins with a capital is a type's
	first    bool // the first name in a line says what the line is about
	marks    bool // a name that begins with @ is about what follows
}

// A quote is what stands between two signs.
type quote struct {
	open, close string
	escape      byte // what takes its meaning from the next byte; 0: nothing does
	lines       bool // it may go on in the next line
	short       bool // it is one character; otherwise its sign means something else
	first       bool // it begins a line
}

// maxShort is how long a single character is in code, in bytes: '\U0010ffff'.
const maxShort = len(`'\U0010ffff'`)

// A scanner is on its way through code.
type scanner struct {
	*grammar
	code   string
	at     int
	pieces []token
}

// take makes the next n bytes a piece, or a part of the last.
func (s *scanner) take(n int, style theme.Style) {
	if n == 0 {
		return
	}
	if last := len(s.pieces) - 1; last >= 0 && s.pieces[last].style == style {
		begun := s.at - len(s.pieces[last].text)
		s.pieces[last].text = s.code[begun : s.at+n]
	} else {
		s.pieces = append(s.pieces, token{s.code[s.at : s.at+n], style})
	}
	s.at += n
}

// takeTo takes everything up to a place.
func (s *scanner) takeTo(end int, style theme.Style) { s.take(end-s.at, style) }

// lineEnd is where the line ends.
func (s *scanner) lineEnd() int {
	if n := strings.IndexByte(s.code[s.at:], '\n'); n >= 0 {
		return s.at + n
	}
	return len(s.code)
}

// begins reports whether nothing but blanks stands before in the line. It is asked
// of what is no blank, once.
func (s *scanner) begins() bool {
	before := strings.TrimRight(s.code[:s.at], " \t")
	return before == "" || before[len(before)-1] == '\n'
}

// scanWords takes a comment, a string, a number, a name, or one character.
func (s *scanner) scanWords() {
	rest := s.code[s.at:]
	c := rest[0]
	if s.signs[c] && (s.comment() || s.literal()) {
		return
	}
	switch {
	case '0' <= c && c <= '9':
		s.take(number(rest), theme.Number)
	case s.beginsName(rest):
		s.name()
	default:
		s.character()
	}
}

// character takes one.
func (s *scanner) character() {
	n := 1
	if s.code[s.at] >= utf8.RuneSelf {
		_, n = utf8.DecodeRuneInString(s.code[s.at:])
	}
	s.take(n, theme.Code)
}

// comment takes a comment, if one begins here.
func (s *scanner) comment() bool {
	for i := range s.comments {
		q := &s.comments[i]
		if !strings.HasPrefix(s.code[s.at:], q.open) {
			continue
		}
		if s.apart && s.at > 0 && !strings.ContainsRune(" \t\n", rune(s.code[s.at-1])) || q.first && !s.begins() {
			continue
		}
		s.takeTo(s.quoted(q), theme.Comment)
		return true
	}
	return false
}

// literal takes a string, if one begins here.
func (s *scanner) literal() bool {
	for i := range s.strings {
		q := &s.strings[i]
		if !strings.HasPrefix(s.code[s.at:], q.open) {
			continue
		}
		end := s.quoted(q)
		if q.short && !q.isOne(s.code[s.at:end]) {
			continue
		}
		if s.key != 0 && s.isKey(end) {
			s.takeTo(end, s.keys)
		} else {
			s.takeTo(end, theme.String)
		}
		return true
	}
	return false
}

// isOne reports whether text is one character between its signs.
func (q *quote) isOne(text string) bool {
	inside, closed := strings.CutSuffix(text[len(q.open):], q.close)
	return closed && inside != "" && (inside[0] == q.escape || utf8.RuneCountInString(inside) == 1)
}

// quoted is where a quote ends that begins here: behind its closing sign, or where
// the line or the code does. One character is not looked for any further than it
// can be.
func (s *scanner) quoted(q *quote) int {
	end := len(s.code)
	if q.short {
		end = min(end, s.at+maxShort)
	}
	for i := s.at + len(q.open); i < end; i++ {
		switch c := s.code[i]; {
		case c == q.escape && q.escape != 0:
			i++
			if i < end && s.code[i] == '\n' && !q.lines {
				return i
			}
		case c == '\n' && !q.lines:
			return i
		case q.close != "" && strings.HasPrefix(s.code[i:], q.close):
			return min(i+len(q.close), len(s.code))
		}
	}
	return end
}

// isKey reports whether what ends there is a key.
func (s *scanner) isKey(end int) bool {
	behind := strings.TrimLeft(s.code[end:], " ")
	if behind == "" || behind[0] != s.key {
		return false
	}
	behind = behind[1:]
	if s.apart && s.key == ':' {
		return behind == "" || strings.ContainsRune(" \n", rune(behind[0]))
	}
	return !strings.HasPrefix(behind, "=")
}

// name takes a name, in the style of what it is.
func (s *scanner) name() {
	rest := s.code[s.at:]
	end := s.nameEnd(rest)
	name, behind := rest[:end], rest[end:]
	word := name
	if s.anyCase {
		word = strings.ToLower(name)
	}
	switch style, known := s.words[word]; {
	case known:
		s.take(end, style)
	case s.marks && name[0] == '@':
		s.take(end, theme.Func)
	case s.key != 0 && s.isKey(s.at+end):
		s.take(end, s.keys)
	case s.first && s.begins():
		s.take(end, theme.Keyword)
	case s.calls && (strings.HasPrefix(behind, "(") || strings.HasPrefix(behind, "!(")):
		s.take(end, theme.Func)
	case s.large && 'A' <= name[0] && name[0] <= 'Z':
		s.take(end, theme.Type)
	default:
		s.take(end, theme.Code)
	}
}

func (s *scanner) beginsName(rest string) bool {
	if c := rest[0]; c < utf8.RuneSelf {
		return letter(c) || strings.IndexByte(s.before, c) >= 0
	}
	r, _ := utf8.DecodeRuneInString(rest)
	return unicode.IsLetter(r)
}

// nameEnd is how long the name is that rest begins with.
func (s *scanner) nameEnd(rest string) int {
	for i, r := range rest {
		switch {
		case i == 0:
		case r >= utf8.RuneSelf:
			if !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r) {
				return i
			}
		case !letter(byte(r)) && (r < '0' || r > '9') && strings.IndexByte(s.within, byte(r)) < 0:
			return i
		}
	}
	return len(rest)
}

// letter reports whether c is one of ASCII, or what stands for one in names.
func letter(c byte) bool { return c == '_' || 'a' <= c|0x20 && c|0x20 <= 'z' }

// number is how long the number is that rest begins with, with its unit.
func number(rest string) int {
	for i := 1; i < len(rest); i++ {
		switch c := rest[i]; {
		case '0' <= c && c <= '9', 'a' <= c|0x20 && c|0x20 <= 'z', c == '_', c == '%':
		case c == '.' && i+1 < len(rest) && '0' <= rest[i+1] && rest[i+1] <= '9':
		case (c == '+' || c == '-') && rest[i-1]|0x20 == 'e' && rest[0] != '0':
		default:
			return i
		}
	}
	return len(rest)
}
