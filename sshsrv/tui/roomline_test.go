package tui

import (
	"strings"
	"testing"

	"github.com/charmbracelet/colorprofile"
)

// TestRoomLineSharesTheWidth: names that don't fit whole have what room there is, evenly.
func TestRoomLineSharesTheWidth(t *testing.T) {
	s := inRoom(t, 80, 24, colorprofile.ASCII, lynx)
	s.joins("a-long-name-of-a-room-for-the-north")
	s.joins("a-long-name-of-a-room-for-the-south")
	line, _, _ := strings.Cut(s.text(), "\n")
	if want := " 1 tea  2 a-long-name-of-a-room-for-the-n… [3 a-long-name-of-a-room-for-the-s…]"; strings.TrimRight(line, " ") != want {
		t.Errorf("%q\nwant %q", line, want)
	}
	if !strings.Contains(line, "the-n…") || !strings.Contains(line, "the-s…") {
		t.Errorf("the rooms look the same in %q", line)
	}
}

// TestFrontIsOnTheRoomLine, however narrow it is, and a click on what is shown leads there.
func TestFrontIsOnTheRoomLine(t *testing.T) {
	s := inRoom(t, 20, 6, colorprofile.ASCII, lynx)
	for _, room := range []string{"b", "c", "d", "e", "f", "g", "h"} {
		s.joins(room)
	}
	line, _, _ := strings.Cut(s.text(), "\n")
	if !strings.Contains(line, "[8]") {
		t.Fatalf("the room in front is not in %q", line)
	}
	s.clicks("6")
	if s.front != s.places[5] {
		t.Errorf("a click on 6 in %q leads elsewhere", line)
	}
}
