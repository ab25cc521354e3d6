package tui

import (
	"context"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"sotto/rooms"
	"sotto/sshsrv/tui/run"
)

// sealedLink is one into a sealed room.
const sealedLink = "https://chat.example/s/#AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

// TestNameThatGoesAlong: by /join, from the page of a room that has ended, and after being
// turned away, a name goes along if it was chosen, from an open room to an open one.
func TestNameThatGoesAlong(t *testing.T) {
	byJoin := func(s *sitting, room string) { s.types("/join "+room, "enter") }
	fromEnding := func(s *sitting, room string) {
		s.do(run.SeatEndedMsg{Err: removed})
		s.goesOn(room)
	}
	for name, c := range map[string]struct {
		kind       rooms.Kind
		door, nick string // by --nick, by /nick
		to         string
		goes       func(s *sitting, room string)
		want       string
	}{
		"drawn":                   {rooms.KindOpen, "", "", "den", byJoin, ""},
		"--nick":                  {rooms.KindOpen, "pia", "", "den", byJoin, "pia"},
		"/nick":                   {rooms.KindOpen, "", "pia", "den", byJoin, "pia"},
		"by its address":          {rooms.KindOpen, "pia", "", "http://chat.example/r/x", byJoin, "pia"},
		"into a sealed room":      {rooms.KindOpen, "pia", "", sealedLink, byJoin, ""},
		"sealed, drawn":           {rooms.KindSealed, "", "", "den", byJoin, ""},
		"sealed, --nick":          {rooms.KindSealed, "secret", "", "den", byJoin, ""},
		"sealed, /nick":           {rooms.KindSealed, "", "secret", "den", byJoin, ""},
		"sealed, by address":      {rooms.KindSealed, "", "secret", "http://chat.example/r/x", byJoin, ""},
		"sealed to sealed":        {rooms.KindSealed, "", "secret", sealedLink, byJoin, ""},
		"ended, drawn":            {rooms.KindOpen, "", "", "den", fromEnding, ""},
		"ended, /nick":            {rooms.KindOpen, "", "pia", "den", fromEnding, "pia"},
		"ended, sealed, --nick":   {rooms.KindSealed, "secret", "", "den", fromEnding, ""},
		"ended, sealed, /nick":    {rooms.KindSealed, "", "secret", "den", fromEnding, ""},
		"ended, to sealed, /nick": {rooms.KindOpen, "", "pia", sealedLink, fromEnding, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSitting(t, 80, 24, colorprofile.ASCII)
			s.cfg.Seal = func() rooms.Invitation { return rooms.Invitation{} }
			s.wished = rooms.Choose(c.door)
			s.do(run.SeatMsg{Seat: s.seat})
			s.happens(&rooms.Welcome{Room: "tea", Kind: c.kind, You: you, Members: []rooms.Member{you}})
			if c.nick != "" {
				s.happens(&rooms.Renamed{Member: rooms.Member{ID: you.ID, Nick: c.nick}, Was: you.Nick, ID: "t9"})
			}
			asked := "nothing"
			s.cfg.Enter = func(_ context.Context, _, nick string) (rooms.Participant, error) {
				asked = nick
				return &fakeSeat{}, nil
			}
			if c.goes(s, c.to); asked != c.want {
				t.Errorf("%q goes along, want %q", asked, c.want)
			}
		})
	}
}

// TestNameOfTheDoor: what --nick says is for the rooms that stand beside it and for the
// front page, and goes nowhere from the way into a sealed room.
func TestNameOfTheDoor(t *testing.T) {
	var asked []string
	cfg := Config{
		Nick: "pia", Seal: func() rooms.Invitation { return rooms.Invitation{} },
		Enter: func(_ context.Context, room, nick string) (rooms.Participant, error) {
			asked = append(asked, room+" as "+nick)
			return nil, &rooms.Error{Code: rooms.RoomFull, Message: "This room is full."}
		},
	}
	enters := func(room string, more []string) *sitting {
		asked = nil
		cfg.Room, cfg.More = room, more
		s := &sitting{t: t, Screen: New(t.Context(), cfg), now: start}
		s.do(tea.WindowSizeMsg{Width: 80, Height: 24})
		s.run(s.Init())
		return s
	}
	s := enters("", nil)
	s.types("den", "enter")
	s.types("x", "enter")
	if len(asked) != 2 || asked[0] != "den as pia" || asked[1] != "denx as pia" {
		t.Errorf("the front page asked for %q", asked)
	}
	if enters("den", []string{"ops"}); len(asked) != 2 || asked[0] != "den as pia" || asked[1] != "ops as pia" {
		t.Errorf("two rooms: asked for %q", asked)
	}
	s = enters(sealedLink, nil)
	s.types("den", "enter")
	if len(asked) != 2 || asked[0] != sealedLink+" as pia" || asked[1] != "den as " {
		t.Errorf("after a sealed room asked for %q", asked)
	}
}
