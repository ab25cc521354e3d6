package tui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"sotto/rooms"
	"sotto/sshsrv/tui/run"
)

// cut is Ctrl-U.
var cut = tea.KeyPressMsg{Code: 'u', Mod: tea.ModCtrl}

// What a line of the timeline costs beside its words, in bytes, and by how much the
// timeline may be off.
const (
	itemBytes  = 200
	blockBytes = 64
	weighEvery = 8 << 10
)

// What a screen can be made to keep is counted: what is written, a line of sotto's
// own for each command, whispers; of what everybody heard, a part.
func TestScreenHolds(t *testing.T) {
	grows := func(what string, s *sitting, by int, do func()) {
		t.Helper()
		before, _ := s.Holds()
		do()
		if after, _ := s.Holds(); after-before < by*3/4 || after-before > 2*by+weighEvery {
			t.Errorf("%s: %d bytes more are %d", what, by, after-before)
		}
	}
	s := inRoom(t, 80, 24, colorprofile.TrueColor, lynx, heron)
	grows("what is written", s, 2*3480, func() { s.do(tea.PasteMsg{Content: strings.Repeat("write ", 580)}) })
	s = inRoom(t, 80, 24, colorprofile.TrueColor, lynx, heron)
	grows("own lines", s, 500*(itemBytes+blockBytes), func() {
		for range 500 {
			s.types("/topic", "enter")
		}
	})
	grows("whispers", s, 50*(2000+itemBytes+blockBytes), func() {
		for i := range 50 {
			s.happens(&rooms.Whispered{WSeq: uint64(i), At: s.now, From: lynx.Person(), To: you.Person(), Text: strings.Repeat("w", 2000)})
		}
	})
	grows("words, a third of them", s, 50*(1000+itemBytes/3+blockBytes), func() {
		for range 50 {
			s.says(lynx, strings.Repeat("s", 3000))
		}
	})
	grows("a larger window", s, 220*76*cellBytes, func() { s.do(tea.WindowSizeMsg{Width: 300, Height: 100}) })
	grows("lines that wait", s, 12*3500, func() {
		for range 14 { // one is on its way, one is asked about
			s.do(tea.PasteMsg{Content: strings.Repeat("wait ", 700)})
			s.types("enter")
		}
	})
	ahead := newSitting(t, 80, 24, colorprofile.TrueColor)
	ahead.cards.front.entering = true
	grows("typed ahead", ahead, 10_000, func() {
		for range 100 {
			ahead.types(strings.Repeat("a", 100))
		}
	})
}

// MaxHolds is not exceeded, whatever is done.
func TestScreenHoldsSoMuch(t *testing.T) {
	s := inRoom(t, 300, 100, colorprofile.TrueColor)
	for i := range 300 {
		s.do(tea.PasteMsg{Content: strings.Repeat(fmt.Sprint("p", i), 800)})
		s.types("ctrl+k")
		s.do(cut)
		s.says(you, strings.Repeat(fmt.Sprint("s", i), 900))
		if bytes, spare := s.Holds(); bytes > MaxHolds || spare > bytes {
			t.Fatalf("it holds %d bytes, %d of them spare", bytes, spare)
		}
	}
}

// Asked to, a screen lets go of what can be done without, says so, and goes on.
func TestScreenSheds(t *testing.T) {
	s := inRoom(t, 80, 24, colorprofile.TrueColor, lynx)
	for i := range 100 {
		s.passes(time.Minute)
		s.says(lynx, strings.Repeat("x ", 1500)+fmt.Sprint("word ", i))
		s.do(tea.PasteMsg{Content: strings.Repeat("cut ", 900)})
		s.do(cut)
	}
	s.types("unfinished")
	before, spare := s.Holds()
	s.do(run.ShedMsg{})
	after, rest := s.Holds()
	if after > before-spare+weighEvery || rest > weighEvery {
		t.Errorf("of %d bytes, %d of them spare, %d are left, %d of them spare", before, spare, after, rest)
	}
	s.shows("word 99", "unfinished", "short of memory")
	s.types(" and finished", "enter")
	if say, ok := s.seat.ops[len(s.seat.ops)-1].(rooms.Say); !ok || say.Text != "unfinished and finished" {
		t.Errorf("what was written became %+v", s.seat.ops[len(s.seat.ops)-1])
	}
	s.passes(time.Minute)
	s.says(lynx, "newest")
	s.shows("newest")
}
