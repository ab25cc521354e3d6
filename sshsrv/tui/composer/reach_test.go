package composer

import (
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"sotto/sshsrv/tui/cells"
)

// long are texts of as much as a composer holds, in which it is hard to know where
// a character, a word or a row begins.
var long = func() map[string]string {
	long := make(map[string]string)
	for _, part := range []string{"x", "漢", "🇩", "🇩🇪", "👩\u200d", "👍🏽", "e\u0301\u0301\u0301", "क्", "\u1100", " ", "\t", "\n", "שלום", "a👩\u200d"} {
		long[part] = strings.Repeat(part, MaxHeldBytes/len(part))
	}
	return long
}()

// TestKeysLookNoFurtherThanAMessage asks everywhere in long texts where characters
// and words begin and end: what is looked at for it is no more than a message.
func TestKeysLookNoFurtherThanAMessage(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for part, text := range long {
		b := buffer{text: []byte(text)}
		for range 200 {
			i := random.IntN(len(text) + 1)
			if at := b.anchor(i); at > i || i-at > lookBack+utf8.UTFMax {
				t.Fatalf("%q: from %d it is looked back to %d", part, i, at)
			}
			if at := b.previous(i); i > 0 && (at >= i || !utf8.RuneStart(text[at])) {
				t.Fatalf("%q: before %d is %d", part, i, at)
			}
			if at := b.snap(i); at < i || at-i > lookAhead {
				t.Fatalf("%q: %d is snapped to %d", part, i, at)
			}
			looked := 0
			count := func(rune) bool { looked++; return true }
			b.forward(b.snap(i), count)
			b.backward(b.snap(i), count)
			if looked > 2*maxWord {
				t.Fatalf("%q: a word at %d has %d characters", part, i, looked)
			}
		}
	}
}

// TestAnchorsAreBoundaries holds what is known of a place by itself to what is
// known from the start.
func TestAnchorsAreBoundaries(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for range 2000 {
		var text strings.Builder
		for range random.IntN(30) {
			text.WriteString(pieces[random.IntN(len(pieces)-4)])
		}
		b := buffer{text: []byte(cleaned("", text.String()))}
		boundary := make([]bool, len(b.text)+1)
		for at := 0; ; {
			boundary[at] = true
			if at == len(b.text) {
				break
			}
			at += len(cells.Character(b.text[at:]))
		}
		for i := range boundary {
			if at := b.anchor(i); !boundary[at] {
				t.Fatalf("%q: the anchor of %d is %d, inside a character", b.text, i, at)
			}
		}
	}
}

// TestLaidAgainIsLaidAnew plays random scripts, and after each step holds rows of
// which the first were kept to rows that were not.
func TestLaidAgainIsLaidAnew(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	for range 30 {
		script := make([]byte, 200)
		for i := range script {
			script[i] = byte(random.Uint32())
		}
		c := New(words("alice", "alicia", "bob "))
		width, height := 5+random.IntN(40), 1+random.IntN(MaxRows)
		run(t, c, script, func(string) { checkView(t, c, width, height) })
	}
}

// TestRowsAreLaidWhereSomethingChanged types into a long text: rows in front of it
// are not laid again, and those far below not at all.
func TestRowsAreLaidWhereSomethingChanged(t *testing.T) {
	const width, height = 80, 8
	for part, text := range long {
		c := New(nil)
		c.buffer = buffer{text: []byte(text[:len(text)-len(text)%len(part)-20*len(part)])}
		c.at = c.snap(len(c.text))
		c.View(width, height)
		c.layout.rows[0].to = -1 // as only a row can be that nobody lays again
		for range 3 {
			c.Key(press("x"))
			c.View(width, height)
			c.Key(press("C-Home"))
			c.Key(press("M->"))
			c.View(width, height)
		}
		if c.layout.rows[0].to != -1 {
			t.Errorf("%q: the first row was laid again for a letter at the end", part)
		}
		c.Key(press("C-Home"))
		c.Key(press("x"))
		c.View(width, height)
		if n := len(c.layout.rows); n > 2*height {
			t.Errorf("%q: %d rows were laid for a letter at the start", part, n)
		}
	}
}
