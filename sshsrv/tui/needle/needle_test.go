package needle

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"sotto/rooms"
	"sotto/sshsrv/tui/cells"
)

// plainly finds what a needle finds, by trying everywhere.
func plainly(text, what string, word bool) (found []cells.Span) {
	for at := 0; at < len(text) && what != ""; {
		end, same := at, true
		for _, r := range what {
			have, size := utf8.DecodeRuneInString(text[end:])
			same = same && size > 0 && strings.EqualFold(string(have), string(r))
			end += size
		}
		if same && (!word || alone(text, at, end)) {
			found = append(found, cells.Span{From: at, To: end})
			at = end
			continue
		}
		_, size := utf8.DecodeRuneInString(text[at:])
		at += size
	}
	return found
}

// shown is what can be found of what is looked for, of these alphabets.
func shown(what string) string {
	held := rooms.Clean("|" + what + "|")
	return held[1 : len(held)-1]
}

func TestNeedle(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	of := func(alphabet string, most int) string {
		letters := []rune(alphabet)
		var b strings.Builder
		for range random.IntN(most) {
			b.WriteRune(letters[random.IntN(len(letters))])
		}
		return b.String()
	}
	for _, alphabet := range []string{"ab", "aAb ", "aé\u0301 -", "kK\u212a s\u017f", "Ёё ж", "漢字 ", "İiıI", "ßẞ s"} {
		for range 3000 {
			text, what, word := of(alphabet, 40), of(alphabet, 5), random.IntN(2) == 0
			n := New(what, word)
			if got, want := n.spans(text), plainly(text, shown(what), word); !slices.Equal(got, want) {
				t.Fatalf("%q in %q, word %v: %v, want %v", what, text, word, got, want)
			}
		}
	}
}

// TestFold holds folding to what Unicode says is the same letter.
func TestFold(t *testing.T) {
	for r := range unicode.MaxRune + 1 {
		for other := unicode.SimpleFold(r); other != r; other = unicode.SimpleFold(other) {
			if fold(r) != fold(other) {
				t.Fatalf("%q and %q", r, other)
			}
		}
	}
}
