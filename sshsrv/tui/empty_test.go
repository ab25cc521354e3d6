package tui

import (
	"fmt"
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
	s.shows("/invite has a code that a phone reads.")
	s.types("/invite", "enter")
	s.shows(code)
	s.hides(heading)
	s.types("esc")
	s.shows(heading)

	s = inRoom(t, 40, 12, colorprofile.ASCII) // nor most of the words
	s.hides(heading)
	s.shows("Bring somebody in", "https://chat.example/r/tea")
}

// TestEmptyRoomScreens: an empty room says how others get in on every screen that has a row
// for it, a sealed one as well, whose link and notes are longer.
func TestEmptyRoomScreens(t *testing.T) {
	const link = "https://chat.example/s/308701#7Xq0cT2nB9vLw4yKs1dPzR8mJf3hGa6e"
	var text strings.Builder
	for _, sealed := range []bool{false, true} {
		for _, size := range []struct{ width, height int }{{80, 24}, {60, 16}, {40, 16}, {40, 12}, {20, 6}} {
			s := newSitting(t, size.width, size.height, colorprofile.ASCII)
			welcome := &rooms.Welcome{Room: "tea", Kind: rooms.KindOpen, You: you, Members: []rooms.Member{you}}
			if seat := rooms.Participant(s.seat); sealed {
				seat = &sealedSeat{}
				welcome.Room, welcome.Kind = "sealed-308701", rooms.KindSealed
				s.layout.ways = func(rooms.RoomName) rooms.Invitation {
					return rooms.Invitation{SSH: "sotto join '" + link + "'", Web: link}
				}
				s.do(run.SeatMsg{Seat: seat})
			} else {
				s.do(run.SeatMsg{Seat: seat})
			}
			s.happens(welcome)
			s.flushes()
			fmt.Fprintf(&text, "== sealed: %v, %d×%d\n%s\n", sealed, size.width, size.height, s.text())
		}
	}
	golden(t, "empty", text.String())
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
