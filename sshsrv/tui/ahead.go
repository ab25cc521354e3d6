package tui

import (
	tea "charm.land/bubbletea/v2"

	"sotto/sshsrv/tui/composer"
)

const (
	// maxAhead is how many keys and pastes may wait for a room that is being
	// entered: more than anybody types while a server answers.
	maxAhead = 256
	// maxAheadBytes is how much text they hold together: what a composer holds.
	maxAheadBytes = composer.MaxHeldBytes
)

// ahead is what was typed while a room was being entered. It is meant for that
// room and for no other.
type ahead struct {
	msgs  []tea.Msg
	bytes int
	cut   bool // something did not fit
}

// add keeps a key or a paste with so much text.
func (a *ahead) add(msg tea.Msg, text string) {
	if a.cut || len(a.msgs) == maxAhead || a.bytes+len(text) > maxAheadBytes {
		a.cut = true
		return
	}
	a.msgs = append(a.msgs, msg)
	a.bytes += len(text)
}

// take takes what was kept.
func (a *ahead) take() ahead {
	typed := *a
	*a = ahead{}
	return typed
}

// replay types what was typed ahead, now that there is a room for it.
func (s *Screen) replay() tea.Cmd {
	typed := s.composing.ahead.take()
	var cmds []tea.Cmd
	for _, msg := range typed.msgs {
		cmds = append(cmds, s.Update(msg))
	}
	if typed.cut {
		s.status.say("You typed more than could wait for this room; the end of it was dropped.")
	}
	return tea.Batch(cmds...)
}
