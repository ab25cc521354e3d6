package tui

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"sotto/rooms"
	"sotto/sshsrv/tui/timeline"
)

// TestAFullScreenStaysFull has make in a pipe talk for longer than this screen
// remembers: the screen stays full, whatever is folded and dropped, and so it is when
// that is over.
func TestAFullScreenStaysFull(t *testing.T) {
	s := plainRoom(t)
	lines := strings.Repeat("cc -O2 -Wall -c -o build/some/where/an_object.o src/some/where/a_source.c\n", 39) + "the end"
	for i := range 300 {
		s.says(heron, lines)
		s.passes(500 * time.Millisecond)
		if i%10 == 9 {
			s.full()
		}
	}
	if s.reading.timeline.First() == 0 {
		t.Fatal("the screen remembers everything")
	}
	s.full()
	s.shows("more from late-heron", "the end")
	s.says(lynx, "has it built?")
	s.full()
	s.types("ctrl+home")
	s.full()
	s.do(tea.WindowSizeMsg{Width: 200, Height: 50})
	s.full()
}

// full fails the test if a row of the timeline is blank.
func (s *sitting) full() {
	s.t.Helper()
	f := s.Frame()
	for y, row := range f.Rows[f.Top:f.Bottom] {
		if strings.TrimSpace(ansi.Strip(row)) == "" {
			s.t.Fatalf("row %d is blank:\n%s", f.Top+y, s.text())
		}
	}
}

// TestEnlarging turns a window whose person reads further up into a large one: there
// is something in every row.
func TestEnlarging(t *testing.T) {
	s := plainRoom(t)
	for i := range 60 {
		s.says([]rooms.Member{lynx, heron}[i%2], fmt.Sprint("line ", i))
		s.passes(time.Second) // they are people
	}
	s.types("ctrl+home")
	s.full()
	s.do(tea.WindowSizeMsg{Width: 80, Height: 50})
	s.full()
	s.shows("line 0", "line 30", "End: newest")
	s.do(tea.WindowSizeMsg{Width: 80, Height: 80})
	s.shows("line 0", "line 59")
	s.hides("End: newest")
}

// TestAHitInATallMessage looks for words that stand in the middle of one, folded or
// in a burst: they are on the screen.
func TestAHitInATallMessage(t *testing.T) {
	s := plainRoom(t)
	text := strings.Repeat("a line\n", 20) + "the needle\n" + strings.Repeat("a line\n", 18) + "the last"
	s.says(lynx, text)
	for i := range 60 {
		s.says(heron, fmt.Sprint("flood ", i, " of pins"))
	}
	s.says(heron, "quiet-otter: "+strings.Replace(text, "needle", "thimble", 1))
	s.Frame()
	for _, what := range []string{"needle", "flood 40", "thimble", "brave", "the last", "flood 0 o"} {
		s.types("f3", what, "enter")
		s.passes(seekEvery)
		s.do(seekMsg{})
		s.shows(what)
		s.types("esc", "end", "end")
	}
}

// TestClickingAFold opens and closes what is folded by the mouse. Its line stays
// where it is.
func TestClickingAFold(t *testing.T) {
	s := plainRoom(t)
	for i := range 60 {
		s.says(heron, fmt.Sprint("flood ", i, "."))
	}
	s.says(lynx, strings.Repeat("a line\n", 30)+"the last")
	line := func(text string) int {
		for y, row := range strings.Split(s.text(), "\n") {
			if strings.Contains(row, text) {
				return y
			}
		}
		return timeline.None
	}
	click := func(text string) int {
		y := line(text)
		s.do(tea.MouseClickMsg{X: 30, Y: y, Button: tea.MouseLeft})
		return y
	}
	if before, after := click("▸ 24 more rows"), line("▾ 24 more rows"); before != after {
		t.Errorf("the line was in row %d, and is in %d", before, after)
	}
	click("▾ 24 more rows")
	s.shows("▸ 24 more rows", "the last")
	if before, after := click("▸ 40 more from"), line("▾ 40 more from"); before != after || after == timeline.None {
		t.Errorf("the line was in row %d, and is in %d", before, after)
	}
	s.shows("flood 19.", "flood 20.")
	click("▾ 40 more from")
	s.hides("flood 20.")
	click("flood 59.") // opens nothing
	s.do(tea.MouseClickMsg{X: 30, Y: line("▸ 40 more from"), Button: tea.MouseRight})
	s.shows("▸ 40 more from")
	s.types("f1")
	s.do(tea.MouseClickMsg{X: 30, Y: line("▸ 40 more from"), Button: tea.MouseLeft}) // behind the card
	s.types("esc")
	s.shows("▸ 40 more from")
}

// TestFoldCommand says how it is, and how it can be.
func TestFoldCommand(t *testing.T) {
	s := plainRoom(t)
	for i := range 60 {
		s.says(heron, fmt.Sprint("flood ", i, "."))
	}
	s.shows("more from late-heron")
	s.types("/fold", "enter")
	s.shows("folded. /fold off shows everything")
	s.types("/fold off", "enter")
	s.shows("Everything is shown. /fold on folds", "flood 58.")
	s.hides("more from")
	s.types("/fold", "enter")
	s.shows("Everything is shown.")
	s.types("/fold on", "enter")
	s.shows("more from late-heron")
}

// TestAnHourOfOnePerson: name and time are said again at least every five minutes,
// and at the top of the screen wherever it is.
func TestAnHourOfOnePerson(t *testing.T) {
	s := plainRoom(t)
	for minute := range 60 {
		s.says(lynx, fmt.Sprint("minute ", minute, ", on which there is as much to say as on any other, and so it takes more than a row of the screen"))
		s.passes(time.Minute)
	}
	for range 6 {
		f := s.Frame()
		rows := strings.Split(s.text(), "\n")[f.Top:f.Bottom]
		if !strings.Contains(rows[0]+rows[1], "brave-lynx □ ") || !strings.Contains(strings.Join(rows, ""), "20:") && !strings.Contains(strings.Join(rows, ""), "21:") {
			t.Errorf("it can't be seen who says that, or when:\n%s", s.text())
		}
		s.types("pgup")
	}
}

// TestFoldSaysItsLines: a fold says how much it hides, where a message is more than a
// line.
func TestFoldSaysItsLines(t *testing.T) {
	s := plainRoom(t)
	for i := range 60 {
		s.says(heron, fmt.Sprint("flood ", i, "."))
	}
	s.shows("▸ 40 more from late-heron")
	s.hides("lines")
	s.says(heron, "two\nlines")
	s.says(heron, "the last")
	s.shows("▸ 42 more from late-heron, 43 lines")
	s = plainRoom(t)
	for range 30 {
		s.says(heron, strings.Repeat("cc -c a.c\n", 39)+"and so on")
		s.flushes()
	}
	row := regexp.MustCompile(`▸ (\d+) more from late-heron, (\d+) lines`).FindStringSubmatch(s.text())
	if row == nil {
		t.Fatalf("no fold says its lines:\n%s", s.text())
	}
	messages, _ := strconv.Atoi(row[1])
	if lines, _ := strconv.Atoi(row[2]); lines != 40*messages {
		t.Errorf("%s", row[0])
	}
}

// TestFoldOfSeveral says of how many people a fold is; whoever ignores one of them sees
// what the others said.
func TestFoldOfSeveral(t *testing.T) {
	s := plainRoom(t)
	for i := range 120 {
		s.says([]rooms.Member{lynx, heron}[i%2], fmt.Sprint("flood ", i, "."))
	}
	s.shows("more from late-heron and 1 other")
	s.types("/ignore late-heron", "enter") // in whose message the fold's line stands
	for id := s.reading.timeline.First(); s.reading.timeline.Has(id); id++ {
		if s.reading.timeline.Folds(id) {
			t.Fatalf("block %d is folded behind somebody who is ignored", id)
		}
	}
	s.hides("more from")
	s.types("/unignore late-heron", "enter")
	for i := range 60 {
		s.says([]rooms.Member{lynx, heron}[i%2], fmt.Sprint("again ", i, "."))
	}
	s.shows("1 other", "again 59.")
}
