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
	r.choosing, r.sure, r.refused = false, false, ""
	r.picker.end()
	r.search.end()
	r.timeline.Deselect()
}

// refuse says why something can't be done with the message that is chosen. What is typed
// for it, as if it could, goes nowhere: not until Enter, Escape or an arrow.
func (r *reading) refuse(why string) { r.refused = why }

// loseChoice ends a choice of what is there no more, for this reason. An emoji that was
// being typed for it goes nowhere.
func (r *reading) loseChoice(why string) {
	typing := r.picker.on
	r.endChoice()
	if typing {
		r.choosing, r.refused = true, why
	}
}

// refusedKey is for keys after a refusal. It reports whether the key meant nothing else.
func (r *reading) refusedKey(key string, msg tea.KeyPressMsg) bool {
	switch {
	case key == "enter", key == "esc", key == "ctrl+c":
		r.endChoice()
		return true
	case msg.Text != "", key == "backspace":
		return true
	}
	r.refused = ""
	return false
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
	if r.refused != "" && r.refusedKey(key, msg) {
		return wish{}
	}
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
	case toCopy, toCopyCode:
		r.endChoice()
		return does
	}
	switch {
	case chosen.IsPast(): // it stays chosen
		does.does = tooLate
	case does.does == toAnswer, does.does == toPick, does.does == toAmend, does.does == toAskRetract: // as long as that may be refused
	default:
		r.endChoice()
	}
	return does
}

// choiceHints are what can be done with the message that is chosen. Brief leaves out which
// it is and how another is chosen, which the screen shows and they know by then, so that
// on 80 columns all else has room.
func (r *reading) choiceHints(brief bool) []hint {
	chosen, ok := r.timeline.Selected()
	switch {
	case r.refused != "":
		return []hint{{"", r.refused}, {"Esc", "back"}}
	case !ok:
		return []hint{{"Esc", "back"}}
	case r.sure:
		return []hint{{"d", "take it back from every screen"}, {"Esc", "leave it"}}
	}
	open, code := "open or close", "copy the code"
	var hints []hint
	if brief {
		open, code = "open", "code"
	} else {
		hints = []hint{{"", chosen.Author() + " " + chosen.When()}}
	}
	past := chosen.IsPast()
	switch {
	case past && chosen.Heads():
		hints = append(hints, hint{"Enter", open})
	case past:
	case chosen.Heads():
		hints = append(hints, hint{"Enter", open}, hint{"r", "answer"})
	case chosen.Reacted():
		hints = append(hints, hint{"Enter", "who"}, hint{"r", "answer"})
	default:
		hints = append(hints, hint{"Enter", "answer"})
	}
	if !brief {
		hints = append(hints, hint{"↑↓", "choose"})
	}
	if n := chosen.Options(); n > 0 && !past {
		hints = append(hints, hint{"1–" + strconv.Itoa(n), "vote"})
	}
	if _, ok := r.timeline.Seq(chosen.ID()); ok && !past {
		hints = append(hints, hint{"+", "react"})
	}
	if chosen.Amendable() {
		hints = append(hints, hint{"e", "change"})
	}
	if r.mayRetract(chosen.ID()) == "" && !past {
		hints = append(hints, hint{"d", "take back"})
	}
	if !chosen.Heads() && chosen.Folds() {
		hints = append(hints, hint{"o", open})
	}
	hints = append(hints, hint{"c", "copy"})
	if chosen.Code() != "" {
		hints = append(hints, hint{"y", code})
	}
	if !chosen.IsMine() && !past {
		hints = append(hints, hint{"i", "ignore"})
	}
	return append(hints, hint{"Esc", "back"})
}
