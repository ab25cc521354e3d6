package tui

import (
	"context"
	"testing"

	"sotto/rooms"
	"sotto/sshsrv/tui/run"
)

// goes takes the person to another room instead of this one, as somebody else there.
func (s *sitting) goes(room string, as rooms.Member) {
	s.t.Helper()
	s.seat = &fakeSeat{}
	s.cfg.Enter = func(context.Context, string, string) (rooms.Participant, error) { return s.seat, nil }
	cmd, _ := s.goOn(room)
	s.run(cmd)
	s.happens(&rooms.Welcome{Room: rooms.RoomName(room), Kind: rooms.KindOpen, You: as, Members: []rooms.Member{as}})
	s.seq = 0
}

// What was read in one room stays as it was in another, and has nothing to do with
// what is said there.
func TestPastRoom(t *testing.T) {
	s := plainRoom(t)
	s.says(lynx, "first words in tea")
	s.happens(&rooms.Whispered{At: s.now, From: you.Person(), To: lynx.Person(), Text: "psst"})
	s.happens(&rooms.Offered{Seq: 9, At: s.now, From: lynx.Person(), File: rooms.File{Name: "a.txt", Size: 9}})
	me := rooms.Member{ID: "77", Nick: "quiet-otter", Via: rooms.ViaSSH}
	s.goes("coffee", me)
	s.happens(&rooms.Joined{Member: rooms.Member{ID: "02", Nick: "other-owl"}})
	s.happens(&rooms.Said{Seq: 2, At: s.now, From: rooms.Person{ID: "02", Nick: "other-owl"}, Text: "an answer", Re: 1})
	s.happens(&rooms.Transfer{N: 1, Offer: 9, Name: "b.txt", State: rooms.TransferOpen})
	s.flushes()
	s.shows("first words in tea", "you whisper to brave-lynx alone", "brave-lynx offers a.txt", "You left tea and came into coffee", "an earlier message", "other-owl")
	s.types("/ignore other-owl", "enter")
	s.shows("first words in tea", "you whisper to brave-lynx alone")
	s.hides("an answer")
	s.types("f3", "first words", "enter", "esc")
	s.shows("first words in tea")
	s.types("/clear", "enter")
	s.hides("first words in tea")
	s.goes("tea", you)
	s.goes("coffee", me)
	s.shows("You left coffee and came into tea", "You left tea and came into coffee")
}

// Lines that were typed while the way to another room was sought are for the room
// that they were typed in, and come back.
func TestTypedOnTheWay(t *testing.T) {
	s := plainRoom(t)
	s.pastes(numbered(3))
	s.do(run.SeatMsg{Seat: &fakeSeat{}})
	s.happens(&rooms.Welcome{Room: "coffee", Kind: rooms.KindOpen, You: you, Members: []rooms.Member{you}})
	if got, want := s.composing.composer.Text(), "line 2\nline 3"; got != want {
		t.Errorf("the composer holds %q, want %q", got, want)
	}
}
