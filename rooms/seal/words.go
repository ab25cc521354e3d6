package seal

import (
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"sotto/rooms"
	"sotto/rooms/bip39"
)

// PassphraseWords is how many words open a room: of 2,048 each, that is 77 bits.
const PassphraseWords = 7

// ParsePassphrase reads words as somebody typed them: capitals, commas, hyphens and
// more spaces are taken as what they stand for. What is not on the list is refused
// with the nearest word that is, since a slip would lead into another, empty room. The
// error is a *[WrongWord], or a sentence on how many there are.
func ParsePassphrase(typed string) (words string, err error) {
	all := PassphraseFields(typed)
	for i, word := range all {
		if !bip39.Has(word) {
			return "", &WrongWord{Number: i + 1, Near: nearestWord(word)}
		}
	}
	if len(all) != PassphraseWords {
		return "", fmt.Errorf("a room that is opened by words has %d of them; you typed %d", PassphraseWords, len(all))
	}
	return strings.Join(all, " "), nil
}

// PassphraseFields are the words that somebody typed, of the list or not.
func PassphraseFields(typed string) []string {
	settled := strings.Map(func(r rune) rune { // what is newer is a letter to some tables only
		if !rooms.Settled(r) {
			return ' '
		}
		return r
	}, typed)
	return strings.FieldsFunc(strings.ToLower(norm.NFKC.String(settled)), func(r rune) bool { return !unicode.IsLetter(r) })
}

// WrongWord is a word that opens nothing, since it is none of the list.
type WrongWord struct {
	Number int    // which of them it is, from 1
	Near   string // the nearest word that is; empty for none
}

func (w *WrongWord) Error() string {
	if w.Near == "" {
		return fmt.Sprintf("word %d is none of the list", w.Number)
	}
	return fmt.Sprintf("word %d is none of the list; did you mean %q?", w.Number, w.Near)
}

// nearestWord is the first word of the list with the fewest slips, two at most, or
// one that begins with the same four letters; empty if there is none.
func nearestWord(word string) (nearest string) {
	best := 3
	for _, candidate := range bip39.Words() {
		if len(word) >= 4 && strings.HasPrefix(candidate, word[:4]) {
			return candidate
		}
		if d := slips([]rune(word), []rune(candidate), best); d < best {
			nearest, best = candidate, d
		}
	}
	return nearest
}

// slips counts letters too many, too few or wrong, and neighbours exchanged (optimal
// string alignment), up to a bound.
func slips(a, b []rune, bound int) int {
	if len(a)-len(b) >= bound || len(b)-len(a) >= bound {
		return bound
	}
	before, last := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range len(a) {
		row := make([]int, len(b)+1)
		row[0] = i + 1
		for j := range len(b) {
			change := last[j]
			if a[i] != b[j] {
				change++
			}
			row[j+1] = min(change, row[j]+1, last[j+1]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}
