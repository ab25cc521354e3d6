package cells

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/charmbracelet/x/vt"
)

// pieces are what rows are made of, and what could make them long.
var pieces = []string{
	"a", "word", " ", "\t", "漢", "é", "e\u0301\u0301", "👍🏽", "👩‍👩‍👧", "🇩🇪", "🇩", "\u0301", "\u200d", "한", "\u1100",
	reset, "\x1b[0m", "\x1b[1m", "\x1b[38;2;1;2;3m", "\x1b[4;38;5;9m", "\x1b[7m", openLink + ";https://a.b/c" + endLink, closeLink,
	strings.Repeat("👩\u200d", 40), strings.Repeat("\u1100", 60),
}

func jumble(random *rand.Rand) string {
	var b strings.Builder
	for range random.IntN(40) {
		b.WriteString(pieces[random.IntN(len(pieces))])
	}
	return b.String()
}

// some are spans of a row's words.
func some(random *rand.Rand, words string) (spans []Span) {
	for at := 0; at < len(words); {
		from := at + random.IntN(4)
		to := min(from+1+random.IntN(5), len(words))
		if from < to {
			spans = append(spans, Span{from, to})
		}
		at = to + random.IntN(3)
	}
	return spans
}

const mark = "\x1b[1;30;43m"

// due is how long a row may be at most.
func due(row string) int {
	links := strings.Count(row, openLink) * len(openLink+";https://a.b/c"+endLink)
	return len(Words(row)) + links + (Habits(0).Width(row)+1)*(maxPenBytes+len(reset)) + len(closeLink)
}

// TestRepaintedOverAndOver says the same words, in no more columns (halves of a flag
// that only a style kept apart may come together), and is no longer than the first
// time.
func TestRepaintedOverAndOver(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		row := jumble(random)
		words, width := Words(row), Habits(0).Width(row)
		for i := range 20 {
			row = Repaint(row, []string{mark, "\x1b[4m"}[i%2], some(random, words))
			if Words(row) != words || Habits(0).Width(row) > width {
				t.Fatalf("%q became %q", words, Words(row))
			}
			if len(row) > due(row) {
				t.Fatalf("after %d times a row of %d columns has %d bytes: %q", i+1, width, len(row), row)
			}
		}
	}
}

// TestRepaintedCells looks at each cell on a terminal: those of the spans are in
// the style, the others as they were.
func TestRepaintedCells(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	looks := []string{"a", "b", " ", "漢", "\x1b[1m", "\x1b[31m", "\x1b[44m", reset, openLink + ";https://a.b/c" + endLink, closeLink}
	for range 200 {
		var b strings.Builder
		for range random.IntN(30) {
			b.WriteString(looks[random.IntN(len(looks))])
		}
		row := b.String() + reset + closeLink
		words := Words(row)
		spans := some(random, words)
		before, after := shown(row), shown(Repaint(row, mark, spans))
		marked := shown(mark+"x"+reset).CellAt(0, 0).Style
		at, x := 0, 0
		for at < len(words) {
			cell, columns := First(Habits(0), words[at:])
			hit := false
			for _, s := range spans {
				hit = hit || s.From < at+len(cell) && at < s.To
			}
			was, is := before.CellAt(x, 0), after.CellAt(x, 0)
			want := was.Style
			if hit {
				want = marked
			}
			if is.Content != was.Content || !is.Style.Equal(&want) || is.Link != was.Link {
				t.Fatalf("%q, %v: cell %d is %+v, was %+v", row, spans, x, is, was)
			}
			at, x = at+len(cell), x+columns
		}
	}
}

func shown(row string) *vt.Emulator {
	e := vt.NewEmulator(80, 1)
	e.SetScrollbackSize(1)
	fmt.Fprint(e, row)
	return e
}

func TestCut(t *testing.T) {
	for _, test := range []struct {
		row     string
		columns int
		tail    string
		want    string
	}{
		{"", 0, "…", ""},
		{"short", 5, "…", "short"},
		{"longer", 5, "…", "long…"},
		{"longer", 5, "", "longe"},
		{"漢字漢字", 5, "…", "漢字…"},
		{"漢字漢字", 4, "…", "漢…"},
		{"word", 1, "…", "…"},
		{"word", 0, "…", ""},
		{"\x1b[1mbold\x1b[m and more", 6, "…", "\x1b[1mbold\x1b[m …"},
		{"\x1b[1mbold and more\x1b[m", 6, "…", "\x1b[1mbold …\x1b[m"},
		{openLink + ";https://a.b" + endLink + "https://a.b" + closeLink + " x", 5, "", openLink + ";https://a.b" + endLink + "https" + closeLink},
	} {
		if got := Habits(0).Cut(test.row, test.columns, test.tail); got != test.want {
			t.Errorf("%q in %d columns: %q, want %q", test.row, test.columns, got, test.want)
		}
	}
	random := rand.New(rand.NewPCG(5, 6))
	for range 3000 {
		row, columns := jumble(random), random.IntN(30)
		got := Habits(0).Cut(row, columns, "…")
		if Habits(0).Width(got) > columns || !strings.HasPrefix(Words(row), strings.TrimSuffix(Words(got), "…")) {
			t.Fatalf("%q in %d columns: %q", row, columns, got)
		}
	}
}

// TestFirst cuts anything into cells that are none too long, and loses nothing.
func TestFirst(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	for range 3000 {
		text := Words(jumble(random))
		whole := ""
		for len(whole) < len(text) {
			cell, columns := First(Habits(0), text[len(whole):])
			same, also := First(Habits(0), []byte(text[len(whole):]))
			if cell == "" || len(cell) > maxCellBytes || columns > 2 || string(same) != cell || also != columns {
				t.Fatalf("%q begins with %q, %d, as bytes with %q, %d", text[len(whole):], cell, columns, same, also)
			}
			whole += cell
		}
		if whole != text {
			t.Fatalf("%q is in cells %q", text, whole)
		}
	}
}

func FuzzRepaint(f *testing.F) {
	for _, piece := range pieces {
		f.Add(piece+"b"+piece, uint8(3))
	}
	f.Fuzz(func(t *testing.T, row string, every uint8) {
		row = strings.ToValidUTF8(row, "")
		words := Words(row)
		var spans []Span
		for at := 0; at < len(words); at += 1 + int(every) {
			spans = append(spans, Span{at, at + 1})
		}
		for range 5 {
			row = Repaint(row, mark, spans)
		}
		if Words(row) != words || len(row) > len(words)+strings.Count(row, openLink)*len(row)+(Habits(0).Width(row)+1)*(maxPenBytes+len(reset)+len(mark))+len(closeLink) {
			t.Errorf("%q became %d bytes: %q", words, len(row), row)
		}
		Habits(0).Cut(row, int(every), "…")
	})
}
