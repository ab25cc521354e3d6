package command

import (
	"strings"
	"unicode/utf8"
)

// Source tells what can be named here, each in the order in which candidates
// are to be offered. A nil function offers nothing.
type Source struct {
	Members func() []string // shown names
	Rooms   func() []string
	Themes  func() []string
}

// Candidate is one way to complete a word.
type Candidate struct {
	Text string // what replaces the word, with the blank or colon that follows it
	Help string // a command's help, or empty
}

// Completion is what could stand at Line[Start:End], in bytes. End is the
// cursor.
type Completion struct {
	Start, End int
	Candidates []Candidate
}

// maxWord is the longest word that could become something, in bytes: nothing that
// can be named is as long.
const maxWord = 1 << 10

// Complete offers what the word left of the cursor could become: by the table
// in a command, names in speech. Cursor is a byte offset into line. No
// candidates means that nothing fits.
func Complete(line string, cursor int, source Source) Completion {
	cursor = max(0, min(cursor, len(line)))
	for 0 < cursor && cursor < len(line) && !utf8.RuneStart(line[cursor]) {
		cursor--
	}
	before, after := line[:cursor], line[cursor:]
	start := max(cursor-maxWord, 0)
	if blank := strings.LastIndexAny(before[start:], blanks); blank >= 0 {
		_, size := utf8.DecodeRuneInString(before[start+blank:])
		start += blank + size
	} else if start > 0 {
		return Completion{Start: cursor, End: cursor}
	}
	c := Completion{Start: start, End: cursor}
	word := before[start:]

	// A blank that is there already is not doubled.
	space := " "
	if first, _ := utf8.DecodeRuneInString(after); after != "" && strings.ContainsRune(blanks, first) {
		space = ""
	}

	command := strings.TrimLeft(before, blanks)
	if !strings.HasPrefix(command, "/") || strings.HasPrefix(command, "//") {
		c.names(source, word, space, strings.Trim(before[:start], blanks) == "")
		return c
	}
	name, rest := cutWord(command[1:])
	if rest == "" { // the cursor stands in the command's name
		c.commands(word, space)
		return c
	}
	if entry, ok := Lookup(name); ok {
		c.argument(entry, rest, word, space, source)
	}
	return c
}

// argument completes word, which ends rest, all that follows the command.
func (c *Completion) argument(entry Entry, rest, word, space string, source Source) {
	if len(entry.Args) == 0 {
		return
	}
	last := len(entry.Args) - 1
	n := 0 // of the words before this one, as far as they are arguments
	for before := strings.TrimLeft(rest[:len(rest)-len(word)], blanks); n <= last && before != ""; n++ {
		_, before = cutWord(before)
		before = strings.TrimLeft(before, blanks)
	}
	arg := entry.Args[min(n, last)]
	if arg.Kind == Text || arg.Kind == Line {
		c.names(source, word, space, false)
		return
	}
	if n > last {
		return
	}
	follow := space
	if n == last {
		follow = ""
	}
	switch arg.Kind {
	case Member:
		at := ""
		if strings.HasPrefix(word, "@") {
			at = "@"
		}
		c.add(source.Members, word, at, follow)
	case Room:
		c.add(source.Rooms, word, "", follow)
	case Theme:
		c.add(source.Themes, word, "", follow)
	case Choice:
		c.add(func() []string { return arg.Choices }, word, "", follow)
	case Command:
		typed := strings.TrimPrefix(word, "/")
		for _, entry := range table {
			if hasPrefixFold(entry.Name, typed) {
				c.Candidates = append(c.Candidates, Candidate{Text: word[:len(word)-len(typed)] + entry.Name, Help: entry.Help})
			}
		}
	}
}

// commands completes the command's own name; word begins with the slash.
func (c *Completion) commands(word, space string) {
	for _, entry := range table {
		if !hasPrefixFold("/"+entry.Name, word) {
			continue
		}
		text := "/" + entry.Name
		if len(entry.Args) > 0 {
			text += space
		}
		c.Candidates = append(c.Candidates, Candidate{Text: text, Help: entry.Help})
	}
}

// names completes a name in running text. Somebody who is named first in a
// line is being spoken to and gets a colon, unless "@" says so already.
func (c *Completion) names(source Source, word, space string, first bool) {
	switch {
	case word == "":
	case strings.HasPrefix(word, "@"):
		c.add(source.Members, word, "@", space)
	case first:
		c.add(source.Members, word, "", ":"+space)
	default:
		c.add(source.Members, word, "", space)
	}
}

func (c *Completion) add(from func() []string, word, before, after string) {
	if from == nil {
		return
	}
	for _, s := range from() {
		if hasPrefixFold(before+s, word) {
			c.Candidates = append(c.Candidates, Candidate{Text: before + s + after})
		}
	}
}

func hasPrefixFold(s, prefix string) bool {
	return len(prefix) <= utf8.UTFMax*len(s) && strings.HasPrefix(strings.ToLower(s), strings.ToLower(prefix))
}
