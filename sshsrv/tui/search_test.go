package tui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/colorprofile"

	"sotto/rooms"
	"sotto/rooms/behaviour"
	"sotto/sshsrv/tui/needle"
	"sotto/sshsrv/tui/timeline"
)

// TestFind finds what the browser finds, too.
func TestFind(t *testing.T) {
	var script struct {
		About []string
		Words []struct {
			Text, Find string
			Found      []string
		}
		Cases []struct {
			Name  string
			Steps []struct {
				Say                        []string
				Amend                      []any
				Retract, Fade              int
				Ignore, Hear, Older, Newer bool
				Find                       *string
				Shown                      string
				At                         int
			}
		}
	}
	behaviour.Read(t, "find", &script)
	for _, w := range script.Words {
		what := needle.New(w.Find, false)
		var found []string
		for span, ok := what.Next(w.Text, 0); ok; span, ok = what.Next(w.Text, span.To) {
			found = append(found, w.Text[span.From:span.To])
		}
		if fmt.Sprintf("%q", found) != fmt.Sprintf("%q", w.Found) {
			t.Errorf("%q in %q: %q", w.Find, w.Text, found)
		}
	}
	for _, c := range script.Cases {
		s := plainRoom(t)
		s.sets(lynx, rooms.Rules{Fade: time.Hour})
		var said []uint64
		var at []time.Time
		q := &s.reading.search
		for i, step := range c.Steps {
			for _, text := range step.Say {
				s.passes(time.Minute)
				said, at = append(said, s.says(lynx, text)), append(at, s.now)
			}
			if step.Amend != nil {
				s.happens(&rooms.Amended{From: lynx.Person(), Re: said[int(step.Amend[0].(float64))-1], Text: step.Amend[1].(string)})
			}
			if step.Retract > 0 {
				s.happens(&rooms.Retracted{From: lynx.Person(), Re: said[step.Retract-1]})
			}
			if step.Fade > 0 {
				s.wakes(at[step.Fade-1].Add(time.Hour))
				at = at[step.Fade:]
			}
			if step.Ignore {
				s.ignorePerson(lynx.Person())
			}
			if step.Hear {
				s.submit("/unignore brave-lynx")
			}
			if step.Find != nil {
				s.types("esc", "f3", *step.Find)
				s.Frame()
				s.passes(seekEvery)
				s.do(seekMsg{})
			}
			if step.Older {
				q.toHit(1)
			}
			if step.Newer {
				q.toHit(-1)
			}
			if step.Shown == "" {
				continue
			}
			number := 0
			if q.nth != timeline.None {
				seq, _ := s.reading.timeline.Seq(q.found[q.nth])
				for j, each := range said {
					if each == seq {
						number = j + 1
					}
				}
			}
			if got := fmt.Sprintf("%d of %d", q.nth+1, len(q.found)); got != step.Shown || number != step.At {
				t.Errorf("%s: step %d: %s, at %d", c.Name, i+1, got, number)
			}
		}
	}
}

// memory fills a screen's memory: so many messages, every third with a word that
// is searched for.
func memory(t *testing.T, messages, bytes int) *sitting {
	s := inRoom(t, 80, 24, colorprofile.TrueColor, lynx, heron)
	for i := range messages {
		text := fmt.Sprintf("the %dth %s", i, strings.Repeat("x", bytes))
		if i%3 == 0 {
			text += " Otter"
		}
		s.says(lynx, text)
		s.passes(5 * time.Second)
	}
	s.Frame()
	return s
}

// looked is how much of the memory the search under way has looked through.
func (s *sitting) looked() (bytes int) {
	for id := s.reading.search.next + 1; id < s.reading.timeline.End(); id++ {
		bytes += s.reading.timeline.Item(id).Size()
	}
	return bytes
}

// TestSearchLooksOnceForMany types and takes back letters: however many keys come
// together, they cost one look, through a bounded part of the memory; and however
// many batches of them come, one in a while.
func TestSearchLooksOnceForMany(t *testing.T) {
	s := memory(t, 1800, 50)
	s.types("f3")
	most := seekBytes + s.reading.timeline.Item(s.reading.timeline.End()-1).Size()
	for batch := range 50 {
		for range 98 {
			s.types("o", "t", "backspace", "backspace", "o")
		}
		if got := s.reading.timeline.Sought(); got != "" && batch == 0 {
			t.Fatalf("looked for %q while keys came", got)
		}
		s.Frame()
		if got := s.reading.timeline.Sought(); got != "o" && got != strings.Repeat("o", 98) {
			t.Fatalf("batch %d: looks for %q", batch, got)
		}
		if batch == 0 {
			if n := s.looked(); n < seekBytes || n > most {
				t.Fatalf("looked through %d bytes at once, at most %d are due", n, most)
			}
		} else if n := s.looked(); n > most {
			t.Fatalf("batch %d had it look through %d bytes", batch, n)
		}
	}
	if len(s.msgs) != 1 {
		t.Errorf("%d alarms are set", len(s.msgs))
	}
	s.passes(seekEvery)
	s.do(seekMsg{})
	if got := s.reading.timeline.Sought(); got != s.reading.search.field.text {
		t.Errorf("looks for %q, not for %q", got, s.reading.search.field.text)
	}
}

// TestSearchFindsAll looks on until everything was looked through.
func TestSearchFindsAll(t *testing.T) {
	const messages = 1500
	s := memory(t, messages, 40)
	s.types("f3", "oTTeR")
	s.shows("1 of", "so far")
	for looks := 1; s.reading.search.looking(); looks++ {
		if looks > timeline.MaxItemBytes/seekBytes {
			t.Fatal("it goes on for ever")
		}
		s.passes(seekEvery)
		s.do(seekMsg{})
	}
	s.shows(fmt.Sprintf("1 of %d", messages/3))
	s.hides("so far")
	s.types("enter", "n", "n", "N")
	s.shows(fmt.Sprintf("2 of %d", messages/3), fmt.Sprintf("the %dth", messages-6))
	for range messages {
		s.types("n")
	}
	s.shows(fmt.Sprintf("%d of %d", messages/3, messages/3), "the 0th")
	alarms := len(s.msgs)
	s.types("esc")
	s.passes(seekEvery)
	s.do(seekMsg{})
	if len(s.msgs) > alarms || s.reading.timeline.Sought() != "" || s.reading.search.found != nil {
		t.Error("a search that is over goes on")
	}
}

// TestSearchWithoutHits says so once everything was looked through, and not before.
func TestSearchWithoutHits(t *testing.T) {
	s := memory(t, 1500, 40)
	s.types("f3", "badger", "enter")
	s.shows("looking…")
	for s.reading.search.looking() {
		s.passes(seekEvery)
		s.do(seekMsg{})
	}
	s.shows("nothing like that")
	s.types("s") // Enter had nothing to go through, so letters are letters
	if got := s.reading.search.field.text; got != "badgers" {
		t.Errorf("the field holds %q", got)
	}
}

// TestSearchKeysBeforeTheLook presses Enter and n in the moment in which nothing
// could be looked for yet: they are no letters.
func TestSearchKeysBeforeTheLook(t *testing.T) {
	s := memory(t, 30, 10)
	s.types("f3", "o")
	s.Frame()
	s.types("tter", "enter", "n")
	if got := s.reading.search.field.text; got != "otter" {
		t.Errorf("the field holds %q", got)
	}
	s.passes(seekEvery)
	s.do(seekMsg{})
	s.types("n")
	s.shows("2 of 10")
}

// TestSearchOutlivesItsHits drops what was found from the screen's memory.
func TestSearchOutlivesItsHits(t *testing.T) {
	s := memory(t, 30, 10)
	s.types("f3", "otter", "enter")
	s.Frame()
	for i := range timeline.MaxItems {
		s.says(heron, fmt.Sprint("more ", i))
	}
	s.types("n", "N", "n")
	s.fits()
	if s.reading.timeline.Has(0) {
		t.Error("nothing was dropped")
	}
}

// TestAHitIsSomebodys: who said what is found is seen, and when, however long it is.
func TestAHitIsSomebodys(t *testing.T) {
	s := plainRoom(t)
	s.says(lynx, "before")
	s.says(lynx, strings.Repeat("a line of many\n", 38)+"the needle\nand the end")
	s.passes(time.Hour)
	s.says(heron, "after")
	s.types("f3", "needle")
	s.passes(seekEvery)
	s.do(seekMsg{})
	f := s.Frame()
	rows := strings.Split(s.text(), "\n")[f.Top:f.Bottom]
	if !strings.Contains(rows[0], "brave-lynx") || !strings.Contains(rows[0], "20:14") {
		t.Errorf("it can't be seen who said that:\n%s", s.text())
	}
	s.shows("the needle", "1 of 1")
}
