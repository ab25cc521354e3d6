package tui

import (
	"strconv"

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
	r.choosing, r.sure = false, false
	r.picker.end()
	r.search.end()
	r.timeline.Deselect()
}

// A deed is what somebody wants done with a message that they chose.
type deed uint8

const (
	nothing deed = iota
	toAnswer
	toCopy
	toCopyCode
	toIgnore
	toReact
	toPick // an emoji to react with
	toSeeWho
	toAmend
	toAskRetract // whether it is to be taken back
	toRetract
	tooLate // it was said in a room that they left, where nothing can be done any more
)

// A wish is a deed, and with which message.
type wish struct {
	does  deed
	id    int
	it    timeline.Item
	emoji string // of toReact
	code  string // of toCopyCode
}

// chooseKey is for keys while a message is being chosen. It returns what is to be done
// with which.
func (r *reading) chooseKey(key string, msg tea.KeyPressMsg) wish {
	chosen, ok := r.timeline.Selected()
	if !ok { // the timeline's bound took it
		r.endChoice()
		return wish{}
	}
	act := key
	if msg.Text != "" {
		act = msg.Text
	}
	does := wish{id: chosen.ID(), it: chosen.Item()}
	if r.sure {
		if r.sure = false; act != "d" {
			return wish{}
		}
		does.does = toRetract
	}
	switch act {
	case "up", "alt+up", "k", "ctrl+o", "ctrl+p":
		r.timeline.SelectNext(-1)
	case "down", "alt+down", "j", "ctrl+n":
		if !r.timeline.SelectNext(1) {
			r.endChoice()
		}
	case "enter", "r":
		switch {
		case act == "enter" && chosen.Heads():
			chosen.Toggle()
		case act == "enter" && chosen.Reacted():
			does.does = toSeeWho
		default:
			does.does = toAnswer
		}
	case "c":
		does.does = toCopy
	case "y":
		if does.does = toCopy; chosen.Code() != "" {
			does.does, does.code = toCopyCode, chosen.Code()
		}
	case "i":
		does.does = toIgnore
	case "+":
		does.does = toPick
	case "e":
		does.does = toAmend
	case "d":
		if does.does == nothing {
			does.does = toAskRetract
		}
	case "o", " ", "space":
		chosen.Toggle()
	case "esc", "q", "ctrl+c":
		r.endChoice()
	default:
		if does.emoji = chosen.Option(act); does.emoji != "" {
			does.does = toReact
		}
	}
	switch does.does {
	case nothing:
		return wish{}
	case toPick, toAskRetract: // it stays chosen
	default:
		r.endChoice()
	}
	if does.does != toCopy && does.does != toCopyCode && chosen.IsPast() {
		r.endChoice()
		does.does = tooLate
	}
	return does
}

func (r *reading) choiceHints() []hint {
	chosen, ok := r.timeline.Selected()
	if !ok {
		return []hint{{"Esc", "back"}}
	}
	if r.sure {
		return []hint{{"d", "take it back from every screen"}, {"Esc", "leave it"}}
	}
	hints := []hint{{"↑↓", "choose"}}
	switch {
	case chosen.Heads():
		hints = append(hints, hint{"Enter", "open or close"}, hint{"r", "answer"})
	case chosen.Reacted():
		hints = append(hints, hint{"Enter", "who"}, hint{"r", "answer"})
	default:
		hints = append(hints, hint{"Enter", "answer"})
	}
	if n := chosen.Options(); n > 0 {
		hints = append(hints, hint{"1–" + strconv.Itoa(n), "vote"})
	}
	if _, ok := r.timeline.Seq(chosen.ID()); ok {
		hints = append(hints, hint{"+", "react"})
	}
	if chosen.Amendable() {
		hints = append(hints, hint{"e", "change"})
	}
	if r.mayRetract(chosen.ID()) == "" {
		hints = append(hints, hint{"d", "take back"})
	}
	if !chosen.Heads() && chosen.Folds() {
		hints = append(hints, hint{"o", "open or close"})
	}
	hints = append(hints, hint{"c", "copy"})
	if chosen.Code() != "" {
		hints = append(hints, hint{"y", "copy the code"})
	}
	if !chosen.IsMine() {
		hints = append(hints, hint{"i", "ignore"})
	}
	return append(hints, hint{"Esc", "back"})
}
