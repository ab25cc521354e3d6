package timeline

import (
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"sotto/rooms"
	"sotto/sshsrv/tui/theme"
)

// TestEveryMessageHasItsTime turns times on: each message has its own in the margin, by
// the reader's clock, none stands above any more, and what is searched for is found
// although a time stands in the middle of it.
func TestEveryMessageHasItsTime(t *testing.T) {
	berlin := time.FixedZone("CET", 3600)
	for _, width := range []int{40, 80, 200} {
		tl := New(berlin, time.Now, func(rooms.Person) bool { return false })
		tl.ShowTimes(true)
		tl.Restyle(width, 12, 0, inkFor(theme.Dark, theme.None))
		tell(tl, lynx, 0, "first")
		tell(tl, lynx, time.Minute, strings.Repeat("long ", 40))
		last := tell(tl, heron, 6*time.Minute, "last")
		screen := strings.Join(seen(tl, 40), "\n")
		for _, want := range []string{start.In(berlin).Format("15:04"), start.Add(time.Minute).In(berlin).Format("15:04"), start.Add(6 * time.Minute).In(berlin).Format("15:04")} {
			if strings.Count(screen, want) != 1 {
				t.Errorf("%d columns: %s is not there once:\n%s", width, want, screen)
			}
		}
		for _, row := range strings.Split(screen, "\n") {
			if n := ansi.StringWidth(row); n > width {
				t.Errorf("a row has %d columns of %d: %q", n, width, row)
			}
		}
		if tl.LookFor(strings.TrimSpace(strings.Repeat("long ", 35))); !tl.Matches(last-1) || tl.hitRow(last-1) < 0 {
			t.Errorf("%d columns: words are not found", width)
		}
		if hit := tl.hitRow(last - 1); strings.Contains(tl.rowsOf(last - 1)[hit], "last") {
			t.Errorf("%d columns: found in row %d", width, hit)
		}
		tl.LookFor("")
		tl.ShowTimes(false)
		if screen := strings.Join(seen(tl, 40), "\n"); strings.Contains(screen, start.Add(time.Minute).In(berlin).Format("15:04")) {
			t.Errorf("%d columns: times stay after they were turned off:\n%s", width, screen)
		}
	}
}

// TestAPageBeginsWithATime reads back: each page says at its top who speaks and when,
// and no word goes for it.
func TestAPageBeginsWithATime(t *testing.T) {
	tl := testTimeline(80)
	for i := range 200 {
		tell(tl, []rooms.Member{lynx, lynx, heron}[i%3], time.Duration(i)*time.Minute/2, "word-"+string(rune('a'+i%26)))
	}
	seen(tl, 12)
	for range 12 {
		tl.Scroll(-7)
		page := seen(tl, 12)
		id, _, _ := tl.rowAt(0)
		at, top := tl.Item(id).When().Format("15:04"), ansi.Strip(page[0])
		if strings.Contains(top, at) && tl.at(id).clock && !strings.Contains(top, "word") {
			continue // its own head
		}
		if !strings.HasPrefix(top, at+" ") || !strings.Contains(top, tl.Item(id).Author().Nick) || !strings.Contains(top, tl.Item(id).Words()) {
			t.Fatalf("the page of block %d begins with %q", id, top)
		}
	}
}

// TestAChosenMessageTellsWhen: the day too, if that is another.
func TestAChosenMessageTellsWhen(t *testing.T) {
	now := start
	tl := New(time.UTC, func() time.Time { return now }, func(rooms.Person) bool { return false })
	tl.Restyle(80, 12, 0, inkFor(theme.Dark, theme.None))
	tell(tl, lynx, 0, "first")
	tl.SelectNewest()
	chosen, _ := tl.Selected()
	if have := chosen.Author() + " " + chosen.When(); have != "brave-lynx "+start.Format("15:04") {
		t.Errorf("it is %q", have)
	}
	if now = start.AddDate(0, 0, 2); !strings.HasPrefix(chosen.When(), start.Format("2 January ")) {
		t.Errorf("days later it is %q", chosen.When())
	}
}
