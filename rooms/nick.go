package rooms

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"github.com/ergochat/confusables"
	"golang.org/x/text/cases"
	"golang.org/x/text/runes"
	"golang.org/x/text/secure/precis"
	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/width"
)

// Nick is the name that a person goes by in a room: letters, digits, marks and
// - _ . of any script. The zero value is no name.
type Nick struct {
	shown string
	key   string
}

// maxRawNick is the longest input that is looked at, in bytes. Folding can make
// a name shorter (full-width letters are three bytes each), never this much.
const maxRawNick = 8 * MaxNickBytes

// ParseNick returns s as it is shown, by the nickname profile of RFC 8266
// without inner spaces, or an *[Error] that says what a name may be.
func ParseNick(s string) (Nick, error) {
	shown, ok := profiled(s)
	if !ok {
		return Nick{}, badNick()
	}
	if columns(shown) > MaxNickColumns {
		return Nick{}, badNick()
	}
	nick := newNick(shown)
	if key := withoutMarks(nick.key); reserved[key] || strings.HasPrefix(key, placeholderKey) {
		return Nick{}, &Error{Code: BadNick, Message: "That name is reserved. Choose another."}
	}
	return nick, nil
}

// profiled returns s as a name is shown, if it is made of what names are made of.
func profiled(s string) (shown string, ok bool) {
	if s == "" || len(s) > maxRawNick || !known(s) {
		return "", false
	}
	shown, err := precis.Nickname.String(s)
	return shown, err == nil && len(shown) <= MaxNickBytes && nickRunes(shown) && !overmarked(shown)
}

// Placeholder returns a name for somebody whose own can't be shown: "guest-" and a
// number in hexadecimal. Nobody can choose it, since [ParseNick] refuses all that
// begins like it.
func Placeholder(n uint32) Nick {
	return newNick(fmt.Sprintf("guest-%08x", n))
}

// IsPlaceholder reports whether a name is one that [Placeholder] returns.
func IsPlaceholder(name string) bool {
	digits, found := strings.CutPrefix(name, "guest-")
	n, err := strconv.ParseUint(digits, 16, 32)
	return found && err == nil && Placeholder(uint32(n)).shown == name
}

func newNick(shown string) Nick { return Nick{shown: Apart(shown), key: Apart(skeleton(shown))} }

// String returns the name as it is shown.
func (n Nick) String() string { return n.shown }

// Key returns what must be unique in a room: names with equal keys differ only
// in case, or look alike. It is never shown.
func (n Nick) Key() string { return n.key }

func badNick() *Error {
	return &Error{Code: BadNick, Message: fmt.Sprintf(
		"A name is letters and digits of any script, with - _ and . but no spaces, at most %d bytes and %d columns.",
		MaxNickBytes, MaxNickColumns)}
}

// nickRunes reports whether s is made of what names are made of. It begins with
// something that a mark can't be, or the mark would sit on whatever is before
// the name.
func nickRunes(s string) bool {
	for i, r := range s {
		switch {
		case unicode.Is(invisible, r), variation(r), Blank(r):
			return false
		case unicode.In(r, unicode.L, unicode.Nd), strings.ContainsRune("-_.", r):
		case unicode.Is(unicode.M, r) && i > 0:
		default:
			return false
		}
	}
	return true
}

// wide are the scripts whose letters take two columns.
var wide = []*unicode.RangeTable{unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul,
	unicode.Bopomofo, unicode.Yi, unicode.Tangut, unicode.Nushu, unicode.Khitan_Small_Script}

// columns returns how many a name takes where each of its letters stands for itself.
// What is drawn as one is another matter in every Unicode, and in every terminal.
func columns(name string) (n int) {
	for _, r := range name {
		switch {
		case unicode.Is(unicode.M, r):
		case unicode.In(r, wide...):
			n += 2
		default:
			n++
		}
	}
	return n
}

// overmarked reports whether a character of s carries more than MaxMarks. The
// nickname profile has no such bound.
func overmarked(s string) bool {
	marks := 0
	for _, r := range norm.NFD.String(s) {
		if !unicode.Is(unicode.M, r) {
			marks = 0
		} else if marks++; marks > MaxMarks {
			return true
		}
	}
	return false
}

// skeleton folds a name to what it looks like (UTS #39), without case.
//
// Case and looks contradict each other: a Cyrillic capital "В" looks like the
// Latin "B", its small "в" like nothing Latin. So a name that could pass for
// Latin is compared by its looks as typed, and any other by the looks of its
// lower case. Capital I and small l are one to the eye and I and i are one but
// for case; all three are l here.
func skeleton(nick string) string {
	nick = width.Fold.String(nick)
	key := fold(confusables.SkeletonTweaked(nick))
	if !latin(key) {
		key = fold(confusables.SkeletonTweaked(fold(nick)))
	}
	return strings.ReplaceAll(key, "i", "l")
}

// fold is Unicode's full case folding, by which Cherokee alone folds to its capitals:
// cases.Fold has each of its letters fold to the other.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 0xab70 && r <= 0xabbf:
			return r - 0xab70 + 0x13a0
		case r >= 0x13f8 && r <= 0x13fd:
			return r - 8
		}
		return r
	}, cases.Fold().String(s))
}

// latin reports whether every letter of s is ASCII.
func latin(s string) bool {
	for _, r := range s {
		if r > unicode.MaxASCII && unicode.IsLetter(r) {
			return false
		}
	}
	return true
}

// withoutMarks drops accents, so that no reserved word comes back with one.
func withoutMarks(key string) string {
	return runes.Remove(runes.In(unicode.M)).String(norm.NFD.String(key))
}

// placeholderKey is how the keys of placeholders begin. The hyphen is not in it,
// so that none of the signs that can stand there makes another name of it.
var placeholderKey = skeleton("guest")

// reserved are the keys of names that would speak for the server or stand for
// everybody.
var reserved = func() map[string]bool {
	keys := make(map[string]bool)
	for _, word := range []string{"system", "server", "admin", "owner", "sotto", "everyone", "all", "here", "you"} {
		keys[skeleton(word)] = true
	}
	return keys
}()

// AnotherNick tells somebody that they are not called what they asked for.
func AnotherNick() *Notice {
	return &Notice{Code: NickTaken, Text: "That name, or one that looks like it, is taken in this room. You were given another."}
}
