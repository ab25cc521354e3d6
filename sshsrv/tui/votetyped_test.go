package tui

import (
	"testing"

	"github.com/charmbracelet/colorprofile"

	"sotto/rooms"
)

// TestVoteIsTyped: where no host is, somebody asks all by a command, and answers by one.
func TestVoteIsTyped(t *testing.T) {
	s := inRoom(t, 80, 24, colorprofile.ASCII, lynx, heron)
	wants := func(typed string, want rooms.Op) {
		t.Helper()
		s.types(typed, "enter")
		if got, want := opWords(s.asked()), opWords(want); got != want {
			t.Errorf("%s: %s, want %s", typed, got, want)
		}
	}
	wants("/vote yes", nil)
	s.types("ctrl+c")
	wants("/vote "+heron.Nick, rooms.Vote{To: heron.ID, Yes: true})
	s.happens(&rooms.Voting{Seq: 1, Member: lynx, Needed: 3})
	wants("/vote no", rooms.Vote{To: lynx.ID})
	wants("/vote YES", rooms.Vote{To: lynx.ID, Yes: true})
	s.happens(&rooms.Left{Seq: 2, Member: lynx, Reason: rooms.LeftRemoved})
	s.types("/vote no", "enter")
	s.shows("Nobody is asked anything just now.")
}

// TestVoiceTyped: a screen without sound says how to talk from a terminal.
func TestVoiceTyped(t *testing.T) {
	for _, typed := range []string{"/voice", "/voice off"} {
		s := inRoom(t, 80, 24, colorprofile.ASCII, lynx, heron)
		s.types(typed, "enter")
		s.shows("There is no sound on this screen.", "ssh HOST ROOM --voice")
	}
}
