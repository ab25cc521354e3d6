package tui

import (
	"context"
	"strings"
	"testing"

	"github.com/charmbracelet/colorprofile"

	"sotto/rooms"
	"sotto/sshsrv/tui/run"
)

const fresh = "lusab-babad-gutih-tugad-mufaz"

// leapsTo has somebody go on in another room.
func (s *sitting) leapsTo(who rooms.Member, room rooms.RoomName) {
	s.happens(&rooms.Leapt{WSeq: 1, At: s.now, From: who.Person(), Room: room})
}

// TestFollow: whoever is asked to another room goes there by one key or by /go, or stays;
// until then its name is nowhere.
func TestFollow(t *testing.T) {
	var entered string
	sit := func() *sitting {
		s := inRoom(t, 80, 24, colorprofile.ASCII, lynx, heron)
		entered = ""
		s.cfg.Enter = func(_ context.Context, room, _ string) (rooms.Participant, error) {
			entered = room
			return &fakeSeat{}, nil
		}
		s.leapsTo(lynx, fresh)
		s.shows("brave-lynx goes on in another room.", "F7 goes there  F8 stays")
		s.hides(fresh)
		return s
	}
	s := sit()
	s.types("half a thought", "f7")
	if entered != fresh {
		t.Errorf("F7 enters %q", entered)
	}
	s.happens(&rooms.Welcome{Room: fresh, Kind: rooms.KindOpen, You: you, Members: []rooms.Member{lynx, you}})
	s.shows("half a thought", "came into "+fresh)
	s.hides("F7 goes there  F8 stays")

	s = sit()
	s.types("f8")
	s.hides("F7 goes there  F8 stays")
	if entered != "" {
		t.Errorf("F8 enters %q", entered)
	}
	s.happens(&rooms.Left{Member: lynx, Reason: rooms.LeftQuit})
	s.types("/go", "enter")
	if entered != fresh {
		t.Errorf("/go enters %q", entered)
	}

	s = inRoom(t, 80, 24, colorprofile.ASCII, lynx)
	s.types("/go", "enter")
	s.shows("Nobody here goes on in another room")
	s.types("ctrl+c")
	s.types("/ignore brave-lynx", "enter")
	s.leapsTo(lynx, fresh)
	s.hides("goes on")
	s.leapsTo(you, fresh)
	s.hides("goes on")
}

// TestFollowInstead: a key that was meant for who knocks, or for another leap, does not
// take anybody elsewhere.
func TestFollowInstead(t *testing.T) {
	s := inRoom(t, 80, 24, colorprofile.ASCII, lynx, heron)
	var entered string
	s.cfg.Enter = func(_ context.Context, room, _ string) (rooms.Participant, error) {
		entered = room
		return &fakeSeat{}, nil
	}
	s.happens(knock("k1", "calm-crow", "hello"))
	s.leapsTo(lynx, fresh)
	s.types("f7")
	s.shows("Now it is whether you follow brave-lynx into another room")
	s.passes(lookFirst)
	s.leapsTo(heron, "other-room")
	s.types("f7")
	if entered != "" {
		t.Errorf("enters %q", entered)
	}
	s.passes(lookFirst)
	s.types("f8")
	s.shows("calm-crow knocks", "F7 lets in")
}

// TestLeap: a host asks all but those who are named, and goes once that is done.
func TestLeap(t *testing.T) {
	s := inRoom(t, 80, 24, colorprofile.ASCII, lynx, heron)
	for line, problem := range map[string]string{
		"/leap":             "Only a host can ask the others to another room.",
		"/leap ghost":       "Nobody here is called that.",
		"/leap quiet-otter": "You can't leave yourself behind.",
		"/leap ?!":          "Nobody here is called that.",
	} {
		s.types(line, "enter")
		s.shows(problem, line)
		s.types("ctrl+c")
	}
	s.hosts()
	s.types("/leap brave-lynx late-heron", "enter")
	s.shows("Nobody would follow you, so nothing was done.")
	s.types("ctrl+c")
	if s.leaping != nil {
		t.Fatal("somebody leaps")
	}

	s.types("/leap late-heron", "enter")
	s.shows("Going to a fresh room")
	if len(s.msgs) == 0 || s.leaping == nil {
		t.Fatal("nobody leaps")
	}
	id := s.leapID()
	s.types("/leap", "enter")
	s.shows("You are on the way to another room.")
	s.types("ctrl+c")
	s.happens(&rooms.Leapt{WSeq: 2, At: s.now, From: you.Person(), Room: fresh, ID: id})
	s.hides("goes on in another room")
	s.do(run.SeatMsg{Seat: &fakeSeat{}})
	s.happens(&rooms.Welcome{Room: fresh, Kind: rooms.KindOpen, You: you, Members: []rooms.Member{you}})
	s.shows("1 person was asked to follow you here.")
	if strings.Count(s.text(), "follow you here") != 1 {
		t.Error("it is told more than once")
	}
	s.do(run.SeatMsg{Seat: &fakeSeat{}})
	s.happens(&rooms.Welcome{Room: "third", Kind: rooms.KindOpen, You: you, Members: []rooms.Member{you}})
	if strings.Count(s.text(), "follow you here") != 1 {
		t.Error("it is told in every room that follows")
	}
}

// leapID is the id of the op that is on its way.
func (s *sitting) leapID() string {
	s.composing.lastOp--
	return s.composing.opID()
}

// TestLeapFails: who can't leap stays where they are, and is told why, once.
func TestLeapFails(t *testing.T) {
	s := inRoom(t, 80, 24, colorprofile.ASCII, lynx)
	s.hosts()
	s.types("/leap", "enter")
	l := s.leaping
	s.happens(&rooms.Refused{ID: s.leapID(), Err: &rooms.Error{Code: rooms.NotHost, Message: "Only a host may."}})
	s.do(leapFailed{l, &rooms.Error{Code: rooms.NotHost, Message: "Only a host may."}})
	s.shows("Only a host may.")
	s.types("still here", "enter")
	if op, ok := s.asked().(rooms.Say); !ok || op.Text != "still here" {
		t.Errorf("%#v", s.asked())
	}
	s.do(run.SeatMsg{Seat: &fakeSeat{}})
	s.happens(&rooms.Welcome{Room: "other", Kind: rooms.KindOpen, You: you, Members: []rooms.Member{you}})
	s.hides("follow you here")

	s.hosts()
	s.happens(&rooms.Joined{Seq: 1, Member: lynx})
	s.types("/leap", "enter")
	l = s.leaping
	s.do(run.SeatMsg{Seat: &fakeSeat{}}) // they went elsewhere
	s.happens(&rooms.Welcome{Room: "third", Kind: rooms.KindOpen, You: you, Members: []rooms.Member{you}})
	s.do(leapFailed{l, context.Canceled})
	s.hides("canceled")
}
