package tui

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
	"weak"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"sotto/rooms"
	"sotto/sshsrv/tui/run"
)

// The sentences with which a room ends an entry, as it words them.
var (
	atTheDoor  = &rooms.Error{Code: rooms.AtTheDoor, Message: "Whoever is in this room decides who comes in. Knock, and wait."}
	unanswered = &rooms.Error{Code: rooms.AtTheDoor, Message: "Nobody has decided within five minutes. You can knock again."}
	locked     = &rooms.Error{Code: rooms.Locked, Message: "This room is locked. Nobody new comes in just now."}
	denied     = &rooms.Ended{Code: rooms.Denied, Message: "You were not let in."}
	removed    = &rooms.Ended{Code: rooms.Removed, Message: "You were removed from this room: spam"}
	burned     = &rooms.Ended{Code: rooms.Burned, Message: "A host has ended this room for everybody."}
)

// atDoorOf stands in front of a room that knocks.
func (s *sitting) atDoorOf(room string) {
	s.cfg.Enter = func(context.Context, string, string) (rooms.Participant, error) { return nil, atTheDoor }
	s.cfg.Knock = func(context.Context, string, string, string, func(int)) (rooms.Participant, error) {
		return nil, denied
	}
	s.types(room, "enter")
}

// ends the hall's knock.
func (s *sitting) notLet(err error) { s.do(knockRefused{s.cards.hall, err}) }

// doorStates are what is seen from outside.
var doorStates = []struct {
	name string
	play func(s *sitting)
}{
	{"door-asks", func(s *sitting) { s.atDoorOf("tea") }},
	{"door-says", func(s *sitting) { s.atDoorOf("tea"); s.types("it is me, from work") }},
	{"door-waits", func(s *sitting) {
		s.atDoorOf("tea")
		s.types("it is me, from work", "enter")
		s.do(run.WaitingMsg{Ahead: 2})
	}},
	{"door-unanswered", func(s *sitting) {
		s.atDoorOf("tea")
		s.types("it is me, from work", "enter")
		s.do(run.WaitingMsg{})
		s.notLet(unanswered)
	}},
	{"door-denied", func(s *sitting) { s.atDoorOf("tea"); s.types("enter"); s.notLet(denied) }},
	{"door-locked", func(s *sitting) {
		s.cfg.Enter = func(context.Context, string, string) (rooms.Participant, error) { return nil, locked }
		s.types("tea", "enter")
	}},
	{"gone-removed", func(s *sitting) { s.seated(); s.talk(); s.types("I only"); s.do(run.SeatEndedMsg{Err: removed}) }},
	{"gone-burned", func(s *sitting) { s.seated(); s.talk(); s.types("I only"); s.do(run.SeatEndedMsg{Err: burned}) }},
}

// seated takes a seat with others.
func (s *sitting) seated() {
	s.do(run.SeatMsg{Seat: s.seat})
	s.happens(&rooms.Welcome{Room: "tea", Kind: rooms.KindOpen, You: you, Members: []rooms.Member{you, lynx, heron}})
}

// TestDoorScreens holds them as text, and with their styles on a light ground.
func TestDoorScreens(t *testing.T) {
	for _, state := range doorStates {
		t.Run(state.name, func(t *testing.T) {
			var plain, styled strings.Builder
			for _, size := range append(governedSizes, struct{ width, height int }{20, 6}) {
				for _, profile := range []colorprofile.Profile{colorprofile.ASCII, colorprofile.TrueColor} {
					s := newSitting(t, size.width, size.height, profile)
					s.layout.wear("light")
					state.play(s)
					if s.cards.front != nil {
						s.cards.front.fresh = "amber-canal-otter-42"
					}
					record(s, &plain, &styled, profile)
				}
			}
			golden(t, state.name, plain.String())
			golden(t, state.name+".styled", styled.String())
		})
	}
}

// TestHall: a door is left by Escape, at once and whatever is going on at it; what comes
// of a knock that was given up concerns nobody; and who is let in is in.
func TestHall(t *testing.T) {
	s := newSitting(t, 80, 24, colorprofile.ASCII)
	s.atDoorOf("tea")
	if !s.Escapes("") {
		t.Error("Escape may be the beginning of something else")
	}
	s.types(strings.Repeat("é", 150))
	if got := s.cards.hall.field.text; got != strings.Repeat("é", 100) {
		t.Errorf("the line has %d bytes", len(got))
	}
	s.do(tea.PasteMsg{Content: "and more"})
	s.types("enter")
	s.shows("Nothing that is said inside")
	s.hides("before you knock") // which is over
	hall := s.cards.hall
	if !hall.waiting || len(s.msgs) != 1 {
		t.Fatalf("nobody knocks: %v", s.msgs)
	}
	s.types("more", "enter")
	if len(s.msgs) != 1 || hall.field.text != strings.Repeat("é", 100) {
		t.Error("somebody who waits knocks again, or says something else")
	}
	s.shows("Knocking…")
	s.types("esc")
	s.do(run.WaitingMsg{Ahead: 3}, knockRefused{hall, denied})
	s.hides("not let in", "Knocking")
	s.shows("room  tea")
	s.types("enter", "enter")
	s.do(run.WaitingMsg{})
	s.shows("the first at the door")
	s.seated()
	s.says(lynx, "welcome")
	s.shows("welcome", "3 here")
	if s.cards.hall != nil || s.quit {
		t.Error("who was let in still stands at the door")
	}
}

// TestHallFromARoom: who knocks elsewhere stays where they are until they are let in.
func TestHallFromARoom(t *testing.T) {
	s := inRoom(t, 80, 24, colorprofile.ASCII, lynx)
	tea := s.front
	s.atDoorOf("/join b")
	s.shows("#b is there, and you have to knock.")
	s.types("enter")
	s.saysIn(tea, lynx, "said meanwhile")
	s.hides("said meanwhile")
	s.notLet(denied)
	s.shows("#b: You were not let in.", "1 tea +1")
	s.types("esc")
	s.shows("said meanwhile", "#tea")
	s.types("/join b", "enter")
	s.shows("#b is there")
	s.types("ctrl+c")
	s.hides("#b is there")
	if s.shows("#tea"); s.quit {
		t.Error("Ctrl-C at a door left the room as well")
	}
	s.types("/join b", "enter")
	s.do(run.SeatEndedMsg{At: tea, Err: removed})
	s.lines()
	s.shows("1 tea ended", "#b is there")
	s.types("alt+1")
	s.shows("You were removed")
	s.hides("#b is there")
}

// TestSealedHall: of a sealed room's link nothing is seen at its door, and nothing is said
// there.
func TestSealedHall(t *testing.T) {
	s := newSitting(t, 80, 24, colorprofile.ASCII)
	s.cfg.Seal = func() rooms.Invitation { return rooms.Invitation{} }
	s.atDoorOf("https://chat.example/s/#secret")
	s.types("hello")
	s.hides("secret", "hello")
	s.shows("This sealed room is there")
}

// TestRemoved: what was typed is theirs who was removed, what was read is above in
// the next room, and the session says why it ended.
func TestRemoved(t *testing.T) {
	s := inRoom(t, 80, 24, colorprofile.ASCII, lynx)
	s.says(lynx, "before that")
	s.types("a draft")
	s.do(run.SeatEndedMsg{Err: removed})
	if s.quit || s.Ended() != error(removed) {
		t.Errorf("the session ended with %v", s.Ended())
	}
	if words := s.Farewell(); !strings.Contains(words, "a draft") {
		t.Errorf("the farewell is %q", words)
	}
	s.goesOn("b")
	s.happens(&rooms.Welcome{Room: "b", Kind: rooms.KindOpen, You: you, Members: []rooms.Member{you}})
	s.shows("before that", "You came into b. What is above was said in tea")
	s.hides("You left", "a draft")
	if !s.composing.composer.Empty() {
		t.Errorf("in the next room %q is written", s.composing.composer.Text())
	}
	if words := s.Farewell(); !strings.Contains(words, "a draft") {
		t.Errorf("from the next room the farewell is %q", words)
	}
	if s.Ended() != nil {
		t.Error("who went elsewhere was ended")
	}
}

// TestBurned: nothing that was said, sent or written is on the screen, in its memory, in
// what can be brought back, or in the farewell.
func TestBurned(t *testing.T) {
	s := inRoom(t, 80, 24, colorprofile.ASCII, lynx)
	said := &rooms.Said{Seq: 1, At: s.now, From: lynx.Person(), Text: "a secret"}
	gone := weak.Make(said)
	s.happens(said)
	said = nil
	s.types("a secret of mine", "enter")
	s.answers()
	s.types("a secret draft")
	s.types("f3", "secret", "enter")
	s.Frame()
	s.do(run.SeatEndedMsg{Err: burned})
	s.shows("A host has ended this room for everybody.", "Nothing of #tea is left")
	if tl := s.reading.timeline; tl.First() != tl.End() {
		t.Error("the timeline remembers")
	}
	if runtime.GC(); gone.Value() != nil {
		t.Error("what was said is in memory")
	}
	if held := fmt.Sprintf("%q", slices.Concat(s.layout.header, s.layout.lower, s.Frame().Rows)); strings.Contains(held, "secret") {
		t.Errorf("drawn is %s", held)
	}
	if words := s.Farewell(); strings.Contains(words, "secret") {
		t.Errorf("the farewell is %q", words)
	}
	s.goesOn("b")
	s.happens(&rooms.Welcome{Room: "b", Kind: rooms.KindOpen, You: you, Members: []rooms.Member{you}})
	s.types("up", "up", "f3", "secret", "enter")
	s.passes(time.Minute)
	for _, row := range s.Frame().Rows {
		if strings.Contains(row, "of mine") || strings.Contains(row, "draft") || strings.Contains(row, "tea") {
			t.Errorf("%q is on the screen", row)
		}
	}
}
