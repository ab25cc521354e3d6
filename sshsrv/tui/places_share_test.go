//go:build !race

package tui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"sotto/sshsrv/tui/composer"
	"sotto/sshsrv/tui/run"
	"sotto/sshsrv/tui/timeline"
)

// TestPlacesShareMemory: eight rooms after an evening each hold hardly more than one.
func TestPlacesShareMemory(t *testing.T) {
	evening := func(n int) int {
		s := inRoom(t, 80, 24, colorprofile.TrueColor, lynx)
		for i := range n - 1 {
			s.joins(fmt.Sprint("den-", i), lynx)
		}
		for i := range 3000 {
			for _, p := range s.places {
				s.passes(time.Second)
				s.saysIn(p, lynx, fmt.Sprintf("%d %s", i, strings.Repeat("words ", 40)))
			}
		}
		bytes, spare := s.Holds()
		if spare > bytes {
			t.Errorf("of %d bytes %d are spare", bytes, spare)
		}
		return bytes
	}
	if one, eight := evening(1), evening(8); float64(eight) > 1.25*float64(one) {
		t.Errorf("eight rooms hold %d bytes, one holds %d", eight, one)
	}
	s := inRoom(t, 80, 24, colorprofile.TrueColor, lynx)
	for i := range maxPlaces - 1 {
		s.joins(fmt.Sprint("den-", i), lynx)
	}
	for range maxPlaces {
		for range 300 {
			s.do(tea.PasteMsg{Content: strings.Repeat("cut ", 900)})
			s.do(cut)
		}
		s.types("a draft", "alt+right")
		if bytes, _ := s.Holds(); bytes > MaxHolds {
			t.Fatalf("it holds %d bytes", bytes)
		}
	}
	_, spare := s.Holds()
	for _, p := range s.places {
		if text := p.composing.composer.Text(); text != "a draft" {
			t.Errorf("in %s %q is written", p.label(), text)
		}
	}
	if s.do(run.ShedMsg{}); spare > composer.MaxHolds+behindHolds+timeline.MaxHolds {
		t.Errorf("%d bytes are spare", spare)
	}
	if _, rest := s.Holds(); rest > spare/4 {
		t.Errorf("of %d spare bytes %d are left", spare, rest)
	}
}
