package emoji

import (
	_ "embed"
	"strings"
	"sync"
)

// maxBytes is how long an emoji is at most: the flag of a part of a country,
// or two people with their tones, and some air for versions to come.
const maxBytes = 64

const selector = '\ufe0f' // asks for an emoji where there is a character as well

// Parse returns the one emoji that a text is, fully qualified: as every keyboard gives it
// and every reader knows it. What is no emoji, or more than one, is not ok, nor is what
// only belongs to one, such as a tone alone.
func Parse(text string) (emoji string, ok bool) {
	if len(text) > maxBytes {
		return "", false
	}
	var bare, plain, tones []rune // without selectors and tones, without selectors, the tones
	last := selector
	for _, r := range text {
		switch {
		case r == selector:
			if last == selector {
				return "", false
			}
		case tone(r):
			tones, plain = append(tones, r), append(plain, r)
		default:
			bare, plain = append(bare, r), append(plain, r)
		}
		last = r
	}
	k, known := kinds()[string(bare)]
	if !known {
		return "", false
	}
	emoji, ok = k.with(tones)
	if !ok || strings.ReplaceAll(emoji, string(selector), "") != string(plain) {
		return "", false
	}
	return emoji, true
}

func tone(r rune) bool { return r >= 0x1f3fb && r <= 0x1f3ff }

// kind is an emoji with all its tones.
type kind struct {
	text string // without a tone
	mark byte   // as in all.txt, or a blank
}

// with is the emoji in these tones: behind its first character, whose selector a tone
// replaces, and behind its last if it has two.
func (k kind) with(tones []rune) (emoji string, ok bool) {
	if len(tones) == 0 {
		return k.text, k.mark != '-'
	}
	first := []rune(k.text)[:1]
	rest := strings.TrimPrefix(k.text[len(string(first)):], string(selector))
	toned := string(append(first, tones[0])) + rest
	switch {
	case k.mark == '+' && len(tones) == 1:
		return toned, true
	case len(tones) == 2 && (k.mark == '*' || k.mark == '-' && tones[0] != tones[1]):
		return toned + string(tones[1]), true
	}
	return "", false
}

// all is every emoji of Unicode, and how it takes tones; its first lines say how.
//
//go:embed all.txt
var all string

// kinds has every emoji by its text without selectors and tones.
var kinds = sync.OnceValue(func() map[string]kind {
	known := make(map[string]kind, 2000)
	for line := range strings.Lines(all) {
		if strings.HasPrefix(line, "# ") || strings.HasPrefix(line, "= ") {
			continue
		}
		for entry := range strings.SplitSeq(strings.TrimSuffix(line, "\n"), "; ") {
			text, _, _ := strings.Cut(entry, " ")
			k := kind{text: text, mark: ' '}
			if end := len(text) - 1; strings.IndexByte("+*-", text[end]) >= 0 {
				k = kind{text: text[:end], mark: text[end]}
			}
			known[strings.ReplaceAll(k.text, string(selector), "")] = k
		}
	}
	return known
})
