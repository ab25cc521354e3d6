package tui

import (
	"context"
	"strings"
	"testing"
	"time"

	"sotto/rooms"
	"sotto/sshsrv/tui/run"
)

// TestKnocksBehind: one may look elsewhere while one waits at a door, and who is asked
// something elsewhere sees that.
func TestKnocksBehind(t *testing.T) {
	s := plainRoom(t)
	tea := s.front
	s.cfg.Enter = func(context.Context, string, string) (rooms.Participant, error) {
		return nil, &rooms.Error{Code: rooms.AtTheDoor, Message: "Knock."}
	}
	s.cfg.Knock = func(context.Context, string, string, string, func(int)) (rooms.Participant, error) {
		return nil, denied
	}
	s.types("/join cellar", "enter")
	s.shows("#cellar is there, and you have to knock", "[2 cellar …]")
	cellar := s.front
	s.types("enter", "alt+1", "for tea")
	s.shows("for tea")
	s.do(run.WaitingMsg{At: cellar, Ahead: 2})
	s.types("alt+2")
	s.shows("2 wait before you")
	s.types("alt+1")
	s.do(placeMsg{cellar, knockRefused{cellar.cards.hall, denied}})
	s.shows("#cellar: " + denied.Error()[:20])
	if len(s.places) != 1 || s.front != tea {
		t.Errorf("%d places", len(s.places))
	}
	s.types("ctrl+c")
	s.hosts()
	den := s.joins("den")
	s.in(tea, knock("k1", "late-owl", "it is me"))
	s.lines()
	s.shows("1 tea asks [2 den]")
	s.types("f7")
	if len(s.asksOf(den)) != 0 {
		t.Error("a key in one room decides in another")
	}
}

// asksOf are the ops that were done in a room.
func (s *sitting) asksOf(p *place) []rooms.Op { return p.seat.(*fakeSeat).ops }

// TestMentionBehind rings as in front, and names the room.
func TestMentionBehind(t *testing.T) {
	s := plainRoom(t)
	tea := s.front
	s.joins("den")
	s.passes(time.Minute)
	s.saysIn(tea, lynx, "nothing much")
	if s.raw.Len() != 0 {
		t.Errorf("%q went out", s.raw.String())
	}
	s.saysIn(tea, lynx, "quiet-otter, look")
	s.lines()
	if !strings.Contains(s.raw.String(), "\a") || strings.Contains(s.raw.String(), "tea") {
		t.Errorf("%q went out", s.raw.String())
	}
	s.shows("Somebody means you in #tea. Alt-1 goes there.", "1 tea +2 @1")
	s.types("x")
	s.hides("Somebody means you")
}

// TestBehindPaintsNothing: what happens behind the front changes the line of rooms at most,
// and that once a second at most.
func TestBehindPaintsNothing(t *testing.T) {
	s := plainRoom(t)
	tea := s.front
	s.joins("den")
	s.Frame()
	s.msgs = nil
	for range 100 {
		s.saysIn(tea, lynx, "more")
		s.in(tea, &rooms.TypingNow{Member: lynx.ID}, &rooms.Joined{Member: heron}, &rooms.Left{Member: heron})
		if s.Stale() {
			t.Fatal("it would be painted")
		}
	}
	lines := 0
	for _, msg := range s.msgs {
		if after, ok := msg.(run.AfterMsg); ok && after.Msg == (lineMsg{}) {
			lines++
		}
	}
	if lines != 1 {
		t.Errorf("the line is drawn %d times", lines)
	}
	s.lines()
	if !s.Stale() {
		t.Error("the line is not painted")
	}
}
