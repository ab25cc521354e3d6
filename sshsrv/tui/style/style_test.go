package style

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"sotto/rooms"
	"sotto/sshsrv/tui/theme"
)

var ink = inkFor(theme.Dark, theme.TrueColor)

// shown is rows without their styles.
func shown(rows []string) string { return ansi.Strip(strings.Join(rows, "\n")) }

func TestRows(t *testing.T) {
	for _, test := range []struct {
		text  string
		width int
		want  string
	}{
		{"", 10, ""},
		{"hello", 10, "hello"},
		{"hello world", 11, "hello world"},
		{"hello world", 10, "hello\nworld"},
		{"hello   world", 7, "hello\nworld"},
		{"  indented words", 10, "  indented\nwords"},
		{"abcdefghij", 4, "abcd\nefgh\nij"},
		{"a\n\nb", 4, "a\n\nb"},
		{"日本語テスト", 5, "日本\n語テ\nスト"},
		{"ab日本", 4, "ab日\n本"},
		{"a\tb", 10, "a   b"},
		{"👩‍👩‍👧x", 2, "👩‍👩‍👧\nx"},
		{"**bold** and *it* ~~no~~ `co de`", 40, "bold and it no co de"},
		{"2*3*4 snake_case_name", 40, "2*3*4 snake_case_name"},
		{"> quoted words go on", 12, "▌ quoted\n▌ words go\n▌ on"},
		{"> a\n> > b", 20, "▌ a\n▌ ▌ b"},
		{"- one two three\n- four", 12, "• one two\n  three\n• four"},
		{"12. one two three", 12, "12. one two\n    three"},
		{"```go\nfunc f() {\n\treturn 1  \n}\n```", 20, "│ func f() {\n│     return 1  \n│ }"},
		{"```\nabc def ghi\n```", 10, "│ abc def \n│ ghi"},
		{"> > > > deep", 12, "▌ ▌ deep"},
		{"see https://example.org/a.", 40, "see https://example.org/a."},
	} {
		if got := shown(Rows(rooms.Clean(test.text), test.width, 0, ink)); got != test.want {
			t.Errorf("%q at %d:\n%s\nwant\n%s", test.text, test.width, got, test.want)
		}
	}
}

// TestASCIIWrapsAsCellsDo holds the short way to the long one.
func TestASCIIWrapsAsCellsDo(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 5000 {
		text := make([]byte, random.IntN(40))
		for i := range text {
			text[i] = "ab   "[random.IntN(5)]
		}
		width := 1 + random.IntN(12)
		m := margin{}
		if random.IntN(2) == 0 {
			m = margin{"- ", "  ", 2}
		}
		var l line
		l.begin(nil, width, m, betweenWords)
		l.add(string(text), "", "")
		want := l.end()
		if got := wrapASCII(nil, string(text), width, m); !slices.Equal(got, want) {
			t.Fatalf("%q at %d: %q, want %q", text, width, got, want)
		}
	}
}

func BenchmarkRows(b *testing.B) {
	for name, text := range map[string]string{
		"plain": "sixty letters of quite ordinary words that say nothing at al",
		"wraps": strings.Repeat("sixty letters of quite ordinary words that say nothing at al", 3),
		"bold":  "sixty letters of **quite** ordinary words that say nothing at",
		"link":  "have a look at https://example.org/some/where#there, please.",
		"wide":  strings.Repeat("漢字", 15),
		"code":  "```go\nfunc main() {\n\tfmt.Println(\"hello\") // hi\n}\n```",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Rows(text, 60, 0, ink)
			}
		})
	}
}

// inkFor is the default theme's.
func inkFor(ground theme.Ground, depth theme.Depth) *theme.Ink {
	ink, _ := theme.Find("", ground, depth)
	return ink
}
