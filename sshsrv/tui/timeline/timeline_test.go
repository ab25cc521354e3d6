package timeline

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"sotto/rooms"
	"sotto/sshsrv/tui/theme"
)

// testTimeline is a timeline of a width in which nobody is ignored.
func testTimeline(width int) *Timeline {
	t := New(time.UTC, time.Now, func(rooms.Person) bool { return false })
	t.Restyle(width, 12, 0, inkFor(theme.Dark, theme.None))
	return t
}

// tell adds a message from somebody, some time after the start.
func tell(t *Timeline, who rooms.Member, after time.Duration, text string) int {
	return t.Add(Said{&rooms.Said{Seq: uint64(t.End() + 1), At: start.Add(after), From: who.Person(), Text: text}})
}

// seen is what a timeline shows in so many rows.
func seen(t *Timeline, height int) []string {
	rows := make([]string, height)
	t.view.height = height
	t.tuck()
	t.Fill(rows)
	return rows
}

// whole is every row that a timeline could show.
func whole(t *Timeline) (rows []string) {
	if t.dropped > 0 {
		rows = append(rows, t.look.indent()+t.look.ink.Paint(theme.Dim, t.look.cells.Cut(t.age(), t.look.measure, "…")))
	}
	for id := t.first; t.Has(id); id++ {
		b := t.at(id)
		if s, ok := b.item.(Said); ok && b.drawn != nil && s.Re != 0 && t.find(s.Re) == None {
			rows = append(rows, b.drawn.rows...) // it may quote what was there as it was drawn
		} else if !b.hidden && !t.tucked(id) {
			rows = append(rows, t.draw(id).rows...)
		}
	}
	return rows
}

// TestReadingIsNotDisturbed scrolls up: what comes meanwhile moves nothing.
func TestReadingIsNotDisturbed(t *testing.T) {
	tl := testTimeline(80)
	for i := range 100 {
		tell(tl, []rooms.Member{lynx, heron}[i%2], 0, fmt.Sprint("message ", i))
	}
	seen(tl, 20)
	tl.Scroll(-30)
	before := seen(tl, 20)
	for i := range 50 {
		tell(tl, []rooms.Member{lynx, heron}[i%2], 0, "news")
		if after := seen(tl, 20); !slices.Equal(before, after) {
			t.Fatalf("the view moved:\n%s", strings.Join(after, "\n"))
		}
	}
	tl.ToEnd()
	if last := seen(tl, 20)[19]; !strings.Contains(last, "news") {
		t.Errorf("End shows %q", last)
	}
}

// TestMemoryIsBounded floods a timeline: it keeps what its bounds say, says what
// it dropped, and holds rows of what is on the screen only.
func TestMemoryIsBounded(t *testing.T) {
	tl := testTimeline(80)
	long := strings.Repeat("x", rooms.MaxTextBytes)
	for i := range 3 * MaxItems {
		text := fmt.Sprint("message ", i)
		if i%2 == 0 {
			text = long
		}
		tell(tl, []rooms.Member{lynx, heron}[i%2], 0, text)
		seen(tl, 20)
		if len(tl.blocks) > MaxItems || tl.bytes > MaxItemBytes {
			t.Fatalf("%d items, %d bytes", len(tl.blocks), tl.bytes)
		}
	}
	drawn := 0
	for i := range tl.blocks {
		if tl.blocks[i].drawn != nil {
			drawn++
		}
	}
	if drawn > 20 {
		t.Errorf("%d items hold rows while 20 rows are shown", drawn)
	}
	tl.ToTop()
	if top := seen(tl, 20)[0]; !strings.Contains(top, "older lines were dropped from this screen's memory") {
		t.Errorf("the top says %q", top)
	}
}

// TestRowsAreShared draws one message for many sessions: those with the same
// look hold the same rows, and nobody holds any that are not shown.
func TestRowsAreShared(t *testing.T) {
	message := &rooms.Said{Seq: 1, At: start, From: lynx.Person(), Text: "hello everybody"}
	rowsAt := func(width int) []string {
		tl := testTimeline(width)
		tl.Add(Said{message})
		seen(tl, 10)
		return tl.at(0).drawn.words.rows
	}
	a, b, wide, wider := rowsAt(80), rowsAt(80), rowsAt(200), rowsAt(300)
	if &a[0] != &b[0] {
		t.Error("two sessions of one look drew a message twice")
	}
	if &wide[0] != &wider[0] {
		t.Error("screens with equal lines of words do not share them")
	}
	if &a[0] == &wide[0] {
		t.Error("screens of different looks share rows")
	}
}

// TestWhatIsPushedOutIsNotDrawn lets more come at once than a screen shows: what
// nobody gets to see costs nothing.
func TestWhatIsPushedOutIsNotDrawn(t *testing.T) {
	tl := testTimeline(80)
	dst := make([]string, 10)
	tell(tl, lynx, 0, "first")
	tl.Fill(dst)
	var messages []*rooms.Said
	for i := range 50 {
		messages = append(messages, &rooms.Said{Seq: uint64(i + 2), At: start.Add(time.Duration(i) * time.Minute), From: heron.Person(), Text: "a\nb\nc"})
		tl.Add(Said{messages[i]})
	}
	tl.Fill(dst)
	drawn := 0
	for _, m := range messages {
		had := true
		for _, key := range []any{tl.keys.plain, tl.keys.named} {
			m.Form(key, func() any { had = false; return new(drawingCell) })
		}
		if had {
			t.Fatal("a message was drawn with a name and without")
		}
		if m.Form(tl.keys.plain, nil).(*drawingCell).rows.Value() != nil || m.Form(tl.keys.named, nil).(*drawingCell).rows.Value() != nil {
			drawn++
		}
	}
	if drawn == 0 || drawn > len(dst) {
		t.Errorf("%d of %d messages were drawn", drawn, len(messages))
	}
}

func TestQuotes(t *testing.T) {
	tl := testTimeline(80)
	for i, test := range []struct {
		said  *rooms.Said
		quote string
	}{
		{&rooms.Said{Text: "two\n  lines"}, "brave-lynx: two lines"},
		{&rooms.Said{Text: "so:\n```go\nx := 1\n```\nright"}, "brave-lynx: so: x := 1 right"},
		{&rooms.Said{Text: "> **really?**\n\n~~no~~ `yes`"}, "brave-lynx: really? no yes"},
		{&rooms.Said{Text: "waves", Action: true}, "brave-lynx waves"},
	} {
		test.said.Seq, test.said.At, test.said.From = uint64(i+1), start, lynx.Person()
		tl.Add(Said{test.said})
		if got := tl.Quote(test.said.Seq); got != test.quote {
			t.Errorf("%q, want %q", got, test.quote)
		}
	}
	if got := tl.Quote(5); got != "an earlier message" {
		t.Errorf("%q for what is not there", got)
	}
}

// inkFor is the default theme's.
func inkFor(ground theme.Ground, depth theme.Depth) *theme.Ink {
	ink, _ := theme.Find("", ground, depth)
	return ink
}
