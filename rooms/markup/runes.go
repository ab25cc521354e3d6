package markup

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"sotto/rooms"
)

// none stands for the character before the first or after the last.
const none rune = -1

// before returns the character of line that ends at i.
func before(line string, i int) rune {
	if i == 0 {
		return none
	}
	r, _ := utf8.DecodeLastRuneInString(line[:i])
	return r
}

// after returns the character of line that begins at i.
func after(line string, i int) rune {
	if i == len(line) {
		return none
	}
	r, _ := utf8.DecodeRuneInString(line[i:])
	return r
}

func oneOf(r rune, ascii string) bool { return r >= 0 && strings.ContainsRune(ascii, r) }

// space reports whether nothing is to be seen of r: what marks that alone would be
// a message without a sign in it.
func space(r rune) bool { return rooms.Blank(r) }

// letter reports whether r is a letter, mark or number of any script.
func letter(r rune) bool {
	if 0 <= r && r < utf8.RuneSelf {
		return asciiAlnum(r)
	}
	return unicode.In(r, unicode.L, unicode.M, unicode.N)
}

// word reports whether r is a letter, mark or number of a script that puts
// spaces between words: those below Thai.
func word(r rune) bool { return r < 0x0e00 && letter(r) }

func asciiAlnum(r rune) bool {
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
}

func asciiPunct(r rune) bool { return '!' <= r && r <= '~' && !asciiAlnum(r) }

func hexDigit(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

// addressRune reports whether r can be in the path of a link. Beyond ASCII it
// leaves out the blocks of punctuation, and doesn't ask what is assigned: the
// browser's tables may be newer.
func addressRune(r rune) bool {
	switch {
	case r < utf8.RuneSelf:
		return '!' <= r && r <= '~' && !strings.ContainsRune("\"<>\\^`{|}", r)
	case r < 0x00c0, 0x2000 <= r && r <= 0x206f, 0x3000 <= r && r <= 0x303f, 0xff00 <= r && r <= 0xffef:
		return false
	}
	return true
}

const (
	zwnj     = '\u200c'
	zwj      = '\u200d'
	selector = '\ufe0f' // of emoji
)

func joiner(r rune) bool { return r == zwnj || r == zwj }

// extending are the characters beside marks and joiners that go on the one before them.
var extending = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x0e33, Hi: 0x0e33, Stride: 1}, {Lo: 0x0eb3, Hi: 0x0eb3, Stride: 1}, // vowels of Thai and Lao
		{Lo: 0x1160, Hi: 0x11ff, Stride: 1}, // of Hangul, and its finals
		{Lo: 0xff9e, Hi: 0xff9f, Stride: 1}, // of narrow Katakana
	},
	R32: []unicode.Range32{{Lo: 0x1f3fb, Hi: 0x1f3ff, Stride: 1}}, // the colours of skin
}

// extends reports whether r is a part of the character that a reader sees before it.
func extends(r rune) bool {
	return r >= utf8.RuneSelf && (joiner(r) || unicode.In(r, unicode.M, extending))
}

// flag reports whether r is half of one.
func flag(r rune) bool { return 0x1f1e6 <= r && r <= 0x1f1ff }

// inside reports whether what stands between prev and next would, if it were left
// out, stand inside what a reader sees as one character, or is a part of one itself.
func inside(prev, next rune) bool {
	return extends(next) || prev == zwj || flag(prev) && flag(next)
}

// joined are the blocks of the scripts in which a joiner changes what is seen: those
// whose letters join hands, and those with conjuncts.
var joined = &unicode.RangeTable{
	R16: []unicode.Range16{{Lo: 0x0600, Hi: 0x0dff, Stride: 1}, {Lo: 0x0f00, Hi: 0x109f, Stride: 1}, {Lo: 0x1780, Hi: 0x1c4f, Stride: 1}},
}

// pictures are what emoji are joined of.
var pictures = &unicode.RangeTable{
	R16: []unicode.Range16{{Lo: 0x2194, Hi: 0x2195, Stride: 1}, {Lo: 0x2600, Hi: 0x27bf, Stride: 1}, {Lo: 0x2b1b, Hi: 0x2b1b, Stride: 1}},
	R32: []unicode.Range32{{Lo: 0x1f300, Hi: 0x1faff, Stride: 1}},
}

// joins reports whether a joiner between prev and next changes what is seen.
func joins(prev, joiner, next rune) bool {
	letters := func(r rune) bool { return unicode.Is(joined, r) && letter(r) && !unicode.Is(unicode.N, r) }
	return letters(prev) && letters(next) ||
		joiner == zwj && (prev == selector || unicode.Is(pictures, prev)) && unicode.Is(pictures, next)
}
