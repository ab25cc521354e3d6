package mending

import (
	"fmt"
	"strconv"
	"strings"

	"sotto/rooms"
	"sotto/rooms/command"
	"sotto/rooms/emoji"
)

// People finds somebody in the room by a name, as [rooms.Named] does.
type People func(nick string) (rooms.Member, rooms.Found)

// Who asks for something has seen no message beyond a number: what came while they typed is
// not what they mean.

// React returns the message that a "/react" with an emoji is about, and what is put on it
// or taken off; or why there is none, in a sentence.
func (m *Messages) React(in command.React, seen uint64, people People) (of *Message, emoji, why string) {
	emoji, number := meant(in.Emoji)
	if emoji == "" {
		return nil, "", "That is no emoji. /react takes one, its name between colons, or the number of an answer to a poll."
	}
	may := func(of *Message) bool { return of.Seq <= seen && !m.hidden(of.From) }
	by, nobody := "", "Nobody else has said something that is still known here, so there is nothing to react to."
	if in.Nick != "" {
		if by, why = m.author(in.Nick, people); why != "" {
			return nil, "", why
		}
		nobody = "Nothing is known here that they said lately, so there is nothing to react to."
	}
	switch {
	case number > 0:
		nobody = "There is no poll here to choose from. /poll QUESTION | A | B asks one."
		of = m.last(func(of *Message) bool { return may(of) && len(of.Options) > 0 && (by == "" || of.From.ID == by) })
	case by != "":
		of = m.last(func(of *Message) bool { return may(of) && of.From.ID == by })
	default:
		of = m.last(func(of *Message) bool { return may(of) && !m.Mine(of) })
	}
	switch {
	case of == nil:
		return nil, "", nobody
	case number > len(of.Options):
		return nil, "", fmt.Sprintf("That poll has %d answers.", len(of.Options))
	}
	return of, emoji, ""
}

// Retract returns the message that is to be taken back: this participant's newest, or that
// of somebody who is named; or why there is none.
func (m *Messages) Retract(in command.Retract, seen uint64, people People) (of *Message, why string) {
	if in.Nick == "" {
		return m.Own("taken back")
	}
	by, why := m.author(in.Nick, people)
	if why != "" {
		return nil, why
	}
	if of = m.last(func(of *Message) bool { return of.Seq <= seen && of.From.ID == by && !of.File }); of == nil {
		return nil, "Nothing is known here that they said lately, so there is nothing to take back."
	}
	return of, ""
}

// Own returns this participant's newest message, or why there is none that could be this.
func (m *Messages) Own(become string) (of *Message, why string) {
	if of = m.last(func(of *Message) bool { return m.Mine(of) && !of.File }); of == nil {
		return nil, "You have said nothing lately that could be " + become + "."
	}
	return of, ""
}

// author finds who is meant by a name: somebody here, or who has left and whose words are
// known.
func (m *Messages) author(nick string, people People) (id, why string) {
	switch who, found := people(nick); found {
	case rooms.OneFound:
		return who.ID, ""
	case rooms.SeveralFound:
		return "", "That could be more than one person here. Write the name as /who lists it."
	}
	of := m.last(func(of *Message) bool {
		_, found := rooms.Named([]string{of.From.Nick}, nick)
		return found == rooms.OneFound && !m.hidden(of.From)
	})
	if of == nil {
		return "", "Nobody here is called that. /who lists who is here."
	}
	return of.From.ID, ""
}

// Toggle is the op that puts an emoji on a message, or takes it off if this participant has
// it there.
func (m *Messages) Toggle(seq uint64, emoji string) rooms.React {
	op := rooms.React{Re: seq, Emoji: emoji, On: true}
	if of := m.Of(seq); of != nil {
		for _, r := range of.Reactions {
			op.On = op.On && !(r.Emoji == emoji && r.Mine)
		}
	}
	return op
}

// Is reports whether what is asked for is so already, as after a gap: whoever is refused it
// needs no word.
func (m *Messages) Is(op rooms.React) bool {
	of := m.there(op.Re)
	return of != nil && m.Toggle(op.Re, op.Emoji).On != op.On
}

// meant is the emoji that somebody typed, by itself or by its name, or the number of an
// answer, from 1; "" for anything else.
func meant(typed string) (text string, number int) {
	digits := strings.TrimPrefix(typed, "#")
	if n, _ := strconv.Atoi(digits); n > 0 && n <= rooms.MaxOptions && digits == strconv.Itoa(n) {
		return digits, n
	}
	if text, ok := emoji.Parse(typed); ok {
		return text, 0
	}
	name, opened := strings.CutPrefix(typed, ":")
	name, closed := strings.CutSuffix(name, ":")
	if text, ok := emoji.Lookup(strings.ToLower(name)); ok && opened == closed {
		return text, 0
	}
	return "", 0
}
