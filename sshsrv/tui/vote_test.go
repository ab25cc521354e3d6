package tui

import (
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/colorprofile"

	"sotto/rooms"
)

// TestVote: who has been here for long enough answers by a key, once; whom it is about
// and who just came do not; and it is over when the room says so, when they have left, or
// when its minute is.
func TestVote(t *testing.T) {
	s := inRoom(t, 80, 24, colorprofile.ASCII, lynx, heron)
	s.asksAbout(heron)
	s.shows("Remove late-heron? 3 have to agree. 60 s")
	s.hides("F7")
	s.types("f7")
	if op := s.asked(); op != nil {
		t.Errorf("who just came asked for %#v", op)
	}
	s.happens(&rooms.Voting{Member: heron, Over: true})
	s.hides("Remove late-heron?")

	s.passes(2 * time.Minute)
	s.asksAbout(heron)
	s.shows("F7 yes  F8 no")
	s.wakes(s.now.Add(18 * time.Second))
	s.shows("42 s")
	s.types("f8")
	if op := s.asked(); op != rooms.Op(rooms.Vote{To: heron.ID}) {
		t.Errorf("%#v", op)
	}
	s.shows("You said no.")
	n := len(s.seat.ops)
	if s.types("f7"); len(s.seat.ops) != n {
		t.Error("a second answer was given")
	}
	s.wakes(s.now.Add(time.Minute))
	s.hides("Remove late-heron?")

	s.asksAbout(you)
	s.shows("The others are asked whether to remove you.")
	if s.types("f7"); len(s.seat.ops) != n {
		t.Error("somebody voted about themselves")
	}
	s.asksAbout(heron)
	s.happens(&rooms.Left{Member: heron, Reason: rooms.LeftRemoved})
	s.hides("Remove late-heron?")
}

// TestVoteAndKnocks: a vote is asked before who knocks, and a key that was meant for the
// one answers not the other.
func TestVoteAndKnocks(t *testing.T) {
	s := inRoom(t, 80, 24, colorprofile.ASCII, lynx, heron)
	s.passes(2 * time.Minute)
	s.happens(knock("k1", "calm-crow", "hello"))
	s.shows("calm-crow knocks: hello")
	s.asksAbout(heron)
	s.types("f7")
	if op := s.asked(); op != nil {
		t.Errorf("a key meant for a knock asked for %#v", op)
	}
	s.shows("Now it is a vote about late-heron", "1 knock")
	s.passes(time.Second)
	s.types("f7")
	if op := s.asked(); op != rooms.Op(rooms.Vote{To: heron.ID, Yes: true}) {
		t.Errorf("%#v", op)
	}
	s.shows("calm-crow knocks: hello")
	n := len(s.seat.ops)
	if s.types("f8"); len(s.seat.ops) != n {
		t.Error("a key meant for a vote sent somebody away")
	}
	s.passes(time.Second)
	s.types("f8")
	if op := s.asked(); op != rooms.Op(rooms.Decide{Knock: "k1"}) {
		t.Errorf("%#v", op)
	}
}

// TestVoteEndsUnderAKey: a key that was meant for a vote whose minute is just over sends
// nobody away.
func TestVoteEndsUnderAKey(t *testing.T) {
	s := inRoom(t, 80, 24, colorprofile.ASCII, lynx, heron)
	s.passes(2 * time.Minute)
	s.asksAbout(heron)
	s.happens(knock("k1", "calm-crow", ""))
	s.passes(rooms.VoteFor)
	s.types("f8")
	if op := s.asked(); op != nil {
		t.Errorf("%#v", op)
	}
	s.shows("Now it is calm-crow who knocks")
}

// TestVoteIsAskedForByMenu: where no host is, and for whoever asks it is answered.
func TestVoteIsAskedForByMenu(t *testing.T) {
	s := inRoom(t, 80, 24, colorprofile.ASCII, lynx, heron)
	s.passes(2 * time.Minute)
	s.types("f2", "enter", "end")
	s.shows("ask all to remove them")
	s.types("enter")
	if op := s.asked(); op != nil || s.composing.composer.Text() != "/vote "+lynx.Nick {
		t.Fatalf("%#v, and %q is written", op, s.composing.composer.Text())
	}
	s.types("enter")
	op, ok := s.asked().(rooms.Vote)
	if !ok || op.To != lynx.ID || !op.Yes {
		t.Fatalf("%#v", s.asked())
	}
	s.happens(&rooms.Voting{Member: lynx, Needed: 3, Ends: s.now.Add(rooms.VoteFor), ID: op.ID})
	s.shows("You said yes.")
	n := len(s.seat.ops)
	s.types("f2", "down", "enter", "end", "enter", "enter")
	if s.shows("A vote is running."); len(s.seat.ops) != n {
		t.Error("a second vote was asked for")
	}
	s.happens(&rooms.Welcome{Room: "tea", Kind: rooms.KindSealed, You: you, Members: []rooms.Member{you, lynx}})
	s.types("f2", "enter")
	if strings.Contains(s.text(), "ask all") {
		t.Error("a vote is offered in a sealed room")
	}
}
