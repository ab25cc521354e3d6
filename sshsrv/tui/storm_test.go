package tui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"sotto/rooms"
)

// fits fails the test unless the frame is one that a terminal can show.
func (s *sitting) fits() {
	s.t.Helper()
	f := s.Frame()
	if len(f.Rows) != s.layout.height {
		s.t.Fatalf("%d rows at %d×%d", len(f.Rows), s.layout.width, s.layout.height)
	}
	for y, row := range f.Rows {
		if w := ansi.StringWidth(row); w > s.layout.width {
			s.t.Fatalf("row %d at %d×%d has %d columns: %q", y, s.layout.width, s.layout.height, w, row)
		}
		if strings.ContainsAny(row, "\n\r\t\a\b") {
			s.t.Fatalf("row %d at %d×%d holds a control character: %q", y, s.layout.width, s.layout.height, row)
		}
	}
	if f.Top < 0 || f.Top > f.Bottom || f.Bottom > s.layout.height {
		s.t.Fatalf("timeline from %d to %d at %d×%d", f.Top, f.Bottom, s.layout.width, s.layout.height)
	}
	if f.ShowCursor && (f.Cursor.X < 0 || f.Cursor.X >= s.layout.width || f.Cursor.Y < 0 || f.Cursor.Y >= s.layout.height) {
		s.t.Fatalf("cursor at %v at %d×%d", f.Cursor, s.layout.width, s.layout.height)
	}
}

// TestFiveHundredArrive lets 500 people in within a second: one line in the
// timeline, and a paint every flushEvery at most.
func TestFiveHundredArrive(t *testing.T) {
	s := inRoom(t, 80, 24, colorprofile.TrueColor)
	s.flushes()
	s.text()
	changes, last := 0, strings.Join(s.Frame().Rows, "\n")
	for i := range 500 {
		s.happens(&rooms.Joined{Seq: uint64(i), Member: rooms.Member{ID: fmt.Sprint(i), Nick: fmt.Sprint("guest-", i)}})
		if i%125 == 124 {
			s.flushes() // as the runtime's alarm does four times a second
		}
		if now := strings.Join(s.Frame().Rows, "\n"); now != last {
			changes, last = changes+1, now
		}
	}
	if changes != 4 {
		t.Errorf("the screen changed %d times", changes)
	}
	s.shows("501 here", "guest-0, guest-1, guest-2 and 497 others came in")
}

// TestFortyWideLines shows the tallest message, of wide characters, everywhere.
func TestFortyWideLines(t *testing.T) {
	line := strings.Repeat("幅の広い文字", 5)
	text := strings.TrimSpace(strings.Repeat(line+"\n", rooms.MaxTextLines))
	for _, width := range []int{20, 21, 40, 72, 73, 80, 120, 200} {
		s := inRoom(t, width, 24, colorprofile.TrueColor, lynx)
		s.reading.timeline.SetFolding(false)
		s.says(lynx, text)
		s.fits()
		s.types("pgup", "pgup")
		s.fits()
		s.types("ctrl+home", "pgdown")
		s.fits()
		got := strings.Count(strings.ReplaceAll(strings.Join(s.whole(), ""), " ", ""), "幅の")
		if want := rooms.MaxTextLines * 5; width >= 72 && got != want {
			t.Errorf("at %d columns %d of %d words are there", width, got, want)
		}
	}
}

// TestNamesAtTheLimit shows names as long as they may be, in one-, two- and
// zero-width characters.
func TestNamesAtTheLimit(t *testing.T) {
	names := []string{"x", "sixteen-columns0", "日本語の名前八文", "ééééééé", "ก็ก็ก็", "Ω-omega_2.0"}
	for _, width := range []int{20, 33, 60, 72, 80, 200} {
		s := inRoom(t, width, 24, colorprofile.TrueColor)
		for i, name := range names {
			m := rooms.Member{ID: fmt.Sprint("m", i), Nick: name, Via: rooms.ViaWeb}
			s.happens(&rooms.Joined{Member: m})
			s.says(m, "hello")
			s.passes(time.Minute)
			s.happens(&rooms.Said{At: s.now, From: m.Person(), Text: "waves", Action: true})
			s.happens(&rooms.Whispered{At: s.now, From: m.Person(), To: you.Person(), Text: "psst"})
			s.happens(&rooms.TypingNow{Member: m.ID})
			s.flushes()
			s.fits()
			if width >= 72 {
				s.shows(name)
			}
		}
		s.types("f2")
		s.fits()
	}
}

// TestPasteOfThousands pastes 3,000 lines: it is asked about, and nothing is
// said before it is answered.
func TestPasteOfThousands(t *testing.T) {
	s := plainRoom(t)
	s.types("before ")
	s.do(tea.PasteMsg{Content: strings.Repeat("a line of a log\n", 3000)})
	s.fits()
	if len(s.ops()) != 0 {
		t.Error("a paste was said by itself")
	}
	s.shows("lines and")
	s.types("esc")
	s.shows("› before")
}

// whole is every row that the timeline could show.
func (s *sitting) whole() (rows []string) {
	for id := s.reading.timeline.First(); s.reading.timeline.Has(id); id++ {
		rows = append(rows, s.reading.timeline.Rows(id)...)
	}
	return rows
}
