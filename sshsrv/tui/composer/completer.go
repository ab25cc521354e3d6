package composer

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"sotto/rooms/command"
	"sotto/rooms/emoji"
)

// ForRoom is the completer of a room: emoji behind a colon, else what the table
// of commands knows to complete, with the names that are here.
func ForRoom(names command.Names) Completer {
	return func(text string, cursor int) Completion {
		if found := shortCodes(text[:cursor]); len(found.Candidates) > 0 {
			return found
		}
		found := command.Complete(text, cursor, names)
		c := Completion{Start: found.Start, End: found.End}
		for _, candidate := range found.Candidates {
			c.Candidates = append(c.Candidates, Candidate(candidate))
		}
		return c
	}
}

// maxCode is the longest short code, in bytes, with its colons and much to spare.
const maxCode = 64

// shortCodes completes the short code of an emoji that text ends with, by the
// emoji itself.
func shortCodes(text string) Completion {
	start := max(len(text)-maxCode, 0)
	if space := strings.LastIndexFunc(text[start:], unicode.IsSpace); space >= 0 {
		_, n := utf8.DecodeRuneInString(text[start+space:])
		start += space + n
	}
	code, isCode := strings.CutPrefix(text[start:], ":")
	c := Completion{Start: start, End: len(text)}
	if !isCode || code == "" {
		return c
	}
	code = strings.ToLower(code)
	if whole, closed := strings.CutSuffix(code, ":"); closed {
		if found, ok := emoji.Lookup(whole); ok {
			c.Candidates = []Candidate{{Text: found}}
		}
		return c
	}
	for _, e := range emoji.Complete(code) {
		c.Candidates = append(c.Candidates, Candidate{Text: e.Text, Help: ":" + e.Code + ":"})
	}
	return c
}
