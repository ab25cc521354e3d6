package tui

import (
	"strings"
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

// TestVoiceTyped: a screen without sound answers what was asked, in two lines at most: how to
// talk from a terminal, by what leads into this kind of room, and that there is nothing to leave.
func TestVoiceTyped(t *testing.T) {
	for _, c := range []struct {
		typed string
		kind  rooms.Kind
		says  string
		not   string
	}{
		{"/voice", rooms.KindOpen, "ssh HOST ROOM --voice", "sotto join"},
		{"/voice", rooms.KindSealed, "sotto join LINK --voice", "ssh HOST"},
		{"/voice off", rooms.KindOpen, "You are not in voice on this screen", "--voice"},
		{"/voice OFF", rooms.KindSealed, "You are not in voice on this screen", "--voice"},
	} {
		s := inRoom(t, 80, 24, colorprofile.ASCII, lynx, heron)
		s.kind = c.kind
		before := strings.Count(s.text(), "\n                    ")
		s.types(c.typed, "enter")
		s.shows(c.says)
		s.hides(c.not)
		if more := strings.Count(s.text(), "\n                    ") - before; more > 1 {
			t.Errorf("%s in a room that is %s takes %d lines more than one", c.typed, c.kind, more)
		}
	}
	s := inRoom(t, 80, 24, colorprofile.ASCII, lynx, rooms.Member{ID: "09", Nick: "off", Via: rooms.ViaSSH})
	s.types("/voice off", "enter")
	if got, want := opWords(s.asked()), opWords(rooms.LetSpeak{To: "09", On: true}); got != want {
		t.Errorf("where somebody is called off, it is %s, want %s", got, want)
	}
}
