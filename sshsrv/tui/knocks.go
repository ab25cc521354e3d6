package tui

import (
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"sotto/rooms"
	"sotto/rooms/governing"
	"sotto/sshsrv/tui/cells"
	"sotto/sshsrv/tui/theme"
)

// lookFirst is how long a knock must have been the first before a key decides on it:
// whoever pressed one just as another took its place meant that other.
const lookFirst = 700 * time.Millisecond

// knocking shows that somebody is at the door, and calls for whoever may open.
func (s *Screen) knocking(e *rooms.Knocking) tea.Cmd {
	none := len(s.view.Knocks) == 0
	s.atTheDoor(e)
	if !none || s.atDoor() == "" {
		return nil
	}
	return s.reading.call(true)
}

// knocked shows that somebody no longer is. That somebody was let in is told as they come.
func (s *Screen) knocked(e *rooms.Knocked) tea.Cmd {
	if told := s.atTheDoor(e); told != "" && e.Outcome == rooms.KnockDenied {
		s.reading.note(theme.Dim, "·", told)
	}
	return s.composing.cameBack(rooms.OpOf(e))
}

// atTheDoor takes an event about who is at the door, and returns what it says.
func (s *Screen) atTheDoor(e rooms.Event) (told string) {
	before, was := s.stay.first()
	told = s.view.Happen(e)
	switch now, is := s.stay.first(); {
	case !was || !is:
		s.turned = time.Time{}
	case now.ID != before.ID:
		s.turned = s.cfg.Now()
	}
	s.layout.retitle()
	s.layout.touch()
	return told
}

// first is who is asked about.
func (st *stay) first() (k governing.Knock, ok bool) {
	if len(st.view.Knocks) == 0 {
		return k, false
	}
	return st.view.Knocks[0], true
}

// decide lets in who is asked about, or doesn't, and reports whether anybody is.
func (s *Screen) decide(in bool) bool {
	k, ok := s.stay.first()
	switch {
	case !ok || s.atDoor() == "":
		return false
	case !s.turned.IsZero() && s.cfg.Now().Sub(s.turned) < lookFirst:
		s.status.say("Now it is " + k.Name + " who knocks, so nothing was decided. The same key again decides.")
	default:
		s.ask(rooms.Decide{Knock: k.ID, In: in})
	}
	return true
}

// decideOn is decide for somebody who is named.
func (s *Screen) decideOn(typed, nick string, in bool) bool {
	k, ok := s.view.Knock(nick)
	if !ok {
		s.status.say("Nobody at the door is called that, or more than one.")
		return false
	}
	s.composing.send(typed, func(id string) rooms.Op { return rooms.Decide{ID: id, Knock: k.ID, In: in} })
	return true
}

// atDoor says how many knock, for the title; empty: nobody does whom this person may let
// in.
func (st *stay) atDoor() string {
	if len(st.view.Knocks) == 0 || !st.opens() {
		return ""
	}
	return fmt.Sprintf("%d knock", len(st.view.Knocks))
}

// knockRow asks about the first who knocks; empty: nobody does.
func (l *layout) knockRow(st *stay) []string {
	if st.atDoor() == "" {
		return nil
	}
	k, _ := st.first()
	text := " " + k.Name + " knocks"
	if k.Text != "" {
		text += ": " + k.Text
	}
	more := ""
	if n := len(st.view.Knocks) - 1; n > 0 {
		more = fmt.Sprintf(" +%d more", n)
	}
	answers, width := []hint{{"F7", "lets in"}, {"F8", "doesn't"}}, 24
	if l.width < 50 {
		answers, width = []hint{{"F7", "in"}, {"F8", "no"}}, 14
	}
	hints, _ := l.hintRow(answers, min(width, l.width))
	left := max(l.width-width-l.cells.Width(more), 0)
	text = l.cells.Cut(text, left, "…")
	row := l.ink.Paint(theme.BarWarn, text+more+cells.Blank(l.width-width-l.cells.Width(text+more)))
	return []string{l.cells.Cut(row+hints, l.width, "")}
}
