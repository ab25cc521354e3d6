package markup_test

import (
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"sotto/rooms"
	"sotto/rooms/markup"
)

// markers is all that may be left out of the structure: what marks, and the
// spaces and line feeds that belong to it.
const markers = "*_~`> \n"

// visible returns everything that the structure holds, in the order of the
// text, and reports what it must never hold.
func visible(t *testing.T, blocks []markup.Block, depth int) string {
	var b strings.Builder
	lines := func(lines []markup.Line) {
		for _, line := range lines {
			for i, span := range line {
				if span.Text == "" || strings.Contains(span.Text, "\n") {
					t.Errorf("a span is %q", span.Text)
				}
				if i > 0 && span.Style == 0 && line[i-1].Style == 0 {
					t.Errorf("%q and %q should be one span", line[i-1].Text, span.Text)
				}
				if link := strings.ToLower(span.Text); span.Style.Has(markup.Link) && (strings.ContainsAny(link, " \"<>`\\") ||
					!strings.HasPrefix(link, "http://") && !strings.HasPrefix(link, "https://")) {
					t.Errorf("%q is a link", span.Text)
				}
				if span.Style.Has(markup.Link) && !rooms.HasLink(span.Text) {
					t.Errorf("%q is a link, and no link to a room that wants none", span.Text)
				}
				if span.Style.Has(markup.Link | markup.Mono) {
					t.Errorf("%q is a link and code", span.Text)
				}
				if first, _ := utf8.DecodeRuneInString(span.Text); i > 0 && cut(line[i-1].Text, first) {
					t.Errorf("a character is cut between %q and %q", line[i-1].Text, span.Text)
				}
				if last, _ := utf8.DecodeLastRuneInString(span.Text); span.Style.Has(markup.Link) && (last == zwj || last == zwnj) {
					t.Errorf("%q is a link", span.Text)
				}
				b.WriteString(span.Text)
			}
		}
	}
	if depth > markup.MaxDepth {
		t.Errorf("blocks are %d deep", depth)
	}
	if len(blocks) == 0 {
		t.Error("no blocks")
	}
	for _, block := range blocks {
		switch block := block.(type) {
		case markup.Paragraph:
			if len(block.Lines) == 0 {
				t.Error("a paragraph is empty")
			}
			lines(block.Lines)
		case markup.Code:
			b.WriteString(block.Lang)
			b.WriteString(block.Text)
		case markup.Quote:
			b.WriteString(visible(t, block.Blocks, depth+1))
		case markup.List:
			for i, item := range block.Items {
				if item.Depth < 0 || item.Depth >= markup.MaxDepth || i == 0 && item.Depth != 0 || len(item.Lines) == 0 {
					t.Errorf("item %d is %+v", i, item)
				}
				b.WriteString(item.Marker)
				lines(item.Lines)
			}
		}
	}
	return b.String()
}

const zwnj, zwj = '\u200c', '\u200d'

// cut reports whether a reader would see as one character what two spans show, the
// second of which begins with r: extended grapheme clusters (UAX #29) but for those
// that only newer tables know.
func cut(before string, r rune) bool {
	last, _ := utf8.DecodeLastRuneInString(before)
	half := func(r rune) bool { return 0x1f1e6 <= r && r <= 0x1f1ff }
	return unicode.In(r, unicode.M) || r == zwj || r == zwnj || r == '\u0e33' || r == '\uff9e' || 0x1160 <= r && r <= 0x11ff || 0x1f3fb <= r && r <= 0x1f3ff ||
		last == zwj && r > 0xff || half(last) && half(r)
}

// lost returns what of text is not in the structure, which must hold it in
// order; ok is false if the structure holds anything else.
func lost(text, visible string) (rest string, ok bool) {
	var b strings.Builder
	for _, r := range text {
		if s := string(r); strings.HasPrefix(visible, s) {
			visible = visible[len(s):]
		} else {
			b.WriteString(s)
		}
	}
	return b.String(), visible == ""
}

func FuzzParse(f *testing.F) {
	for _, text := range samples {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		text = rooms.Clean(text)
		seen := visible(t, markup.Parse(text), 0)
		rest, ok := lost(text, seen)
		if !ok {
			t.Errorf("Parse(%q) holds %q, which was not said", text, seen)
		}
		if strings.Trim(rest, markers) != "" {
			t.Errorf("Parse(%q) has lost something: %q", text, rest)
		}
	})
}

var samples = []string{
	"", "plain words", "**a** *b* _c_ ~~d~~ `e` ***f*** **_g_**", "**a *b** c*", "`` ` `` ``` `", "重**点**内",
	"http://a https://[::1]:80/b_(c)). HTTPS://x.org/?a=b#c, https://a@b",
	"```go\nx\n```\n````\n```\n````\n```", "> a\n> > b\n>\n> - c\n> ```\n> d\n> ```", "- a\n  - b\n    c\n1. d\n* e\n\n- - -",
	"snake_case 2*3*4 **kwargs ¯\\_(ツ)_/¯ (*´▽`*)",
	"`a`\u0301b` **c**\ufe0f d\u200d*e* **重**🏽 🇩**🇪** **น**ำ", "https://a/می\u200cخ https://a/👩\u200d👧 http://a/b\u200cc http://a\u200db http://a/م\u200c",
}

// TestParseIsLinear gives the parser an eighth of a megabyte of what would make a
// careless one look again and again. A quadratic one takes minutes for them all.
func TestParseIsLinear(t *testing.T) {
	for _, part := range []string{
		"*a ", "_a_ **", "`a", "``` `` ` ", "```\n`````\n", "```` a\n", "> ", ">\n", "> a\n", "> > > > > > a\n", "- a\n", "   - a\n", "1. ",
		"http://", "http://a", "https://a/)", "http://a:", "`\u0301", "https://a/م\u200c", "م\u200c", "https://a/,", "http://[::", "https://a.", "(*a", "***a ", "~~a~~b ", "*_~", "\n", " ", "*",
	} {
		start := time.Now()
		text := strings.Repeat(part, 128<<10/len(part))
		markup.Parse(text)
		markup.Parse(text + "x")
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("%q: %v", part, took)
		}
	}
}

func BenchmarkParse(b *testing.B) {
	for name, text := range map[string]string{
		"plain":   "Good morning, everyone. Shall we look at the release at ten?",
		"styled":  "**Good** morning, _everyone_: see https://example.org/a and `go test`",
		"blocks":  "> shall we?\n\n- yes\n- no\n\n```go\nfmt.Println(1)\n```",
		"longest": strings.Repeat("*a _b_ **c** `d` https://e.example/f\n", rooms.MaxTextBytes/38),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				markup.Parse(text)
			}
		})
	}
}
