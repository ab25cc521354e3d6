package tui

import (
	"context"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"sotto/rooms"
	"sotto/sshsrv/tui/run"
)

// TestAnotherRoom goes to another room instead of this one, as who follows does, and stays
// where it can't.
func TestAnotherRoom(t *testing.T) {
	s := plainRoom(t)
	s.says(lynx, "in the old room")
	other := &fakeSeat{}
	var asked string
	s.cfg.Enter = func(_ context.Context, room, nick string) (rooms.Participant, error) {
		asked = room + " as " + nick
		if room == "full" {
			return nil, &rooms.Error{Code: rooms.RoomFull, Message: "This room is full."}
		}
		return other, nil
	}
	s.run(first(s.goOn("full")))
	s.shows("This room is full.", "in the old room")
	s.run(first(s.goOn("Coffee")))
	if asked != "Coffee as quiet-otter" {
		t.Errorf("asked for %q", asked)
	}
	s.happens(&rooms.Welcome{Room: "coffee", Kind: rooms.KindOpen, You: you, Members: []rooms.Member{you}})
	s.shows("#coffee", "You left tea and came into coffee", "in the old room")
	s.types("alt+up", "enter")
	s.shows("That was said in another room.")
	s.types("alt+up", "i")
	s.shows("That was said in another room.")
	s.types("f2")
	s.shows("quiet-otter")
	s.hides("brave-lynx       web")
	s.types("esc")
	s.types("hello", "enter")
	if len(other.ops) == 0 {
		t.Error("what is said does not reach the new room")
	}
	s.types("/join t", "tab")
	s.shows("/join tea")
}

// TestOnTheWay writes while the next room is being entered: nobody in the last one
// reads it, and a whisper that was begun there reaches nobody here unasked.
func TestOnTheWay(t *testing.T) {
	s := plainRoom(t)
	enter, _ := s.goOn("cellar")
	s.types("for the cellar", "enter")
	s.types("ctrl+c", "/msg brave-lynx for the cellar's", "enter")
	if got := s.ops(); len(got) != 0 {
		t.Errorf("did %#v", got)
	}
	s.shows("/msg brave-lynx for the cellar's", "on the way to another room")
	s.run(enter)
	s.happens(&rooms.Welcome{Room: "cellar", Kind: rooms.KindOpen, You: you, Members: []rooms.Member{you, {ID: "99", Nick: lynx.Nick}}})
	s.types("enter")
	if got := s.ops(); len(got) != 0 {
		t.Errorf("did %#v", got)
	}
	s.shows("Somebody else goes by the name brave-lynx")
	s.types("enter")
	if got := s.ops(); len(got) != 1 || got[0].(rooms.Whisper).To != "99" {
		t.Errorf("did %#v", got)
	}
}

// TestAnswerWhisper begins an answer to a whisper: it is for who whispered, under
// the name they have now, or for nobody.
func TestAnswerWhisper(t *testing.T) {
	s := plainRoom(t)
	s.happens(&rooms.Whispered{At: s.now, From: lynx.Person(), To: you.Person(), Text: "psst"},
		&rooms.Renamed{Member: rooms.Member{ID: lynx.ID, Nick: "sly-lynx"}, Was: lynx.Nick},
		&rooms.Renamed{Member: rooms.Member{ID: heron.ID, Nick: lynx.Nick}, Was: heron.Nick})
	s.types("ctrl+o", "r")
	if got, want := s.composing.composer.Text(), "/msg sly-lynx "; got != want {
		t.Errorf("the composer has %q, want %q", got, want)
	}
	s.types("ctrl+c")
	s.happens(&rooms.Left{Member: rooms.Member{ID: lynx.ID, Nick: "sly-lynx"}})
	s.types("ctrl+o", "r")
	if !s.composing.composer.Empty() {
		t.Errorf("the composer has %q", s.composing.composer.Text())
	}
	s.shows("has left")
}

// TestFrontPageEnters goes in by name, by a fresh name, and after a mistake.
func TestFrontPageEnters(t *testing.T) {
	for typed, want := range map[string]string{"": "amber-canal-otter-42", "#Tea": "Tea"} {
		s := newSitting(t, 80, 24, colorprofile.ASCII)
		entered := ""
		s.cfg.Enter = func(_ context.Context, room, _ string) (rooms.Participant, error) { entered = room; return s.seat, nil }
		if typed != "" {
			s.types(typed)
		}
		s.types("enter")
		if entered != want {
			t.Errorf("%q entered %q, want %q", typed, entered, want)
		}
	}
	s := newSitting(t, 80, 24, colorprofile.ASCII)
	s.cfg.Enter = func(context.Context, string, string) (rooms.Participant, error) {
		return nil, &rooms.Error{Code: rooms.RoomFull, Message: "This room is full."}
	}
	s.types("tea", "enter")
	s.shows("This room is full.", "tea")
	s.types("s")
	s.hides("This room is full.")
	s.types("ctrl+c")
	if !s.quit {
		t.Error("Ctrl-C does not leave the front page")
	}
}

// TestFrontPageEntersSeveral enters all rooms that are named, the first in front, as the
// page does; more than fit a window are none.
func TestFrontPageEntersSeveral(t *testing.T) {
	for typed, want := range map[string]string{
		"m1,m2":                   "m1 m2",
		"m1, #M2 ,m1":             "m1 m2",
		"/join m1,m2":             "m1 m2",
		"/join m1, m2":            "m1 m2",
		"a1,a2,a3,a4,a5,a6,a7,a8": "a1 a2 a3 a4 a5 a6 a7 a8",
	} {
		s := newSitting(t, 80, 24, colorprofile.ASCII)
		asked := s.counts()
		s.wished = rooms.Choose("pia")
		s.types(typed, "enter")
		if got := strings.Join(*asked, " "); got != want || s.front != s.places[0] || len(s.places) != len(*asked) {
			t.Errorf("%q asked for %q, %d places", typed, got, len(s.places))
		}
		for _, p := range s.places {
			if p.wished.Nick() != "pia" {
				t.Errorf("%q: in %s this person is %q", typed, p.label(), p.wished.Nick())
			}
		}
	}
	s := newSitting(t, 80, 24, colorprofile.ASCII)
	asked := s.counts()
	s.types("a1,a2,a3,a4,a5,a6,a7,a8,a9", "enter")
	if s.shows("eight rooms at most"); len(*asked) != 0 || len(s.places) != 1 {
		t.Errorf("asked for %q", *asked)
	}
	s = plainRoom(t)
	tea := s.front
	den := s.joins("den")
	s.do(run.SeatEndedMsg{At: den, Err: removed})
	asked = s.counts()
	s.goesOn("tea,lab")
	if len(*asked) != 1 || (*asked)[0] != "lab" || len(s.places) != 2 {
		t.Errorf("beside tea asked for %q, %d places", *asked, len(s.places))
	}
	s.welcomed(den, "lab")
	s.do(run.SeatEndedMsg{At: den, Err: removed})
	if s.goesOn("tea,#tea"); s.front != tea || len(s.places) != 1 {
		t.Errorf("%s is in front of %d places", s.front.label(), len(s.places))
	}
}

// Commands that mean something without a room do on the front page, and the others say
// what is missing; nothing that begins like a command is taken for a room's name.
func TestCommandsOnTheFrontPage(t *testing.T) {
	for _, c := range []struct{ typed, enters, shows string }{
		{"/join other", "other", ""},
		{"7send", "7send", ""},
		{"#tea", "tea", ""},
		{"／join #other", "other", ""},
		{"  /join other ", "other", ""},
		{"/join Mein Zimmer", "", "Perhaps you mean mein-zimmer. Tab"},
		{"/join", "", "/join needs ROOM"},
		{"/quti", "", "did you mean /quit?"},
		{"/nick pia", "", "That works in a room."},
		{"/msg bob x", "", "That works in a room."},
		{"//x", "", "A room name is"},
		{"/help", "", "/quit leaves"},
		{"Mein Zimmer", "", "Perhaps you mean mein-zimmer. Tab"},
	} {
		s := newSitting(t, 120, 24, colorprofile.ASCII)
		entered := ""
		s.cfg.Enter = func(_ context.Context, room, _ string) (rooms.Participant, error) { entered = room; return s.seat, nil }
		s.types(c.typed, "enter")
		if entered != c.enters || s.quit {
			t.Errorf("%q entered %q, quit %v", c.typed, entered, s.quit)
		}
		if c.enters == "" {
			s.shows(c.shows)
		}
	}
	for _, quit := range []string{"/quit", "/QUIT", " /quit "} {
		s := newSitting(t, 120, 24, colorprofile.ASCII)
		if s.types(quit, "enter"); !s.quit {
			t.Errorf("%q does not leave", quit)
		}
	}
	s := newSitting(t, 80, 24, colorprofile.ASCII)
	entered := ""
	s.cfg.Enter = func(_ context.Context, room, _ string) (rooms.Participant, error) { entered = room; return s.seat, nil }
	s.types("Mein Zimmer", "enter", "tab")
	s.hides("Perhaps")
	if s.types("enter"); entered != "mein-zimmer" {
		t.Errorf("Tab and Enter entered %q", entered)
	}
	s = newSitting(t, 80, 24, colorprofile.ASCII)
	s.cfg.Enter = func(context.Context, string, string) (rooms.Participant, error) {
		return nil, &rooms.Error{Code: rooms.RoomFull, Message: "This room is full."}
	}
	s.types("tea", "enter")
	if s.types("tab"); s.cards.front.field.text != "" { // it makes another name, as ever
		t.Errorf("Tab left %q", s.cards.front.field.text)
	}
}

// first is the command of what also says whether it is done.
func first(cmd tea.Cmd, _ bool) tea.Cmd { return cmd }
