package tui

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"sotto/rooms"
	"sotto/rooms/command"
	"sotto/rooms/mending"
	"sotto/sshsrv/tui/timeline"
)

// Which message a command is about that names none: of those on the screen, the newest.

// choice is what such a command chooses from.
func (s *Screen) choice() mending.Choice {
	return mending.Choice{You: s.you.ID, Hidden: s.ignores, People: s.roster.named, Newest: func(holds func(mending.Candidate) bool) (c mending.Candidate, ok bool) {
		id := s.reading.timeline.Newest(func(id int) bool { return holds(s.candidate(id)) })
		if id == timeline.None {
			return c, false
		}
		return s.candidate(id), true
	}}
}

// candidate is a message or an offer as a command sees it.
func (s *Screen) candidate(id int) mending.Candidate {
	switch it := s.reading.timeline.Item(id).(type) {
	case timeline.Said:
		return mending.Candidate{Seq: it.Seq, From: it.From, Options: len(it.Options)}
	case *timeline.Offered:
		return mending.Candidate{Seq: it.Seq, From: it.From, File: true, Over: it.Over()}
	}
	return mending.Candidate{}
}

// mend carries out a command about something that was said, and reports whether it is done
// with; ok: it was one.
func (s *Screen) mend(typed string, in command.Input) (cmd tea.Cmd, done, ok bool) {
	switch in := in.(type) {
	case command.React:
		done = s.react(typed, in)
	case command.Retract:
		done = s.mendNewest(typed, func() (uint64, string) { return s.choice().Retract(in) }, func(id string, re uint64) rooms.Op { return rooms.Retract{ID: id, Re: re} })
	case command.Amend:
		done = s.mendNewest(typed, s.choice().Own, func(id string, re uint64) rooms.Op { return rooms.Amend{ID: id, Re: re, Text: in.Text} })
	case command.Poll:
		cmd, done = s.composing.words(typed, func(id string) rooms.Op {
			return rooms.Say{ID: id, Text: in.Question, Options: in.Answers}
		})
	default:
		return nil, false, false
	}
	return cmd, done, true
}

// react puts an emoji on a message, takes it off, or shows who reacted to the newest one
// that has reactions.
func (s *Screen) react(typed string, in command.React) (done bool) {
	if in.Emoji == "" {
		t := s.reading.timeline
		id := t.Newest(func(id int) bool { return !s.ignores(t.Item(id).Author()) && reactedTo(t, id) })
		if id == timeline.None {
			s.status.say("Nobody has reacted to anything that is here. /react EMOJI does, to the newest message of others.")
			return true
		}
		seq, _ := t.Seq(id)
		s.openCard(reactionsCard(t, seq))
		return true
	}
	seq, emoji, why := s.choice().React(in)
	if why != "" {
		s.status.say(why)
		return false
	}
	s.reactTo(s.reading.timeline.Message(seq), emoji, typed)
	return true
}

// reactedTo reports whether somebody reacted to a message who is shown.
func reactedTo(t *timeline.Timeline, id int) bool {
	return slices.ContainsFunc(append(t.Votes(id), t.Reactions(id)...), func(r timeline.Reaction) bool { return len(r.Who) > 0 })
}

// mendNewest does something to a message once it is known which is the newest.
func (s *Screen) mendNewest(typed string, which func() (uint64, string), op func(id string, re uint64) rooms.Op) (done bool) {
	switch seq, why := which(); {
	case !s.composing.said():
		s.status.say("What you said last is on its way still. Enter again, once it is there.")
		return false
	case why != "":
		s.status.say(why)
		return false
	default:
		s.composing.send(typed, func(id string) rooms.Op { return op(id, seq) })
		return true
	}
}
