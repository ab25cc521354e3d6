package command

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"sotto/rooms"
)

// Parse reads what a participant typed, as the room would show it: what cleaning
// takes away is as if it were not there. It has no error: what can't be carried
// out is an [Unknown] or a [Problem], which say so in a sentence.
func Parse(line string) Input {
	before, after, ok := cutSign(line)
	switch {
	case ok && doubled(after):
		return Say{Text: strings.Map(indent, before) + after}
	case ok:
		return call(after, endsUnseen(line, after))
	case almost(line):
		return Problem{Reason: Almost}
	}
	if _, sign := first(plain(line)); sign == 0 {
		return Blank{}
	}
	return Say{Text: line}
}

// ParseAmong is Parse where it is known whether somebody is called a name: what may
// have been meant for one person who is here is not said (see [Slips]).
func ParseAmong(line string, here func(nick string) bool) Input {
	in := Parse(line)
	if _, said := in.(Say); !said {
		return in
	}
	for _, nick := range Slips(line) {
		if nick == "" || here(nick) {
			return Problem{Reason: Almost}
		}
	}
	return in
}

// indent keeps the white space of what stands before a slash.
func indent(r rune) rune {
	if unicode.IsSpace(r) {
		return r
	}
	return -1
}

// endsUnseen reports whether a line ends with something that cleaning took away.
func endsUnseen(line, cleaned string) bool {
	typed, _ := utf8.DecodeLastRuneInString(strings.TrimRight(line, " \t\n"))
	left, _ := utf8.DecodeLastRuneInString(strings.TrimRight(cleaned, " \t\n"))
	return typed != left
}

// call reads what follows a command's slash. Hidden says that more was typed than is left.
func call(typed string, hidden bool) Input {
	name, rest := cutWord(typed)
	if name = syntax(name); name == "" {
		return Problem{Reason: Nameless}
	}
	entry, ok := Lookup(name)
	if !ok {
		return Unknown{Name: name, Nearest: Nearest(name)}
	}
	return entry.read(rest, hidden)
}

// read takes the arguments from what follows the name.
func (e Entry) read(rest string, hidden bool) Input {
	values := make([]string, len(e.Args))
	for i, arg := range e.Args {
		typed := hidden || strings.Trim(rest, " \t\n") != ""
		rest = strings.TrimLeftFunc(rest, rooms.Blank)
		var value string
		if arg.Kind.whole() {
			value, rest = strings.TrimRightFunc(rest, rooms.Blank), ""
		} else {
			value, rest = cutWord(rest)
		}
		switch arg.Kind {
		case Name:
			value = strings.TrimLeftFunc(value, func(r rune) bool { return narrow(r) == '@' || unseen(r) })
		case Member, Ignored, Knocker:
			value = bareName(value)
		case Members:
			names := strings.FieldsFunc(value, rooms.Blank)
			for i, word := range names { // what names nobody is left, to be told so
				names[i] = cmp.Or(bareName(word), word)
			}
			value = strings.Join(names, " ")
		case Claimed:
			if name, more := cutWord(value); more == "" {
				value = bareName(name)
			} else if _, ok := keyWords(value); !ok {
				return Problem{Command: e.Name, Reason: BadKey, Arg: arg.Name}
			}
		case Amount:
			value = lower(syntax(value))
			switch {
			case value == "":
				value = arg.Default
			case slices.Contains(arg.Choices, value):
				value = "0"
			case strings.Trim(value, "0123456789") != "":
				return Problem{Command: e.Name, Reason: BadAmount, Arg: arg.Name}
			}
		case Minutes:
			if value = lower(syntax(value)); value == "" || slices.Contains(arg.Choices, value) {
				break
			}
			value = strings.TrimSuffix(value, "m")
			if strings.Trim(value, "0") == "" || strings.Trim(value, "0123456789") != "" {
				return Problem{Command: e.Name, Reason: BadAmount, Arg: arg.Name}
			}
		case Command:
			value = lower(strings.TrimPrefix(syntax(value), "/"))
			if _, ok := Lookup(value); !ok && value != "" {
				return Unknown{Name: value, Nearest: Nearest(value)}
			}
		case Choice:
			value = lower(syntax(value))
			if value != "" && !slices.Contains(arg.Choices, value) {
				return Problem{Command: e.Name, Reason: BadChoice, Arg: arg.Name}
			}
		case Room:
			value = syntax(value)
		case Theme:
			value = lower(syntax(value))
		case Number:
			value = strings.TrimPrefix(syntax(value), "#")
			if len(value) > maxDigits || strings.Trim(value, "0123456789") != "" {
				return Problem{Command: e.Name, Reason: BadChoice, Arg: arg.Name}
			}
		case Emoji:
			value = strings.Map(narrow, value)
		case Question:
			if _, _, ok := cutPoll(value); !ok {
				return Problem{Command: e.Name, Reason: BadPoll, Arg: arg.Name}
			}
		case Words:
			words, ok := cutWords(value)
			if !ok {
				return Problem{Command: e.Name, Reason: BadWords, Arg: arg.Name}
			}
			if len(words) == 0 && typed {
				return Problem{Command: e.Name, Reason: NoWords, Arg: arg.Name}
			}
			if value = strings.Join(words, " "); slices.Contains(arg.Choices, lower(syntax(value))) {
				value = lower(syntax(value))
			}
		case Line:
			if syntax(value) == "-" {
				value = "-"
			}
		}
		if value == "" && !arg.Optional {
			return Problem{Command: e.Name, Reason: Missing, Arg: arg.Name}
		}
		values[i] = value
	}
	if strings.TrimFunc(rest, rooms.Blank) != "" {
		return Problem{Command: e.Name, Reason: Extra}
	}
	return e.make(values)
}

// bareName is the name in a word that somebody is named by, or the number that who watches
// goes by.
func bareName(word string) string {
	name := strings.TrimLeftFunc(word, func(r rune) bool { return beside(r) || unseen(r) })
	name = strings.TrimRightFunc(name, beside)
	if number := "#" + name; rooms.IsWatcherNumber(number) && strings.Contains(word, number) {
		return number
	}
	return name
}

// beside reports whether a character that stands beside a name can be no part of
// it: the "@" before one, the colon or comma behind, brackets around it.
func beside(r rune) bool {
	return !unicode.In(r, unicode.L, unicode.Nd, unicode.M) && !strings.ContainsRune("-_.", narrow(r))
}

// maxDigits is how long a number may be: nobody has ten thousand of anything.
const maxDigits = 4

// number is the value of a Number, 0 if it is absent.
func number(value string) int {
	n, _ := strconv.Atoi(value) // read has looked at it
	return n
}

// keyWords are the words of a room's key as the list has them: so many words, of
// letters alone, in whatever dress.
func keyWords(typed string) (words string, ok bool) {
	fields := strings.FieldsFunc(typed, rooms.Blank)
	for i, word := range fields {
		fields[i] = lower(strings.Trim(syntax(bareName(word)), "-_."))
	}
	words = strings.Join(fields, " ")
	return words, rooms.IsKey(words)
}

// cutPoll splits a poll into its question and its answers, if there are as many as a poll
// has, and none of them twice. Between two "|" may be nothing.
func cutPoll(typed string) (question string, answers []string, ok bool) {
	at := strings.IndexFunc(typed, between)
	if at < 0 {
		return "", nil, false
	}
	question, twice := strings.TrimFunc(typed[:at], rooms.Blank), false
	for answer := range strings.FieldsFuncSeq(typed[at:], between) {
		if answer = strings.TrimFunc(answer, rooms.Blank); answer != "" {
			twice = twice || slices.Contains(answers, answer)
			answers = append(answers, answer)
		}
	}
	return question, answers, question != "" && !twice && len(answers) >= rooms.MinOptions && len(answers) <= rooms.MaxOptions
}

const (
	// maxWords is how many words may call somebody beside their name: each is looked for
	// in all that is said.
	maxWords = 10
	// maxWordBytes is how long such a word may be, in bytes.
	maxWordBytes = 64
)

// cutWords are the words of a list, each once, if they are not too many and too long.
// Between them are blanks or commas.
func cutWords(typed string) (words []string, ok bool) {
	for word := range strings.FieldsFuncSeq(rooms.CleanTopic(typed), apart) {
		if !slices.Contains(words, word) {
			words = append(words, word)
		}
		if len(words) > maxWords || len(word) > maxWordBytes {
			return nil, false
		}
	}
	return words, true
}

// HighlightWords tells somebody which words call them beside their name.
func HighlightWords(words []string) string {
	if len(words) == 0 {
		return "No words call you but your name. /highlight WORDS chooses some, for as long as you are here."
	}
	return "These words call you as your name does, for as long as you are here: " + strings.Join(words, ", ") + ". /highlight off takes them back."
}

// apart reports whether a character stands between words of a list.
func apart(r rune) bool { return rooms.Blank(r) || strings.ContainsRune(",，،、", r) }

// between reports whether a character stands between the parts of a poll.
func between(r rune) bool { return narrow(r) == '|' }

// maxAmount is the largest that an amount is read as: more than any rule allows.
const maxAmount = 1_000_000

// amount is so many of a unit. Digits that are too many make it maxAmount.
func amount(value string, unit time.Duration) time.Duration {
	n, err := strconv.Atoi(value)
	if err != nil {
		n = maxAmount
	}
	return time.Duration(min(n, maxAmount)) * unit
}

// cutWord splits s after its first word; s does not begin with a blank.
func cutWord(s string) (word, rest string) {
	if i := strings.IndexFunc(s, rooms.Blank); i >= 0 {
		return s[:i], s[i:]
	}
	return s, ""
}

// Message says in a sentence or two what to do instead.
func (u Unknown) Message() string {
	const way = "To say a line that begins with a slash, type two."
	if u.Nearest == "" {
		return "There is no such command; /help lists them. " + way
	}
	return fmt.Sprintf("There is no such command; did you mean /%s? %s", u.Nearest, way)
}

// Message says in a sentence or two what is wrong, with the usage.
func (p Problem) Message() string {
	entry, _ := Lookup(p.Command)
	var wrong string
	switch p.Reason {
	case Nameless:
		return "A command's name follows the slash at once. To say a line that begins with a slash, type two."
	case Almost:
		return "That is almost a command, so it was not said. A command begins with / and nothing before it; to say this, put a word before it."
	case Missing:
		wrong = fmt.Sprintf("/%s needs %s.", p.Command, strings.ToUpper(p.Arg))
	case Extra:
		wrong = fmt.Sprintf("/%s takes less than that.", p.Command)
		if len(entry.Args) == 0 {
			wrong = fmt.Sprintf("/%s takes nothing after it.", p.Command)
		}
	case BadAmount:
		wrong = fmt.Sprintf("/%s needs a whole number of %s.", p.Command, p.Arg)
	case BadKey:
		wrong = fmt.Sprintf("/%s needs the five words of the room's key, or one name.", p.Command)
	case BadWords:
		wrong = fmt.Sprintf("/%s takes at most ten words, of at most 64 bytes each.", p.Command)
	case NoWords:
		wrong = fmt.Sprintf("/%s needs words that can be seen, and there are none in that.", p.Command)
	case BadPoll:
		wrong = fmt.Sprintf("/%s needs a question and two to ten different answers, with | before each.", p.Command)
	case BadChoice:
		wrong = fmt.Sprintf("/%s doesn't know that word.", p.Command)
	}
	return wrong + " Write: " + entry.Usage()
}

// Explain says in a sentence or two why a line's problem is one. Of a room's name in
// several words it says which was perhaps meant, and of a sealed room's link what it
// is; seen: the line reached the server as it was typed.
func Explain(line string, p Problem, seen bool) string {
	if p.Command == "join" && p.Reason == Extra {
		_, after, _ := cutSign(line)
		_, typed := cutWord(after)
		if rooms.SealedLink(typed) {
			return rooms.SealedLinkError(seen).Message
		}
		if _, err := rooms.ParseRoomName(strings.TrimFunc(typed, rooms.Blank)); err != nil {
			return err.Error()
		}
	}
	return p.Message()
}

const (
	// maxDistance is how many slips a hint forgives, and maxShortDistance in a word of at
	// most maxShortRunes: with more, most words would be "near" some command.
	maxDistance      = 2
	maxShortDistance = 1
	maxShortRunes    = 4
	// maxNameRunes bounds the work on a name that can't be a slip any more: the
	// longest command has nine letters.
	maxNameRunes = 16
)

// Nearest returns the command that was perhaps meant by name: one that is called so
// elsewhere, else one that begins with it, else the one that is the fewest slips away;
// "" if none is near.
func Nearest(name string) string {
	typed := []rune(lower(name))
	if len(typed) == 0 || len(typed) > maxNameRunes {
		return ""
	}
	for _, entry := range table {
		if slices.Contains(entry.Elsewhere, string(typed)) {
			return entry.Name
		}
	}
	forgiven := maxDistance
	if len(typed) <= maxShortRunes {
		forgiven = maxShortDistance
	}
	nearest, best := "", min(forgiven+1, len(typed))
	for _, entry := range table {
		if strings.HasPrefix(entry.Name, string(typed)) {
			return entry.Name
		}
		if d := distance(typed, []rune(entry.Name)); d < best {
			nearest, best = entry.Name, d
		}
	}
	return nearest
}

// distance counts the slips between two words: a letter too many, too few or
// wrong, or two neighbours exchanged (optimal string alignment).
func distance(a, b []rune) int {
	before, last := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range a {
		row := make([]int, len(b)+1)
		row[0] = i + 1
		for j := range b {
			change := last[j]
			if a[i] != b[j] {
				change++
			}
			row[j+1] = min(change, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}
