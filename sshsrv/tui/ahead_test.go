package tui

import (
	"errors"
	"reflect"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"sotto/rooms"
	"sotto/sshsrv/tui/run"
)

// typingAhead is a person who types while the room that they asked for is entered.
func typingAhead(t *testing.T) *sitting {
	s := newSitting(t, 80, 24, colorprofile.ASCII)
	s.types("tea")
	s.Update(keys["enter"]) // the seat takes its time
	return s
}

func TestTypedAheadIsSaid(t *testing.T) {
	s := typingAhead(t)
	s.types("hello", "enter", "and")
	s.do(run.SeatMsg{Seat: s.seat})
	s.do(tea.PasteMsg{Content: " more"})
	if len(s.seat.ops) > 0 {
		t.Errorf("%v, before there is a room", s.seat.ops)
	}
	s.happens(&rooms.Welcome{Room: "tea", Kind: rooms.KindOpen, You: you, Members: []rooms.Member{you}})
	if want := (rooms.Say{ID: "t1", Text: "hello"}); len(s.seat.ops) != 1 || !reflect.DeepEqual(s.seat.ops[0], rooms.Op(want)) {
		t.Errorf("%v, want %v", s.seat.ops, want)
	}
	s.shows("› and more")
}

func TestTypedAheadGoesToNoOtherRoom(t *testing.T) {
	s := typingAhead(t)
	s.types("for tea alone", "enter")
	s.do(enteringRefused{err: errors.New("That room is full.")})
	s.shows("That room is full.", "This was not said.", "for tea alone")
	s.types("enter")
	if len(s.seat.ops) > 0 {
		t.Errorf("%v in another room", s.seat.ops)
	}
}

func TestTypedAheadIsBounded(t *testing.T) {
	s := typingAhead(t)
	for range maxAhead + 1 {
		s.types("x")
	}
	s.do(run.SeatMsg{Seat: s.seat})
	s.happens(&rooms.Welcome{Room: "tea", Kind: rooms.KindOpen, You: you, Members: []rooms.Member{you}})
	s.shows("You typed more than could wait")
	if got := len(s.composing.composer.Text()); got != maxAhead {
		t.Errorf("%d characters waited, want %d", got, maxAhead)
	}
}
