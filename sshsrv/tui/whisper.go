package tui

import (
	tea "charm.land/bubbletea/v2"

	"sotto/rooms"
	"sotto/rooms/command"
)

// Whom a whisper reaches is decided when it is entered, by a name or by who
// whispered last. Both can change hands while the words are written; then this
// person is asked before anybody reads them.

func (s *Screen) whisper(typed, nick, text string) (tea.Cmd, bool) {
	m, ok := s.member(nick)
	if !ok {
		return nil, false
	}
	switch {
	case m.ID == s.you.ID:
		s.status.say("That is you.")
		return nil, false
	case s.met.Another(m.Person()):
		s.status.say("Somebody else goes by the name " + m.Nick + " now, so nothing was sent. Enter again whispers to them.")
		return nil, false
	}
	return s.speakTo(m.ID, typed, text)
}

func (s *Screen) whisperBack(typed, text string) (tea.Cmd, bool) {
	if s.whisperedBy.ID == "" {
		s.status.say("Nobody has whispered to you. /msg NICK TEXT whispers to somebody.")
		return nil, false
	}
	m, ok := s.roster.find(s.whisperedBy.ID)
	switch {
	case !ok:
		s.status.say(s.gone(s.whisperedBy.Nick))
		return nil, false
	case s.turned:
		s.turned = false
		s.status.say(m.Nick + " whispered while you wrote, so nothing was sent. Enter again answers them; /msg reaches somebody else.")
		return nil, false
	}
	return s.speakTo(m.ID, typed, text)
}

// speakTo whispers words to a member. What was to be answered is not any more.
func (s *Screen) speakTo(id, typed, words string) (tea.Cmd, bool) {
	cmd, done := s.line(typed, func(op string) rooms.Op { return rooms.Whisper{ID: op, To: id, Text: words} })
	if done {
		s.answering = 0
	}
	return cmd, done
}

// gone says that somebody can't be whispered to any more.
func (s *Screen) gone(nick string) string {
	return nick + " has left. Nobody else can be reached by that whisper."
}

// whisperHeard notes with whom this person whispers.
func (s *Screen) whisperHeard(w *rooms.Whispered) {
	switch {
	case w.From.ID == s.you.ID:
		s.met.Whispered(w.To)
	case !s.ignores(w.From):
		s.met.Whispered(w.From)
		if entry, ok := command.Called(s.compose.Text()); ok && entry.Name == "reply" && s.whisperedBy.ID != w.From.ID {
			s.turned = true
		}
		s.whisperedBy = w.From
	}
}

// doubt notes that whom a line was meant for is not here any more.
func (s *Screen) doubt(line string) {
	if nick, ok := command.Addressee(line); ok {
		if m, found := s.roster.named(nick); found == rooms.OneFound {
			s.met.Doubt(m.Nick)
		}
	}
}

// newNames notes that people have names that they had not: whoever writes to one
// just now means another.
func (s *Screen) newNames(members ...rooms.Member) {
	nick, ok := command.Addressee(s.compose.Text())
	if !ok {
		return
	}
	for _, m := range members {
		if _, found := rooms.Named([]string{m.Nick}, nick); found != rooms.NoneFound {
			s.met.Doubt(m.Nick)
		}
	}
}
