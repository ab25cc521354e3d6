package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"sotto/sshsrv/tui/cells"
	"sotto/sshsrv/tui/run"
)

// mouse takes the mouse, or leaves it to the terminal, after it was chosen: "on", "off"
// or as it is. It says which.
func (s *Screen) mouse(choice string) tea.Cmd {
	s.noMouse = choice == "off" || choice == "" && s.noMouse
	words := "The mouse is the room's: a click does what it is on says. Shift and drag select, Option on some Macs. /mouse off gives it back to your terminal."
	if s.noMouse {
		words = "The mouse is your terminal's: it selects as everywhere, and clicks and the wheel do nothing here. /mouse on changes that."
	}
	s.status.say(words)
	if choice == "" {
		return nil
	}
	on := !s.noMouse
	return func() tea.Msg { return run.MouseMsg(on) }
}

// click does what stands at a place of the screen: a room of the line of rooms comes to
// the front, a fold opens or closes, a reaction is joined in, a name in the text or among
// those who are here leads to what can be done with its person, a link is copied, what is
// new below is gone to, and the cursor goes to where one writes. It is for a click on what
// was shown: whoever clicks in the same moment in which a row becomes another clicks on
// nothing.
func (s *Screen) click(msg tea.MouseClickMsg) tea.Cmd {
	if n := s.layout.tabAt(msg.X); n >= 0 && msg.X >= 0 && msg.Y == 0 && msg.Button == tea.MouseLeft {
		s.turnTo(n)
		return nil
	}
	if s.name == "" || s.cards.hall != nil || s.cards.front != nil || msg.Button != tea.MouseLeft {
		return nil
	}
	if card := s.cards.open; card != nil {
		card.click(msg.X, msg.Y)
		return nil
	}
	rows := s.layout.frame.Rows
	if msg.X < 0 || msg.Y < 0 || msg.Y >= len(rows) {
		return nil
	}
	if link := linkAt(s.layout.cells, rows[msg.Y], msg.X); link != "" {
		cmd := s.copy(link)
		s.status.add(link)
		return cmd
	}
	if lower := msg.Y - (s.layout.height - len(s.layout.lower)); lower >= 0 {
		s.clickBelow(msg.X, lower)
		return nil
	}
	if id := s.layout.personAt(msg.X, msg.Y); id != "" {
		if _, here := s.roster.find(id); here && !s.you.Watch && id != s.you.ID {
			s.meet(id)
		}
		return nil
	}
	y := msg.Y - len(s.layout.header)
	if who, ok := s.reading.timeline.NameAt(msg.X, y); ok {
		switch _, here := s.roster.find(who.ID); {
		case s.you.Watch, who.ID == s.you.ID:
		case here:
			s.meet(who.ID)
		default:
			s.status.say(who.Nick + " is not here any more.")
		}
		return nil
	}
	if chip, ok := s.reading.timeline.Click(msg.X, y); ok && !s.you.Watch {
		s.reactTo(chip.ID, chip.Emoji, "")
	}
	return nil
}

// clickBelow is for a click on a row below the timeline: the rule, which says what is new
// below, or the composer.
func (s *Screen) clickBelow(x, row int) {
	l := &s.layout
	switch at := row - l.writing; {
	case row == 0 && l.height >= ruleHeight:
		if s.reading.below() != "" && x >= l.width/2 {
			s.reading.toNew()
		}
	case at < 0, at >= l.written, s.you.Watch, s.reading.search.on, s.reading.picker.on, s.composing.recall.on:
	default:
		s.reading.endChoice()
		s.composing.composer.Point(x-promptColumns, at)
	}
}

// linkAt is where the link leads that is at a column of a row, or empty.
func linkAt(h cells.Habits, row string, x int) (link string) {
	const open, end = "\x1b]8;", "\x1b\\"
	for column := 0; row != ""; {
		switch {
		case strings.HasPrefix(row, open):
			target, rest, _ := strings.Cut(row[len(open):], end)
			_, link, _ = strings.Cut(target, ";")
			row = rest
		case row[0] == ansi.ESC:
			last := strings.IndexFunc(row[min(2, len(row)):], func(r rune) bool { return '@' <= r && r <= '~' })
			if last < 0 {
				return ""
			}
			row = row[2+last+1:]
		default:
			cell, columns := cells.First(h, row)
			if column += columns; x < column {
				return link
			}
			row = row[len(cell):]
		}
	}
	return ""
}
