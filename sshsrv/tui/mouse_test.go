package tui

import (
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"sotto/rooms"
	"sotto/sshsrv/tui/cells"
	"sotto/sshsrv/tui/run"
)

// clicks on the first place where the screen shows some words.
func (s *sitting) clicks(words string) {
	s.t.Helper()
	for y, row := range strings.Split(s.text(), "\n") {
		if before, _, ok := strings.Cut(row, words); ok {
			s.do(tea.MouseClickMsg{X: cells.Habits(0).Width(before), Y: y, Button: tea.MouseLeft})
			return
		}
	}
	s.t.Fatalf("nothing says %q:\n%s", words, s.text())
}

// TestClicks: a click does what it is on says.
func TestClicks(t *testing.T) {
	s := inRoom(t, 80, 24, colorprofile.TrueColor, lynx, heron)
	s.says(lynx, "look at https://sotto.example/a?b=c and at this")
	s.says(heron, "I do")
	s.clicks("late-heron ◄ I do")
	s.shows("whisper")
	s.types("esc")

	s.clicks("tto.example")
	if want := "\x1b]52;c;aHR0cHM6Ly9zb3R0by5leGFtcGxlL2E/Yj1j"; !strings.HasPrefix(s.raw.String(), want) {
		t.Errorf("copied %q", s.raw.String())
	}
	s.shows("Copied", "https://sotto.example/a?b=c")
	s.raw.Reset()
	s.clicks("and at this")
	if s.raw.Len() > 0 {
		t.Errorf("a click beside the link wrote %q", s.raw.String())
	}

	s.types("some words to change")
	s.clicks("words to change")
	s.types("good ")
	s.shows("some good words to change")
	s.types("enter")
	s.answers()

	s.happens(&rooms.Left{Member: heron})
	s.flushes()
	s.clicks("late-heron ◄ I do")
	s.shows("late-heron is not here any more.")

	for i := range 60 {
		s.says(lynx, fmt.Sprint("line ", i))
	}
	s.types("pgup", "pgup")
	for i := range 40 {
		s.says(heron, fmt.Sprint("news ", i))
	}
	s.clicks("40 new below")
	s.shows("news 0")
	s.hides("new below")
}

// TestClickOnWhoIsHere: a click on a name under the title leads to what can be done with
// its person, with the line of rooms above too; beside the names it does nothing.
func TestClickOnWhoIsHere(t *testing.T) {
	s := inRoom(t, 80, 24, colorprofile.TrueColor, lynx, heron)
	for range 2 {
		for _, who := range []string{"brave-lynx", "◄ late-heron", "lynx"} {
			s.clicks(who)
			s.shows("whisper")
			if s.cards.open == nil {
				t.Fatalf("a click on %s opens nothing", who)
			}
			s.types("esc")
		}
		s.clicks("quiet-otter (you)")
		s.do(tea.MouseClickMsg{X: 79, Y: len(s.places), Button: tea.MouseLeft})
		if s.cards.open != nil {
			t.Error("a click on oneself, or beside the names, opens a card")
		}
		s.joins("den", lynx, heron)
	}
}

// TestClicksOnWhatWasShown: a click means the rows that were shown. In the same moment as
// something else it means nothing: a row may be another by then.
func TestClicksOnWhatWasShown(t *testing.T) {
	s := plainRoom(t)
	s.says(lynx, "first")
	s.happens(&rooms.Reacted{Seq: 90, From: lynx.Person(), Re: s.says(lynx, "second"), Emoji: "👍", On: true})
	y := -1
	for i, row := range strings.Split(s.text(), "\n") {
		if strings.Contains(row, "👍 1") {
			y = i
		}
	}
	x := strings.Index(strings.Split(s.text(), "\n")[y], "👍")
	s.says(heron, "and everything is a row further up")
	s.do(tea.MouseClickMsg{X: x, Y: y, Button: tea.MouseLeft})
	if ops := s.ops(); len(ops) > 0 {
		t.Errorf("a click on what was not shown did %v", ops)
	}
	s.Frame()
	s.do(tea.MouseClickMsg{X: x, Y: y - 1, Button: tea.MouseLeft})
	if ops := s.ops(); len(ops) != 1 {
		t.Errorf("a click on what was shown did %v", ops)
	}
	// Many that come together are one.
	for range 100 {
		s.do(tea.MouseClickMsg{X: x, Y: y - 1, Button: tea.MouseLeft})
	}
	if ops := s.ops(); len(ops) != 1 {
		t.Errorf("a flood of clicks did %d things", len(ops))
	}
}

// TestClicksAnywhere does nothing that is wrong, wherever it is, in whatever state.
func TestClicksAnywhere(t *testing.T) {
	for _, keys := range [][]string{nil, {"f1"}, {"f3", "x"}, {"ctrl+r"}, {"alt+up"}, {"alt+up", "+"}, {strings.Repeat("word ", 200)}, {"/he", "tab"}} {
		s := inRoom(t, 50, 14, colorprofile.TrueColor, lynx, heron)
		s.sends("one", "two")
		s.says(lynx, "see https://sotto.example "+strings.Repeat("漢字 ", 30))
		for _, key := range keys {
			s.types(key)
		}
		for y := -1; y <= 14; y++ {
			for x := -1; x <= 50; x += 3 {
				s.Frame()
				s.do(tea.MouseClickMsg{X: x, Y: y, Button: tea.MouseLeft})
				s.fits()
			}
		}
	}
}

// TestClickOnARoom goes to the room of the line of rooms that is clicked on, and to none
// beside the line's words or where there is no line.
func TestClickOnARoom(t *testing.T) {
	s := plainRoom(t)
	first := s.front
	s.do(tea.MouseClickMsg{Button: tea.MouseLeft})
	den := s.joins("den", heron)
	s.shows(" 1 tea [2 den]")
	s.clicks("1 tea")
	if s.front != first {
		t.Fatal("a click on tea did not go there")
	}
	s.types("a draft")
	s.clicks("2 den")
	if s.front != den {
		t.Fatal("a click on den did not go there")
	}
	for _, beside := range []tea.MouseClickMsg{{X: 70}, {X: 2, Y: 1}, {X: -1}} {
		beside.Button = tea.MouseLeft
		if s.do(beside); s.front != den {
			t.Errorf("a click at %d, %d went elsewhere", beside.X, beside.Y)
		}
	}
	s.clicks("1 tea")
	s.shows("a draft")
}

// TestMouseCommand gives the mouse to the terminal and back, and says whose it is.
func TestMouseCommand(t *testing.T) {
	s := plainRoom(t)
	last := func() any { return s.msgs[len(s.msgs)-1] }
	s.types("/mouse", "enter")
	s.shows("The mouse is the room's", "Shift and drag")
	for _, msg := range s.msgs {
		if _, ok := msg.(run.MouseMsg); ok {
			t.Error("asking changed it")
		}
	}
	s.types("/mouse off", "enter")
	s.shows("The mouse is your terminal's")
	if last() != run.MouseMsg(false) {
		t.Errorf("the runtime was told %v", last())
	}
	s.types("/mouse", "enter")
	s.shows("The mouse is your terminal's")
	s.types("/mouse on", "enter")
	if s.shows("The mouse is the room's"); last() != run.MouseMsg(true) {
		t.Errorf("the runtime was told %v", last())
	}
}

// TestLinkAt finds the link at a column, behind wide characters and styles.
func TestLinkAt(t *testing.T) {
	row := "\x1b[1m漢\x1b[m a \x1b]8;id=0000002a;https://a.example\x1b\\\x1b[4mlink\x1b[m\x1b]8;;\x1b\\ b"
	var got strings.Builder
	for x := range 14 {
		if linkAt(0, row, x) == "https://a.example" {
			got.WriteByte('x')
		} else {
			got.WriteByte('.')
		}
	}
	if got.String() != ".....xxxx....." {
		t.Error(got.String())
	}
	for _, cut := range []string{"\x1b", "\x1b[", "\x1b]8;", "\x1b]8;id=1;http", "a\x1b[38;2"} {
		linkAt(0, cut, 3)
	}
}
