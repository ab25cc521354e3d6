package command

import (
	"strings"
)

// Where is a set of doors that a command runs in.
type Where uint8

const (
	Terminal Where = 1 << iota // the full screen
	Browser
	Lines // a terminal on which lines are only added
)

const everywhere = Terminal | Browser | Lines

// Kind says what an argument is, and so what completes it.
type Kind string

const (
	Name     Kind = "name"     // a name to be called by; one word, completed by nothing
	Member   Kind = "member"   // the name of somebody here, with or without "@"
	Ignored  Kind = "ignored"  // the name of somebody who is ignored, as Member
	Room     Kind = "room"     // a room's name
	Command  Kind = "command"  // a command's name, with or without "/"
	Choice   Kind = "choice"   // one of Choices
	Theme    Kind = "theme"    // the name of a colour theme
	Number   Kind = "number"   // of at most four digits, with or without "#"
	Amount   Kind = "amount"   // a whole number; one of Choices stands for 0
	Minutes  Kind = "minutes"  // a whole number but 0, with or without "m", or one of Choices
	Claimed  Kind = "claimed"  // the words of a room's key, or else as Member; everything up to the end
	Knocker  Kind = "knocker"  // the name of somebody at the door, as Member
	Members  Kind = "members"  // names of people here, each as Member; everything up to the end
	Text     Kind = "text"     // everything up to the end, line breaks included
	Line     Kind = "line"     // as Text, and a lone "-" stands for the empty text
	Emoji    Kind = "emoji"    // an emoji, its :code:, or the number of a poll's answer; one word
	Words    Kind = "words"    // words that are looked for, or one of Choices; everything up to the end
	Question Kind = "question" // and its answers, a "|" before each; everything up to the end
)

// whole reports whether an argument is everything up to the end.
func (k Kind) whole() bool {
	return k == Text || k == Line || k == Claimed || k == Members || k == Words || k == Question
}

// Arg is one argument of a command.
type Arg struct {
	Name     string // as shown in usage, lower case
	Kind     Kind
	Optional bool
	Choices  []string // of a Choice; of an Amount, Minutes, a Member or Words, if any
	Default  string   // what an Amount is that is absent
}

// Entry is one command.
type Entry struct {
	Name  string // without the slash
	Args  []Arg  // words, but for a last one that is everything up to the end
	Help  string // one line
	Where Where

	// Elsewhere are names that other chats have for it. They run nothing here; whoever
	// types one is told ours.
	Elsewhere []string

	make func(args []string) Input // args has one string per Arg; absent is ""
}

// Usage shows how the command is written, e.g. "/msg NICK TEXT".
func (e Entry) Usage() string {
	var b strings.Builder
	b.WriteString("/" + e.Name)
	for _, arg := range e.Args {
		shown := strings.ToUpper(arg.Name)
		if arg.Kind == Choice {
			shown = strings.Join(arg.Choices, "|")
		} else if len(arg.Choices) > 0 {
			shown += "|" + strings.Join(arg.Choices, "|")
		}
		if arg.Optional {
			shown = "[" + shown + "]"
		}
		b.WriteString(" " + shown)
	}
	return b.String()
}

// Table lists the commands of one door, in the order in which help shows them.
func Table(where Where) []Entry {
	var in []Entry
	for _, entry := range table {
		if entry.Where&where != 0 {
			in = append(in, entry)
		}
	}
	return in
}

// Lookup finds a command by its name, in any case and without the slash.
func Lookup(name string) (Entry, bool) {
	name = lower(name)
	for _, entry := range table {
		if entry.Name == name {
			return entry, true
		}
	}
	return Entry{}, false
}

// lower folds ASCII only, as all names in the table are; the browser's twin
// does the same, where the two languages' full foldings differ.
func lower(s string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}
