package tui

import (
	"slices"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"sotto/rooms"
	"sotto/sshsrv/tui/cells"
)

// key takes one key, or a run of characters that came together.
func (s *Screen) key(msg tea.KeyPressMsg) tea.Cmd {
	key := msg.String()
	if msg.Text != "" {
		key = ""
	}
	if key == "ctrl+l" {
		s.layout.whole = true
		return nil
	}
	if key != "ctrl+c" && key != "ctrl+d" {
		s.composing.staysAfterAll()
	}
	if s.turnKey(key) {
		return nil
	}
	s.status.key(key)
	switch {
	case s.cards.hall != nil:
		return s.hallKey(key, msg)
	case s.cards.front != nil:
		return s.frontKey(key, msg)
	case s.name == "": // a seat, and no welcome yet
		if key == "ctrl+c" || key == "ctrl+d" {
			return s.leavePage()
		}
		s.composing.ahead.add(msg, msg.Text)
		return nil
	case s.cards.open != nil && s.cards.key(onCard(key, msg)):
		return nil
	}
	if cmd, ok := s.screenKey(key); ok {
		return cmd
	}
	switch {
	case s.reading.picker.on:
		return s.picked(s.reading.picker.key(key, msg))
	case s.reading.choosing:
		if utf8.RuneCountInString(msg.Text) > 1 {
			first := cells.Character(msg.Text)
			if rest := msg.Text[len(first):]; rest != "" {
				return s.chooseRun(first, rest)
			}
		}
		return s.chose(s.reading.chooseKey(key, msg))
	case s.reading.search.on:
		return s.reading.search.key(key, msg)
	case s.you.Watch:
		return s.watchKey(key, msg)
	case s.composing.recall.on:
		s.composing.recallKey(key, msg)
		return nil
	}
	if !s.composing.asks() {
		switch {
		case key == "ctrl+r":
			s.composing.lookBack()
			return nil
		case key == "ctrl+s" && s.composing.composer.Empty():
			s.reading.find()
			return nil
		case key == "alt+up", key == "ctrl+o":
			s.reading.choose()
			return nil
		case key == "up":
			return s.up(msg)
		case key == "esc":
			s.reading.read()
		}
	}
	return s.composing.key(key, msg, s.submit)
}

// chooseRun is for keys that came together while a message is chosen: each means what it
// does once the one before is done. What is asked about is not answered by them.
func (s *Screen) chooseRun(first, rest string) tea.Cmd {
	cmd := s.key(tea.KeyPressMsg{Code: tea.KeyExtended, Text: first})
	if s.reading.sure {
		return cmd
	}
	return tea.Batch(cmd, s.key(tea.KeyPressMsg{Code: tea.KeyExtended, Text: rest}))
}

// onCard is a key as a card takes it, to which a blank is one.
func onCard(key string, msg tea.KeyPressMsg) string {
	if msg.Text == " " {
		return "space"
	}
	return key
}

// Escapes implements [run.Model]. The front page is left by Escape, which is too much
// for what may be the beginning of an arrow key, and for a key with Alt.
func (s *Screen) Escapes(alt string) bool {
	switch {
	case s.several() && isTurn(alt):
		return false
	case s.cards.hall != nil:
		return true
	case s.cards.front != nil, s.name == "":
		return false
	case s.reading.choosing, s.reading.search.on, s.composing.recall.on:
		return true
	case s.cards.open != nil, s.status.stays && s.status.word != "":
		return s.composing.asks() || !s.composing.composer.Means(alt)
	}
	return s.composing.escapes(alt)
}

// frontKey is for keys on the front page.
func (s *Screen) frontKey(key string, msg tea.KeyPressMsg) tea.Cmd {
	switch {
	case s.cards.front.shut:
		return s.shutKey(key, msg)
	case key == "ctrl+c", key == "ctrl+d", key == "esc":
		return s.leavePage()
	case s.cards.front.entering:
		s.composing.ahead.add(msg, msg.Text)
	case key == "tab" && s.cards.front.meant() != "":
		s.cards.front.takeMeant()
	case key == "enter" && s.cards.front.commands():
		return s.frontCommand(s.cards.front.field.text)
	case key == "enter" && rooms.SeveralRooms(s.cards.front.field.text) != nil:
		return s.enterSeveral(rooms.SeveralRooms(s.cards.front.field.text))
	default:
		if room := s.cards.front.key(key, msg); room != "" {
			if p := s.open(room); p != nil && p != s.place {
				cmd := s.close(s.place)
				s.show(p)
				return cmd
			}
			s.place.goesTo(room)
			s.wished = s.wished.Toward(room)
			return s.enter(s.place, room, s.wished.Nick())
		}
	}
	return nil
}

// enterSeveral enters rooms from the front page: the first of those that are not in this
// window takes the page's place, the others stand beside it.
func (s *Screen) enterSeveral(names []rooms.RoomName) tea.Cmd {
	first := s.open(string(names[0]))
	names = slices.DeleteFunc(names, func(name rooms.RoomName) bool {
		p := s.open(string(name))
		return p != nil && p != s.place
	})
	switch {
	case len(s.places)-1+len(names) > maxPlaces:
		s.cards.front.problem = tooManyTyped
		return nil
	case len(names) == 0:
		cmd := s.close(s.place)
		s.show(first)
		return cmd
	}
	var cmds []tea.Cmd
	chosen := s.wished
	for i, name := range names {
		p, room := s.place, string(name)
		if i == 0 {
			s.cards.front.problem = ""
			p.goesTo(room)
		} else {
			p = s.add(room)
		}
		p.wished = chosen.Toward(room)
		cmds = append(cmds, s.enter(p, room, p.wished.Nick()))
	}
	return tea.Batch(cmds...)
}

// leavePage goes away from where there is no room: back to where there is one, or out.
func (s *Screen) leavePage() tea.Cmd {
	if s.several() {
		return s.close(s.place)
	}
	return tea.Quit
}

// chose does what somebody wants done with a message that they chose.
func (s *Screen) chose(chosen wish) tea.Cmd {
	switch it := chosen.it; chosen.does {
	case toAnswer:
		if why := s.composing.answer(it, &s.stay); why != "" {
			s.refuse(why)
			break
		}
		s.reading.endChoice()
	case toCopy:
		return s.copy(it.Words())
	case toCopyCode:
		return s.copy(chosen.code)
	case toIgnore:
		s.ignorePerson(it.Author())
	case toReact:
		s.reactTo(chosen.id, chosen.emoji, "")
	case toPick:
		if _, ok := s.reading.timeline.Seq(chosen.id); ok {
			s.reading.picker.begin()
		} else {
			s.refuse(notSaid)
		}
	case toAmend:
		if why := s.amend(chosen.id); why != "" {
			s.refuse(why)
			break
		}
		s.reading.endChoice()
	case toAskRetract:
		if why := s.mayRetract(chosen.id); why != "" {
			s.status.say(why)
		} else {
			s.reading.sure = true
		}
	case toRetract:
		s.retract(chosen.id)
	case toSeeWho:
		seq, _ := s.reading.timeline.Seq(chosen.id)
		s.openCard(reactionsCard(s.reading.timeline, seq))
	case tooLate:
		s.refuse(saidElsewhere)
	}
	return nil
}

// saidElsewhere is about what was said in a room that this person has left.
const saidElsewhere = "That was said in another room."

// refuse tells why what is wanted of the chosen message can't be done.
func (s *Screen) refuse(why string) {
	s.status.say(why)
	s.reading.refuse(why)
}

// copy puts words on the clipboard of whoever reads.
func (s *Screen) copy(words string) tea.Cmd {
	s.status.say("Copied, if your terminal lets programs do that.")
	return tea.Raw(ansi.SetSystemClipboard(words))
}

// picked puts the emoji that was picked on the message that is chosen.
func (s *Screen) picked(emoji string) tea.Cmd {
	if chosen, ok := s.reading.timeline.Selected(); ok && emoji != "" {
		s.reading.endChoice()
		s.reactTo(chosen.ID(), emoji, "")
	}
	return nil
}

// screenKey is for keys that mean the same whatever the mode.
func (s *Screen) screenKey(key string) (cmd tea.Cmd, ok bool) {
	if key == "ctrl+home" || key == "ctrl+end" || key == "home" || key == "end" {
		// They are the composer's while there is something in it.
		if s.reading.writes() && !s.composing.composer.Empty() {
			return nil, false
		}
	}
	switch key {
	case "f1":
		if s.you.Watch {
			s.openCard(watchCard())
			break
		}
		s.openCard(helpCard(""))
	case "f2":
		s.openCard(whoCard(&s.stay, s.meet))
	case "f7", "f8":
		return s.decide(key == "f7")
	case "f3":
		s.reading.find()
	default:
		return nil, s.reading.key(key)
	}
	return nil, true
}

// paste takes pasted text to where keys go.
func (s *Screen) paste(text string) tea.Cmd {
	s.cards.open = nil
	switch {
	case s.cards.hall != nil:
		s.cards.hall.types(func(f *field) bool { return f.insert(text) })
	case s.cards.front != nil && s.cards.front.shut:
		s.shutPaste(text)
	case s.cards.front != nil && !s.cards.front.entering:
		s.cards.front.paste(text)
	case s.name == "":
		s.composing.ahead.add(tea.PasteMsg{Content: text}, text)
	case s.reading.search.on:
		return s.reading.search.paste(text)
	case s.reading.picker.on:
		s.reading.picker.paste(text)
	case s.you.Watch:
	case s.composing.recall.on:
		s.composing.recallPaste(text)
	default:
		s.reading.endChoice()
		return s.composing.paste(text, s.submit)
	}
	return nil
}
