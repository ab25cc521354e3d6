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
