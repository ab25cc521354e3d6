// Package needle finds words in text: what somebody searches for, and whether words
// call somebody by name. It knows no screen but for painting what it found.
package needle

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"sotto/rooms"
	"sotto/sshsrv/tui/cells"
	"sotto/sshsrv/tui/theme"
)

// A Needle is what is looked for in text, in any case. Looking costs what the text
// is long, whatever stands in either (Knuth, Morris, Pratt). The zero value is
// nowhere.
type Needle struct {
	text  string
	word  bool   // it must stand as a word of its own
	runes []rune // folded
	back  []int  // how much of it goes on to match where runes[i] was the last that did
}

// New looks for text, without what is in no text that is shown. Blanks at its ends count.
func New(text string, word bool) Needle {
	n := Needle{text: text, word: word}
	held := rooms.Clean("|" + text + "|") // between what is no blank
	for _, r := range strings.TrimSuffix(strings.TrimPrefix(held, "|"), "|") {
		n.runes = append(n.runes, fold(r))
	}
	n.back = make([]int, len(n.runes))
	for i, k := 1, 0; i < len(n.runes); i++ {
		k = n.step(k, n.runes[i])
		n.back[i] = k
	}
	return n
}

// Text is what it looks for.
func (n *Needle) Text() string { return n.text }

// step is how much of the needle matches after one more rune, of which k matched
// before it.
func (n *Needle) step(k int, r rune) int {
	for k > 0 && n.runes[k] != r {
		k = n.back[k-1]
	}
	if n.runes[k] == r {
		k++
	}
	return k
}

// In reports whether text holds it.
func (n *Needle) In(text string) bool {
	_, found := n.Next(text, 0)
	return found
}

// spans are where text holds it.
func (n *Needle) spans(text string) (found []cells.Span) {
	for at := 0; ; {
		span, ok := n.Next(text, at)
		if !ok {
			return found
		}
		found = append(found, span)
		at = span.To
	}
}

// Next finds it in text[from:].
func (n *Needle) Next(text string, from int) (cells.Span, bool) {
	if len(n.runes) == 0 {
		return cells.Span{}, false
	}
	k := 0
	for i := from; i < len(text); {
		r, size := rune(text[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(text[i:])
		}
		i += size
		if k = n.step(k, fold(r)); k < len(n.runes) {
			continue
		}
		if start := n.start(text[:i]); !n.word || alone(text, start, i) {
			return cells.Span{From: start, To: i}, true
		}
		k = n.back[k-1]
	}
	return cells.Span{}, false
}

// start is where it begins in a text that it ends.
func (n *Needle) start(text string) int {
	for range n.runes {
		_, size := utf8.DecodeLastRuneInString(text)
		text = text[:len(text)-size]
	}
	return len(text)
}

// alone reports whether text[from:to] is no part of a longer name. A full stop
// belongs to one only between two other characters of a name.
func alone(text string, from, to int) bool {
	before, after := text[:from], text[to:]
	last, _ := utf8.DecodeLastRuneInString(before)
	if last == '.' {
		last, _ = utf8.DecodeLastRuneInString(before[:len(before)-1])
	}
	next, _ := utf8.DecodeRuneInString(after)
	if next == '.' {
		next, _ = utf8.DecodeRuneInString(after[1:])
	}
	return !inName(last) && !inName(next)
}

// inName reports whether a rune beside a name would make it another name. Where
// there is none, [utf8.RuneError] is none of them.
func inName(r rune) bool {
	return r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r)
}

// fold is the same for all cases of a letter: the least of them.
func fold(r rune) rune {
	if r < utf8.RuneSelf {
		if 'a' <= r && r <= 'z' {
			r -= 'a' - 'A'
		}
		return r
	}
	least := r
	for next := unicode.SimpleFold(r); next != r; next = unicode.SimpleFold(next) {
		least = min(least, next)
	}
	return least
}

// Highlight repaints what it finds in rows. It changes none of them.
func (n *Needle) Highlight(rows []string, ink *theme.Ink, style theme.Style) []string {
	painted := slices.Clone(rows)
	for i, row := range painted {
		painted[i] = cells.Repaint(row, ink.SGR(style), n.spans(cells.Words(row)))
	}
	return painted
}

// Calls reports whether words call somebody who goes by a name: it stands there as a
// word of its own, in any case (rooms/behaviour/mention.json).
func Calls(words, nick string) bool {
	name := New(nick, true)
	return name.In(words)
}
