package tui

import (
	tea "charm.land/bubbletea/v2"

	"sotto/rooms"
	"sotto/rooms/governing"
	"sotto/sshsrv/tui/theme"
)

// Who watches has a screen without a composer: it reads, and nothing has to be done to it.
// Everybody else sees in title and roster how many watch.

// watchingWords stand where others write.
const watchingWords = "watching: who watches reads, and says nothing"

// taking is how many take part in the room.
func (st *stay) taking() int { return len(st.roster.members) - rooms.Watchers(st.roster.members) }

// watching says how many watch, behind how many are here.
func (st *stay) watching() string {
	if words := governing.Watching(st.roster.members); words != "" {
		return " · " + words
	}
	return ""
}

// watchRow stands where others write.
func (l *layout) watchRow() []string {
	return []string{" " + l.ink.Paint(theme.Dim, l.cells.Cut(watchingWords, max(l.width-2, 1), "…"))}
}

// watchKey is for keys of who watches: all of them are about this screen.
func (s *Screen) watchKey(key string, msg tea.KeyPressMsg) tea.Cmd {
	switch {
	case key == "ctrl+c", key == "ctrl+d":
		return s.composing.leave()
	case key == "up":
		s.reading.timeline.Scroll(-1)
	case key == "down":
		s.reading.timeline.Scroll(1)
	case msg.Text == "p":
		s.ask(rooms.Inspect{})
	}
	return nil
}

// watchHints are what who watches can do.
func (sc scene) watchHints() []hint {
	if !sc.reading.timeline.Follows() {
		return []hint{{"PgDn", "down"}, {"End", "newest"}, {"F3", "find"}}
	}
	return []hint{{"F1", "help"}, {"F2", "who"}, {"F3", "find"}, {"PgUp", "back"}, {"Ctrl-C", "leave"}}
}

// watchCard is the help of who watches.
func watchCard() *card {
	return &card{title: "help", key: "f1", wide: cardWidth, rows: func(l look, width, _ int) []string {
		rows := append(l.wrap("You are watching: you read what is said in this room, and say nothing. Everybody here sees that somebody watches.", width), "")
		for _, h := range []hint{
			{"F2", "who is here"}, {"F3", "find words"}, {"↑ ↓ PgUp PgDn", "scroll"}, {"End", "back to the newest"},
			{"p", "what the server holds about you"}, {"Ctrl-C twice", "leave"},
		} {
			rows = append(rows, l.pair(h.key, h.does, 18, width)...)
		}
		return rows
	}}
}

// watchWelcome tells who comes in to watch what that is.
func (s *Screen) watchWelcome(w *rooms.Welcome) {
	s.reading.note(theme.Notice, "·", "You are watching. Those here see that somebody does, and nothing else of you.")
	if s.taking() == 0 {
		s.reading.note(theme.Dim, "·", "Nobody takes part in this room now. Whoever comes is shown here.")
	}
	if told := governing.Told(w.Rules); told != "" {
		s.reading.note(theme.Notice, "·", "The rules here: "+told+".")
	}
}

// moved says that somebody came or left, as an open card says it.
func moved(m rooms.Member, how string) string {
	if m.Watch {
		return "somebody who watches " + how
	}
	return m.Nick + " " + how
}
