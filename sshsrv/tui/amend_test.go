package tui

import (
	"testing"

	"github.com/charmbracelet/colorprofile"

	"sotto/rooms"
)

// TestAmendByKey: ↑ with nothing written takes the newest of one's own, e any that is
// chosen; Escape leaves it, and ↑ once more is what was said before.
func TestAmendByKey(t *testing.T) {
	s := inRoom(t, 80, 24, colorprofile.ASCII, lynx)
	s.types("first", "enter")
	s.answers()
	s.types("we shop at noon", "enter")
	s.answers()
	seq := s.seq
	s.says(lynx, "do we?")
	s.types("up")
	s.shows("changing: we shop at noon", "› we shop at noon", "Enter change it", "Esc leave it as it was")
	s.types("esc")
	s.hides("changing", "› we shop")
	s.types("up", "up")
	s.hides("changing")
	s.shows("› we shop at noon")
	s.types("down", "up", "backspace", "enter")
	s.did(rooms.Amend{ID: "t3", Re: seq, Text: "we shop at noo"})
	s.happens(&rooms.Refused{ID: "t3", Err: &rooms.Error{Code: rooms.QuietNow, Message: "Only hosts speak here now."}})
	s.shows("Only hosts speak", "changing", "› we shop at noo")
	s.types("n", "!", "enter")
	s.did(rooms.Amend{ID: "t4", Re: seq, Text: "we shop at noon!"})
	s.happens(&rooms.Amended{Seq: s.seq + 1, From: you.Person(), Re: seq, Text: "we shop at noon!", ID: "t4"})
	s.shows("we shop at noon! (changed)")
	if s.composing.amending != 0 || len(s.composing.sent) > 0 {
		t.Error("it is still being changed")
	}
	s.types("up", "enter") // as it was
	s.did(rooms.Amend{ID: "t4", Re: seq, Text: "we shop at noon!"})
	s.types("alt+up", "up", "up", "e")
	s.shows("changing: first")
	s.types("esc", "alt+up", "e")
	s.shows("Only who said something changes it.")
	s.types("esc", "/topic x", "enter", "up")
	s.hides("changing")
	s.shows("› /topic x")
	s.types("ctrl+c")
	s.passes(rooms.AmendFor)
	s.types("alt+up", "up", "e")
	s.shows("five minutes")
	s.types("up")
	s.hides("changing:")
}

// TestAmendBehindCommands: ↑ that comes back to one's newest message changes it, whatever was
// entered since, and goes on behind it.
func TestAmendBehindCommands(t *testing.T) {
	for _, since := range [][]string{{"/who"}, {"/topic x"}, {"/fold", "/notify all", "/fold"}, {"/nosuch"}} {
		for _, draft := range []string{"", "a draft"} {
			s := inRoom(t, 80, 24, colorprofile.ASCII, lynx)
			s.types("meet at 3", "enter")
			s.answers()
			s.types("no", "enter")
			s.answers()
			s.types("meet at 3", "enter")
			s.answers()
			seq := s.seq
			for _, line := range since {
				if s.types(line, "enter"); line == "/topic x" {
					s.answers()
				}
				s.types("esc", "ctrl+c")
			}
			s.types(draft)
			for range since {
				s.types("up")
				s.hides("changing:")
			}
			s.types("up")
			s.shows("changing: meet at 3", "› meet at 3")
			s.types("esc")
			s.hides("changing:")
			if got := s.composing.composer.Text(); got != draft {
				t.Errorf("%q: behind it stands %q", since, got)
			}
			for range since {
				s.types("up")
			}
			s.types("up", "up") // as what was sent
			s.hides("changing:")
			s.shows("› meet at 3")
			s.types("up")
			s.shows("› no")
			s.types("up")
			s.hides("changing:") // the same words, but of another message
			s.shows("› meet at 3")
			s.types("down", "down", "down", "up")
			s.shows("changing: meet at 3")
			n := len(s.seat.ops)
			s.types("backspace", "4", "enter")
			if have := s.seat.ops[n:]; len(have) != 1 || have[0].(rooms.Amend).Re != seq || have[0].(rooms.Amend).Text != "meet at 4" {
				t.Errorf("%q: it asks %#v", since, have)
			}
			if got := s.composing.composer.Text(); got != draft {
				t.Errorf("%q: then stands %q", since, got)
			}
		}
	}
}

// TestChangeFollows: quotes, what is being answered and hits are of the words as they are.
func TestChangeFollows(t *testing.T) {
	s := inRoom(t, 80, 24, colorprofile.ASCII, lynx, heron)
	asked := s.says(lynx, "we shop")
	s.seq++
	s.happens(&rooms.Said{Seq: s.seq, At: s.now, From: heron.Person(), Text: "do we?", Re: asked})
	s.types("f3", "shop", "esc", "alt+up", "up", "enter")
	s.happens(&rooms.Amended{Seq: 9, From: lynx.Person(), Re: asked, Text: "we ship"})
	s.hides("shop")
	s.shows("we ship (changed)", "╭ brave-lynx: we ship", "answering brave-lynx: we ship")
}
