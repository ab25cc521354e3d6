package tui

import (
	"strings"
	"testing"

	"github.com/charmbracelet/colorprofile"

	"sotto/rooms"
	"sotto/sshsrv/tui/run"
	"sotto/sshsrv/tui/theme"
)

// Whoever is alone sees how others get in, until somebody comes or something is said.
func TestAnEmptyRoomInvites(t *testing.T) {
	const heading, code = "This is a room to talk in that forgets", "█▄▄▄█"
	room := func(width, height int) *sitting {
		s := inRoom(t, width, height, colorprofile.ASCII)
		s.shows(heading, "ssh -t chat.example tea", "https://chat.example/r/tea")
		return s
	}
	s := room(120, 40)
	s.shows(code)
	s.happens(&rooms.Joined{Member: lynx})
	s.flushes()
	s.hides(heading, code)
	s.happens(&rooms.Left{Member: lynx})
	s.flushes()
	s.shows(heading, code)
	s.says(you, "hello?")
	s.hides(heading, code)

	s = room(80, 24) // where the code has no room
	s.hides(code)
	s.types("/invite", "enter")
	s.hides(heading)
	s.types("esc")
	s.shows(heading)

	s = inRoom(t, 40, 12, colorprofile.ASCII) // nor the ways in
	s.hides(heading)
}

// A sealed room has a lock and a ground that no open room can have, whatever it is called
// or about.
func TestASealedRoomLooksSealed(t *testing.T) {
	sealed := newSitting(t, 100, 24, colorprofile.TrueColor)
	sealed.do(run.SeatMsg{Seat: &sealedSeat{}})
	sealed.happens(&rooms.Welcome{Room: "sealed-6d2f0c", Kind: rooms.KindSealed, You: you, Members: []rooms.Member{lynx, you}})
	open := newSitting(t, 100, 24, colorprofile.TrueColor)
	open.do(run.SeatMsg{Seat: open.seat})
	open.happens(&rooms.Welcome{Room: "sealed-6d2f0c", Kind: rooms.KindOpen, Topic: "🔒 sealed, compared", You: you, Members: []rooms.Member{lynx, you}})
	ink := func(s *sitting, style theme.Style) string { return s.layout.ink.SGR(style) }
	for _, s := range []*sitting{sealed, open} {
		bar := s.Frame().Rows[0]
		is := s == sealed
		if strings.Contains(bar, "🔒") != is || strings.Contains(bar, ink(s, theme.SealDim)) != is || strings.Contains(bar, ink(s, theme.BarDim)) == is {
			t.Errorf("sealed: %v, and the title is %q", is, bar)
		}
	}
	if ink(sealed, theme.SealDim) == ink(sealed, theme.BarDim) {
		t.Error("both have the same ground")
	}
}
