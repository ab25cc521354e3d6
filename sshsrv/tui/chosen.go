package tui

import (
	"strings"

	"sotto/rooms"
	"sotto/sshsrv/tui/settings"
)

// kept is what is remembered of this session in all rooms of the window, for /privacy.
func (s *Screen) kept() []rooms.HeldField {
	kept := settings.Kept{Unsaid: len(s.unsaid)}
	for _, p := range s.places {
		lines, _ := p.reading.timeline.Kept()
		sent, changes := p.composing.composer.Remembers()
		kept.Lines += lines
		kept.Sent += sent
		kept.Undo += changes
		kept.Drafts += len(p.composing.unsaid())
	}
	return rooms.FieldsOf("kept", &kept)
}

// chosen is what this person chose since they came, for /privacy.
func (s *Screen) chosen() []rooms.HeldField {
	lines := s.front.reading.timeline
	chosen := settings.Chosen{
		Words:   strings.Join(lines.Highlit(), ", "),
		Times:   lines.Times(),
		Fold:    lines.Folding(),
		Theme:   s.terminal.themeName,
		Mouse:   !s.noMouse,
		Ignored: strings.Join(s.front.ignoring.Names(), ", "),
		Visited: len(s.visited),
	}
	for name, when := range whens {
		if when == s.attention.notify {
			chosen.Notify = name
		}
	}
	return rooms.FieldsOf("chosen", &chosen)
}
