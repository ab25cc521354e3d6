//go:build !race

package tui

import (
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
)

// TestEverySize shows every state at sizes from nothing to the largest.
func TestEverySize(t *testing.T) {
	for _, state := range states {
		for _, width := range []int{1, 2, 19, 20, 21, 31, 40, 59, 71, 72, 80, 141, 300} {
			for _, height := range []int{1, 5, 6, 7, 8, 11, 12, 16, 24, 100} {
				s := inRoom(t, width, height, colorprofile.ANSI256, lynx, heron)
				if state.play != nil {
					state.play(s)
				}
				s.fits()
			}
		}
	}
	for width := range 120 {
		for height := range 40 {
			s := newSitting(t, width+1, height+1, colorprofile.ANSI)
			s.types("tea")
			s.fits()
		}
	}
}

// TestResizeStorm turns the window through every width in each state, and ends
// with the screen that the last size alone would show, unless somebody reads further
// up: what they read had room at another size, and moves no further than it must.
func TestResizeStorm(t *testing.T) {
	for _, state := range states {
		s := inRoom(t, 80, 24, colorprofile.TrueColor, lynx, heron)
		if state.play != nil {
			state.play(s)
		}
		before, follow := s.text(), s.reading.timeline.Follows()
		for i := range 1000 {
			s.do(tea.WindowSizeMsg{Width: 1 + i*7%300, Height: 1 + i*13%100})
			if i%50 == 0 {
				s.fits()
			}
		}
		s.do(tea.WindowSizeMsg{Width: 80, Height: 24})
		if after := s.text(); after != before && follow {
			t.Errorf("%s: after the storm:\n%s\nbefore it:\n%s", state.name, after, before)
		}
	}
}
