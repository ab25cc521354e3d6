package tui

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"sotto/rooms"
	"sotto/rooms/behaviour"
	"sotto/rooms/comings"
)

// foldStep is a step of rooms/behaviour/fold.json.
type foldStep struct {
	Say, Rows, Every, After int
	By                      string
	Calls, Whisper, Action  bool
	Do                      string
	Shown                   []int
}

// foldTable is a timeline that a script is played on.
type foldTable struct {
	*timeline
	t   testing.TB
	now time.Time
	seq uint64
}

func newFoldTable(t testing.TB, screen int) *foldTable {
	f := &foldTable{timeline: testTimeline(80), t: t, now: start}
	f.called, f.you, f.screenful = newNeedle("low-fern", true), "me", screen
	f.view.height = screen
	return f
}

func (f *foldTable) play(s foldStep) {
	f.t.Helper()
	after := time.Minute
	if s.After > 0 {
		after = time.Duration(s.After) * time.Millisecond
	}
	for i := range s.Say {
		f.now = f.now.Add(after)
		after = time.Duration(s.Every) * time.Millisecond
		names := strings.Split(s.By, " and ")
		who := rooms.Person{ID: names[i%len(names)], Nick: names[i%len(names)]}
		switch who.Nick {
		case "":
			who = rooms.Person{ID: "otter", Nick: "otter"}
		case "low-fern":
			who.ID = "me"
		}
		text := strings.TrimSuffix(strings.Repeat(fmt.Sprintf("message %d\n", f.seq), s.Rows), "\n")
		if s.Calls {
			text = "low-fern " + text
		}
		if s.Whisper {
			f.add(whispered{&rooms.Whispered{At: f.now, From: who, To: rooms.Person{ID: "me", Nick: "low-fern"}, Text: text}})
			continue
		}
		f.seq++
		f.add(said{&rooms.Said{Seq: f.seq, At: f.now, From: who, Text: text, Action: s.Action}})
		if f.divider == f.end()-1 { // the screen puts it there as the message comes
			f.divider = none
			f.divide(f.end() - 1)
		}
		if i%7 == 0 { // a screen is painted now and then
			seen(f.timeline, f.view.height)
		}
	}
	switch s.Do {
	case "joined":
		f.happen(comings.Happening{What: comings.Arrived, Who: rooms.Person{ID: "lark", Nick: "lark"}}, f.now)
	case "topic":
		f.add(&note{when: f.now, text: "otter set the topic: tea"})
	case "away":
		f.divider = f.end()
	case "up":
		seen(f.timeline, f.view.height)
		f.scroll(-5)
	case "end":
		f.toEnd()
	case "off", "on":
		f.fold(s.Do == "on")
	}
}

// looks is what stands there, as the script writes it.
func (f *foldTable) looks() (shown []int) {
	seen(f.timeline, f.view.height)
	add := func(n int) {
		if last := len(shown) - 1; n == 1 && last >= 0 && shown[last] > 0 {
			shown[last]++
			return
		}
		shown = append(shown, n)
	}
	for id := f.first; f.has(id); id = f.next(id) {
		for _, row := range f.rowsOf(id) {
			words := strings.Fields(ansi.Strip(row))
			if len(words) > 0 && words[0] == "▸" && strings.Contains(row, "more from") {
				n, _ := strconv.Atoi(words[1])
				add(-n)
			}
		}
		if speaks(f.at(id).item) && f.closed(id) == nil {
			add(1)
		}
	}
	return shown
}

// TestFolding folds what the browser folds, too.
func TestFolding(t *testing.T) {
	var script struct {
		Note  string
		Cases []struct {
			Name   string
			Screen int
			Steps  []foldStep
		}
		Tall []struct {
			Name, By               string
			Screen, Rows           int
			Calls, Whisper, Action bool
			Off                    bool
			Shown                  []int
		}
	}
	behaviour.Read(t, "fold", &script)
	for _, c := range script.Cases {
		f := newFoldTable(t, c.Screen)
		for i, step := range c.Steps {
			if f.play(step); step.Shown != nil {
				if got := f.looks(); !slices.Equal(got, step.Shown) {
					t.Errorf("%s: step %d shows %d, want %d", c.Name, i+1, got, step.Shown)
				}
			}
		}
	}
	for _, c := range script.Tall {
		f := newFoldTable(t, c.Screen)
		f.fold(!c.Off)
		f.play(foldStep{Say: 1, Rows: c.Rows, By: c.By, Calls: c.Calls, Whisper: c.Whisper, Action: c.Action})
		var got []int
		for _, row := range f.rowsOf(f.first) {
			switch words := strings.Fields(ansi.Strip(row)); {
			case len(words) > 1 && words[0] == "▸":
				n, _ := strconv.Atoi(words[1])
				got = append(got, -n)
			case strings.Contains(row, "message"):
				if last := len(got) - 1; last >= 0 && got[last] > 0 {
					got[last]++
				} else {
					got = append(got, 1)
				}
			}
		}
		if !slices.Equal(got, c.Shown) {
			t.Errorf("%s: shows %d rows, want %d", c.Name, got, c.Shown)
		}
	}
}

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
	if s.timeline.dropped == 0 {
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
		return none
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
	if before, after := click("▸ 40 more from"), line("▾ 40 more from"); before != after || after == none {
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
		if !strings.Contains(rows[0]+rows[1], "brave-lynx  ") || !strings.Contains(strings.Join(rows, ""), "20:") && !strings.Contains(strings.Join(rows, ""), "21:") {
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
