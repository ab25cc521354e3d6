package cells

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"unicode/utf8"
)

// recorded is how many columns real terminals took for each text, as they said by
// their cursor.
type recorded struct {
	Terminals []string
	Samples   []struct {
		Name, Text string
		Columns    []int // of each terminal
	}
}

func recordedTerminals(t *testing.T) (r recorded) {
	t.Helper()
	file, err := os.ReadFile("testdata/terminals.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(file, &r); err != nil {
		t.Fatal(err)
	}
	return r
}

// took is how many columns a terminal took for a text that may be several samples.
func (r recorded) took(t *testing.T, terminal int, text string) (columns int) {
	t.Helper()
	for text != "" {
		found := -1
		for i, s := range r.Samples {
			if strings.HasPrefix(text, s.Text) && (found < 0 || len(s.Text) > len(r.Samples[found].Text)) {
				found = i
			}
		}
		if found < 0 {
			t.Fatalf("nobody measured %q", text)
		}
		columns += r.Samples[found].Columns[terminal]
		text = text[len(r.Samples[found].Text):]
	}
	return columns
}

// What a terminal says of the probes tells how it counts everything else, but for a
// few things that are doubted anyway.
func TestRealTerminals(t *testing.T) {
	r := recordedTerminals(t)
	for i, terminal := range r.Terminals {
		var columns [len(Probes)]int
		for n, probe := range Probes {
			columns[n] = r.took(t, i, probe)
		}
		h := Measured(columns)
		wrong := 0
		for _, s := range r.Samples {
			got, sure := 0, true
			for text := s.Text; text != ""; {
				cell, n := First(h, text)
				got += n
				sure = sure && h.Doubt(cell) == Sure
				text = text[len(cell):]
			}
			if got == s.Columns[i] {
				continue
			}
			if wrong++; sure {
				t.Errorf("%s: %s, %q: counted %d, it takes %d, and nobody doubts it", terminal, s.Name, s.Text, got, s.Columns[i])
			}
		}
		if wrong > 6 {
			t.Errorf("%s: %d of %d wrong", terminal, wrong, len(r.Samples))
		}
	}
}

// Whatever the habits, text falls into the same cells as it has bytes, none of them
// of more than two columns; and a terminal without habits has each character whole.
func TestCells(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	samples := recordedTerminals(t).Samples
	for range 5000 {
		var text string
		for range 1 + random.IntN(6) {
			if s := []rune(samples[random.IntN(len(samples))].Text); random.IntN(3) == 0 {
				text += string(s[random.IntN(len(s))])
			} else {
				text += string(s)
			}
		}
		h := Habits(random.Uint32())
		width := 0
		for rest := text; rest != ""; {
			cell, columns := First(h, rest)
			if cell == "" || columns < 0 || columns > 2 || !utf8.ValidString(cell) {
				t.Fatalf("%014b: %q begins with %q in %d columns", h, rest, cell, columns)
			}
			if whole := Character(rest); len(cell) > len(whole) || h == 0 && cell != whole {
				t.Fatalf("%014b: %q begins with %q, and its character is %q", h, rest, cell, whole)
			}
			if bytes, n := First(h, []byte(rest)); string(bytes) != cell || n != columns {
				t.Fatalf("%014b: %q begins with %q in %d columns, and as bytes with %q in %d", h, rest, cell, columns, bytes, n)
			}
			width += columns
			rest = rest[len(cell):]
		}
		if got := h.Width(text); got != width {
			t.Fatalf("%014b: %q has %d columns, its cells have %d", h, text, got, width)
		}
		for n := range width + 1 {
			if cut := h.Cut(text, n, "…"); h.Width(cut) > n {
				t.Fatalf("%014b: %q cut to %d is %q, of %d", h, text, n, cut, h.Width(cut))
			}
		}
	}
}

// Answers that make no sense are none.
func TestMeasuredNonsense(t *testing.T) {
	for _, n := range []int{-1, 0, 6, 79} {
		var columns [len(Probes)]int
		for i := range columns {
			columns[i] = n
		}
		if h := Measured(columns); h != 0 {
			t.Errorf("%d columns each: %b", n, h)
		}
	}
	modern := [len(Probes)]int{2, 2, 2, 2, 2, 1, 1, 1, 1, 2, 2, 2, 2}
	if h := Measured(modern); h != 0 {
		t.Errorf("a modern terminal: %b", h)
	}
	modern[8], modern[9] = 2, 4
	if h := Measured(modern); h.Width("αβγ") != 6 || h.Width("── …") != 7 || h.Width("hëllo 漢") != 8 {
		t.Errorf("one with wide letters and signs: %d, %d, %d", h.Width("αβγ"), h.Width("── …"), h.Width("hëllo 漢"))
	}
}

// What fits is whole characters, as many as there are bytes for.
func TestFit(t *testing.T) {
	family, text := "👩\u200d👩\u200d👧", "ab 漢字 e\u0301 \xff"
	for limit := 64; limit < 80; limit++ {
		for _, text := range []string{strings.Repeat(family, 9), strings.Repeat(text, 9), strings.Repeat("e"+strings.Repeat("\u0301", 99), 2)} {
			n := Fit(text, limit)
			if n == 0 || n > limit || n+len(Character(text[n:])) <= limit {
				t.Errorf("%d of %d bytes fit into %d", n, len(text), limit)
			}
			for at := 0; at < n; at += len(Character(text[at:])) {
				if at+len(Character(text[at:])) > n {
					t.Errorf("a character is cut at %d", n)
				}
			}
		}
	}
	if n := Fit("short", 64); n != 5 {
		t.Errorf("of a short text %d bytes fit", n)
	}
}
