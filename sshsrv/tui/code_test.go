package tui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// codeOf is a block of so many lines of code.
func codeOf(lines int) string {
	var all []string
	for i := range lines {
		all = append(all, fmt.Sprintf("line(%d)", i+1))
	}
	return strings.Join(all, "\n")
}

// TestLongCodeIsFolded shows twenty lines of a block of code that has more, what stands
// around it, and how many more lines there are, which Enter and a click open and close;
// the block alone is copied.
func TestLongCodeIsFolded(t *testing.T) {
	s := plainRoom(t)
	s.do(tea.WindowSizeMsg{Width: 100, Height: 50})
	code := codeOf(36)
	s.says(lynx, "look at this\n```\n"+code+"\n```\nwhat is it?")
	s.passes(time.Second)
	s.shows("look at this", "line(1)", "line(20)", "▸ 16 more lines", "what is it?")
	s.hides("line(21)", "more rows")

	s.types("ctrl+o")
	s.shows("Enter open", "r answer", "y code")
	s.types("enter")
	s.shows("line(20)", "▾ 16 more lines", "line(21)", "line(36)", "what is it?")
	s.types("enter")
	s.hides("line(21)")
	s.types("y")
	if got, want := s.raw.String(), ansi.SetSystemClipboard(code); got != want {
		t.Errorf("what is copied is %q, want %q", got, want)
	}

	f := s.Frame()
	for y, row := range f.Rows {
		if strings.Contains(row, "16 more lines") {
			s.do(tea.MouseClickMsg{X: 30, Y: y, Button: tea.MouseLeft})
			break
		}
	}
	s.shows("▾ 16 more lines", "line(36)")
	s.types("/fold off")
	s.types("enter")
	s.shows("line(36)")
	s.hides("16 more lines")
	s.types("/fold on")
	s.types("enter")

	s.says(lynx, "```\n"+codeOf(20)+"\n```")
	s.hides("0 more lines")
	s.says(lynx, "```\n"+codeOf(21)+"\n```")
	s.shows("▸ 1 more line")
}

// TestCodeIsFoldedOnAnyScreen finds what stands in folded code, and folds a message that
// is far taller than the screen as any other.
func TestCodeIsFoldedOnAnyScreen(t *testing.T) {
	s := plainRoom(t)
	s.says(lynx, "```\n"+codeOf(36)+"\n```")
	s.passes(time.Second)
	s.shows("▸ 16 more lines", "line(20)")
	s.types("f3", "line(30)", "enter")
	s.passes(seekEvery)
	s.do(seekMsg{})
	s.shows("line(30)")
	s.types("esc", "end")
	s.do(tea.WindowSizeMsg{Width: 80, Height: 12})
	s.says(heron, "```\n"+codeOf(36)+"\n```")
	s.shows("more rows")
}
