package tui

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"sotto/rooms"
	"sotto/sshsrv/tui/run"
)

// TestChosenWordsCall has a word call as a name does, until it is taken back.
func TestChosenWordsCall(t *testing.T) {
	s := inRoom(t, 80, 24, colorprofile.ASCII, lynx)
	s.types("/highlight deploy, Outage", "enter")
	s.shows("These words call you as your name does", "deploy, Outage")
	s.do(tea.BlurMsg{})
	s.says(lynx, "the OUTAGE is over")
	if !strings.Contains(s.raw.String(), "\a") {
		t.Error("a chosen word does not ring")
	}
	s.types("/highlight", "enter")
	s.types("/highlight off", "enter")
	s.shows("No words call you but your name.")
	s.raw.Reset()
	s.now = s.now.Add(20e9)
	s.says(lynx, "an outage again")
	if strings.Contains(s.raw.String(), "\a") {
		t.Error("a word that was taken back rings")
	}
}

// TestDoorChooses begins with what was chosen at the door.
func TestDoorChooses(t *testing.T) {
	s := newSitting(t, 80, 24, colorprofile.ASCII)
	s.Screen = New(t.Context(), Config{
		Enter: s.cfg.Enter, Now: s.cfg.Now, Notify: "off", Times: "on", Fold: "off", Theme: "light", Told: "SOTTO_TZ was left out.",
	})
	if s.reading.notify != onNothing || !s.reading.timeline.Times() || s.reading.timeline.Folding() || s.layout.themeName != "light" {
		t.Error("the door's choices are not the screen's")
	}
	s.do(tea.ColorProfileMsg{Profile: colorprofile.ASCII}, tea.WindowSizeMsg{Width: 80, Height: 24}, run.SeatMsg{Seat: s.seat})
	s.happens(&rooms.Welcome{Room: "tea", Kind: rooms.KindOpen, You: you, Members: []rooms.Member{you, lynx}})
	s.says(lynx, "hello")
	s.shows("SOTTO_TZ was left out.", "hello")
	if n := strings.Count(strings.Join(s.Frame().Rows, "\n"), start.Format("15:04")); n != 1 {
		t.Errorf("the time is there %d times", n)
	}
}
