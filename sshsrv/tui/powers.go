package tui

import (
	"strings"

	"sotto/rooms"
	"sotto/rooms/command"
	"sotto/sshsrv/tui/theme"
)

// What hosts type, and who wants to be one. Whether it may be done is the room's to say.

// power carries out such a command, and reports whether it is one and is done with.
func (s *Screen) power(typed string, in command.Input) (done, ok bool) {
	switch in := in.(type) {
	case command.Rules:
		s.openCard(rulesCard(&s.stay, s.ask))
	case command.Key:
		s.composing.send("/key", func(id string) rooms.Op { return rooms.AskKey{ID: id} })
	case command.Host:
		if in.Key == "" {
			return s.powerOver(typed, in.Nick, func(id, to string) rooms.Op { return rooms.MakeHost{ID: id, To: to, On: true} }), true
		}
		s.composing.composer.ForgetLast() // whoever finds it there is a host
		s.composing.send(typed, func(id string) rooms.Op { return rooms.Claim{ID: id, Key: in.Key} })
	case command.Unhost:
		return s.powerOver(typed, in.Nick, func(id, to string) rooms.Op { return rooms.MakeHost{ID: id, To: to} }), true
	case command.Door:
		if in.Door == "" {
			s.openCard(rulesCard(&s.stay, s.ask))
			break
		}
		s.setRules(typed, rooms.SetRules{Door: rooms.Door(in.Door)})
	case command.Slow:
		s.setRules(typed, rooms.SetRules{Slow: &in.For})
	case command.Fade:
		s.setRules(typed, rooms.SetRules{Fade: &in.For})
	case command.Quiet:
		s.setRules(typed, rooms.SetRules{Quiet: &in.On})
	case command.Links:
		s.setRules(typed, rooms.SetRules{Links: &in.On})
	case command.Admit:
		return s.decideOn(typed, in.Nick, true), true
	case command.Deny:
		return s.decideOn(typed, in.Nick, false), true
	case command.Remove: // which is answered by nothing that bears its id
		m, ok := s.meant(in.Nick)
		if ok {
			s.ask(rooms.Remove{To: m.ID, Reason: in.Reason})
		}
		return ok, true
	case command.Mute:
		return s.powerOver(typed, in.Nick, func(id, to string) rooms.Op { return rooms.Mute{ID: id, To: to, For: in.For} }), true
	case command.Unmute:
		return s.powerOver(typed, in.Nick, func(id, to string) rooms.Op { return rooms.Mute{ID: id, To: to} }), true
	case command.Vote:
		if react, ok := s.choice().Answer(in); ok {
			return s.react(typed, react), true
		}
		return s.voteBy(in.Nick), true
	case command.Voice:
		if in.Aloud(s.here) {
			s.reading.note(theme.Notice, "·", in.NoSound(s.kind == rooms.KindSealed))
			break
		}
		return s.powerOver(typed, in.Nick, func(id, to string) rooms.Op { return rooms.LetSpeak{ID: id, To: to, On: true} }), true
	case command.Unvoice:
		return s.powerOver(typed, in.Nick, func(id, to string) rooms.Op { return rooms.LetSpeak{ID: id, To: to} }), true
	case command.Burn:
		switch {
		case in.Now:
			s.ask(rooms.Burn{})
		case !s.you.Host:
			s.reading.note(theme.Notice, "·", "Only a host can burn a room. /rules shows who governs it.")
		default:
			s.openCard(burnCard(func(burn bool) {
				s.cards.open = nil
				if burn {
					s.ask(rooms.Burn{})
				}
			}))
		}
	default:
		return false, false
	}
	return true, true
}

// powerOver does an op to somebody who is named.
func (s *Screen) powerOver(typed, nick string, op func(id, to string) rooms.Op) bool {
	m, ok := s.meant(nick)
	if ok {
		s.composing.send(typed, func(id string) rooms.Op { return op(id, m.ID) })
	}
	return ok
}

// voteBy answers the question that runs, or asks whether to remove somebody. An answer is
// answered by nothing that bears its id.
func (s *Screen) voteBy(word string) bool {
	runs := s.vote.about.ID != ""
	yes := strings.EqualFold(word, "yes")
	switch answers := yes || strings.EqualFold(word, "no"); {
	case answers && runs:
		s.answerVote(yes)
		s.status.say("You answer " + strings.ToLower(word) + ". Nobody is told who answered what.")
		return true
	case answers && !s.here(word):
		s.status.say("Nobody is asked anything just now. /vote NICK asks all whether to remove somebody.")
		return false
	}
	m, ok := s.meant(word)
	if ok {
		if runs { // which it would be an answer to
			s.status.say("A vote is running. It ends within a minute.")
			return false
		}
		s.ask(rooms.Vote{ID: s.composing.opID(), To: m.ID, Yes: true})
	}
	return ok
}

// meant finds whom a command names, unless that is somebody else by now than when it was
// begun.
func (s *Screen) meant(nick string) (m rooms.Member, ok bool) {
	m, why := s.member(nick)
	if why == "" && s.composing.met.Another(m.Person()) {
		why = "Somebody else goes by the name " + m.Nick + " now, so nothing was done. Enter again is about them."
	}
	if why != "" {
		s.status.say(why)
	}
	return m, why == ""
}

// setRules asks for other rules.
func (s *Screen) setRules(typed string, rules rooms.SetRules) {
	s.composing.send(typed, func(id string) rooms.Op {
		rules.ID = id
		return rules
	})
}
