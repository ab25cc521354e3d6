// Package emoji holds the short codes of emoji, once for every composer:
// ":tada:" becomes 🎉 as its second colon is typed, so what is seen is what will be
// said, what travels is the emoji, and readers need no table. The browser gets the
// same table as web/static/data/emoji.js.
//
// It also knows what is an emoji at all ([Parse]), by Unicode's own list in all.txt, which
// the browser has as web/static/data/emojis.js and reads in text/emojis.js.
//
// It guarantees that no code within a word, a number, an address or code is taken for
// one. It knows no composer, no widths and no colours: it is asked what a text ends with.
package emoji

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

//go:generate go test -run ^TestListIsOfUnicode$ -update -unicode /usr/share/unicode/emoji/emoji-test.txt
//go:generate go test -run ^TestBrowser -update

// Emoji is one entry of the table.
type Emoji struct {
	Code string // without its colons: "tada"
	Text string // the emoji: "🎉"
}

// Lookup returns the emoji for a code, given without its colons in lower case.
func Lookup(code string) (string, bool) {
	text, ok := byCode[code]
	return text, ok
}

// quick are the codes of [Quick].
var quick = [...]string{"+1", "heart", "joy", "tada", "eyes", "pray"}

// Quick returns the reactions that are nearest at hand at every door, in their order.
func Quick() []Emoji {
	found := make([]Emoji, len(quick))
	for i, code := range quick {
		found[i] = Emoji{Code: code, Text: byCode[code]}
	}
	return found
}

// Complete returns the entries whose codes begin with prefix, the commoner
// first. The empty prefix begins them all.
func Complete(prefix string) []Emoji {
	var found []Emoji
	for _, e := range table {
		if strings.HasPrefix(e.Code, prefix) {
			found = append(found, e)
		}
	}
	return found
}

// Ending returns the emoji for the short code that text ends with, colons and
// all, and where that begins. A code stands apart: what follows a letter, a
// digit, a colon or a slash is a time, a scope or an address. There is none in
// code, behind an odd number of backquotes.
func Ending(text string) (emoji string, start int, ok bool) {
	before, closed := strings.CutSuffix(text, ":")
	start = strings.LastIndexByte(before, ':')
	if !closed || start < 0 {
		return "", 0, false
	}
	emoji, ok = Lookup(strings.ToLower(before[start+1:]))
	last, _ := utf8.DecodeLastRuneInString(text[:start])
	if !ok || last == ':' || last == '/' || unicode.IsLetter(last) || unicode.IsDigit(last) || strings.Count(text[:start], "`")%2 == 1 {
		return "", 0, false
	}
	return emoji, start, true
}

var byCode = func() map[string]string {
	codes := make(map[string]string, len(table))
	for _, e := range table {
		codes[e.Code] = e.Text
	}
	return codes
}()

// table is parsed from source: pairs of a code and its emoji.
var table = func() []Emoji {
	var entries []Emoji
	for pair := range slices.Chunk(strings.Fields(source), 2) {
		entries = append(entries, Emoji{Code: pair[0], Text: pair[1]})
	}
	return entries
}()
