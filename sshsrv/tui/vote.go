package tui

import (
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"sotto/rooms"
	"sotto/sshsrv/tui/theme"
)

// vote is the question whether to remove somebody, in a room without a host. The zero
// value is none.
type vote struct {
	about  rooms.Member
	needed int
	until  time.Time // by this machine's clock
	asked  bool      // this person is, and has not answered
	said   string    // what they answered
}

// runs reports whether there is one.
func (v *vote) runs(now time.Time) bool { return v.about.ID != "" && v.until.After(now) }

// voting takes what is asked, or that it is over.
func (s *Screen) voting(e *rooms.Voting) tea.Cmd {
	now := s.cfg.Now()
	s.reading.note(theme.Notice, "·", s.view.Happen(e))
	s.vote = vote{}
	if !e.Over {
		s.vote = vote{
			about: e.Member, needed: e.Needed, until: now.Add(rooms.VoteFor),
			asked: e.Member.ID != s.you.ID && !s.you.Watch && now.Sub(s.entered) >= rooms.VoteAfter,
		}
	}
	if !e.Over && e.ID != "" { // who asks has answered
		s.vote.asked, s.vote.said = false, "yes"
	}
	s.turns()
	cmds := []tea.Cmd{s.composing.cameBack(e.ID), s.wake()}
	if s.vote.asked {
		cmds = append(cmds, s.reading.call(true))
	}
	return tea.Batch(cmds...)
}

// answerVote answers it.
func (s *Screen) answerVote(yes bool) {
	s.vote.asked, s.vote.said = false, "no"
	if yes {
		s.vote.said = "yes"
	}
	s.ask(rooms.Vote{To: s.vote.about.ID, Yes: yes})
	s.turns()
}

// words say what is asked, and how long one may still answer.
func (v *vote) words(you string, now time.Time) string {
	left := spanShort(v.until.Sub(now))
	switch {
	case v.about.ID == you:
		return fmt.Sprintf("The others are asked whether to remove you. %s", left)
	case v.said != "":
		return fmt.Sprintf("Remove %s? You said %s. %s", v.about.Nick, v.said, left)
	}
	return fmt.Sprintf("Remove %s? %d have to agree. %s", v.about.Nick, v.needed, left)
}
