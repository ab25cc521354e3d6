package run

import (
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"sotto/sshsrv/tui/cells"
	"sotto/sshsrv/tui/term"
)

// survey is what a terminal says of itself at the start of a session, up to the
// fence; what it says later was not asked.
type survey struct {
	over      bool
	columns   [len(cells.Probes)]int
	measured  int  // how many of columns are there
	ground    bool // it told its background's colour
	keyboard  bool // it knows term.Keyboard
	modifiers bool // it knows term.Modifiers,
	level     int  // which are at this level
}

// least is the smallest screen on which it is measured how much text takes, in
// cells: every probe fits, and has a row that is not the first.
const (
	probeWidth  = 20
	probeHeight = 2
)

// ask asks the terminal about itself.
func (s *session) ask() {
	measure := s.size.Width >= probeWidth && s.size.Height >= probeHeight
	if asked := s.features.Ask(s.raw, measure); len(asked) > len(s.raw) {
		s.raw = asked
		s.decoder.Owe()
	}
}

// learn takes an answer of the terminal's, and reports whether it was one that is
// not for the model.
func (s *session) learn(msg tea.Msg) bool {
	v := &s.survey
	switch msg := msg.(type) {
	case term.FenceMsg:
		s.answers = true
		if !v.over {
			v.over = true
			s.conclude()
		}
	case tea.ModeReportMsg:
		if msg.Mode == ansi.ModeSynchronizedOutput {
			s.painter.Synchronized = msg.Value == ansi.ModeSet || msg.Value == ansi.ModeReset
		}
	case term.CursorMsg:
		if v.measured++; v.measured <= len(v.columns) {
			v.columns[v.measured-1] = msg.X
		}
		if msg.Y != term.ProbeRow {
			v.measured = len(v.columns) + 1 // it counts rows otherwise too: no use
		}
	case term.KeyboardMsg:
		v.keyboard = true
	case term.ModifiersMsg:
		v.modifiers, v.level = true, msg.Level
	case tea.BackgroundColorMsg:
		v.ground = true
		return false
	default:
		return false
	}
	return true
}

// conclude does what the terminal's answers allow.
func (s *session) conclude() {
	v := &s.survey
	switch {
	case v.keyboard:
		s.raw = append(s.raw, term.Keyboard...)
		s.back = term.KeyboardBack
		s.decoder.Disambiguated = true
	case v.modifiers:
		s.raw = append(s.raw, term.Modifiers...)
		s.back = term.ModifiersBack(v.level)
	}
	if s.back != "" {
		s.update(FullKeysMsg{})
	}
	if s.features.Strings && !v.ground {
		s.update(GroundUnknownMsg{})
	}
	if v.measured != len(v.columns) {
		return
	}
	if habits := cells.Measured(v.columns); habits != s.painter.Cells {
		s.painter.Cells = habits
		s.painter.Reset()
		s.update(HabitsMsg{habits})
	}
}
