package tui

import (
	"context"
	"errors"
	"slices"

	tea "charm.land/bubbletea/v2"

	"sotto/rooms"
	"sotto/rooms/leaping"
	"sotto/sshsrv/tui/run"
	"sotto/sshsrv/tui/style"
	"sotto/sshsrv/tui/theme"
)

// followed is where somebody goes on who asked this person to follow. The zero value is
// nowhere.
type followed struct {
	who   rooms.Person
	where string // as [Config.Enter] takes it
	asked bool   // this person is, and has not answered
}

// leapt takes that somebody goes on elsewhere. Where that is stands nowhere before this
// person goes there.
func (s *Screen) leapt(e *rooms.Leapt) tea.Cmd {
	if s.ignores(e.From) || e.From.ID == s.you.ID {
		return nil
	}
	where := string(e.Room)
	if s.kind == rooms.KindSealed {
		if s.cfg.Sealed == nil {
			return nil
		}
		where = s.cfg.Sealed(e.Key)
	}
	s.followed = followed{who: e.From, where: where, asked: true}
	s.reading.tell(e.From, theme.Notice, "·", e.From.Nick+" goes on in another room and asks you to come. F7 or /go goes there, F8 stays.")
	s.turns()
	return s.reading.call(true)
}

// follow goes where somebody else went on.
func (s *Screen) follow() (tea.Cmd, bool) {
	if s.followed.where == "" {
		s.status.say("Nobody here goes on in another room and asked you to come.")
		return nil, false
	}
	s.followed.asked = false
	s.turns()
	return s.goOn(s.followed.where)
}

// staysBehind notes that this person does not follow, or not yet.
func (s *Screen) staysBehind() {
	s.followed.asked = false
	s.status.say("You stay here. /go goes there after all.")
	s.turns()
}

// leapFailed is the news that a leap came to nothing.
type leapFailed struct {
	leap *leaping.Leap
	err  error
}

// leap goes on in a fresh room and asks all to follow but those who are named.
func (s *Screen) leap(typed string, without []string) (tea.Cmd, bool) {
	left := []string{s.you.ID}
	for _, nick := range without {
		m, ok := s.meant(nick)
		switch {
		case !ok:
			return nil, false
		case m.ID == s.you.ID:
			s.status.say("You can't leave yourself behind. Nothing was done.")
			return nil, false
		}
		left = append(left, m.ID)
	}
	var to []string
	for _, m := range s.roster.members {
		if !m.Watch && !slices.Contains(left, m.ID) {
			to = append(to, m.ID)
		}
	}
	switch {
	case !s.you.Host:
		s.status.say("Only a host can ask the others to another room. /join goes to one.")
		return nil, false
	case len(to) == 0:
		s.status.say("Nobody would follow you, so nothing was done. /join goes to another room.")
		return nil, false
	case s.composing.going:
		s.status.say(s.composing.leavesWords())
		return nil, false
	case s.kind == rooms.KindSealed && s.cfg.Sealed == nil:
		s.status.say("A fresh sealed room can't be made from here.")
		return nil, false
	}
	if s.composing.whenSaid(" to be said in here first, then you go. Esc takes them back.", func() tea.Cmd {
		cmd, _ := s.leap(typed, without)
		return cmd
	}) {
		return nil, true
	}
	s.status.say("Going to a fresh room…")
	s.composing.depart()
	l := leaping.New(s.seat, s.kind, s.view.Rules, s.composing.opID(), to)
	s.leaping = l
	enter, link, nick, p := s.cfg.Enter, s.cfg.Sealed, s.you.Nick, s.place
	return run.Knock(l.Begin(s.ctx), p, func(ctx context.Context, _ func(int)) (rooms.Participant, error) {
		return leaping.Into(ctx, l, link, func(ctx context.Context, where string) (rooms.Participant, error) {
			return enter(ctx, where, nick)
		})
	}, func(err error) tea.Msg { return placeMsg{p, leapFailed{l, err}} }), true
}

// leapFell tells why a leap came to nothing, if it was not given up.
func (s *Screen) leapFell(msg leapFailed) tea.Cmd {
	msg.leap.GiveUp()
	if s.leaping != msg.leap {
		return nil
	}
	s.leaping = nil
	s.composing.turnedAway()
	if !errors.Is(msg.err, context.Canceled) {
		s.status.say(msg.err.Error())
	}
	return nil
}

// landed tells whoever comes into a room by a leap of theirs how many may follow.
func (s *Screen) landed() {
	if s.awaits > 0 {
		s.reading.note(theme.Notice, "·", style.Plural(s.awaits, "person was asked", "people were asked")+" to follow you here. Whoever you left behind was not told of this room.")
	}
	s.awaits = 0
}
