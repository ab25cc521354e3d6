package tui

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"sotto/rooms"
	"sotto/sshsrv/tui/run"
)

// escaping are the states in which Escape means something, each with and without a
// draft, and those in which it does not.
var escaping = []struct {
	name string
	play func(s *sitting)
}{
	{"writing", func(s *sitting) {}},
	{"answering", func(s *sitting) { s.types("alt+up", "enter") }},
	{"waiting", func(s *sitting) { s.types("one", "enter", "two", "enter", "three", "enter") }},
	{"waiting, and writing", func(s *sitting) { s.types("one", "enter", "two", "enter", "good day", "home") }},
	{"choosing", func(s *sitting) { s.types("alt+up") }},
	{"finding", func(s *sitting) { s.types("f3") }},
	{"finding something", func(s *sitting) { s.types("f3", "new b") }},
	{"going through what was found", func(s *sitting) { s.types("f3", "build"); s.passes(seekEvery); s.types("enter") }},
	{"reading help", func(s *sitting) { s.types("f1") }},
	{"reading who is here", func(s *sitting) { s.types("f2") }},
	{"told what was taken back", func(s *sitting) {
		s.types("one", "enter", "/who", "enter", "esc", "/nick a", "enter", "two", "enter", "esc")
	}},
	{"offered words", func(s *sitting) { s.types("brave", " b", "tab", "tab") }},
	{"asked about a paste", func(s *sitting) { s.do(tea.PasteMsg{Content: strings.Repeat("long\n", 300)}) }},
	{"asked about a command", func(s *sitting) { s.do(tea.PasteMsg{Content: "hi\n/msg bob x"}); s.types("enter") }},
}

// stands is what a person would notice of a state.
func (s *sitting) stands() string {
	offered, _ := s.composing.composer.Candidates()
	q := s.reading.search
	return fmt.Sprintf("%q at %d; %d wait, answering %d, %d offered; choosing %v; finding %v %q %v; card %v, asked %v; ignoring %q; %d ops; quit %v",
		s.composing.composer.Text(), s.composing.composer.Cursor(), len(s.composing.queue.Waiting()), s.composing.answering, len(offered),
		s.reading.choosing, q.on, q.field.text, q.hitting, s.cards.open != nil, s.composing.asks(), s.ignoring.Names(), len(s.seat.ops), s.quit)
}

// escapingIn seats somebody in a state.
func escapingIn(t *testing.T, play func(*sitting), draft bool) *sitting {
	s := inRoom(t, 80, 24, colorprofile.ASCII, lynx, rooms.Member{ID: "09", Nick: "brave-bear", Via: rooms.ViaWeb})
	s.says(lynx, "has anyone tried the new build?")
	if draft {
		s.types("good morning to you", "home")
	}
	play(s)
	return s
}

// receives shows a person's terminal, which sends pieces that are read one by one, all
// at the same time.
func (s *sitting) receives(pieces ...string) {
	s.t.Helper()
	in, out := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		ended <- run.Show(s.t.Context(), run.Terminal{In: in, Out: io.Discard, Size: run.Size{Width: 80, Height: 24}, Term: "vt100"}, s.Screen)
	}()
	for _, piece := range pieces {
		io.WriteString(out, piece)
		synctest.Wait()
	}
	time.Sleep(time.Second) // by the bubble's clock: what may go on has gone on
	synctest.Wait()
	out.Close()
	if err := <-ended; err == nil {
		s.quit = true
	}
}

// What a person types behind Escape is said, and nothing of it is lost or means
// anything else.
func TestEscapeThenSentence(t *testing.T) {
	for _, state := range escaping {
		for _, sentence := range []string{"did you", "but why", "for all", "dinner at eight?", "it is fine", "yes", "like this", "cool", "no", "Oh no", "really?"} {
			for _, all := range []bool{true, false} {
				synctest.Test(t, func(t *testing.T) {
					s := escapingIn(t, state.play, false)
					s.types("esc")
					left := s.composing.composer.Text()
					s = escapingIn(t, state.play, false)
					if !s.Escapes("") {
						return
					}
					pieces := []string{"\x1b", sentence}
					if !all {
						pieces = append([]string{"\x1b"}, strings.Split(sentence, "")...)
					}
					s.receives(pieces...)
					if got := s.composing.composer.Text(); !strings.Contains(got, sentence) || len(got) != len(left)+len(sentence) {
						t.Errorf("%s, Escape, %q: the composer has %q", state.name, sentence, got)
					}
					if s.reading.choosing || s.reading.search.on || s.cards.open != nil || len(s.ignoring.Names()) > 0 || s.composing.answering != 0 {
						t.Errorf("%s, Escape, %q: %s", state.name, sentence, s.stands())
					}
				})
			}
		}
	}
}

// The rest of a key, such as an arrow, that comes in another piece than its Escape is
// never typed, in whatever state.
func TestEscapeThenRest(t *testing.T) {
	for _, state := range escaping {
		for _, rest := range []string{"[A", "OA", "[1;5D", "[3~", "[<64;10;5M", "[I"} {
			synctest.Test(t, func(t *testing.T) {
				s := escapingIn(t, state.play, true)
				s.receives("\x1b", rest)
				if got := s.stands(); strings.Contains(got, rest) {
					t.Errorf("%s, %q: %s", state.name, rest, got)
				}
			})
		}
	}
}

// Escape leaves the front page, and is waited for there: it may be the beginning of an
// arrow key, and no key with Alt ends a session.
func TestEscapeOnTheFrontPage(t *testing.T) {
	for _, pieces := range [][]string{{"\x1b", "[A"}, {"\x1bb"}, {"\x1b[A"}} {
		synctest.Test(t, func(t *testing.T) {
			s := newSitting(t, 80, 24, colorprofile.ASCII)
			s.receives(pieces...)
			if s.quit || s.cards.front.field.text != "" {
				t.Errorf("%q: quit %v, field %q", pieces, s.quit, s.cards.front.field.text)
			}
		})
	}
}
