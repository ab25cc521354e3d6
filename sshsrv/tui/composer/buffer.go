package composer

import (
	"bytes"
	"slices"
	"unicode"
	"unicode/utf8"

	"sotto/sshsrv/tui/cells"
)

const (
	// maxChanges is how many changes of one line can be undone: more than
	// anybody steps through.
	maxChanges = 256
	// maxChangeBytes is how much text those hold together, so that pasting over
	// and over does not collect copies.
	maxChangeBytes = 2 * MaxHeldBytes
	// maxTyped is how many bytes of typing one undo takes back at most.
	maxTyped = 40
	// spareBytes is how much room an emptied buffer keeps.
	spareBytes = 1 << 10
	// lookBack is how far in front of a place it is looked for where a character
	// begins, in bytes. Only a hundred flags with nothing between them go on for so
	// long.
	lookBack = 1 << 10
	// maxWord is how far a key goes that goes to the end of a word, in bytes; of what
	// is longer it takes another key.
	maxWord = 1 << 10
)

// A buffer is one text with a cursor and its undo history. Its text is valid
// UTF-8, and the cursor always stands between two user-perceived characters
// (extended grapheme clusters, UAX #29).
type buffer struct {
	text []byte
	at   int // the cursor, a byte offset
	undo []change
	redo []change
	held int // bytes in undo
	rev  int // rises with every change of the text
	laid int // up to where the text is as it was laid out last
}

// words are the text from one offset to another. They are never inlined: a string of up to 32
// bytes that does not outlive its caller would have its bytes on the caller's stack, which
// nothing overwrites when it is freed.
//
//go:noinline
func (b *buffer) words(from, to int) string { return string(b.text[from:to]) }

// A change replaced what was removed by what was inserted.
type change struct {
	from              int
	removed, inserted string
	before, after     int // the cursor
	kind              kind
}

// kind says which changes may become one in undo.
type kind uint8

const (
	alone   kind = iota // never
	typing              // one character typed
	erasing             // one character taken back
)

// replace puts with in the place of text[from:to], leaves the cursor behind it,
// and remembers how to undo that.
func (b *buffer) replace(from, to int, with string, k kind) {
	if from == to && with == "" {
		return
	}
	c := change{from: from, removed: b.words(from, to), inserted: with, before: b.at, kind: k}
	b.splice(from, to, with)
	b.at = b.snap(from + len(with))
	c.after = b.at
	b.remember(c)
}

func (b *buffer) splice(from, to int, with string) {
	if len(with) == 0 {
		b.text = slices.Delete(b.text, from, to)
	} else {
		b.text = slices.Replace(b.text, from, to, []byte(with)...)
	}
	if len(b.text) == 0 && cap(b.text) > spareBytes {
		b.text = nil
	}
	b.laid = min(b.laid, from)
	b.rev++
}

// remember adds a change to the undo history, to the last one if both are parts
// of the same word typed or taken back.
func (b *buffer) remember(c change) {
	b.redo = nil
	b.held += len(c.removed) + len(c.inserted)
	if n := len(b.undo); n > 0 {
		last := &b.undo[n-1]
		if last.kind == c.kind && last.after == c.before && len(last.removed)+len(last.inserted) < maxTyped {
			switch {
			case c.kind == typing && c.from == last.from+len(last.inserted) && c.removed == "" && !(wordStarts(last.inserted, c.inserted)):
				last.inserted += c.inserted
				last.after = c.after
				return
			case c.kind == erasing && c.inserted == "" && last.from == c.from+len(c.removed):
				last.removed = c.removed + last.removed
				last.from, last.after = c.from, c.after
				return
			}
		}
	}
	b.undo = append(b.undo, c)
	drop := 0
	for len(b.undo)-drop > maxChanges || b.held > maxChangeBytes && drop < len(b.undo)-1 {
		b.held -= len(b.undo[drop].removed) + len(b.undo[drop].inserted)
		drop++
	}
	b.undo = slices.Delete(b.undo, 0, drop)
}

// wordStarts reports whether next begins a new word behind typed.
func wordStarts(typed, next string) bool {
	last, _ := utf8.DecodeLastRuneInString(typed)
	first, _ := utf8.DecodeRuneInString(next)
	return unicode.IsSpace(last) && !unicode.IsSpace(first)
}

// back undoes the last change; it reports whether there was one.
func (b *buffer) back() bool {
	c, ok := b.revert()
	if ok {
		b.redo = append(b.redo, c)
	}
	return ok
}

// revert undoes the last change and forgets it.
func (b *buffer) revert() (change, bool) {
	n := len(b.undo) - 1
	if n < 0 {
		return change{}, false
	}
	c := b.undo[n]
	b.undo = slices.Delete(b.undo, n, n+1)
	b.held -= len(c.removed) + len(c.inserted)
	b.splice(c.from, c.from+len(c.inserted), c.removed)
	b.at = c.before
	return c, true
}

// again does the last undone change once more.
func (b *buffer) again() bool {
	n := len(b.redo) - 1
	if n < 0 {
		return false
	}
	c := b.redo[n]
	b.redo = b.redo[:n]
	b.splice(c.from, c.from+len(c.removed), c.inserted)
	b.at = c.after
	b.undo = append(b.undo, c)
	b.held += len(c.removed) + len(c.inserted)
	return true
}

// Movements return byte offsets that a cursor may stand at.

// next is behind the character at i.
func (b *buffer) next(i int) int {
	if i >= len(b.text) {
		return i
	}
	return i + len(cells.Character(b.text[i:]))
}

// previous is in front of the character before i.
func (b *buffer) previous(i int) int {
	if i <= 0 {
		return 0
	}
	at := b.anchor(i - 1)
	for {
		next := b.next(at)
		if next >= i {
			return at
		}
		at = next
	}
}

// anchor is the last place up to i that is a boundary whatever stands farther
// away, or as far away as it is looked for.
func (b *buffer) anchor(i int) int {
	for least := max(i-lookBack, 0); i > 0 && !b.parts(i); i-- {
		if i <= least && utf8.RuneStart(b.text[i]) {
			break
		}
	}
	return i
}

// parts reports whether i is a boundary whatever stands farther away: between two
// characters of which the first is none that needs to be known what it follows
// (UAX #29: a half of a flag, a mark, a joiner) and does not go with the second.
func (b *buffer) parts(i int) bool {
	if i == len(b.text) || b.text[i-1] == '\n' || b.text[i-1] < utf8.RuneSelf && b.text[i] < utf8.RuneSelf {
		return true
	}
	if !utf8.RuneStart(b.text[i]) {
		return false
	}
	before, n := utf8.DecodeLastRune(b.text[:i])
	if unicode.In(before, unicode.M, unicode.Cf, unicode.Regional_Indicator) {
		return false
	}
	_, size := utf8.DecodeRune(b.text[i:])
	return len(cells.Character(b.text[i-n:i+size])) == n
}

// start is where the character begins that i is in.
func (b *buffer) start(i int) int {
	if b.snap(i) == i {
		return i
	}
	return b.previous(i)
}

// snap is the first boundary from i on.
func (b *buffer) snap(i int) int {
	at := b.anchor(i)
	for at < i {
		at = b.next(at)
	}
	return at
}

// lineStart and lineEnd are the ends of the line around i, between line feeds.
func (b *buffer) lineStart(i int) int { return bytes.LastIndexByte(b.text[:i], '\n') + 1 }

func (b *buffer) lineEnd(i int) int {
	if n := bytes.IndexByte(b.text[i:], '\n'); n >= 0 {
		return i + n
	}
	return len(b.text)
}

// wordEnd is behind the next run of characters that are within in.
func (b *buffer) wordEnd(i int, in func(rune) bool) int {
	return b.snap(b.forward(b.forward(i, not(in)), in))
}

// wordStart is in front of the last run of characters before i that are within
// in.
func (b *buffer) wordStart(i int, in func(rune) bool) int {
	at := b.backward(b.backward(i, not(in)), in)
	if snapped := b.snap(at); snapped != at {
		return b.previous(snapped)
	}
	return at
}

func (b *buffer) forward(i int, in func(rune) bool) int {
	for most := min(i+maxWord, len(b.text)); i < most; {
		r, n := utf8.DecodeRune(b.text[i:])
		if !in(r) {
			break
		}
		i += n
	}
	return i
}

func (b *buffer) backward(i int, in func(rune) bool) int {
	for least := max(i-maxWord, 0); i > least; {
		r, n := utf8.DecodeLastRune(b.text[:i])
		if !in(r) {
			break
		}
		i -= n
	}
	return i
}

func not(in func(rune) bool) func(rune) bool { return func(r rune) bool { return !in(r) } }

// inWord is what the word keys with Alt take for a word.
func inWord(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) || r == '\u200c' || r == '\u200d'
}

// inField is what Ctrl-W takes for one.
func inField(r rune) bool { return !unicode.IsSpace(r) }
