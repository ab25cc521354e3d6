package tui

import (
	"fmt"
	"strings"

	"sotto/rooms"
	"sotto/sshsrv/tui/cells"
	"sotto/sshsrv/tui/style"
	"sotto/sshsrv/tui/theme"
)

// titleBar names the room, its kind, how many are here and the connection: the
// longest wording that fits. While the connection is lost, or nobody answers over it,
// that is said instead of how many are here, which nobody knows.
func (s *Screen) titleBar() string {
	room, kind := "#"+string(s.name), " · "+s.kindWords()
	count := fmt.Sprintf("%d here", len(s.roster.members)) + s.strangers()
	door := count + " · " + s.cfg.Door
	switch {
	case s.lost:
		count = "connection lost"
		door = count + ", trying again…"
	case !s.silent.IsZero():
		count = fmt.Sprintf("no answer for %d s", int(s.cfg.Now().Sub(s.silent).Seconds()))
		door = count + ", still waiting…"
	}
	kindNote := kindNotes[s.kind]
	for _, w := range []struct{ before, note, right string }{
		{"sotto · ", kindNote[0], door},
		{"sotto · ", kindNote[0], count},
		{"sotto · ", kindNote[1], count},
		{"", kindNote[1], count},
		{"sotto · ", "", count},
		{"", "", count},
	} {
		if 2+s.cells.Width(w.before+room+kind+w.note+w.right)+2 <= s.width {
			return s.bar(w.before, room, kind+w.note, w.right)
		}
	}
	switch count = fmt.Sprint(len(s.roster.members)); {
	case s.lost:
		count = "lost"
	case !s.silent.IsZero():
		count = "silent"
	}
	room = s.cells.Cut(room, max(s.width-4-s.cells.Width(kind+count), 2), "…")
	return s.bar("", room, kind, count)
}

// bar draws a title bar: a room's name between words, the last of which need a look
// while they say how the connection is.
func (s *Screen) bar(before, name, after, right string) string {
	gap := s.width - 2 - s.cells.Width(before+name+after+right)
	rest := s.ink.Paint(theme.BarDim, after+cells.Blank(gap)+right+" ")
	if s.unheard() {
		rest = s.ink.Paint(theme.BarDim, after+cells.Blank(gap)) + s.ink.Paint(theme.BarWarn, right+" ")
	}
	return s.ink.Paint(theme.BarDim, " "+before) + s.ink.Paint(theme.BarName, name) + rest
}

// peopleLine names who is here, as far as the width goes: this person first,
// then whoever came last.
func (s *Screen) peopleLine() string {
	var b strings.Builder
	left, shown := s.width-1, 0
	show := func(m rooms.Member) bool {
		name, ink := m.Nick, style.Name(m.Person())
		if m.ID == s.you.ID {
			name += " (you)"
		}
		if m.Away {
			ink = theme.Away
		}
		gap := cells.Blank(min(shown+1, 2))
		need := len(gap) + s.cells.Width(name)
		if need+len(s.more(shown+1)) > left {
			return false
		}
		b.WriteString(gap + s.ink.Paint(ink, name))
		left -= need
		shown++
		return true
	}
	for fits, i := show(s.you), len(s.roster.members)-1; fits && i >= 0; i-- {
		if m := s.roster.members[i]; m.ID != s.you.ID {
			fits = show(m)
		}
	}
	return b.String() + s.ink.Paint(theme.Dim, s.more(shown))
}

// more says how many are here beside those shown.
func (st *stay) more(shown int) string {
	if rest := len(st.roster.members) - shown; rest > 0 {
		return fmt.Sprintf(" and %d more", rest)
	}
	return ""
}

// topicLine shows the room's topic.
func (s *Screen) topicLine() string {
	return " " + s.ink.Paint(theme.Dim, "topic ") + s.cells.Cut(s.topicText(), max(s.width-8, 1), "…")
}

// statusRows say what happened, or else what can be done next: in one row, but all
// of it where an answer is waited for, which nothing that happens covers.
func (s *Screen) statusRows() []string {
	asked := s.composing.asks() && s.cards.open == nil && s.reading.writes()
	if s.status.word == "" || asked {
		hints := s.hints()
		row, n := s.hintRow(hints, s.width)
		rows := []string{row}
		for asked && n < len(hints) && len(rows) < maxStatusRows {
			hints = hints[n:]
			row, n = s.hintRow(hints, s.width)
			rows = append(rows, row)
		}
		return rows
	}
	return s.status.rows(s.look, s.width)
}

// ruleLine stands between timeline and composer: who is typing, what is being
// answered, what came below.
func (s *Screen) ruleLine() string {
	left, ink := s.typingLine(), theme.Dim
	if s.composing.answering != 0 {
		left = "answering " + s.reading.timeline.Quote(s.composing.answering)
	}
	right := s.composing.composer.Left()
	if below := s.reading.below(); below != "" {
		right, ink = below, theme.Accent
	}
	return style.Rule(s.ink, s.cells, ink, s.width, left, right)
}
