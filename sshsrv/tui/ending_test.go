package tui

import (
	"context"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"sotto/rooms"
	"sotto/sshsrv/tui/run"
)

// goesOn goes to another room from the page of one that has ended.
func (s *sitting) goesOn(room string) {
	s.t.Helper()
	s.passes(settles)
	s.types("tab", room, "enter")
}

// counts notes which rooms are asked for.
func (s *sitting) counts() *[]string {
	var asked []string
	s.cfg.Enter = func(_ context.Context, room, _ string) (rooms.Participant, error) {
		asked = append(asked, room)
		return &fakeSeat{}, nil
	}
	return &asked
}

// TestKeysInFlight: whoever is removed while they type, at any pace and after any key, enters
// no room by what they type and says it nowhere; all of it is shown to them, and told when
// they leave.
func TestKeysInFlight(t *testing.T) {
	const words = "the password is hunter2"
	for _, pace := range []time.Duration{0, 80 * time.Millisecond, 900 * time.Millisecond, 5 * time.Second} {
		for at := range len(words) + 1 {
			s := plainRoom(t)
			seat, asked := s.seat, s.counts()
			for i, r := range words {
				if i == at {
					s.do(run.SeatEndedMsg{Err: removed})
				}
				s.types(string(r))
				s.passes(pace)
			}
			if at == len(words) {
				s.do(run.SeatEndedMsg{Err: removed})
			}
			s.types("enter", "and more", "enter", "enter")
			if len(*asked) != 0 || s.cards.front == nil || !s.cards.front.shut || s.cards.front.field.text != "" {
				t.Fatalf("pace %v, removed at %d: asked for %q", pace, at, *asked)
			}
			for _, op := range seat.ops {
				if say, ok := op.(rooms.Say); ok {
					t.Fatalf("pace %v, removed at %d: said %q", pace, at, say.Text)
				}
			}
			if s.shows(words); !strings.Contains(s.Farewell(), words) {
				t.Fatalf("pace %v, removed at %d: the farewell is %q", pace, at, s.Farewell())
			}
		}
	}
}

// TestTabIsNotInFlight: Tab opens the field once its person has paused, and not before;
// what was typed before is in no room that they enter then, nor is it brought back there.
func TestTabIsNotInFlight(t *testing.T) {
	s := plainRoom(t)
	asked := s.counts()
	s.types("ask @br")
	s.do(run.SeatEndedMsg{Err: removed})
	s.passes(settles - time.Millisecond)
	s.types("tab", "about it", "enter")
	if len(*asked) != 0 || !s.cards.front.shut {
		t.Fatalf("asked for %q", *asked)
	}
	s.types("tab")
	s.shows("You were still typing")
	s.do(tea.PasteMsg{Content: "a pasted secret"})
	s.shows("ask @brabout it", "a pasted secret")
	s.passes(settles)
	s.types("tab")
	s.shows("Type a room's name")
	s.hides("You were still typing")
	s.types("other", "enter")
	s.welcomed(s.front, "other")
	if len(*asked) != 1 || (*asked)[0] != "other" || !s.composing.composer.Empty() {
		t.Errorf("asked for %q, written is %q", *asked, s.composing.composer.Text())
	}
	s.types("up", "up")
	s.hides("about it", "pasted")
	if words := s.Farewell(); !strings.Contains(words, "about it") || !strings.Contains(words, "a pasted secret") {
		t.Errorf("the farewell is %q", words)
	}
}

// TestTypedOnTheWayFromAnEnding: what is typed while the next room is being entered is for
// that one.
func TestTypedOnTheWayFromAnEnding(t *testing.T) {
	s := plainRoom(t)
	s.types("a draft")
	s.do(run.SeatEndedMsg{Err: removed})
	other := &fakeSeat{}
	s.cfg.Enter = func(context.Context, string, string) (rooms.Participant, error) { return other, nil }
	s.passes(settles)
	s.types("tab", "other")
	enter := s.Update(keys["enter"])
	s.types("hello", "enter")
	s.run(enter)
	s.welcomed(s.front, "other")
	if say, ok := other.ops[len(other.ops)-1].(rooms.Say); !ok || say.Text != "hello" {
		t.Errorf("the next room was told %#v", other.ops)
	}
}

// TestEndedPageIsAllThatIsLeft: what was not said in a room that ended beside others is told
// at the end, by whoever closed the others, who did not leave that one.
func TestEndedPageIsAllThatIsLeft(t *testing.T) {
	s := inRoom(t, 80, 24, colorprofile.ASCII, lynx)
	s.types("a draft")
	tea := s.front
	s.types("ctrl+c")
	den := s.joins("den")
	s.do(run.SeatEndedMsg{At: den, Err: removed})
	s.types("not said")
	s.run(s.close(tea))
	if words := s.Farewell(); !strings.Contains(words, "not said") || strings.Contains(words, "You left") {
		t.Errorf("the farewell is %q", words)
	}
}
