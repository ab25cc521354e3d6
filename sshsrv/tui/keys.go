package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"
)

// key takes one key, or a run of characters that came together.
func (s *Screen) key(msg tea.KeyPressMsg) tea.Cmd {
	key := msg.String()
	if msg.Text != "" {
		key = ""
	}
	if key == "ctrl+l" {
		return Repaint
	}
	s.word = ""
	switch {
	case s.front != nil:
		return s.front.key(s, key, msg)
	case s.seat == nil:
		if key == "ctrl+c" || key == "ctrl+d" {
			return tea.Quit
		}
		return nil
	case s.popup != nil && s.popupKey(key):
		return nil
	case s.screenKey(key):
		return nil
	}
	switch s.mode {
	case choosing:
		return s.chooseKey(key, msg)
	case searching, hitting:
		s.searchKey(key, msg)
		return nil
	}
	return s.writeKey(key, msg)
}

// screenKey is for keys that mean the same whatever the mode.
func (s *Screen) screenKey(key string) bool {
	t := s.timeline
	page := max(t.view.height-1, 1)
	switch key {
	case "f1":
		s.openPopup(s.helpPopup(""))
	case "f2":
		s.openPopup(s.whoPopup())
	case "f3":
		s.find()
	case "pgup":
		t.scroll(-page)
	case "pgdown":
		t.scroll(page)
	case "shift+up", "ctrl+up":
		t.scroll(-1)
	case "shift+down", "ctrl+down":
		t.scroll(1)
	case "ctrl+home":
		t.toTop()
	case "ctrl+end":
		t.toEnd()
	default:
		return false
	}
	return true
}

// popupKey is for keys while a card is open. Whatever it has no use for closes
// the card and means what it always means.
func (s *Screen) popupKey(key string) bool {
	p := s.popup
	switch key {
	case "up":
		p.scroll(-1)
	case "down":
		p.scroll(1)
	case "pgup":
		p.scroll(-p.page)
	case "pgdown":
		p.scroll(p.page)
	case "home":
		p.top = 0
	case "end":
		p.top += p.left
	case "esc", "enter", "ctrl+c", p.key:
		s.popup = nil
	default:
		s.popup = nil
		return false
	}
	return true
}

// writeKey is for keys while the person writes.
func (s *Screen) writeKey(key string, msg tea.KeyPressMsg) tea.Cmd {
	empty := s.compose.empty()
	switch key {
	case "ctrl+c":
		if empty && s.answering == 0 {
			return tea.Quit
		}
		s.answering = 0
		s.compose.clear()
		return nil
	case "ctrl+d":
		if empty {
			return tea.Quit
		}
	case "ctrl+s":
		if empty {
			s.find()
			return nil
		}
	case "home":
		if empty {
			s.timeline.toTop()
			return nil
		}
	case "end":
		if empty {
			s.timeline.toEnd()
			return nil
		}
	case "alt+up", "ctrl+o":
		s.choose()
		return nil
	case "esc":
		if s.answering != 0 {
			s.answering = 0
			return nil
		}
	}
	return s.compose.key(s, key, msg)
}

// paste takes pasted text to where keys go.
func (s *Screen) paste(text string) tea.Cmd {
	s.word, s.popup = "", nil
	switch {
	case s.front != nil:
		s.front.field.insert(text)
	case s.seat == nil:
	case s.mode == searching, s.mode == hitting:
		if s.search.field.insert(text) {
			s.seek()
		}
	default:
		s.mode = writing
		s.timeline.selected = none
		return s.compose.paste(s, text)
	}
	return nil
}

// hints are what can be done next, the most useful first. They get fewer as a
// person shows that they know.
func (s *Screen) hints() []hint {
	switch {
	case s.front != nil:
		return []hint{{"Enter", "go in"}, {"Ctrl-C", "leave"}}
	case s.seat == nil:
		return []hint{{"Ctrl-C", "leave"}}
	case s.popup != nil:
		if s.popup.left > 0 || s.popup.top > 0 {
			return []hint{{"Esc", "close"}, {"↑↓", "scroll"}}
		}
		return []hint{{"Esc", "close"}}
	}
	switch s.mode {
	case choosing:
		return s.choiceHints()
	case searching, hitting:
		return s.searchHints()
	}
	text := s.compose.text()
	switch {
	case strings.HasPrefix(text, "/"):
		return commandHints(text)
	case text != "":
		return []hint{{"Enter", "say"}, {"Alt-Enter", "new line"}, {"Tab", "complete"}, {"Ctrl-C", "clear"}}
	case s.answering != 0:
		return []hint{{"", "your answer"}, {"Esc", "not an answer"}}
	case !s.timeline.view.follow:
		return []hint{{"PgDn", "down"}, {"End", "newest"}, {"F3", "find"}, {"Alt-↑", "choose"}}
	case s.lines >= learned:
		return []hint{{"F1", "help"}, {"F2", "who"}, {"F3", "find"}, {"Alt-↑", "choose"}}
	}
	return []hint{{"Enter", "say"}, {"F1", "help"}, {"F2", "who"}, {"F3", "find"}, {"Alt-↑", "choose a message"}, {"PgUp", "back"}, {"Ctrl-C", "leave"}}
}

// learned is after how many messages a person knows how to send one.
const learned = 5
