package tui

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"sotto/rooms"
	"sotto/sshsrv/tui/bell"
)

// TestAttention is called in each setting, in focus and out of it. Nothing of
// what was said and nobody's name leaves the screen, nor is it in the title.
func TestAttention(t *testing.T) {
	for _, c := range []struct {
		notify, text string
		blurred      bool
		want         bool
	}{
		{"mentions", "hello quiet-otter", true, true},
		{"mentions", "hello Quiet-Otter!", true, true},
		{"mentions", "hello quiet-otters", true, false},
		{"mentions", "hello", true, false},
		{"mentions", "hello quiet-otter", false, false},
		{"all", "hello", true, true},
		{"all", "hello", false, false},
		{"off", "hello quiet-otter", true, false},
	} {
		s := plainRoom(t)
		s.types("/notify "+c.notify, "enter")
		if c.blurred {
			s.do(tea.BlurMsg{})
		}
		s.says(lynx, c.text)
		got := s.raw.String()
		if rang := strings.Contains(got, "\a"); rang != c.want {
			t.Errorf("%+v: sent %q", c, got)
		}
		title := "sotto"
		if c.blurred {
			title = "(1) sotto"
		}
		if f := s.Frame(); f.Title != title {
			t.Errorf("%+v: title %q, want %q", c, f.Title, title)
		}
		for _, private := range []string{"hello", "otter", "lynx", "tea"} {
			if strings.Contains(strings.ToLower(got), private) {
				t.Errorf("%+v: a notification says %q: %q", c, private, got)
			}
		}
		s.do(tea.FocusMsg{})
		if f := s.Frame(); f.Title != "sotto" {
			t.Errorf("%+v: title in focus %q", c, f.Title)
		}
	}
}

// TestChoicesAreShown asks what is chosen and what there is, which is no mistake.
func TestChoicesAreShown(t *testing.T) {
	s := plainRoom(t)
	s.types("/notify", "enter")
	s.shows("Your name and whispers call for you", "/notify off, /notify mentions or /notify all")
	s.types("/theme", "enter")
	s.shows("The theme is sotto, on a dark ground.", "sotto, ember, tide, contrast, mono, auto,")
	s.types("/notify all", "enter", "/notify", "enter", "/theme ember-light", "enter", "/theme", "enter")
	s.shows("Every message calls for you", "The theme is ember, on a light ground.")
	if len(s.ops()) != 0 || !s.composing.composer.Empty() {
		t.Errorf("did %v, and %q is in the composer", s.ops(), s.composing.composer.Text())
	}
}

// TestAlarmIsNoSiren has a hundred mentions in a second.
func TestAlarmIsNoSiren(t *testing.T) {
	s := plainRoom(t)
	s.do(tea.BlurMsg{})
	for range 100 {
		s.says(lynx, "quiet-otter!")
		s.passes(10 * time.Millisecond)
	}
	if rings := strings.Count(s.raw.String(), "\x1b]777;"); rings != 1 {
		t.Errorf("called %d times in a second", rings)
	}
}

// A terminal that never tells of its focus rings for who has pressed no key for a
// while, and is sent nothing that it might print.
func TestAttentionWithoutFocus(t *testing.T) {
	s := plainRoom(t)
	s.types("x")
	s.says(lynx, "quiet-otter!")
	if got := s.raw.String(); got != "" {
		t.Errorf("rang at somebody who was just typing: %q", got)
	}
	s.passes(bell.PresentFor)
	s.says(lynx, "hello")
	s.says(lynx, "quiet-otter!")
	s.happens(&rooms.Whispered{At: s.now, From: lynx.Person(), To: you.Person(), Text: "psst"})
	if got := s.raw.String(); got != "\a" {
		t.Errorf("sent %q", got)
	}
	s.passes(bell.Every)
	s.happens(&rooms.Whispered{At: s.now, From: lynx.Person(), To: you.Person(), Text: "psst"})
	if got := s.raw.String(); got != "\a\a" {
		t.Errorf("sent %q for a whisper", got)
	}
	if f := s.Frame(); f.Title != "sotto" {
		t.Errorf("the title is %q", f.Title)
	}
}
