package rooms

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/unicode/rangetable"
)

// Clean returns text as it may be shown to others: valid UTF-8 in NFC, made of
// line feeds, tabs and characters that stay in their own cells. What it returns
// can't move a cursor, set a title or reach a clipboard, whatever the terminal.
//
//   - Well-formed escape sequences (ECMA-48: CSI, OSC, DCS and the rest, in 7
//     and 8 bits) are removed whole. Of an unfinished one only the control
//     character goes: what follows may be words.
//   - Every kind of line break becomes a line feed; other controls go.
//   - Direction controls, invisible characters, tags, private use and
//     noncharacters go. Joiners and the emoji and text selectors stay where
//     they have something to act on.
//   - A character keeps at most [MaxMarks] marks; a mark without a character goes.
//   - Invalid bytes, raw 8-bit controls among them, and characters newer than
//     Unicode 15.0 that are no pictures (see [Settled]) become U+FFFD, one for each
//     run. What they are, marks or letters, ends with other tables could not agree
//     on.
//   - Blank lines before and white space after the text go. A sign that shows
//     nothing is white space, whatever Unicode says of it: see [Blank].
//
// Clean(Clean(text)) == Clean(text). The cost is linear in the length of text
// and ordinary ASCII is returned as it is. Nothing is shortened here: see
// [CheckText].
func Clean(text string) string {
	if !printableASCII(text) {
		text = string(bindMarks(norm.NFC.Bytes(visible(text))))
	}
	return trimBlank(text)
}

// CleanTopic is Clean for what must be one line: line breaks and tabs become
// spaces, and none is left at either end.
func CleanTopic(text string) string {
	oneLine := strings.NewReplacer("\n", " ", "\t", " ").Replace(Clean(text))
	return strings.TrimFunc(oneLine, Blank)
}

// Shorten returns the beginning of a text: whole runes, at most so many bytes.
func Shorten(text string, most int) string {
	if len(text) <= most {
		return text
	}
	for most > 0 && !utf8.RuneStart(text[most]) {
		most--
	}
	return text[:most]
}

// CleanTime is a time that somebody else tells, or now if it is further than [MaxSkew]
// from this machine's clock.
func CleanTime(at time.Time) time.Time {
	if now := time.Now(); at.Before(now.Add(-MaxSkew)) || at.After(now.Add(MaxSkew)) {
		return now
	}
	return at
}

// CheckText returns an *[Error] if a clean text is longer or taller than a
// message may be.
func CheckText(text string) error {
	lines := strings.Count(text, "\n") + 1
	if len(text) <= MaxTextBytes && lines <= MaxTextLines {
		return nil
	}
	return &Error{Code: TooLong, Message: fmt.Sprintf("A message has at most %d bytes and %d lines; this one has %d and %d.",
		MaxTextBytes, MaxTextLines, len(text), lines)}
}

// Controls that end or cancel a sequence, and the format characters that stay.
const (
	bel = 0x07
	can = 0x18
	sub = 0x1a
	esc = 0x1b
	nel = 0x85 // next line
	st  = 0x9c // string terminator

	zwnj = '\u200c'
	zwj  = '\u200d'
	ls   = '\u2028' // line separator
	ps   = '\u2029' // paragraph separator
	vs15 = '\ufe0e' // text presentation
	vs16 = '\ufe0f' // emoji presentation
)

// invisible are the characters beyond ASCII that are never shown, joiners
// apart: they turn the direction of a line, hide text in it, or mean something
// else on every machine.
var invisible = rangetable.Merge(
	unicode.Cc, unicode.Cf, unicode.Co, unicode.Zl, unicode.Zp,
	unicode.Bidi_Control,
	unicode.Noncharacter_Code_Point,
	unicode.Other_Default_Ignorable_Code_Point,
	&unicode.RangeTable{
		R16: []unicode.Range16{{Lo: 0x180b, Hi: 0x180f, Stride: 1}, {Lo: 0xfe00, Hi: 0xfe0d, Stride: 1}}, // selectors but 15 and 16
		R32: []unicode.Range32{
			{Lo: 0x16fe4, Hi: 0x16fe4, Stride: 1}, // the filler of the Khitan small script
			{Lo: 0xe0000, Hi: 0xe0fff, Stride: 1}, // tags and more selectors
		},
	},
)

// neverSeen are those of them that no Unicode will make anything else of.
var neverSeen = []*unicode.RangeTable{unicode.Co, unicode.Noncharacter_Code_Point, unicode.Other_Default_Ignorable_Code_Point}

// empty signs and letters take their room, as space does, and show nothing.
const empty = "\u2800\U0001d159\U00013441\U00013442"

// Blank reports whether nothing is to be seen where a character stands that
// cleaning keeps: it is white space, or an empty sign.
func Blank(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(empty, r) }

func joiner(r rune) bool    { return r == zwj || r == zwnj }
func variation(r rune) bool { return r == vs15 || r == vs16 }

// printableASCII reports whether text needs no cleaning but at its ends.
func printableASCII(text string) bool {
	for i := range len(text) {
		if c := text[i]; (c < ' ' && c != '\n' && c != '\t') || c > '~' {
			return false
		}
	}
	return true
}

// visible returns text without sequences, controls and invisible characters.
func visible(text string) []byte {
	out := make([]byte, 0, len(text))
	broken := false // the last thing written stands for what can't be shown
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		if r == utf8.RuneError && n == 1 || !Settled(r) && !unicode.In(r, neverSeen...) {
			if !broken {
				out = utf8.AppendRune(out, utf8.RuneError)
			}
			broken = true
			i += n
			continue
		}
		broken = false
		switch {
		case r == '\r' && strings.HasPrefix(text[i+1:], "\n"):
		case r == '\r', r == '\v', r == '\f', r == nel, r == ls, r == ps:
			out = append(out, '\n')
		case r == esc, 0x80 <= r && r <= 0x9f:
			n = sequence(text[i:])
		case r == '\n', r == '\t', ' ' <= r && r <= '~', joiner(r):
			out = utf8.AppendRune(out, r)
		case r >= 0xa0 && !unicode.Is(invisible, r):
			out = append(out, text[i:i+n]...)
		}
		i += n
	}
	return out
}

// sequence returns how many bytes at the start of s, where ESC or a C1 control
// stands, are a whole control sequence; if none is, the length of that control.
func sequence(s string) int {
	kind, body, alone := introducer(s)
	switch {
	case kind == '[': // CSI: parameters, intermediates, final
		i := span(s, body, 0x30, 0x3f)
		i = span(s, i, 0x20, 0x2f)
		if i < len(s) && 0x40 <= s[i] && s[i] <= 0x7e {
			return i + 1
		}
	case kind == ']', kind == 'P', kind == 'X', kind == '^', kind == '_': // OSC, DCS, SOS, PM, APC
		if end := stringEnd(s, body, kind == ']'); end > 0 {
			return end
		}
	case 0x20 <= kind && kind <= 0x2f: // intermediates, final
		if i := span(s, body, 0x20, 0x2f); i < len(s) && 0x30 <= s[i] && s[i] <= 0x7e {
			return i + 1
		}
	case 0x30 <= kind && kind <= 0x7e:
		return body
	}
	return alone
}

// introducer reads the control at the start of s: the byte that follows ESC in
// its 7-bit form, where the body starts, and the length of the control alone.
func introducer(s string) (kind byte, body, alone int) {
	if s[0] != esc {
		r, n := utf8.DecodeRuneInString(s)
		return byte(r) - 0x40, n, n
	}
	if len(s) == 1 {
		return 0, 1, 1
	}
	return s[1], 2, 1
}

// span returns the first index from i on whose byte is not within lo and hi.
func span(s string, i int, lo, hi byte) int {
	for i < len(s) && lo <= s[i] && s[i] <= hi {
		i++
	}
	return i
}

// stringEnd returns where the control string whose body starts at i ends, or 0
// if it is not terminated. An OSC is one line and may end with BEL, as xterm
// has it. Any other control string is broken off by what can't be inside one;
// so no byte is looked at for two of them, and the cost stays linear.
func stringEnd(s string, i int, osc bool) int {
	for i < len(s) {
		switch c := s[i]; {
		case c == bel && osc:
			return i + 1
		case c == esc:
			if strings.HasPrefix(s[i:], "\x1b\\") {
				return i + 2
			}
			return 0
		case c == can, c == sub, c < ' ' && osc:
			return 0
		default:
			r, n := utf8.DecodeRuneInString(s[i:])
			if r == st {
				return i + n
			}
			if 0x80 <= r && r <= 0x9f {
				return 0
			}
			i += n
		}
	}
	return 0
}

// bindMarks drops marks and joiners that have nothing to act on or are too many.
// It works in place, on NFC, and leaves NFC: behind a character it keeps a
// prefix of its marks, and it never brings two others together.
func bindMarks(text []byte) []byte {
	out := text[:0]
	base, marks, joined := false, 0, false
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRune(text[i:])
		keep := true
		switch {
		case joiner(r):
			keep = base && !joined
			joined = true
		case unicode.Is(unicode.M, r):
			if keep = base && marks < MaxMarks; keep {
				marks++
				joined = false
			}
		default:
			base, marks, joined = !Blank(r), 0, false
		}
		if keep {
			out = append(out, text[i:i+n]...)
		}
		i += n
	}
	return out
}

// trimBlank removes blank lines before text, and white space after it.
func trimBlank(text string) string {
	text = strings.TrimRightFunc(text, Blank)
	body := strings.TrimLeftFunc(text, Blank)
	before := text[:len(text)-len(body)]
	return text[strings.LastIndexByte(before, '\n')+1:]
}
