package tui

import (
	"strings"
	"testing"

	"github.com/charmbracelet/colorprofile"

	"sotto/rooms"
	"sotto/sshsrv/tui/cells"
	"sotto/sshsrv/tui/run"
)

// The bar of keys names the one that makes a new line on this terminal.
func TestNewLineHint(t *testing.T) {
	s := plainRoom(t)
	s.types("a line")
	s.shows("Alt-Enter new line")
	s.do(run.FullKeysMsg{})
	s.shows("Shift-Enter new line")
}

// Where a family takes three times the columns, the rows say so: what stands at
// the right stays within the screen, and the cursor is where it is shown.
func TestHabitsAreKept(t *testing.T) {
	s := inRoom(t, 80, 24, colorprofile.ASCII, lynx)
	s.says(lynx, strings.Repeat("👩\u200d👩\u200d👧 ", 20))
	s.types("👩\u200d👩\u200d👧👍🏽❤\ufe0f")
	before := s.Frame().Cursor.X
	// An xterm says that the probes took so many columns.
	h := cells.Measured([len(cells.Probes)]int{4, 4, 1, 1, 2, 2, 2, 2, 1, 2, 2, 1, 1})
	s.do(run.HabitsMsg{Habits: h})
	f := s.Frame()
	if got := f.Cursor.X - before; got != (6-2)+(4-2)+(1-2) {
		t.Errorf("the cursor went from column %d by %d", before, got)
	}
	for y, row := range f.Rows {
		if n := h.Width(row); n > 80 {
			t.Errorf("row %d takes %d columns of an xterm", y, n)
		}
	}
	other := inRoom(t, 80, 24, colorprofile.ASCII, lynx)
	said := &rooms.Said{Seq: 2, At: s.now, From: lynx.Person(), Text: strings.Repeat("👩\u200d👩\u200d👧 ", 20)}
	s.happens(said)
	other.happens(said)
	if s.text(); len(s.reading.timeline.Rows(s.reading.timeline.End()-1)) == len(other.reading.timeline.Rows(other.reading.timeline.End()-1)) {
		t.Error("a terminal with other habits was given the same rows")
	}
}

// TestSignsHaveOneColumn: where the signs of who is what would have two, plain ones stand
// for them, on the roster and behind names.
func TestSignsHaveOneColumn(t *testing.T) {
	s := inRoom(t, 80, 24, colorprofile.ASCII, lynx, heron)
	s.hosts()
	wide := cells.Measured([len(cells.Probes)]int{2, 2, 2, 2, 2, 1, 1, 2, 1, 4, 2, 2, 2})
	s.do(run.HabitsMsg{Habits: wide})
	s.types("f2")
	s.shows("quiet-otter * (you)", "late-heron x", "* host  x muted")
	s.hides("★", "⊘")
	for y, row := range s.Frame().Rows {
		if n := wide.Width(row); n > 80 {
			t.Errorf("row %d takes %d columns", y, n)
		}
	}
}
