package tui

import (
	tea "charm.land/bubbletea/v2"

	"sotto/sshsrv/tui/timeline"
)

// choose begins to choose a message by the keyboard, at the newest one that is
// shown.
func (r *reading) choose() {
	if r.timeline.SelectNewest() {
		r.choosing = true
	}
}

func (r *reading) endChoice() {
	r.choosing = false
	r.search.end()
	r.timeline.Deselect()
}

// A deed is what somebody wants done with a message that they chose.
type deed uint8

const (
	nothing deed = iota
	toAnswer
	toCopy
	toIgnore
	tooLate // it was said in a room that they left, where nothing can be done any more
)

// chooseKey is for keys while a message is being chosen. It returns what is to be done
// with which.
func (r *reading) chooseKey(key string, msg tea.KeyPressMsg) (deed, timeline.Item) {
	chosen, ok := r.timeline.Selected()
	if !ok { // the timeline's bound took it
		r.endChoice()
		return nothing, nil
	}
	act := key
	if msg.Text != "" {
		act = msg.Text
	}
	does := nothing
	switch act {
	case "up", "alt+up", "k", "ctrl+o", "ctrl+p":
		r.timeline.SelectNext(-1)
	case "down", "alt+down", "j", "ctrl+n":
		if !r.timeline.SelectNext(1) {
			r.endChoice()
		}
	case "enter", "r":
		if act == "enter" && chosen.Heads() {
			chosen.Toggle()
		} else {
			does = toAnswer
		}
	case "c", "y":
		does = toCopy
	case "i":
		does = toIgnore
	case "o", " ", "space":
		chosen.Toggle()
	case "esc", "q", "ctrl+c":
		r.endChoice()
	}
	if does == nothing {
		return nothing, nil
	}
	r.endChoice()
	if does != toCopy && chosen.IsPast() {
		does = tooLate
	}
	return does, chosen.Item()
}

func (r *reading) choiceHints() []hint {
	switch chosen, ok := r.timeline.Selected(); {
	case !ok:
	case chosen.Heads():
		return []hint{{"↑↓", "choose"}, {"Enter", "open or close"}, {"r", "answer"}, {"c", "copy"}, {"i", "ignore"}, {"Esc", "back"}}
	case chosen.Folds():
		return []hint{{"↑↓", "choose"}, {"Enter", "answer"}, {"o", "open or close"}, {"c", "copy"}, {"i", "ignore"}, {"Esc", "back"}}
	}
	return []hint{{"↑↓", "choose"}, {"Enter", "answer"}, {"c", "copy"}, {"i", "ignore the author"}, {"Esc", "back"}}
}
