package cells

import (
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
	"golang.org/x/text/width"
)

// Habits are how a terminal counts columns where no two do it alike. A thumb in a
// skin's colour is one character of two columns, or two of two; a family is one of
// two, or three of two with a joiner in between that may have one of its own. None
// of them is wrong, but whoever counts otherwise than the terminal puts all that
// follows into the wrong cells.
//
// The zero value counts what a person sees as one character as one, as new
// terminals do and [github.com/charmbracelet/x/ansi] does. Habits can be compared:
// they are part of what drawn rows depend on.
type Habits uint16

const (
	joinedApart  Habits = 1 << iota // what a joiner joins has columns of its own
	joinerCell                      // and so has the joiner
	toneApart                       // a skin's colour has columns of its own
	narrowEmoji                     // the emoji selector makes nothing wide
	halfFlags                       // each half of a flag has one column
	wholeHalves                     // each half of a flag has two
	markCells                       // a mark that stands beside its letter has a column
	lettersApart                    // each letter of a conjunct has a column
	vowelsApart                     // and so has a vowel that is written behind its letter, as in Thai
	wideLetters                     // letters that are ambiguous (UAX #11) have two
	wideSigns                       // and so have signs and lines
	noEmoji16                       // emoji of Unicode 16 and later have one
	noEmoji15                       // and those of 15
	noEmoji14                       // and those of 14
)

// Sign is a sign of a frame or a list, or a plain one where the first has two
// columns and would burst it.
func (h Habits) Sign(sign, plain string) string {
	if h&wideSigns != 0 {
		return plain
	}
	return sign
}

// Probes are what to print to learn a terminal's habits, each from the start of a
// row; [Measured] takes how many columns each took.
var Probes = [...]string{
	"👩\u200d🚀", "👍🏽", "❤\ufe0f", "🇩", "🇩🇪", "नि", "क्ष", "น้ำ", "α", "─…", "🫠", "🫨", "🫩",
}

// The most that a probe can take: a joiner between two wide characters that has a
// column itself. A terminal that says more has not understood.
const mostProbed = 5

// Measured returns the habits of a terminal on which Probes took so many columns.
func Measured(columns [len(Probes)]int) (h Habits) {
	for _, n := range columns {
		if n < 0 || n > mostProbed {
			return 0
		}
	}
	if columns[0] == 0 || columns[8] == 0 { // it shows nothing
		return 0
	}
	for _, p := range []struct {
		probe int
		is    func(n int) bool
		habit Habits
	}{
		{0, func(n int) bool { return n > 2 }, joinedApart},
		{0, func(n int) bool { return n == 3 || n == 5 }, joinerCell},
		{1, func(n int) bool { return n > 2 }, toneApart},
		{2, func(n int) bool { return n < 2 }, narrowEmoji},
		{3, func(n int) bool { return n < 2 }, halfFlags},
		{4, func(n int) bool { return n > 2 }, wholeHalves},
		{5, func(n int) bool { return n > 1 }, markCells},
		{6, func(n int) bool { return n > 1 }, lettersApart},
		{7, func(n int) bool { return n > 1 }, vowelsApart},
		{8, func(n int) bool { return n > 1 }, wideLetters},
		{9, func(n int) bool { return n > 3 }, wideSigns},
		{10, func(n int) bool { return n < 2 }, noEmoji14},
		{11, func(n int) bool { return n < 2 }, noEmoji15},
		{12, func(n int) bool { return n < 2 }, noEmoji16},
	} {
		if p.is(columns[p.probe]) {
			h |= p.habit
		}
	}
	return h
}

// maxCellBytes is how long one character may be. The longest that anybody means,
// two people of two complexions who kiss, has 35; what is longer, since joiners
// and jamo can go on for ever, is as many as it takes.
const maxCellBytes = 64

// Character returns what text begins with that a person sees as one, whatever a
// terminal makes of it.
func Character[T string | []byte](text T) T {
	cell, _ := character(text)
	return cell
}

// Fit is how much of a text fits into so many bytes, in whole characters; limit is
// at least the longest of them, 64 bytes.
func Fit(text string, limit int) (fits int) {
	for fits < len(text) {
		next := fits + len(Character(text[fits:]))
		if next > limit {
			break
		}
		fits = next
	}
	return fits
}

func character[T string | []byte](text T) (cell T, columns int) {
	if text[0] < utf8.RuneSelf && (len(text) == 1 || text[1] < utf8.RuneSelf) {
		if text[0] < ' ' || text[0] == 0x7f {
			return text[:1], 0
		}
		return text[:1], 1
	}
	if len(text) > maxCellBytes {
		end := maxCellBytes
		for !utf8.RuneStart(text[end]) && end > maxCellBytes-utf8.UTFMax {
			end--
		}
		text = text[:end]
	}
	return ansi.FirstGraphemeCluster(text, ansi.GraphemeWidth)
}

// First returns the cell that text begins with, and its columns, two at most. A
// mark that has nothing to stand on has none. A character that the terminal takes
// apart is several cells.
func First[T string | []byte](h Habits, text T) (cell T, columns int) {
	cell, columns = character(text)
	if h == 0 || len(cell) == 1 {
		return cell, columns
	}
	columns = 0
	var before rune // the character before, marks and selectors left out
	var joined, killed, half bool
	for i := 0; i < len(cell); {
		r, size := decode(cell[i:])
		n := h.rune(r)
		switch {
		case joiner(r):
			joined, killed = r == zwj, false
			n = 0
			if h&joinerCell != 0 {
				n = 1
			}
		case r == emojiStyle:
			n = 0
			if h&narrowEmoji == 0 && columns == 1 && selectable(before) {
				n = 1
			}
		case tone(r) && i > 0 && h&toneApart == 0, unicode.Is(jamoBehind, r) && i > 0:
			n = 0
		case flagHalf(r) && half && h&(halfFlags|wholeHalves) == 0:
			n, half = 0, false
		case joined && h&joinedApart == 0 && r >= firstSymbol:
			n = 0
		case unicode.Is(unicode.Mc, r) && h&markCells == 0,
			killed && h&lettersApart == 0,
			trailingVowel(r) && i > 0 && h&vowelsApart == 0:
			n = 0
		default:
			half = flagHalf(r)
		}
		if columns+n > 2 && i > 0 {
			return cell[:i], columns
		}
		columns += n
		if killed = virama(r); !joiner(r) {
			joined = false
		}
		if n > 0 || before == 0 {
			before = r
		}
		i += size
	}
	return cell, columns
}

func decode[T string | []byte](text T) (rune, int) {
	switch text := any(text).(type) {
	case string:
		return utf8.DecodeRuneInString(text)
	case []byte:
		return utf8.DecodeRune(text)
	}
	return utf8.RuneError, 1
}

// Characters that mean something to those beside them.
const (
	zwnj       = '\u200c'
	zwj        = '\u200d'
	emojiStyle = '\ufe0f'
	keycap     = '\u20e3'
	// firstSymbol is where symbols begin that may be emoji.
	firstSymbol = 0x2190
)

func joiner(r rune) bool   { return r == zwj || r == zwnj }
func tone(r rune) bool     { return 0x1f3fb <= r && r <= 0x1f3ff }
func flagHalf(r rune) bool { return 0x1f1e6 <= r && r <= 0x1f1ff }

// trailingVowel reports whether r belongs to the character before it and still has
// a place of its own, as SARA AM of Thai and Lao.
func trailingVowel(r rune) bool { return r == 0x0e33 || r == 0x0eb3 }

// virama reports whether r takes the vowel from the letter before it, so that the
// next becomes one with it.
func virama(r rune) bool {
	switch r {
	case 0x094d, 0x09cd, 0x0a4d, 0x0acd, 0x0b4d, 0x0bcd, 0x0c4d, 0x0ccd, 0x0d4d, 0x0dca, 0x1039, 0x17d2:
		return true
	}
	return false
}

// selectable reports whether the emoji selector means something behind r.
func selectable(r rune) bool {
	switch {
	case r >= 0x1f000, 0x2600 <= r && r <= 0x27bf, 0x2194 <= r && r <= 0x21aa, 0x231a <= r && r <= 0x23ff,
		0x25aa <= r && r <= 0x25fe, 0x2b05 <= r && r <= 0x2b55, '0' <= r && r <= '9':
		return true
	}
	switch r {
	case '#', '*', '©', '®', '‼', '⁉', '™', 'ℹ', 'Ⓜ', '⤴', '⤵', '〰', '〽', '㊗', '㊙':
		return true
	}
	return false
}

// rune is how many columns a character has that stands alone.
func (h Habits) rune(r rune) int {
	switch {
	case r < utf8.RuneSelf:
		return 1
	case flagHalf(r):
		if h&halfFlags != 0 {
			return 1
		}
		return 2
	case h&noEmoji16 != 0 && h.unknown(r):
		return 1
	case h&(wideLetters|wideSigns) != 0 && ambiguous(r):
		if sign := 0x2010 <= r && r < 0x2600; sign && h&wideSigns != 0 || !sign && h&wideLetters != 0 {
			return 2
		}
	}
	var space [utf8.UTFMax]byte
	return ansi.StringWidthWc(string(utf8.AppendRune(space[:0], r)))
}

// ambiguous reports whether r is as wide as the letters around it, one column or
// two (UAX #11).
func ambiguous(r rune) bool {
	return width.LookupRune(r).Kind() == width.EastAsianAmbiguous && !unicode.Is(unicode.M, r)
}

// unknown reports whether the terminal is older than an emoji.
func (h Habits) unknown(r rune) bool {
	switch {
	case r < 0x1f6d8 || r > 0x1faff:
		return false
	case unicode.Is(emoji14, r):
		return h&noEmoji14 != 0
	case unicode.Is(emoji15, r):
		return h&noEmoji15 != 0
	}
	return unicode.Is(emoji16, r)
}

// The emoji that came with a version of Unicode, and those kept for later ones
// (emoji-data.txt).
var (
	emoji14 = table(0x1f6dd, 0x1f6df, 0x1f7f0, 0x1f7f0, 0x1f979, 0x1f979, 0x1f9cc, 0x1f9cc, 0x1fa7b, 0x1fa7c,
		0x1faa9, 0x1faac, 0x1fab7, 0x1faba, 0x1fac3, 0x1fac5, 0x1fad7, 0x1fad9, 0x1fae0, 0x1fae7, 0x1faf0, 0x1faf6)
	emoji15 = table(0x1f6dc, 0x1f6dc, 0x1fa75, 0x1fa77, 0x1fa87, 0x1fa88, 0x1faad, 0x1faaf, 0x1fabb, 0x1fabd,
		0x1fabf, 0x1fabf, 0x1face, 0x1facf, 0x1fada, 0x1fadb, 0x1fae8, 0x1fae8, 0x1faf7, 0x1faf8)
	emoji16 = table(0x1f6d8, 0x1f6d8, 0x1fa89, 0x1fa8f, 0x1fabe, 0x1fabe, 0x1fac6, 0x1facd, 0x1fadc, 0x1fadf,
		0x1fae9, 0x1faef, 0x1faf9, 0x1faff)
)

func table(bounds ...uint32) *unicode.RangeTable {
	t := new(unicode.RangeTable)
	for i := 0; i < len(bounds); i += 2 {
		if bounds[i+1] < 0x10000 {
			t.R16 = append(t.R16, unicode.Range16{Lo: uint16(bounds[i]), Hi: uint16(bounds[i+1]), Stride: 1})
			continue
		}
		t.R32 = append(t.R32, unicode.Range32{Lo: bounds[i], Hi: bounds[i+1], Stride: 1})
	}
	return t
}

// jamo are parts of Korean syllables, and jamoBehind those that don't begin one.
var (
	jamo       = table(0x1100, 0x11ff, 0xa960, 0xa97f, 0xd7b0, 0xd7ff)
	jamoBehind = table(0x1160, 0x11ff, 0xd7b0, 0xd7ff)
)

// Doubt is how sure it is that a terminal counts a cell as its habits say.
type Doubt uint8

const (
	Sure     Doubt = iota
	Unsure         // look where the cursor is before anything else is written
	UnsureAt       // at the end of a run of these, which are drawn together
)

// Doubt says how sure it is that a cell takes the columns that it should. Where it
// is not, whoever writes puts the cursor where it ought to be before going on, so
// that one cell's error stays with it.
func (h Habits) Doubt(cell string) Doubt {
	r, size := utf8.DecodeRuneInString(cell)
	switch {
	case r < utf8.RuneSelf && size == len(cell):
		return Sure
	case h&(wideLetters|wideSigns) != 0 && ambiguous(r):
		return Unsure // there is more than one list of these
	case 0x0590 <= r && r < 0x0900, 0xfb1d <= r && r < 0xfe00, 0xfe70 <= r && r < 0xff00:
		return UnsureAt // Hebrew, Arabic and their neighbours: letters join
	case size < len(cell), joiner(r), unicode.Is(unicode.M, r):
		return Unsure
	case r < 0x0900, 0x1e00 <= r && r < firstSymbol, 0x2500 <= r && r < 0x25a0:
		return Sure // alphabets, punctuation, lines
	case r < 0x10000 && unicode.IsLetter(r) && !trailingVowel(r) && !unicode.Is(jamo, r):
		return Sure
	case 0x2e80 <= r && r < 0xa960, 0xac00 <= r && r < 0xd7a4, 0xf900 <= r && r < 0xfb00, 0xfe10 <= r && r < 0xfff0, 0x20000 <= r && r < 0x40000:
		return Sure // East Asia
	}
	return Unsure
}
