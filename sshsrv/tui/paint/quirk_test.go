package paint

import (
	"hash/maphash"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"sotto/sshsrv/tui/cells"
)

// quirky is a terminal that counts as it likes whatever terminals are at odds
// about: each character of it takes none to three columns.
type quirky struct {
	seed   maphash.Seed
	habits cells.Habits // of which only tells what is in doubt
	size   Size
	x, y   int
	grid   [][]string
	bad    string // what it does not know
}

func newQuirky(size Size, habits cells.Habits) *quirky {
	q := &quirky{seed: maphash.MakeSeed(), size: size, habits: habits}
	for range size.Height {
		q.grid = append(q.grid, make([]string, size.Width))
	}
	return q
}

func (q *quirky) Write(out string) {
	for i := 0; i < len(out); {
		switch {
		case out[i] == '\r':
			q.x = 0
			i++
		case out[i] == '\n':
			q.y = min(q.y+1, q.size.Height-1)
			i++
		case out[i] == esc:
			i += q.sequence(out[i:])
		default:
			cell := cells.Character(out[i:])
			if q.habits.Doubt(cell) == cells.Sure {
				q.put(cell, ansi.StringWidth(cell))
			} else {
				for _, r := range cell {
					q.put(string(r), int(maphash.String(q.seed, string(r))%4))
				}
			}
			i += len(cell)
		}
	}
}

// put shows a character, at the last column if it is there.
func (q *quirky) put(what string, columns int) {
	for i := range columns {
		if x := q.x + i; x < q.size.Width {
			q.grid[q.y][x] = what
			what = ""
		}
	}
	q.x = min(q.x+columns, q.size.Width-1)
}

// sequence carries out what out begins with.
func (q *quirky) sequence(out string) int {
	if n := sequence(out); out[1] == ']' || sgrLen(out) > 0 {
		return n
	}
	end := strings.IndexFunc(out[2:], func(r rune) bool { return r >= '@' }) + 2
	params := strings.Split(strings.TrimPrefix(out[2:end], "?"), ";")
	n := func(i int) int {
		if i < len(params) {
			if n, err := strconv.Atoi(params[i]); err == nil {
				return n - 1
			}
		}
		return 0
	}
	switch out[end] {
	case 'H':
		q.x, q.y = n(1), n(0)
	case 'G':
		q.x = n(0)
	case 'K':
		clear(q.grid[q.y][q.x:])
	case 'l', 'h', 'r':
	default:
		q.bad = out[:end+1]
	}
	return end + 1
}

// doubted is what terminals count in many ways, and what all count alike.
var doubted = []string{
	"👍🏽", "👩\u200d👩\u200d👧", "❤\ufe0f", "🇩🇪", "🇩", "1\ufe0f\u20e3", "नि", "क्ष", "น้ำ", "e\u0301\u0302", "سلام", "لا", "שלום", "🫩", "☎", "◌\u0301", "ᄀᆞ", "می\u200cخ",
	"a", "b", "word", " ", " ", "漢", "한", "é", "д", "─", "…", "19:45", "\x1b[1m", "\x1b[m", "\x1b[38;2;1;2;3m", "\x1b]8;;https://a.b\x1b\\", "\x1b]8;;\x1b\\",
}

// Whatever a terminal makes of what is in doubt, everything else stands in its own
// cells, in this row and in the others, whatever the habits that were measured.
func TestDoubtStaysInItsCells(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	size := Size{40, 3}
	for range 600 {
		painter := Painter{Cells: cells.Habits(random.Uint32())}
		terminal := newQuirky(size, painter.Cells)
		for range 3 {
			var frame Frame
			for range size.Height {
				var row strings.Builder
				for range random.IntN(14) {
					piece := doubted[random.IntN(len(doubted))]
					if painter.Cells.Width(row.String()+piece) <= size.Width {
						row.WriteString(piece)
					}
				}
				frame.Rows = append(frame.Rows, row.String()+"\x1b[m\x1b]8;;\x1b\\")
			}
			terminal.Write(string(painter.Append(nil, frame, size)))
			if terminal.bad != "" {
				t.Fatalf("sent %q", terminal.bad)
			}
			for y, row := range frame.Rows {
				column := 0
				for text := row; text != ""; {
					if text[0] == esc {
						text = text[sequence(text):]
						continue
					}
					cell, columns := cells.First(painter.Cells, text)
					whole := cells.Character(text)
					if painter.Cells.Doubt(whole) == cells.Sure && terminal.grid[y][column] != cell {
						t.Fatalf("%014b: row %q has %q and not %q in column %d:\n%s", painter.Cells, row, terminal.grid[y][column], cell, column, terminal)
					}
					column, text = column+columns, text[len(cell):]
				}
			}
		}
	}
}

func (q *quirky) String() string {
	var b strings.Builder
	for _, row := range q.grid {
		for _, cell := range row {
			if cell == "" {
				cell = "·"
			}
			b.WriteString(cell)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// What all terminals count alike costs nothing.
func TestSureTextIsSentAsItIs(t *testing.T) {
	for _, row := range []string{
		"plain words", "Grüße, naïve café", "Привет, мир", "日本語の文", "한국어", "── … • ›", "\x1b[1mbold\x1b[m and \x1b]8;;https://a.b\x1b\\link\x1b]8;;\x1b\\",
	} {
		if got := string((&Painter{}).appendText(nil, row, 0)); got != row {
			t.Errorf("%q is sent as %q", row, got)
		}
	}
	row := "a 👍🏽 b"
	if got, want := string((&Painter{}).appendText(nil, row, 0)), "a 👍🏽\x1b[5G b"; got != want {
		t.Errorf("%q is sent as %q, want %q", row, got, want)
	}
}

// Where there are no italics, they are left out, and what is nothing but italic is
// underlined.
func TestUpright(t *testing.T) {
	for row, want := range map[string]string{
		"\x1b[3mword\x1b[m":             "\x1b[4mword\x1b[m",
		"\x1b[3;38;5;3mword\x1b[m":      "\x1b[38;5;3mword\x1b[m",
		"\x1b[1;3;36mword\x1b[m":        "\x1b[1;36mword\x1b[m",
		"\x1b[38;2;3;4;3mword\x1b[m":    "\x1b[38;2;3;4;3mword\x1b[m",
		"\x1b[1mword\x1b[m":             "\x1b[1mword\x1b[m",
		"\x1b]8;;https://a.b\x1b\\3;3m": "\x1b]8;;https://a.b\x1b\\3;3m",
		"\x1b[38;5;3mnot italic\x1b[m":  "\x1b[38;5;3mnot italic\x1b[m",
	} {
		if got := string((&Painter{Upright: true}).appendText(nil, row, 0)); got != want {
			t.Errorf("%q is sent as %q, want %q", row, got, want)
		}
	}
}
