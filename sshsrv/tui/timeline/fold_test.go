package timeline

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"sotto/rooms"
	"sotto/rooms/behaviour"
	"sotto/rooms/comings"
	"sotto/sshsrv/tui/needle"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
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
	*Timeline
	t   testing.TB
	now time.Time
	seq uint64
}

func newFoldTable(t testing.TB, screen int) *foldTable {
	f := &foldTable{Timeline: testTimeline(80), t: t, now: start}
	f.called, f.you, f.screenful = needle.New("low-fern", true), "me", screen
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
			f.Add(Whispered{&rooms.Whispered{At: f.now, From: who, To: rooms.Person{ID: "me", Nick: "low-fern"}, Text: text}})
			continue
		}
		f.seq++
		f.Add(Said{&rooms.Said{Seq: f.seq, At: f.now, From: who, Text: text, Action: s.Action}})
		if f.divider == f.End()-1 { // the screen puts it there as the message comes
			f.divider = None
			f.Divide(f.End() - 1)
		}
		if i%7 == 0 { // a screen is painted now and then
			seen(f.Timeline, f.view.height)
		}
	}
	switch s.Do {
	case "joined":
		f.Happen(comings.Happening{What: comings.Arrived, Who: rooms.Person{ID: "lark", Nick: "lark"}}, f.now)
	case "topic":
		f.Add(&Note{when: f.now, text: "otter set the topic: tea"})
	case "away":
		f.divider = f.End()
	case "up":
		seen(f.Timeline, f.view.height)
		f.Scroll(-5)
	case "end":
		f.ToEnd()
	case "off", "on":
		f.SetFolding(s.Do == "on")
	}
}

// looks is what stands there, as the script writes it.
func (f *foldTable) looks() (shown []int) {
	seen(f.Timeline, f.view.height)
	add := func(n int) {
		if last := len(shown) - 1; n == 1 && last >= 0 && shown[last] > 0 {
			shown[last]++
			return
		}
		shown = append(shown, n)
	}
	for id := f.first; f.Has(id); id = f.next(id) {
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
		f.SetFolding(!c.Off)
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

// TestFoldsNoPerson has floods and people talk at once, for as long and as fast as
// they like: whatever a person says at a person's pace, a mention and the newest are
// shown, and of several floods as much is folded as of one.
func TestFoldsNoPerson(t *testing.T) {
	folded := 0
	for seed := range uint64(200) {
		random := rand.New(rand.NewPCG(seed, 13))
		f := newFoldTable(t, 4+random.IntN(30))
		people := make([]time.Time, 1+random.IntN(3)) // when they spoke last
		floods := 1 + random.IntN(4)
		var shown []int
		for range 300 {
			f.now = f.now.Add(time.Duration(random.IntN(200)) * time.Millisecond)
			who, text := fmt.Sprint("flood", random.IntN(floods)), "noise"
			i := random.IntN(len(people))
			person := random.IntN(6) == 0 && f.now.Sub(people[i]) >= burstPause
			if person {
				people[i], who, text = f.now, fmt.Sprint("person", i), "DON'T reboot the server"
			}
			calls := random.IntN(40) == 0
			if calls {
				text = "low-fern: " + text
			}
			f.seq++
			id := f.Add(Said{&rooms.Said{Seq: f.seq, At: f.now, From: rooms.Person{ID: who, Nick: who}, Text: text}})
			if person || calls {
				shown = append(shown, id)
			}
			if random.IntN(5) == 0 {
				seen(f.Timeline, f.view.height)
			}
		}
		seen(f.Timeline, f.view.height)
		for _, id := range append(shown, f.End()-1) {
			if f.closed(id) != nil {
				t.Fatalf("seed %d: block %d is folded, of %s", seed, id, f.at(id).item.Author().Nick)
			}
		}
		for id := f.first; f.Has(id); id++ {
			if f.tucked(id) {
				folded++
			}
		}
	}
	if folded < 1000 {
		t.Errorf("only %d messages were folded", folded)
	}
}

// What one talks without end is counted as it comes and goes, and never all of it again: at
// the bound a line goes with each that comes, and the fold begins elsewhere each time.
func TestLongBurstIsCountedOnce(t *testing.T) {
	f := newFoldTable(t, 24)
	f.most = 200
	counted := uintptr(0)
	for n := range 5 * f.most {
		f.play(foldStep{Say: 1, Rows: 1 + n%3, After: 10, By: "otter"})
		f.tuck()
		seen(f.Timeline, f.view.height)
		if n < 2*f.most {
			continue
		}
		fold := f.bursts[len(f.bursts)-1].fold
		if fold == nil || fold.thin {
			t.Fatalf("after %d messages nothing is folded", n)
		}
		switch who := reflect.ValueOf(fold.tally.who).Pointer(); {
		case counted == 0:
			counted = who
		case counted != who:
			t.Fatalf("message %d has all of them counted again", n)
		}
	}
}
