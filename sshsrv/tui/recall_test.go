package tui

import (
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"sotto/rooms"
)

// sends has the person say lines, which the room says.
func (s *sitting) sends(lines ...string) {
	for _, line := range lines {
		s.types(line, "enter")
		s.answers()
	}
}

// TestRecall narrows what was sent, goes on to what is older, and takes it unsent; the
// draft is below it, as with the arrow keys, and once it is sent only undoing brings that.
func TestRecall(t *testing.T) {
	s := plainRoom(t)
	s.sends("the first otter", "a badger", "an Otter again", "a badger")
	s.types("a draft", "ctrl+r")
	s.shows("sent:", "1 of 3", "a badger", "the first otter")
	s.types("oTT")
	s.shows("1 of 2", "an Otter again", "take it, unsent")
	s.types("ctrl+r")
	s.shows("2 of 2")
	s.types("ctrl+r", "ctrl+r") // there is nothing older
	s.shows("2 of 2")
	sent := len(s.ops())
	s.types("enter")
	if got := s.composing.composer.Text(); got != "the first otter" || len(s.ops()) != sent {
		t.Errorf("the composer holds %q, and %d ops were sent", got, len(s.ops())-sent)
	}
	s.hides("sent:")
	s.types(" it was", "enter")
	s.answers()
	if say := s.seat.ops[len(s.seat.ops)-1].(rooms.Say); say.Text != "the first otter it was" {
		t.Errorf("said %q", say.Text)
	}
	if got := s.composing.composer.Text(); got != "" {
		t.Errorf("what Ctrl-R put aside came back unasked: %q", got)
	}
	s.do(tea.KeyPressMsg{Code: 'z', Mod: tea.ModCtrl})
	if got := s.composing.composer.Text(); got != "a draft" {
		t.Errorf("undone, the composer holds %q", got)
	}
}

// TestRecallLeft gives the draft back as it was, by every way out.
func TestRecallLeft(t *testing.T) {
	for _, way := range []string{"esc", "ctrl+c", "backspace"} {
		s := plainRoom(t)
		s.sends("an otter")
		s.types("a draft", "ctrl+r", "ctrl+r", way)
		if got := s.composing.composer.Text(); got != "a draft" || s.composing.recall.on {
			t.Errorf("%s: the composer holds %q", way, got)
		}
	}
	s := plainRoom(t)
	s.types("a draft", "ctrl+r")
	s.shows("Nothing was sent from here yet.", "a draft")
	s.sends("", "x")
	s.types("ctrl+r", "nowhere", "enter") // there is nothing to take
	s.shows("nothing like that was sent from here")
}

// TestRecallForgets: what was taken back, or has faded, is not offered any more, and what
// is chosen then is something else that is there.
func TestRecallForgets(t *testing.T) {
	s := plainRoom(t)
	s.sends("one otter", "two otters")
	seq := s.seq
	s.types("ctrl+r", "otter", "ctrl+r")
	s.shows("2 of 2")
	s.happens(&rooms.Retracted{From: you.Person(), Re: seq})
	s.shows("1 of 1")
	s.hides("two otters")
	s.sets(lynx, rooms.Rules{Fade: time.Minute})
	s.wakes(s.now.Add(2 * time.Minute))
	s.shows("nothing like that")
	s.types("enter", "esc")
	if got := s.composing.composer.Text(); got != "" {
		t.Errorf("the composer holds %q", got)
	}
}

// TestRecallWhileChanging leaves the message that was being changed as it was.
func TestRecallWhileChanging(t *testing.T) {
	s := plainRoom(t)
	s.sends("an otter", "a badger")
	s.types("up", "s")
	s.types("ctrl+r", "otter", "enter")
	if got := s.composing.composer.Text(); got != "an otter" || s.composing.amending != 0 {
		t.Errorf("the composer holds %q, and changes %d", got, s.composing.amending)
	}
}
