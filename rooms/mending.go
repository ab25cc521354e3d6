package rooms

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"

	"sotto/rooms/emoji"
)

// What people ask for about something that was said, named by its number. A number that
// was not said here, or of which a room has forgotten who said it, is an unknown message.

// React puts somebody's reaction on a message, or takes it off.
type React struct {
	ID    string
	Re    uint64
	Emoji string // one emoji; of a poll, the number of an option: "1" is the first
	On    bool
}

// Retract takes a message back: one's own, or anybody's if a host asks.
type Retract struct {
	ID string
	Re uint64
}

// Amend changes one's own message, for [AmendFor] after it was said.
type Amend struct {
	ID   string
	Re   uint64
	Text string // as of Say
}

var (
	errUnknownMessage = &Error{Code: UnknownMessage, Message: "That message is not known here any more: it was not said in this room, it was taken back, or it was said too long ago."}
	errSoAlready      = &Error{Code: NotAllowed, Message: "That is so already."}
	errNoEmoji        = &Error{Code: BadFrame, Message: "A reaction is one emoji, as keyboards give it, or the number of an option of a poll."}
	errNoOption       = &Error{Code: BadFrame, Message: "That message has no such option."}
	errKindsEnough    = &Error{Code: NotAllowed, Message: fmt.Sprintf("There are %d different emoji on that message already, which is as many as fit. Choose one of them.", MaxReactionKinds)}
	errNotYours       = &Error{Code: NotAllowed, Message: "Only who said something changes it."}
	errAmendedLate    = &Error{Code: NotAllowed, Message: fmt.Sprintf("What was said can be changed for %d minutes, and that was longer ago.", int(AmendFor.Minutes()))}
	errNotTheirs      = &Error{Code: NotHost, Message: "Only who said something takes it back, or a host of this room."}
	errFileStays      = &Error{Code: NotAllowed, Message: "A file is not taken back, nor changed. Whoever offers it stops that with /cancel."}
)

// option is which option of a poll a reaction chooses, from 1, or 0: it is an emoji.
func option(emoji string) int {
	if n, err := strconv.Atoi(emoji); err == nil && n >= 1 && n <= MaxOptions && strconv.Itoa(n) == emoji {
		return n
	}
	return 0
}

// CleanReaction returns a reaction as it is known, fully qualified, or reports that it
// is none: neither one emoji nor the number of an option.
func CleanReaction(text string) (reaction string, ok bool) {
	if option(text) > 0 {
		return text, true
	}
	return emoji.Parse(text)
}

func (p *place) admitReact(op React) (Op, *Refused) {
	reaction, ok := CleanReaction(op.Emoji)
	if !ok {
		return nil, &Refused{ID: op.ID, Err: errNoEmoji}
	}
	op.Emoji = Apart(reaction)
	return op, p.spendSay(op.ID, op)
}

func (p *place) admitSay(op Say) (Op, *Refused) {
	text, refused := words(op.Text, op.ID)
	if refused != nil {
		return nil, refused
	}
	op.Text = text
	if len(op.Options) > 0 {
		options, err := CleanOptions(op.Options)
		switch {
		case err != nil:
			return nil, &Refused{ID: op.ID, Err: asError(err)}
		case op.Action:
			return nil, refusal(op.ID, BadFrame, "A poll asks, and is nothing that somebody does.")
		}
		for i, text := range options {
			options[i] = Apart(text)
		}
		op.Options = options
	}
	return op, p.spendSay(op.ID, op)
}

// all is every word of an op that says something: those that stand in options too.
func (o Say) all() string {
	if len(o.Options) == 0 {
		return o.Text
	}
	return o.Text + "\n" + strings.Join(o.Options, "\n")
}

func (s *state) react(m *member, op React) {
	said := s.memory.find(op.Re)
	switch {
	case said == nil || !s.memory.recent(said):
		s.unless(m, op.ID, errUnknownMessage)
	case m.Muted:
		s.unless(m, op.ID, errMuted)
	case option(op.Emoji) > said.options:
		s.unless(m, op.ID, errNoOption)
	case s.unless(m, op.ID, s.memory.react(said, m.ID, op.Emoji, op.On, s.roster.here)):
		seq := s.next()
		s.tellDone(m, op.ID, func(id string) Event {
			return &Reacted{Seq: seq, From: m.Person(), Re: op.Re, Emoji: op.Emoji, On: op.On, ID: id}
		})
	}
}

func (s *state) retract(m *member, op Retract) {
	said := s.memory.find(op.Re)
	switch {
	case said == nil:
		s.unless(m, op.ID, errUnknownMessage)
	case said.file:
		s.unless(m, op.ID, errFileStays)
	case said.by != m.ID && !m.Host:
		s.unless(m, op.ID, errNotTheirs)
	default:
		s.memory.takeBack(said)
		seq := s.next()
		s.tellDone(m, op.ID, func(id string) Event { return &Retracted{Seq: seq, From: m.Person(), Re: op.Re, ID: id} })
	}
}

func (s *state) amend(m *member, at time.Time, op Amend) {
	said := s.memory.find(op.Re)
	switch {
	case said == nil:
		s.unless(m, op.ID, errUnknownMessage)
	case said.file:
		s.unless(m, op.ID, errFileStays)
	case said.by != m.ID:
		s.unless(m, op.ID, errNotYours)
	case at.Sub(said.at) > AmendFor:
		s.unless(m, op.ID, errAmendedLate)
	case s.unless(m, op.ID, cmp.Or(s.silence(m), s.linked(m, op.Text, at), s.again(m, at))):
		m.amendedAt = at
		seq := s.next()
		s.tellDone(m, op.ID, func(id string) Event {
			return &Amended{Seq: seq, From: m.Person(), Re: op.Re, Text: op.Text, ID: id}
		})
	}
}
