package tui

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"sotto/rooms"
	"sotto/sshsrv/tui/run"
)

// remote seats the person in a room on another machine.
func remote(t *testing.T, width, height int) *sitting {
	s := inRoom(t, width, height, colorprofile.ASCII, lynx)
	s.composing.remote = true
	return s
}

// lapses gives the screen what it asked to be told later, of a kind, and says whether
// there was any.
func lapses[M tea.Msg](s *sitting) bool {
	var kept []tea.Msg
	msgs, any := s.msgs, false
	s.msgs = nil
	for _, msg := range msgs {
		after, _ := msg.(run.AfterMsg)
		if wanted, ok := after.Msg.(M); ok {
			any = true
			s.do(wanted)
		} else {
			kept = append(kept, msg)
		}
	}
	s.msgs = append(s.msgs, kept...)
	return any
}

// Words that are long on their way to another machine are seen, in their order, until
// their copies come, and then once each.
func TestWordsOnTheirWay(t *testing.T) {
	s := remote(t, 80, 24)
	s.types("is anybody there?", "enter")
	s.hides("not yet in the room")
	s.falls()
	s.shows("⋯ is anybody there? — not yet in the room")
	s.types("second", "enter", "third", "enter", "draft")
	s.flushes()
	s.shows("⋯ is anybody there? — not yet in the room", "⋯ second", "⋯ third", "draft")
	s.answers()
	s.hides("not yet", "⋯")
	if n := strings.Count(s.text(), "is anybody there?"); n != 1 {
		t.Errorf("it is shown %d times:\n%s", n, s.text())
	}
	s.types("ctrl+c")
	s.types("quick", "enter")
	s.answers()
	if !s.Due().IsZero() {
		t.Error("it looks after words that are there already")
	}
}

// Refused words are where they can be sent again, and not on their way.
func TestRefusedWordsAreNotOnTheirWay(t *testing.T) {
	for _, code := range []rooms.Code{rooms.Undelivered, rooms.Uncertain, rooms.TooLong} {
		s := remote(t, 80, 24)
		s.types("hello", "enter")
		s.falls()
		s.shows("⋯ hello — not yet in the room")
		s.happens(&rooms.Refused{ID: s.composing.outgoing.id, Err: &rooms.Error{Code: code, Message: "It was not."}})
		s.hides("⋯", "not yet")
		s.shows("It was not.", "hello")
	}
}

// On the room's own machine words are in the room at once, or wait for the other servers:
// then they are seen, the first as well as those behind it, and none of them is where they
// are not kept waiting.
func TestWordsOnTheirWayWithinTheServer(t *testing.T) {
	s := inRoom(t, 80, 24, colorprofile.ASCII, lynx)
	s.types("quick", "enter")
	s.hides("⋯")
	s.answers()
	if !s.Due().IsZero() {
		t.Error("it looks after words that are there already")
	}
	s.flushes()
	s.hides("⋯", "not yet")

	s.types("rn one", "enter")
	if wait := s.Due().Sub(s.now); wait != lateHere {
		t.Errorf("it looks after them in %v", wait)
	}
	s.flushes()
	s.hides("⋯")
	s.falls()
	s.shows("⋯ rn one — not yet in the room")
	s.answers()
	s.hides("⋯", "not yet")
}

// Lines that wait stand in their order, from the one that is on its way, and that one
// does not go from there as it goes out.
func TestWaitingLinesBeginWithTheOneOnItsWay(t *testing.T) {
	s := inRoom(t, 80, 24, colorprofile.ASCII, lynx)
	s.types("one", "enter", "two", "enter", "three", "enter")
	s.hides("⋯")
	s.flushes()
	s.shows("⋯ one", "⋯ two", "⋯ three")
	s.hides("not yet")
	s.falls()
	s.shows("⋯ one — not yet in the room", "⋯ two", "⋯ three")
	for _, text := range []string{"one", "two"} {
		s.happens(&rooms.Said{At: s.now, From: you.Person(), Text: text, ID: s.composing.outgoing.id})
	}
	s.hides("⋯ one", "⋯ two", "not yet")
	s.shows("⋯ three")
	s.answers()
	s.hides("⋯")
}

// That nobody answers is seen, with the seconds, and what was said meanwhile; and all
// of it goes when somebody does, or the connection is given up.
func TestSilenceIsSeen(t *testing.T) {
	for _, end := range []rooms.Event{&rooms.Silence{}, &rooms.Link{}} {
		s := remote(t, 80, 24)
		s.types("hello", "enter")
		s.passes(5 * time.Second)
		s.happens(&rooms.Silence{Since: start})
		s.shows("no answer for 5 s", "⋯ hello — not yet in the room")
		s.passes(time.Second)
		if !lapses[silenceMsg](s) {
			t.Fatal("the seconds are not counted")
		}
		s.shows("no answer for 6 s")
		s.happens(end)
		s.hides("no answer")
		if _, lost := end.(*rooms.Link); lost {
			s.shows("connection lost", "⋯ hello — not yet in the room")
		}
		lapses[silenceMsg](s)
		if lapses[silenceMsg](s) {
			t.Error("the seconds are still counted")
		}
		s.answers()
		s.hides("not yet")
	}
}

// On every width the words fit, and say what is most important.
func TestSilenceFits(t *testing.T) {
	for width := leastWidth; width <= 120; width++ {
		s := remote(t, width, 24)
		s.types(strings.Repeat("word ", 40), "enter")
		s.happens(&rooms.Silence{Since: start})
		for _, row := range s.Frame().Rows {
			if s.layout.cells.Width(row) > width {
				t.Fatalf("%d columns: %q", width, row)
			}
		}
		if text := s.text(); !strings.Contains(text, "no answer") && !strings.Contains(text, "silent") || !strings.Contains(text, "⋯ word") {
			t.Errorf("%d columns:\n%s", width, text)
		}
	}
}
