package tui

import (
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// choose begins to choose a message by the keyboard, at the newest one that is
// shown.
func (s *Screen) choose() {
	id, _ := s.timeline.edge()
	if id, ok := s.timeline.choosable(id+1, -1); ok {
		s.mode = choosing
		s.pick(id)
	}
}

// choosable finds the next message from a block on that can be chosen.
func (t *timeline) choosable(from, step int) (int, bool) {
	for id := from + step; t.has(id); id += step {
		b := t.at(id)
		if speaks(b.item) && !b.hidden && !t.tucked(id) {
			return id, true
		}
	}
	return none, false
}

func (s *Screen) pick(id int) {
	t := s.timeline
	t.undraw(t.selected)
	t.undraw(id)
	t.selected = id
	t.show(id)
}

func (s *Screen) endChoice() {
	s.endSearch()
	s.timeline.selected = none
}

// chooseKey is for keys while a message is being chosen.
func (s *Screen) chooseKey(key string, msg tea.KeyPressMsg) tea.Cmd {
	t := s.timeline
	if !t.has(t.selected) { // the timeline's bound took it
		s.endChoice()
		return nil
	}
	b := t.at(t.selected)
	act := key
	if msg.Text != "" {
		act = msg.Text
	}
	switch act {
	case "up", "alt+up", "k", "ctrl+o", "ctrl+p":
		if id, ok := t.choosable(t.selected, -1); ok {
			s.pick(id)
		}
	case "down", "alt+down", "j", "ctrl+n":
		id, ok := t.choosable(t.selected, 1)
		if !ok {
			s.endChoice()
			return nil
		}
		s.pick(id)
	case "enter", "r":
		if r := t.foldWith(t.selected); r != nil && r.from == t.selected && act == "enter" {
			t.toggle(t.selected)
			return nil
		}
		s.answer(b)
	case "c", "y":
		s.endChoice()
		s.say("Copied, if your terminal lets programs do that.")
		return tea.Raw(ansi.SetSystemClipboard(b.item.words()))
	case "i":
		if s.isOver(t.selected) {
			return nil
		}
		s.endChoice()
		s.ignorePerson(b.item.from())
	case "o", " ", "space":
		t.toggle(t.selected)
	case "esc", "q", "ctrl+c":
		s.endChoice()
	}
	return nil
}

// answer makes the next message an answer to a block's.
func (s *Screen) answer(b *block) {
	if s.isOver(s.timeline.selected) {
		return
	}
	switch it := b.item.(type) {
	case said:
		s.answering = it.Seq
	case whispered:
		to := it.From
		if to.ID == s.you.ID {
			to = it.To
		}
		s.endChoice()
		m, here := s.roster.find(to.ID) // under the name they have now
		if !here {
			s.say(s.gone(to.Nick))
			return
		}
		s.compose.Set("/msg " + m.Nick + " ")
	}
	s.endChoice()
}

func (s *Screen) choiceHints() []hint {
	t := s.timeline
	switch _, folds := t.foldAt(t.selected); {
	case folds && t.foldWith(t.selected) == nil:
		return []hint{{"↑↓", "choose"}, {"Enter", "answer"}, {"o", "open or close"}, {"c", "copy"}, {"i", "ignore"}, {"Esc", "back"}}
	case folds:
		return []hint{{"↑↓", "choose"}, {"Enter", "open or close"}, {"r", "answer"}, {"c", "copy"}, {"i", "ignore"}, {"Esc", "back"}}
	}
	return []hint{{"↑↓", "choose"}, {"Enter", "answer"}, {"c", "copy"}, {"i", "ignore the author"}, {"Esc", "back"}}
}
