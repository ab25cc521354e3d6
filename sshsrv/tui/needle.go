package tui

import (
	"unicode"
	"unicode/utf8"

	"sotto/sshsrv/tui/cells"
)

// A needle is what is looked for in text, in any case. Looking costs what the text
// is long, whatever stands in either (Knuth, Morris, Pratt). The zero value is
// nowhere.
type needle struct {
	text  string
	word  bool   // it must stand as a word of its own
	runes []rune // folded
	back  []int  // how much of it goes on to match where runes[i] was the last that did
}

func newNeedle(text string, word bool) needle {
	n := needle{text: text, word: word}
	for _, r := range text {
		n.runes = append(n.runes, fold(r))
	}
	n.back = make([]int, len(n.runes))
	for i, k := 1, 0; i < len(n.runes); i++ {
		k = n.step(k, n.runes[i])
		n.back[i] = k
	}
	return n
}

// step is how much of the needle matches after one more rune, of which k matched
// before it.
func (n *needle) step(k int, r rune) int {
	for k > 0 && n.runes[k] != r {
		k = n.back[k-1]
	}
	if n.runes[k] == r {
		k++
	}
	return k
}

// in reports whether text holds it.
func (n *needle) in(text string) bool {
	_, found := n.next(text, 0)
	return found
}

// spans are where text holds it.
func (n *needle) spans(text string) (found []cells.Span) {
	for at := 0; ; {
		span, ok := n.next(text, at)
		if !ok {
			return found
		}
		found = append(found, span)
		at = span.To
	}
}

// next finds it in text[from:].
func (n *needle) next(text string, from int) (cells.Span, bool) {
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
func (n *needle) start(text string) int {
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
