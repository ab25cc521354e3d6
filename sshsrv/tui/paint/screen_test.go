package paint

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"
)

// screen is a terminal emulator, and what a test asks about it.
type screen struct {
	*vt.Emulator
	title string
	shown bool
}

func newScreen(size Size) *screen {
	s := &screen{Emulator: vt.NewEmulator(size.Width, size.Height), shown: true}
	s.SetCallbacks(vt.Callbacks{
		Title:            func(title string) { s.title = title },
		CursorVisibility: func(visible bool) { s.shown = visible },
	})
	// The emulator keeps the lines that scroll away; nobody asks for them here.
	s.SetScrollbackSize(1)
	return s
}

// draw writes a frame's rows the plainest way, one by one onto a blank screen.
func (s *screen) draw(rows []string) {
	s.WriteString("\x1b[?7l")
	for y, row := range rows {
		fmt.Fprintf(s, "\x1b[%d;1H%s", y+1, row)
	}
	s.WriteString("\x1b[H")
}

// line describes the cells of a line: what is in them, and how it is styled.
func (s *screen) line(y int) string {
	var line strings.Builder
	for x := range s.Width() {
		cell := s.CellAt(x, y)
		if cell == nil || cell.IsZero() || cell.Content == "" {
			line.WriteString("▸") // the second half of a wide character
			continue
		}
		if !cell.Style.IsZero() || !cell.Link.IsZero() {
			fmt.Fprintf(&line, "{%s%s}", cell.Style.String(), cell.Link.URL)
		}
		line.WriteString(cell.Content)
	}
	return line.String()
}

// check fails the test unless the screen shows f.
func (s *screen) check(t testing.TB, f Frame) {
	t.Helper()
	size := Size{s.Width(), s.Height()}
	want := newScreen(size)
	want.draw(f.Rows)
	for y := range size.Height {
		if got, want := s.line(y), want.line(y); got != want {
			t.Errorf("line %d of %v:\n got %q\nwant %q", y, size, got, want)
		}
	}
	if s.shown != f.ShowCursor {
		t.Errorf("cursor shown: %v, want %v", s.shown, f.ShowCursor)
	}
	if at := s.CursorPosition(); f.ShowCursor && (at.X != f.Cursor.X || at.Y != f.Cursor.Y) {
		t.Errorf("cursor at %v, want %v", at, f.Cursor)
	}
	if s.title != f.Title {
		t.Errorf("title %q, want %q", s.title, f.Title)
	}
}

// fit cuts a row to a width, and ends it as the contract of Frame asks.
func fit(row string, width int) string {
	return ansi.Truncate(row, width, "") + "\x1b]8;;\a\x1b[m"
}
