package style

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"

	"sotto/rooms"
	"sotto/sshsrv/tui/cells"
	"sotto/sshsrv/tui/theme"
)

// hostile are pieces of messages that would like to leave their cells.
var hostile = []string{
	"\x1b[2J", "\x1b[H", "\x1b[31m", "\x1b]0;title\x07", "\x1b]52;c;aGFjaw==\x07", "\x1b]8;;http://evil\x1b\\", "\x1bP1$r\x1b\\", "\x1bc",
	"\u009b2J", "\u009d0;t\u009c", "\x9b2J", "\xff\xfe", "\r", "\b\b\b", "\a", "\x0e", "\x7f", "\u202e", "\u2066", "\u200b", "\ufeff",
	"\U000e0041", "a" + strings.Repeat("\u0301", 200), "**\u0301x**", "`\u0301`", "\u0301", "\u200d", "👩\u200d**👩**", "🇩**🇪**",
	"words and words", "日本語日本語", "👩‍👩‍👧", "**bold**", "*it*", "~~no~~", "`code`", "https://a.b/c?d=é\u202e&x=\"y", "https://x.y/\x1b[m", "http://a.b/;%1b",
	"\n", "\n> ", "\n> > ", "\n- ", "\n12. ", "\n```go\n", "\n```\n", "\t", "  ", "שלום", "مرحبا", "\u2028", "\x85", strings.Repeat("x", 50),
	"https://" + strings.Repeat("a", 60) + ".example/" + strings.Repeat("é", 30), "func f() { return \"s\" } // c",
}

func compose(random *rand.Rand) string {
	var b strings.Builder
	for range 1 + random.IntN(14) {
		b.WriteString(hostile[random.IntN(len(hostile))])
	}
	return b.String()
}

// allowed is what a row may hold besides text: SGR, and links made here.
var allowed = regexp.MustCompile(`\x1b\[[0-9;]*m|\x1b\]8;(id=[0-9a-f]{8})?;[!-~]*\x1b\\`)

func TestRowsStayInTheirCells(t *testing.T) {
	const wide, left = 60, 7
	random := rand.New(rand.NewPCG(7, 8))
	screen := vt.NewEmulator(wide, 3)
	defer screen.Close()
	touched := ""
	screen.SetCallbacks(vt.Callbacks{
		Title:    func(string) { touched = "title" },
		IconName: func(string) { touched = "icon name" },
		Bell:     func() { touched = "bell" },
	})
	screen.RegisterOscHandler(52, func([]byte) bool { touched = "clipboard"; return true })
	for range 600 {
		text := rooms.Clean(compose(random))
		width := minWidth + random.IntN(wide-left-minWidth-1)
		ink := inkFor(theme.Ground(random.IntN(3)), theme.Depth(random.IntN(4)))
		for _, row := range Rows(text, width, 0, ink) {
			if n := ansi.StringWidth(row); n > width {
				t.Fatalf("%q at %d: %q is %d wide", text, width, row, n)
			}
			bare := allowed.ReplaceAllString(row, "")
			if strings.ContainsFunc(bare, func(r rune) bool { return r < ' ' || 0x7f <= r && r <= 0x9f }) {
				t.Fatalf("%q: %q holds a control character", text, row)
			}
			screen.WriteString("\x1b[m\x1b[H" + strings.Repeat("#", wide) + "\r\n" + strings.Repeat("#", wide) + "\r\n" + strings.Repeat("#", wide))
			fmt.Fprintf(screen, "\x1b[2;%dH%sZ", left+1, row)
			if touched != "" {
				t.Fatalf("%q: the %s was changed", text, touched)
			}
			if at := screen.CursorPosition(); at.Y != 1 || at.X > left+width+1 {
				t.Fatalf("%q at %d: the cursor is at %v", text, width, at)
			}
			end := screen.CursorPosition().X - 1
			for y := range 3 {
				for x := range wide {
					cell := screen.CellAt(x, y)
					if y == 1 && left <= x && x < end {
						continue
					}
					want := "#"
					if y == 1 && x == end {
						want = "Z"
					}
					if cell == nil || cell.Content != want || !cell.Style.IsZero() || cell.Link.URL != "" {
						t.Fatalf("%q at %d: %q changed the cell %d,%d into %+v", text, width, row, x, y, cell)
					}
				}
			}
		}
	}
}

// TestRowsKeepToHabits draws for terminals that count in every way: no row takes more
// columns of them than it may.
func TestRowsKeepToHabits(t *testing.T) {
	random := rand.New(rand.NewPCG(13, 14))
	for range 1500 {
		text, h := rooms.Clean(compose(random)), cells.Habits(random.Uint32())
		width := minWidth + random.IntN(60)
		ink := inkFor(theme.Dark, theme.Depth(random.IntN(4)))
		for _, rows := range [][]string{Rows(text, width, h, ink), Plain(text, width, h)} {
			for _, row := range rows {
				if n := h.Width(row); n > width {
					t.Fatalf("%016b: %q at %d: %q is %d wide", h, text, width, row, n)
				}
			}
		}
	}
}

// TestNothingIsLost holds what is shown against what was said, markers and
// blanks apart.
func TestNothingIsLost(t *testing.T) {
	random := rand.New(rand.NewPCG(9, 10))
	for range 2000 {
		// Without characters that can be markers everything must be there.
		text := rooms.Clean(strings.NewReplacer("*", "", "_", "", "~", "", "`", "", "> ", "", "- ", "", "12. ", "").Replace(compose(random)))
		width := 2 + random.IntN(40)
		bare := strings.NewReplacer(" ", "", "\t", "", "\n", "", "\u00a0", "", "\u3000", "")
		got, want := bare.Replace(shown(Rows(text, width, 0, ink))), bare.Replace(text)
		if strings.ReplaceAll(got, placeholder, "") != want {
			t.Fatalf("%q at %d is shown as %q", text, width, got)
		}
	}
}

func TestTarget(t *testing.T) {
	for _, test := range []struct{ address, want string }{
		{"https://a.b/c?d=e#f", "https://a.b/c?d=e#f"},
		{"https://a.b/é", "https://a.b/%C3%A9"},
		{"https://a.b/\x1b\\\x07 \u009c", "https://a.b/%1B\\%07%20%C2%9C"},
		{"https://a.b/" + strings.Repeat("x", maxTarget), ""},
	} {
		if got := target(test.address); got != test.want {
			t.Errorf("%q: %q, want %q", test.address, got, test.want)
		}
	}
}

func TestLinkRowsShareTheirTarget(t *testing.T) {
	address := "https://example.org/a/rather/long/address/that/wraps"
	rows := Rows("see "+address, 20, 0, ink)
	if len(rows) < 3 {
		t.Fatalf("%q", rows)
	}
	for _, row := range rows[1:] {
		if strings.Count(row, ";"+address+"\x1b\\") != 1 || !strings.HasSuffix(row, closeLink) {
			t.Errorf("%q", row)
		}
	}
}

// TestLinksAreInProportion wraps a link of the longest kind, and many short ones: a
// row may say where they lead as far as it has columns for it.
func TestLinksAreInProportion(t *testing.T) {
	for _, text := range []string{
		"https://example.org/" + strings.Repeat("a", maxTarget-20),
		strings.TrimSpace(strings.Repeat("https://example.org/"+strings.Repeat("a", 380)+" ", 9)),
		strings.TrimSpace(strings.Repeat("http://a ", 400)),
	} {
		for _, width := range []int{minWidth, 10, 63, 120} {
			targets := 0
			for _, row := range Rows(text, width, 0, ink) {
				links := allowed.FindAllString(row, -1)
				own := 0
				for _, l := range links {
					if _, target, ok := strings.Cut(l, ";http"); ok {
						own += len("http") + len(target) - len("\x1b\\")
					}
				}
				if own > width*linkBytesPerColumn {
					t.Errorf("%.30q at %d: a row has %d bytes of targets", text, width, own)
				}
				targets += own
			}
			if width >= 63 && targets == 0 {
				t.Errorf("%.30q at %d: no row is a link", text, width)
			}
		}
	}
}
