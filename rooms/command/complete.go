package command

import (
	"sotto/rooms"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Names tell what can be named here, each in the order in which candidates
// are to be offered. A nil function offers nothing.
type Names struct {
	Commands func() []Entry  // nil: all that there are
	Members  func() []string // shown names
	Ignored  func() []string // of those whom this participant ignores
	Knocking func() []string // of those at the door
	Rooms    func() []string
	Themes   func() []string
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
func Complete(line string, cursor int, names Names) Completion {
	cursor = max(0, min(cursor, len(line)))
	for 0 < cursor && cursor < len(line) && !utf8.RuneStart(line[cursor]) {
		cursor--
	}
	before, after := line[:cursor], line[cursor:]
	start := max(cursor-maxWord, 0)
	if i := strings.LastIndexFunc(before[start:], rooms.Blank); i >= 0 {
		_, size := utf8.DecodeRuneInString(before[start+i:])
		start += i + size
	} else if start > 0 {
		return Completion{Start: cursor, End: cursor}
	}
	at, _ := first(before[start:])
	start += at
	c := Completion{Start: start, End: cursor}
	word := fold(before[start:])

	// A blank that is there already is not doubled.
	space := " "
	if next, _ := utf8.DecodeRuneInString(after); after != "" && rooms.Blank(next) {
		space = ""
	}

	at, sign := first(before)
	_, size := utf8.DecodeRuneInString(before[at:])
	command := before[at+size:]
	if sign != '/' || doubled(command) {
		c.names(names, word, space, strings.TrimFunc(before[:start], unseen) == "")
		return c
	}
	name, rest := cutWord(command)
	if rest == "" { // the cursor stands in the command's name
		c.commands(names, syntax(before[start:]), space)
		return c
	}
	if entry, ok := Lookup(syntax(name)); ok {
		c.argument(entry, rest[:len(rest)-(cursor-start)], word, space, names)
	}
	return c
}

// argument completes word, before which are the words of rest behind the command.
func (c *Completion) argument(entry Entry, rest, word, space string, names Names) {
	if len(entry.Args) == 0 {
		return
	}
	last := len(entry.Args) - 1
	n := 0 // of the words before this one, as far as they are arguments
	for before := strings.TrimLeftFunc(rest, rooms.Blank); n <= last && before != ""; n++ {
		_, before = cutWord(before)
		before = strings.TrimLeftFunc(before, rooms.Blank)
	}
	arg := entry.Args[min(n, last)]
	if arg.Kind == Text || arg.Kind == Line || arg.Kind == Question {
		c.names(names, word, space, false)
		return
	}
	if n > last && arg.Kind != Members {
		return
	}
	follow := space
	if n == last && arg.Kind != Members {
		follow = ""
	}
	switch arg.Kind {
	case Member, Members, Ignored, Knocker, Claimed:
		at, who := "", names.Members
		if strings.HasPrefix(word, "@") {
			at = "@"
		}
		switch arg.Kind {
		case Ignored:
			who = names.Ignored
		case Knocker:
			who = names.Knocking
		}
		c.add(who, word, at, follow)
		c.add(func() []string { return arg.Choices }, word, "", follow)
	case Room:
		c.add(names.Rooms, word, "", follow)
	case Theme:
		c.add(names.Themes, word, "", follow)
	case Choice, Amount, Minutes:
		c.add(func() []string { return arg.Choices }, word, "", follow)
	case Command:
		typed := strings.TrimPrefix(word, "/")
		for _, entry := range names.table() {
			if hasPrefixFold(entry.Name, typed) {
				c.Candidates = append(c.Candidates, Candidate{Text: word[:len(word)-len(typed)] + entry.Name, Help: entry.Help})
			}
		}
	}
}

// table is the commands that are offered.
func (n Names) table() []Entry {
	if n.Commands == nil {
		return table
	}
	return n.Commands()
}

// commands completes the command's own name; word begins with the slash.
func (c *Completion) commands(names Names, word, space string) {
	for _, entry := range names.table() {
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
func (c *Completion) names(names Names, word, space string, first bool) {
	switch {
	case word == "":
	case strings.HasPrefix(word, "@"):
		c.add(names.Members, word, "@", space)
	case first:
		c.add(names.Members, word, "", ":"+space)
	default:
		c.add(names.Members, word, "", space)
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
	return len(prefix) <= utf8.UTFMax*len(s) && strings.HasPrefix(fold(s), fold(prefix))
}

// fold takes case and width from a word.
func fold(s string) string { return strings.ToLower(norm.NFKC.String(s)) }
