package tui

import (
	"sotto/sshsrv/tui/timeline"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// choose begins to choose a message by the keyboard, at the newest one that is
// shown.
func (s *Screen) choose() {
	if id, ok := s.timeline.Newest(); ok {
		s.mode = choosing
		s.timeline.Select(id)
	}
}

func (s *Screen) endChoice() {
	s.endSearch()
	s.timeline.Deselect()
}

// chooseKey is for keys while a message is being chosen.
func (s *Screen) chooseKey(key string, msg tea.KeyPressMsg) tea.Cmd {
	t := s.timeline
	chosen := t.Selected()
	if !t.Has(chosen) { // the timeline's bound took it
		s.endChoice()
		return nil
	}
	it := t.Item(chosen)
	act := key
	if msg.Text != "" {
		act = msg.Text
	}
	switch act {
	case "up", "alt+up", "k", "ctrl+o", "ctrl+p":
		if id, ok := t.Choosable(chosen, -1); ok {
			t.Select(id)
		}
	case "down", "alt+down", "j", "ctrl+n":
		id, ok := t.Choosable(chosen, 1)
		if !ok {
			s.endChoice()
			return nil
		}
		t.Select(id)
	case "enter", "r":
		if act == "enter" && t.Heads(chosen) {
			t.Toggle(chosen)
			return nil
		}
		s.answer(chosen)
	case "c", "y":
		s.endChoice()
		s.status.say("Copied, if your terminal lets programs do that.")
		return tea.Raw(ansi.SetSystemClipboard(it.Words()))
	case "i":
		if s.isOver(chosen) {
			return nil
		}
		s.endChoice()
		s.ignorePerson(it.Author())
	case "o", " ", "space":
		t.Toggle(chosen)
	case "esc", "q", "ctrl+c":
		s.endChoice()
	}
	return nil
}

// answer makes the next message an answer to a message.
func (s *Screen) answer(id int) {
	if s.isOver(id) {
		return
	}
	switch it := s.timeline.Item(id).(type) {
	case timeline.Said:
		s.answering = it.Seq
	case timeline.Whispered:
		to := it.From
		if to.ID == s.you.ID {
			to = it.To
		}
		s.endChoice()
		m, here := s.roster.find(to.ID) // under the name they have now
		if !here {
			s.status.say(s.gone(to.Nick))
			return
		}
		s.compose.Set("/msg " + m.Nick + " ")
	}
	s.endChoice()
}

func (s *Screen) choiceHints() []hint {
	switch t := s.timeline; {
	case t.Heads(t.Selected()):
		return []hint{{"↑↓", "choose"}, {"Enter", "open or close"}, {"r", "answer"}, {"c", "copy"}, {"i", "ignore"}, {"Esc", "back"}}
	case t.Folds(t.Selected()):
		return []hint{{"↑↓", "choose"}, {"Enter", "answer"}, {"o", "open or close"}, {"c", "copy"}, {"i", "ignore"}, {"Esc", "back"}}
	}
	return []hint{{"↑↓", "choose"}, {"Enter", "answer"}, {"c", "copy"}, {"i", "ignore the author"}, {"Esc", "back"}}
}
