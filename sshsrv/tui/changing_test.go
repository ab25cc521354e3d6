package tui

import (
	"context"
	"testing"

	"github.com/charmbracelet/colorprofile"

	"sotto/rooms"
	"sotto/sshsrv/tui/run"
)

// TestRefusedDeedSaysNothing: what is typed for something that can't be done with a message
// is not said to the room instead, however it is typed.
func TestRefusedDeedSaysNothing(t *testing.T) {
	for name, c := range map[string]struct {
		key string
		to  func(s *sitting)
	}{
		"react elsewhere":  {"+", func(s *sitting) { s.says(lynx, "in tea"); s.goes("coffee", you); s.types("alt+up") }},
		"answer elsewhere": {"r", func(s *sitting) { s.says(lynx, "in tea"); s.goes("coffee", you); s.types("alt+up") }},
		"change elsewhere": {"e", func(s *sitting) { s.says(you, "in tea"); s.goes("coffee", you); s.types("alt+up") }},
		"vote elsewhere":   {"1", func(s *sitting) { s.polls(lynx, "lunch?", "a", "b"); s.goes("coffee", you); s.types("alt+up") }},
		"change theirs":    {"e", func(s *sitting) { s.says(lynx, "hello"); s.types("alt+up") }},
		"react to a whisper": {"+", func(s *sitting) {
			s.happens(&rooms.Whispered{At: s.now, From: lynx.Person(), To: you.Person(), Text: "psst"})
			s.types("alt+up")
		}},
		"answer who left": {"r", func(s *sitting) {
			s.happens(&rooms.Whispered{At: s.now, From: lynx.Person(), To: you.Person(), Text: "psst"}, &rooms.Left{Member: lynx, Reason: rooms.LeftQuit})
			s.types("alt+up")
		}},
		"taken back meanwhile": {":ti", func(s *sitting) {
			seq := s.says(lynx, "hello")
			s.types("alt+up", "+")
			s.happens(&rooms.Retracted{Seq: 9, From: lynx.Person(), Re: seq})
		}},
		"left meanwhile": {":ti", func(s *sitting) {
			s.says(lynx, "hello")
			s.types("alt+up", "+")
			s.do(run.SeatMsg{Seat: s.seat})
			s.happens(&rooms.Welcome{Room: "coffee", Kind: rooms.KindOpen, You: you, Members: []rooms.Member{you}})
		}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, keys := range [][]string{{c.key, ":", "t", "a", "d", "a", ":", "enter"}, {c.key, "backspace", ":cake:", "enter"}, {c.key + ":cake", ":", "enter"}} {
				s := inRoom(t, 80, 24, colorprofile.ASCII, lynx)
				c.to(s)
				n := len(s.seat.ops)
				s.types(keys...)
				if len(s.seat.ops) != n || s.composing.composer.Text() != "" || s.reading.choosing {
					t.Errorf("%q does %v, and %q is written", keys, s.seat.ops[n:], s.composing.composer.Text())
				}
				s.types("hello", "enter")
				if op, ok := s.seat.ops[len(s.seat.ops)-1].(rooms.Say); !ok || op.Text != "hello" {
					t.Errorf("after %q nothing is said: %v", keys, s.seat.ops)
				}
			}
		})
	}
}

// TestPastOffersNoDeed: what was said in a room that was left offers what can be done with
// it there, and no more.
func TestPastOffersNoDeed(t *testing.T) {
	s := inRoom(t, 200, 24, colorprofile.ASCII, lynx)
	s.says(you, "mine")
	s.reacts(lynx, s.polls(lynx, "lunch?", "a", "b"), "1")
	s.types("alt+up")
	s.shows("Enter who", "r answer", "1–2 vote", "+ react", "i ignore")
	s.types("up")
	s.shows("d take back", "e change")
	s.goes("coffee", you)
	s.types("alt+up")
	for range 2 {
		s.shows("↑↓ choose  c copy  Esc back")
		s.types("up")
	}
}

// TestChangeOutlivesItsRoom: what was written to change a message is a draft once its room is
// left, which is told, and is said as a new message only by whoever enters it once more.
func TestChangeOutlivesItsRoom(t *testing.T) {
	sit := func(keys ...string) *sitting {
		s := inRoom(t, 80, 24, colorprofile.ASCII, lynx)
		s.seat = &fakeSeat{}
		s.cfg.Enter = func(context.Context, string, string) (rooms.Participant, error) { return s.seat, nil }
		s.types("we shop", "enter")
		s.seat.ops = nil
		s.happens(&rooms.Said{Seq: 1, At: s.now, From: you.Person(), Text: "we shop", ID: "t1"})
		s.types("up")
		s.types(keys...)
		s.leapsTo(lynx, fresh)
		s.passes(lookFirst)
		s.types("f7")
		s.happens(&rooms.Welcome{Room: fresh, Kind: rooms.KindOpen, You: you, Members: []rooms.Member{lynx, you}})
		s.hides("changing:")
		return s
	}
	s := sit(" at noon")
	s.shows("› we shop at noon", "your words are here as a draft.")
	s.types(", sharp")
	s.shows("here as a draft.")
	s.types("enter")
	s.shows("› we shop at noon, sharp", asksWhetherNew)
	if len(s.seat.ops) > 0 {
		t.Errorf("did %v", s.seat.ops)
	}
	s.types("enter")
	s.did(rooms.Say{ID: "t1", Text: "we shop at noon, sharp"})

	s = sit()
	s.shows(leftChange)
	s.hides("› we shop")
	s.types("noon", "enter")
	s.shows("› noon", asksWhetherNew)
	s.types("ctrl+c", "hello", "enter")
	s.did(rooms.Say{ID: "t1", Text: "hello"})

	s = sit(" at noon")
	s.types("ctrl+c", "hello", "enter")
	s.did(rooms.Say{ID: "t1", Text: "hello"})

}

// TestRestIsNoNewMessage: what somebody goes on typing as the message that they were changing
// is gone, or comes back to them as it could not be changed, is not said unasked.
func TestRestIsNoNewMessage(t *testing.T) {
	sit := func() (*sitting, uint64) {
		s := inRoom(t, 80, 24, colorprofile.ASCII, lynx)
		s.types("we shop", "enter")
		s.answers()
		s.types("up", " at")
		return s, s.seq
	}
	says := func(s *sitting, want string) {
		t.Helper()
		n := len(s.seat.ops)
		s.types("enter")
		s.shows("› "+want, asksWhetherNew)
		if len(s.seat.ops) != n {
			t.Errorf("did %v", s.seat.ops[n:])
		}
		s.types("enter")
		if op, ok := s.seat.ops[len(s.seat.ops)-1].(rooms.Say); !ok || op.Text != want || len(s.seat.ops) != n+1 {
			t.Errorf("did %v", s.seat.ops[n:])
		}
	}
	s, seq := sit()
	s.happens(&rooms.Retracted{Seq: 9, From: lynx.Person(), Re: seq})
	s.types("noon")
	s.shows(retractedChange)
	says(s, "noon")

	s, _ = sit()
	s.types("enter")
	s.happens(&rooms.Refused{ID: "t2", Err: &rooms.Error{Code: rooms.UnknownMessage, Message: "That message is gone."}})
	s.types("!")
	says(s, "we shop at!")

	for _, keys := range [][]string{{"enter"}, {"x", "ctrl+c"}, {"/topic x", "enter"}} {
		s, seq = sit()
		s.happens(&rooms.Retracted{Seq: 9, From: lynx.Person(), Re: seq})
		s.types(keys...)
		s.answers()
		s.types("hello", "enter")
		if op, ok := s.seat.ops[len(s.seat.ops)-1].(rooms.Say); !ok || op.Text != "hello" {
			t.Errorf("after %q: %v", keys, s.seat.ops)
		}
	}
}
