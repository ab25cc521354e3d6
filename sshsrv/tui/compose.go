package tui

import (
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"sotto/rooms"
	"sotto/sshsrv/tui/paint"
	"sotto/sshsrv/tui/theme"
)

type writer struct{ field field }

func newWriter(s *Screen) writer { return writer{field{limit: rooms.MaxTextBytes}} }

func (w *writer) empty() bool         { return w.field.text == "" }
func (w *writer) text() string        { return w.field.text }
func (w *writer) clear()              { w.field.text = "" }
func (w *writer) set(text string)     { w.field.text = text }
func (w *writer) restore(text string) { w.field.text = text }

func (w *writer) key(s *Screen, key string, msg tea.KeyPressMsg) tea.Cmd {
	if key == "enter" {
		cmd, done := s.submit(w.text())
		if done {
			w.clear()
		}
		return cmd
	}
	w.field.update(msg)
	return nil
}

func (w *writer) paste(s *Screen, text string) tea.Cmd {
	w.field.insert(text)
	return nil
}

func (w *writer) rows(s *Screen, most int) ([]string, paint.Point) {
	text, n := w.field.shown(s.width - 4)
	return []string{" " + s.ink.Paint(theme.Prompt, "›") + " " + ansi.Truncate(text, s.width, "")}, paint.Point{X: 3 + n}
}
