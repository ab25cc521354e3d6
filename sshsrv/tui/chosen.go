package tui

import (
	"strings"

	"sotto/rooms"
	"sotto/sshsrv/tui/settings"
)

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
