package tui

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"sotto/rooms"
	"sotto/sshsrv/tui/theme"
)

// testTimeline is a timeline of a width in which nobody is ignored.
func testTimeline(width int) *timeline {
	t := newTimeline(time.UTC, func(rooms.Person) bool { return false })
	t.restyle(width, 0, theme.Default(theme.Dark, theme.None))
	return t
}

// tell adds a message from somebody, some time after the start.
func tell(t *timeline, who rooms.Member, after time.Duration, text string) int {
	return t.add(said{&rooms.Said{Seq: uint64(t.end() + 1), At: start.Add(after), From: who.Person(), Text: text}})
}

// whole is every row that a timeline could show.
func whole(t *timeline) []string {
	var rows []string
	if t.dropped > 0 {
		rows = append(rows, t.look.indent()+t.look.ink.Paint(theme.Dim, ansi.Truncate(t.age(), t.look.measure, "…")))
	}
	for id := t.first; t.has(id); id++ {
		b := *t.at(id)
		t.draw(&b)
		rows = append(rows, b.drawn.rows...)
	}
	return rows
}

// seen is what a timeline shows in so many rows.
func seen(t *timeline, height int) []string {
	rows := make([]string, height)
	t.view.height = height
	t.fill(rows)
	return rows
}

// TestViewIsAWindow scrolls, adds, resizes and folds at random. Whatever the
// order, what is shown is a run of the rows that there are: no row twice, none
// missing, blanks only above the oldest.
func TestViewIsAWindow(t *testing.T) {
	for seed := range uint64(30) {
		r := rand.New(rand.NewPCG(seed, 1))
		tl := testTimeline(80)
		height, words := 12, 0
		prose := func(n int) string { // no two words are alike
			var b strings.Builder
			for range n {
				words++
				fmt.Fprint(&b, "word-", words, " ")
			}
			return b.String()
		}
		for step := range 100 {
			tl.view.height = height
			switch r.IntN(12) {
			case 0, 1, 2, 3:
				for range 1 + r.IntN(4) {
					tell(tl, []rooms.Member{lynx, heron}[r.IntN(2)], time.Duration(step)*time.Second, prose(1+r.IntN(40)))
				}
			case 4, 5:
				tl.scroll(-1 - r.IntN(20))
			case 6:
				tl.scroll(1 + r.IntN(20))
			case 7:
				tl.toTop()
			case 8:
				tl.toEnd()
			case 9:
				tl.restyle(20+r.IntN(200), 0, tl.look.ink)
			case 10:
				height = 3 + r.IntN(30)
			case 11:
				if n := len(tl.blocks); n > 0 {
					tl.open(tl.first + r.IntN(n))
				}
			}
			tl.recount()
			all, shown := whole(tl), seen(tl, height)
			blanks := 0
			for blanks < height && shown[blanks] == "" {
				blanks++
			}
			at := -1
			for i := 0; i+height-blanks <= len(all); i++ {
				if slices.Equal(all[i:i+height-blanks], shown[blanks:]) {
					at = i
					break
				}
			}
			switch {
			case at < 0:
				t.Fatalf("seed %d step %d: no run of the rows:\n%s", seed, step, strings.Join(shown, "\n"))
			case blanks > 0 && len(all) >= height && at > 0:
				t.Fatalf("seed %d step %d: %d blank rows although %d rows are above", seed, step, blanks, at)
			case tl.view.follow && at+height-blanks != len(all):
				t.Fatalf("seed %d step %d: follows, and does not show the newest", seed, step)
			}
		}
	}
}

// TestReadingIsNotDisturbed scrolls up: what comes meanwhile moves nothing.
func TestReadingIsNotDisturbed(t *testing.T) {
	tl := testTimeline(80)
	for i := range 100 {
		tell(tl, []rooms.Member{lynx, heron}[i%2], 0, fmt.Sprint("message ", i))
	}
	seen(tl, 20)
	tl.scroll(-30)
	before := seen(tl, 20)
	for i := range 50 {
		tell(tl, []rooms.Member{lynx, heron}[i%2], 0, "news")
		if after := seen(tl, 20); !slices.Equal(before, after) {
			t.Fatalf("the view moved:\n%s", strings.Join(after, "\n"))
		}
	}
	tl.toEnd()
	if last := seen(tl, 20)[19]; !strings.Contains(last, "news") {
		t.Errorf("End shows %q", last)
	}
}

// TestMemoryIsBounded floods a timeline: it keeps what its bounds say, says what
// it dropped, and holds rows of what is on the screen only.
func TestMemoryIsBounded(t *testing.T) {
	tl := testTimeline(80)
	long := strings.Repeat("x", rooms.MaxTextBytes)
	for i := range 3 * maxItems {
		text := fmt.Sprint("message ", i)
		if i%2 == 0 {
			text = long
		}
		tell(tl, []rooms.Member{lynx, heron}[i%2], 0, text)
		seen(tl, 20)
		if len(tl.blocks) > maxItems || tl.bytes > maxItemBytes {
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
	tl.toTop()
	if top := seen(tl, 20)[0]; !strings.Contains(top, "older lines were dropped from this screen's memory") {
		t.Errorf("the top says %q", top)
	}
}

// TestDroppingUnderAFold drops the head of a fold: the fold goes on.
func TestDroppingUnderAFold(t *testing.T) {
	tl := testTimeline(80)
	for i := range maxItems + 500 {
		tell(tl, lynx, time.Duration(i)*time.Millisecond, "flood")
	}
	rows := whole(tl)
	want := fmt.Sprintf("▸ %d more from brave-lynx", maxItems)
	if len(rows) != 2 || !strings.Contains(rows[1], want) {
		t.Fatalf("shows %d rows: %q", len(rows), rows)
	}
	tl.open(tl.first + maxItems/2)
	if n := len(whole(tl)); n != maxItems+2 {
		t.Errorf("opened, the fold has %d rows", n)
	}
}

// TestBursts folds what is too much at once from one person, and nothing else.
func TestBursts(t *testing.T) {
	tl := testTimeline(80)
	tl.called, tl.you = newNeedle(you.Nick, true), you.ID
	flood := func(who rooms.Member, from, n int, every time.Duration, text string) {
		for i := range n {
			tell(tl, who, time.Duration(from)*time.Hour+time.Duration(i)*every, text)
		}
	}
	folded := func() string {
		for _, row := range whole(tl) {
			if row = ansi.Strip(row); strings.Contains(row, "more from") {
				return strings.TrimSpace(row)
			}
		}
		return ""
	}
	flood(lynx, 0, 20, burstPause+time.Second, "at leisure")
	flood(you, 1, 20, time.Millisecond, "my own")
	flood(lynx, 2, burstShown, time.Millisecond, "short")
	if got := folded(); got != "" {
		t.Errorf("folded %q", got)
	}
	flood(heron, 3, burstShown+6, time.Millisecond, "flood")
	if got := folded(); got != "▸ 6 more from late-heron" {
		t.Errorf("folded %q", got)
	}
	tell(tl, heron, 3*time.Hour+time.Second, "and quiet-otter must see this")
	if rows := whole(tl); !strings.Contains(rows[len(rows)-1], "must see this") {
		t.Errorf("a mention was folded: %q", rows[len(rows)-1])
	}
}

// TestRowsAreShared draws one message for many sessions: those with the same
// look hold the same rows, and nobody holds any that are not shown.
func TestRowsAreShared(t *testing.T) {
	message := &rooms.Said{Seq: 1, At: start, From: lynx.Person(), Text: "hello everybody"}
	rowsAt := func(width int) []string {
		tl := testTimeline(width)
		tl.add(said{message})
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

// TestMention finds a name as a word of its own.
func TestMention(t *testing.T) {
	for text, want := range map[string]bool{
		"otter": true, "Otter, come": true, "hey OTTER!": true, "@otter": true, "(otter)": true, "otter: hi": true,
		"otters": false, "quiet-otter": false, "otter-pop": false, "hotter": false, "": false, "o t t e r": false, "otter2": false,
	} {
		otter := newNeedle("otter", true)
		if got := otter.in(text); got != want {
			t.Errorf("in %q: %v", text, got)
		}
	}
	spruce, nobody := newNeedle("ёлка", true), newNeedle("", true)
	if !spruce.in("дорогая Ёлка!") || nobody.in("anything") {
		t.Error("names of other scripts, or none")
	}
}

// TestRollingIsFilling keeps one slice while things come, grow and go, as a
// screen does: rolling it gives the same rows as filling it anew.
func TestRollingIsFilling(t *testing.T) {
	for seed := range uint64(50) {
		r := rand.New(rand.NewPCG(seed, 2))
		tl := testTimeline(80)
		dst, rolled := make([]string, 12), 0
		tl.view.height = len(dst)
		for step := range 300 {
			for range r.IntN(3) {
				tell(tl, []rooms.Member{lynx, lynx, heron}[r.IntN(3)], time.Duration(step)*time.Second, strings.Repeat(fmt.Sprint("word", tl.end(), " "), 1+r.IntN(30)))
			}
			switch r.IntN(30) {
			case 0:
				tl.scroll(-r.IntN(30))
			case 1:
				tl.toEnd()
			case 2:
				tl.open(tl.first + r.IntN(max(len(tl.blocks), 1)))
			case 3:
				tl.divide(tl.end() - 1)
			case 4:
				tl.recount()
			case 5:
				tl.restyle(40+r.IntN(100), 0, tl.look.ink)
			case 6:
				tl.reset()
			}
			if tl.shown.valid && tl.view.follow {
				rolled++
			}
			tl.fill(dst)
			want := make([]string, len(dst))
			fresh := *tl
			fresh.blocks = slices.Clone(tl.blocks)
			fresh.fillAll(want)
			if !slices.Equal(dst, want) {
				t.Fatalf("seed %d step %d: rolled to\n%s\nwant\n%s", seed, step, strings.Join(dst, "\n"), strings.Join(want, "\n"))
			}
			for i, b := range tl.blocks {
				if id := tl.first + i; b.drawn != nil && (id < tl.view.lo || id >= tl.view.hi) {
					t.Fatalf("seed %d step %d: block %d holds rows and is not shown", seed, step, id)
				}
			}
		}
		if rolled < 50 {
			t.Errorf("seed %d: rolled %d times only", seed, rolled)
		}
	}
}

func TestQuotes(t *testing.T) {
	s := inRoom(t, 80, 24, colorprofile.ASCII, lynx)
	for _, test := range []struct {
		said  *rooms.Said
		quote string
	}{
		{&rooms.Said{Text: "two\n  lines"}, "brave-lynx: two lines"},
		{&rooms.Said{Text: "so:\n```go\nx := 1\n```\nright"}, "brave-lynx: so: x := 1 right"},
		{&rooms.Said{Text: "> **really?**\n\n~~no~~ `yes`"}, "brave-lynx: really? no yes"},
		{&rooms.Said{Text: "waves", Action: true}, "brave-lynx waves"},
	} {
		s.seq++
		test.said.Seq, test.said.At, test.said.From = s.seq, s.now, lynx.Person()
		s.happens(test.said)
		if got := s.timeline.quote(s.seq); got != test.quote {
			t.Errorf("%q, want %q", got, test.quote)
		}
	}
	if got := s.timeline.quote(s.seq + 1); got != "an earlier message" {
		t.Errorf("%q for what is not there", got)
	}
}
