package tui

import (
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"sotto/rooms/command"
	"sotto/sshsrv/tui/composer"
	"sotto/sshsrv/tui/timeline"
)

// key takes one key, or a run of characters that came together.
func (s *Screen) key(msg tea.KeyPressMsg) tea.Cmd {
	key := msg.String()
	if msg.Text != "" {
		key = ""
	}
	if key == "ctrl+l" {
		s.whole = true
		return nil
	}
	if key != "ctrl+c" && key != "ctrl+d" {
		s.leaving = time.Time{}
	}
	s.status.key(key)
	switch {
	case s.cards.front != nil:
		return s.frontKey(key, msg)
	case s.name == "": // a seat, and no welcome yet
		if key == "ctrl+c" || key == "ctrl+d" {
			return tea.Quit
		}
		s.ahead.add(msg, msg.Text)
		return nil
	case s.cards.open != nil && s.cards.key(key):
		return nil
	case s.screenKey(key):
		return nil
	}
	switch s.reading.mode {
	case choosing:
		return s.chose(s.reading.chooseKey(key, msg))
	case searching, hitting:
		return s.reading.searchKey(key, msg)
	}
	return s.writeKey(key, msg)
}

// frontKey is for keys on the front page.
func (s *Screen) frontKey(key string, msg tea.KeyPressMsg) tea.Cmd {
	switch {
	case key == "ctrl+c", key == "ctrl+d", key == "esc":
		return tea.Quit
	case s.cards.front.entering:
		s.ahead.add(msg, msg.Text)
	default:
		if room := s.cards.front.key(key, msg); room != "" {
			return s.enter(room, s.cfg.Nick)
		}
	}
	return nil
}

// chose does what somebody wants done with a message that they chose.
func (s *Screen) chose(does deed, it timeline.Item) tea.Cmd {
	switch does {
	case answering:
		s.answer(it)
	case copying:
		s.status.say("Copied, if your terminal lets programs do that.")
		return tea.Raw(ansi.SetSystemClipboard(it.Words()))
	case ignoring:
		s.ignorePerson(it.Author())
	case tooLate:
		s.status.say("That was said in another room.")
	}
	return nil
}

// answer makes the next message an answer to a message.
func (s *Screen) answer(it timeline.Item) {
	switch it := it.(type) {
	case timeline.Said:
		s.answering = it.Seq
	case timeline.Whispered:
		to := it.From
		if to.ID == s.you.ID {
			to = it.To
		}
		m, here := s.roster.find(to.ID) // under the name they have now
		if !here {
			s.status.say(s.gone(to.Nick))
			return
		}
		s.compose.Set("/msg " + m.Nick + " ")
	}
}

// screenKey is for keys that mean the same whatever the mode.
func (s *Screen) screenKey(key string) bool {
	if key == "ctrl+home" || key == "ctrl+end" || key == "home" || key == "end" {
		// They are the composer's while there is something in it.
		if s.reading.writes() && !s.compose.Empty() {
			return false
		}
	}
	switch key {
	case "f1":
		s.openCard(helpCard(""))
	case "f2":
		s.openCard(whoCard(&s.stay))
	case "f3":
		s.reading.find()
	default:
		return s.reading.key(key)
	}
	return true
}

// writeKey is for keys while the person writes.
func (s *Screen) writeKey(key string, msg tea.KeyPressMsg) tea.Cmd {
	if s.compose.Overflow() == nil {
		offered, _ := s.compose.Candidates()
		switch empty := s.compose.Empty(); {
		case key == "esc" && len(offered) == 0 && len(s.queue.Waiting()) > 0:
			s.takeBack()
			return nil
		case key == "enter" && s.queue.Full(s.compose.Len()) && composer.IsSpeech(s.compose.Text()):
			s.compose.Break()
			s.status.count(s.fullWords())
			return nil
		case key == "enter" && s.then != nil && !empty && composer.IsSpeech(s.compose.Text()):
			s.compose.Break()
			s.status.say(s.leavesWords())
			return nil
		case (key == "esc" || key == "ctrl+c") && empty && s.answering != 0:
			s.answering = 0
			return nil
		case key == "ctrl+s" && empty:
			s.reading.find()
			return nil
		case key == "alt+up", key == "ctrl+o":
			s.reading.choose()
			return nil
		}
	}
	return s.composed(s.compose.Key(msg))
}

// paste takes pasted text to where keys go.
func (s *Screen) paste(text string) tea.Cmd {
	s.cards.open = nil
	switch {
	case s.cards.front != nil && !s.cards.front.entering:
		s.cards.front.field.insert(text)
	case s.name == "":
		s.ahead.add(tea.PasteMsg{Content: text}, text)
	case s.reading.searches():
		return s.reading.paste(text)
	default:
		s.reading.endChoice()
		return s.composed(s.compose.Paste(text))
	}
	return nil
}

// hints are what can be done next, the most useful first. They get fewer as a
// person shows that they know.
func (s *Screen) hints() []hint {
	if hints := s.cards.hints(); hints != nil {
		return hints
	}
	if hints := s.reading.hints(); hints != nil {
		return hints
	}
	if o := s.compose.Overflow(); o != nil {
		var hints []hint
		for _, c := range o.Choices() {
			hints = append(hints, hint{c.Key, c.Does})
		}
		return hints
	}
	if offered, _ := s.compose.Candidates(); len(offered) > 0 {
		return []hint{{"Tab", "next"}, {"Shift-Tab", "back"}, {"Esc", "none of them"}}
	}
	text := s.compose.Text()
	switch {
	case s.slow:
		return []hint{{"Esc", "take back what waits"}}
	case command.Begins(text):
		return commandHints(text)
	case text != "":
		return []hint{{"Enter", "say"}, {s.newLine, "new line"}, {"Tab", "complete"}, {"Ctrl-C", "clear"}}
	case s.answering != 0:
		return []hint{{"", "your answer"}, {"Esc", "not an answer"}}
	case !s.reading.timeline.Follows():
		return []hint{{"PgDn", "down"}, {"End", "newest"}, {"F3", "find"}, {"Alt-↑", "choose"}}
	case s.lines >= learned:
		return []hint{{"F1", "help"}, {"F2", "who"}, {"F3", "find"}, {"Alt-↑", "choose"}}
	}
	return []hint{{"Enter", "say"}, {"F1", "help"}, {"F2", "who"}, {"F3", "find"}, {"Alt-↑", "choose"}, {"PgUp", "back"}, {"Ctrl-C", "leave"}}
}

// learned is after how many messages a person knows how to send one.
const learned = 5
