package mending

import (
	"fmt"
	"strconv"
	"strings"

	"sotto/rooms"
	"sotto/rooms/command"
	"sotto/rooms/emoji"
)

// A Candidate is a message that a command may be about, or the offer of a file.
type Candidate struct {
	Seq     uint64
	From    rooms.Person
	Options int  // of a poll
	File    bool // it is an offer
	Over    bool // of a file that can't be taken any more, as far as that is known
}

// A Choice is what somebody chooses from who types a command, and how.
type Choice struct {
	You    string                                        // their member id
	Hidden func(who rooms.Person) bool                   // whose words they don't see
	People func(nick string) (rooms.Member, rooms.Found) // who is here, as of [rooms.Named]
	// Newest returns the newest message that is there, that they have seen, and of which
	// something holds. What came while they typed is not what they mean.
	Newest func(holds func(Candidate) bool) (Candidate, bool)
}

// React returns the message that a "/react" with an emoji is about, and the emoji; or why
// there is none, in a sentence.
func (c Choice) React(in command.React) (seq uint64, emoji, why string) {
	emoji, number := meant(in.Emoji)
	if emoji == "" {
		return 0, "", "That is no emoji. /react takes one, its name between colons, or the number of an answer to a poll."
	}
	by := ""
	if in.Nick != "" {
		if by, _, why = c.author(in.Nick); why != "" {
			return 0, "", why
		}
	}
	of, ok := c.Newest(func(of Candidate) bool {
		switch {
		case c.Hidden(of.From), number > 0 && of.Options == 0:
			return false
		case by != "":
			return of.From.ID == by
		}
		return number > 0 || of.From.ID != c.You
	})
	switch {
	case ok && number > of.Options:
		return 0, "", fmt.Sprintf("That poll has %d answers.", of.Options)
	case ok:
		return of.Seq, emoji, ""
	case number > 0:
		return 0, "", "There is no poll here to choose from. /poll QUESTION | A | B asks one."
	case by != "":
		return 0, "", nothingTheirs
	}
	return 0, "", "Nobody else has said something that is still here, so there is nothing to react to."
}

// Answer is the "/react" that a "/vote" with a number means, and whether it means one. Where
// no poll is here, and somebody is called that, it is about them.
func (c Choice) Answer(in command.Vote) (react command.React, ok bool) {
	_, number := meant(in.Nick)
	if number == 0 {
		return react, false
	}
	_, polled := c.Newest(func(of Candidate) bool { return of.Options > 0 && !c.Hidden(of.From) })
	_, found := c.People(in.Nick)
	return command.React{Emoji: in.Nick}, polled || found == rooms.NoneFound
}

const (
	nothingYours  = "Nothing is here that you said and could change or take back."
	nothingTheirs = "Nothing is here that they said."
)

// IsOffered says why a file isn't taken back as words are.
const IsOffered = "A file is offered until its sender stops that, with /cancel."

// Retract returns the message that is to be taken back, this participant's newest or that of
// somebody who is named; or why there is none. Where a file is newer, and may still be
// taken, that is what they mean: older words stay.
func (c Choice) Retract(in command.Retract) (seq uint64, why string) {
	by, here, nothing := c.You, true, nothingYours
	if in.Nick != "" {
		if by, here, why = c.author(in.Nick); why != "" {
			return 0, why
		}
		nothing = nothingTheirs
	}
	of, ok := c.Newest(func(of Candidate) bool { return of.From.ID == by && (!of.File || here && !of.Over) })
	switch {
	case !ok:
		return 0, nothing
	case of.File:
		return 0, IsOffered
	}
	return of.Seq, ""
}

// Own returns this participant's newest message, or why there is none.
func (c Choice) Own() (seq uint64, why string) {
	of, ok := c.Newest(func(of Candidate) bool { return of.From.ID == c.You && !of.File })
	if !ok {
		return 0, nothingYours
	}
	return of.Seq, ""
}

// author finds who is meant by a name: somebody here, or who has left and whose words or
// files are there.
func (c Choice) author(nick string) (id string, here bool, why string) {
	switch who, found := c.People(nick); found {
	case rooms.OneFound:
		return who.ID, true, ""
	case rooms.SeveralFound:
		return "", false, "That could be more than one person here. Write the name as /who lists it."
	}
	of, ok := c.Newest(func(of Candidate) bool {
		_, found := rooms.Named([]string{of.From.Nick}, nick)
		return found == rooms.OneFound && !c.Hidden(of.From)
	})
	if !ok {
		return "", false, "Nobody here is called that. /who lists who is here."
	}
	return of.From.ID, false, ""
}

// Choose is the choice among these messages of somebody who has seen those up to a number.
func (m *Messages) Choose(seen uint64, people func(nick string) (rooms.Member, rooms.Found)) Choice {
	return Choice{You: m.you, Hidden: m.hidden, People: people, Newest: func(holds func(Candidate) bool) (c Candidate, ok bool) {
		of := m.last(func(of *Message) bool {
			return (of.Seq <= seen || m.Mine(of)) && holds(of.candidate())
		})
		if of == nil {
			return c, false
		}
		return of.candidate(), true
	}}
}

func (of *Message) candidate() Candidate {
	return Candidate{Seq: of.Seq, From: of.From, Options: len(of.Options), File: of.File, Over: of.over}
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
