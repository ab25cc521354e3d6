package rooms_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"
	"golang.org/x/text/unicode/norm"

	"sotto/rooms"
)

var cleanTests = []struct{ name, text, want string }{
	{"plain", "Good morning.", "Good morning."},
	{"empty", "", ""},
	{"tab and line feed", "a\tb\nc", "a\tb\nc"},
	{"indentation", "  a\n    b", "  a\n    b"},

	// Sequences go whole.
	{"CSI colour", "a\x1b[31mred\x1b[0mb", "aredb"},
	{"CSI clear and home", "a\x1b[2J\x1b[Hb", "ab"},
	{"CSI with intermediates", "a\x1b[4 qb\x1b[!pc", "abc"},
	{"CSI private", "a\x1b[?1049hb\x1b[>4;2mc", "abc"},
	{"OSC 0 by BEL", "a\x1b]0;title\ab", "ab"},
	{"OSC 0 by ST", "a\x1b]0;title\x1b\\b", "ab"},
	{"OSC 8", "\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\", "click"},
	{"OSC 52", "a\x1b]52;c;ZXZpbA==\ab", "ab"},
	{"OSC with words in another script", "a\x1b]0;東京\ab", "ab"},
	{"DCS", "a\x1bPq#0;2;0;0;0\n#0~~@@vv\x1b\\b", "ab"},
	{"DCS with BEL inside", "a\x1bPx\ay\x1b\\b", "ab"},
	{"APC, PM and SOS", "a\x1b_G1\x1b\\b\x1b^p\x1b\\c\x1bXs\x1b\\d", "abcd"},
	{"two and three bytes", "a\x1bcb\x1b7c\x1b(Bd\x1b#8e\x1bMf", "abcdef"},
	{"C1 CSI", "a\u009b31mb", "ab"},
	{"C1 OSC", "a\u009d0;title\u009cb\u009d0;title\ac", "abc"},
	{"C1 OSC ended in 7 bits", "a\u009d0;title\x1b\\b", "ab"},
	{"C1 others", "a\u0084b\u008dc\u0080d", "abcd"},

	// Of what is no sequence, only the control goes.
	{"CSI unfinished", "a\x1b[31", "a[31"},
	{"CSI broken off", "a\x1b[31\nb", "a[31\nb"},
	{"CSI into words", "a\x1b[über", "a[über"},
	{"OSC unfinished", "a\x1b]0;all these words stay", "a]0;all these words stay"},
	{"OSC over lines", "a\x1b]0;b\nc\a", "a]0;b\nc"},
	{"OSC cancelled", "a\x1b]0;b\x18c\a", "a]0;bc"},
	{"OSC into OSC", "a\x1b]0;b\x1b]0;c\ad", "a]0;bd"},
	{"DCS unfinished", "a\x1bPb\nc", "aPb\nc"},
	{"C1 OSC unfinished", "a\u009d0;b", "a0;b"},
	{"ESC alone", "a\x1b", "a"},
	{"ESC twice", "a\x1b\x1b[mb", "ab"},
	{"ESC before a word", "a\x1bäb", "aäb"},
	{"ESC hidden in a sequence", "\x1b\x00[31mred", "[31mred"},
	{"pieces that would make a sequence", "\x1b\x1b[m[31m\u009b\u009bm31m", "[31m31m"},

	// Controls.
	{"CRLF", "a\r\nb", "a\nb"},
	{"CR", "secret\rpublic", "secret\npublic"},
	{"other line breaks", "a\vb\fc\u0085d\u2028e\u2029f", "a\nb\nc\nd\ne\nf"},
	{"BS, BEL, NUL, DEL", "a\b\bb\ac\x00d\x7fe", "abcde"},
	{"SO and SI", "a\x0eb\x0fc", "abc"},

	// What isn't seen.
	{"bidi controls", "a\u202eb\u202cc\u2067d\u2069e\u200ef\u061cg", "abcdefg"},
	{"zero width", "a\u200bb\u2060c\ufeffd\u00ade", "abcde"},
	{"fillers", "a\u3164b\u115fc\uffa0d\u034fe\u17b4f", "abcdef"},
	{"tags", "a\U000e0041\U000e007fb", "ab"},
	{"private use and noncharacters", "a\ue000b\U000f0000c\ufdd0d\uffffe", "abcde"},
	{"interlinear", "a\ufff9b\ufffac\ufffbd", "abcd"},
	{"other selectors", "a\ufe00b\ufe0dc\U000e0100d\u180be", "abcde"},
	{"joiners alone", "\u200d\u200c a\u200d\u200d\u200cb \u200dc", " a\u200db c"},
	{"nothing left", "\u200b\x1b[m\u200d\n \t\n", ""},

	// Marks.
	{"composed", "e\u0301", "é"},
	{"reordered", "a\u0301\u0323", "ạ\u0301"},
	{"200 marks", "a" + strings.Repeat("\u0301", 200) + "b", "á\u0301\u0301\u0301b"},
	{"200 marks around joiners", "q" + strings.Repeat("\u0301\u200d", 200) + "b", "q\u0301\u200d\u0301\u200d\u0301\u200db"},
	{"marks without a character", "\u0301a\n\u0301b \u0301c\t\u20ddd", "a\nb c\td"},
	{"marks left alone by the cleaner", "\u200b\u0301a", "a"},
	{"Hangul", "\u1112\u1161\u11ab", "한"},
	{"Hangul parted by a control", "\u1112\x00\u1161", "하"},
	{"Devanagari, Thai, Persian", "नमस्ते ที่นี่ می\u200cخواهم", "नमस्ते ที่นี่ می\u200cخواهم"},
	{"Hebrew with points", "בְּרֵאשִׁית", norm.NFC.String("בְּרֵאשִׁית")},

	// Emoji.
	{"ZWJ sequences", "👩‍👩‍👧‍👦 🏳️‍🌈 🧑🏽‍💻", "👩‍👩‍👧‍👦 🏳️‍🌈 🧑🏽‍💻"},
	{"skin, selectors, keycaps", "👍🏿 ❤️ ☎︎ 1️⃣", "👍🏿 ❤️ ☎︎ 1️⃣"},
	{"flags", "🇩🇪🇪🇺", "🇩🇪🇪🇺"},
	{"tag flag becomes a black flag", "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f!", "🏴!"},

	// Invalid UTF-8.
	{"invalid bytes", "a\xff\xfeb\xc3", "a\ufffdb\ufffd"},
	{"raw 8-bit CSI", "a\x9b31mb", "a\ufffd31mb"},
	{"raw 8-bit string swallows nothing", "\x9ea\x9c \x90b\x9c", "\ufffda\ufffd \ufffdb\ufffd"},
	{"overlong and surrogate", "\xc0\xafa\xed\xa0\x80b", "\ufffda\ufffdb"},
	{"newer than Unicode 15.0", "a\U000113b9\U000113b9b\u0897 \U0002ebf0", "a\ufffdb\ufffd \ufffd"},
	{"newer than Unicode 15.0, and a picture", "\U0001fae9\U0001f3fe\U0001faff", "\U0001fae9\U0001f3fe\U0001faff"},
	{"newer, invisible between", "\u0897\u200b\u0897\xff\u0897", "\ufffd\ufffd"},
	{"reserved for what is not seen", "a\u2065\ufff0\U000e0fffb", "ab"},
	{"bytes parted by a sequence", "\xe2\x1b[m\x82\xac", "\ufffd\ufffd"},

	// The ends.
	{"blank lines around", "\n \n\t\n  a\n\nb \n \n", "  a\n\nb"},
	{"space after", "a \u3000\u00a0", "a"},
	{"only space", " \n\t ", ""},

	// Signs and letters that show nothing are no more than space.
	{"only a braille blank", "\u2800", ""},
	{"only a null notehead", "\U0001d159", ""},
	{"only Egyptian blanks", "\U00013441 \U00013442", ""},
	{"only a Khitan filler", "\U00016fe4", ""},
	{"only fillers", "\u3164\u115f\u1160\uffa0\u180e\u17b4\u17b5\u2800", ""},
	{"blank signs around", "\u2800\n \U0001d159\n\u2800a\u2800\U00013441\n\u2800", "\u2800a"},
	{"blank signs within", "a\u2800b\U0001d159c", "a\u2800b\U0001d159c"},
	{"nothing for a mark to act on", "\u2800\u0301\u200da", "\u2800a"},
}

func TestClean(t *testing.T) {
	for _, test := range cleanTests {
		t.Run(test.name, func(t *testing.T) {
			got := rooms.Clean(test.text)
			if got != test.want {
				t.Errorf("Clean(%+q)\n got %+q\nwant %+q", test.text, got, test.want)
			}
			if again := rooms.Clean(got); again != got {
				t.Errorf("cleaned twice: %+q", again)
			}
		})
	}
}

func TestCleanTopic(t *testing.T) {
	for text, want := range map[string]string{
		"  release\n\tparty \n": "release  party",
		"a\r\nb":                "a b",
		"\x1b]0;x\atopic":       "topic",
		" \u0301 ":              "",
		"\n":                    "",
		"\u2800":                "",
		"\U0001d159a\u2800":     "a",
	} {
		if got := rooms.CleanTopic(text); got != want || rooms.CleanTopic(got) != got {
			t.Errorf("CleanTopic(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestShorten(t *testing.T) {
	for _, test := range []struct {
		text string
		most int
		want string
	}{
		{"", 0, ""},
		{"tea", 4, "tea"},
		{"tea", 3, "tea"},
		{"tea", 2, "te"},
		{"tea", 0, ""},
		{"née", 3, "né"},
		{"née", 2, "n"},
		{"🍵", 3, ""},
		{"\x80\x80\x80", 2, ""}, // no rune begins in it
	} {
		if got := rooms.Shorten(test.text, test.most); got != test.want {
			t.Errorf("Shorten(%q, %d) = %q, want %q", test.text, test.most, got, test.want)
		}
	}
}

func TestCheckText(t *testing.T) {
	for _, test := range []struct {
		text string
		fits bool
	}{
		{"", true},
		{strings.Repeat("a", rooms.MaxTextBytes), true},
		{strings.Repeat("a", rooms.MaxTextBytes+1), false},
		{strings.Repeat("é", rooms.MaxTextBytes/2) + "a", false},
		{strings.Repeat("a\n", rooms.MaxTextLines-1) + "a", true},
		{strings.Repeat("a\n", rooms.MaxTextLines) + "a", false},
	} {
		err := rooms.CheckText(test.text)
		if test.fits && err == nil {
			continue
		}
		var refusal *rooms.Error
		if test.fits || !errors.As(err, &refusal) || refusal.Code != rooms.TooLong || !strings.Contains(refusal.Message, fmt.Sprint(rooms.MaxTextBytes)) {
			t.Errorf("CheckText of %d bytes and %d lines: %v", len(test.text), strings.Count(test.text, "\n")+1, err)
		}
	}
}

// TestCleanKeepsToItsBox shows the worst of the table in a box on an emulated
// terminal, as it comes and cleaned.
func TestCleanKeepsToItsBox(t *testing.T) {
	for _, test := range cleanTests {
		if harm := showInBox(rooms.Clean(test.text)); harm != "" {
			t.Errorf("%s: %+q: %s", test.name, rooms.Clean(test.text), harm)
		}
	}
	for _, raw := range []string{
		"\x1b[31mred", "\x1b[2J", "\x1b]0;title\a", "\x1b]8;;http://x\x1b\\a", "\x1b]52;c;ZQ==\a", "a\rb", "a\b\b\bb", "\a", "\x1b[?25l", "\x1bc",
	} {
		if showInBox(raw) == "" {
			t.Errorf("%+q did no harm, so this test would not see any", raw)
		}
	}
}

// showInBox writes each line of text into the middle of a screen full of dots,
// cut to 20 columns, as a screen does, and says what it did beside that.
func showInBox(text string) (harm string) {
	const left, width, columns, y, rows = 10, 20, 40, 2, 5
	screen := vt.NewEmulator(columns, rows)
	defer screen.Close()
	for row := range rows {
		fmt.Fprintf(screen, "\x1b[%dH%s", row+1, strings.Repeat(".", columns))
	}
	noted := func(what string) { harm = what }
	screen.SetCallbacks(vt.Callbacks{
		Bell:             func() { noted("rings the bell") },
		Title:            func(string) { noted("sets the title") },
		IconName:         func(string) { noted("sets the icon's name") },
		AltScreen:        func(bool) { noted("changes the screen") },
		CursorVisibility: func(bool) { noted("hides or shows the cursor") },
		CursorStyle:      func(vt.CursorStyle, bool) { noted("changes the cursor") },
		WorkingDirectory: func(string) { noted("sets the directory") },
		EnableMode:       func(ansi.Mode) { noted("sets a mode") },
		DisableMode:      func(ansi.Mode) { noted("resets a mode") },
	})
	screen.RegisterOscHandler(52, func([]byte) bool { noted("reaches the clipboard"); return true })

	for line := range strings.SplitSeq(text, "\n") {
		piece := ansi.Truncate(strings.ReplaceAll(line, "\t", "    "), width, "")
		fmt.Fprintf(screen, "\x1b[%d;%dH%s", y+1, left+1, piece)
		fmt.Fprint(screen, "\x1b[m")
		end := left + ansi.StringWidth(piece)
		if at := screen.CursorPosition(); at.X != end || at.Y != y {
			return fmt.Sprintf("the cursor is at %v after %+q, not in column %d", at, piece, end)
		}
	}
	for row := range rows {
		for x := range columns {
			cell := screen.CellAt(x, row)
			inside := row == y && left <= x && x < left+width
			if cell == nil || !inside && cell.Content != "." {
				return fmt.Sprintf("it paints outside its box, at column %d of row %d", x, row)
			}
			if cell.Link != (uv.Link{}) || !cell.Style.IsZero() {
				return "it has a style or a link of its own"
			}
		}
	}
	return harm
}

func FuzzClean(f *testing.F) {
	for _, test := range cleanTests {
		f.Add(test.text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := rooms.Clean(text)
		if again := rooms.Clean(got); again != got {
			t.Errorf("Clean(%+q)\n once  %+q\n twice %+q", text, got, again)
		}
		if topic := rooms.CleanTopic(text); rooms.CleanTopic(topic) != topic || strings.ContainsAny(topic, "\n\t") {
			t.Errorf("CleanTopic(%+q) = %+q", text, topic)
		}
		if !utf8.ValidString(got) || !norm.NFC.IsNormalString(got) {
			t.Errorf("Clean(%+q) = %+q: not valid, or not NFC", text, got)
		}
		if max := 3 * len(text); len(got) > max {
			t.Errorf("%d bytes became %d", len(text), len(got))
		}
		marks := 0
		for _, r := range got {
			switch {
			case unicode.Is(unicode.M, r):
				marks++
			case r != '\u200c' && r != '\u200d':
				marks = 0
			}
			if marks > rooms.MaxMarks || forbidden(r) {
				t.Errorf("Clean(%+q) = %+q: %+q is not allowed there", text, got, r)
			}
		}
		if len(got) < 1<<10 {
			if harm := showInBox(got); harm != "" {
				t.Errorf("Clean(%+q) = %+q: %s", text, got, harm)
			}
		}
	})
}

// forbidden says it again in other words than the cleaner's.
func forbidden(r rune) bool {
	switch {
	case r == '\n', r == '\t', r == '\u200c', r == '\u200d', r == '\ufe0e', r == '\ufe0f':
		return false
	case r >= 0xe0000 && r <= 0xe0fff:
		return true
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Zl, unicode.Zp, unicode.Bidi_Control,
		unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point, unicode.Noncharacter_Code_Point)
}

func BenchmarkClean(b *testing.B) {
	for name, text := range map[string]string{
		"ascii":   "Good morning, everyone. Shall we look at the release at ten?",
		"german":  "Guten Morgen zusammen. Schauen wir um zehn auf die Änderung?",
		"emoji":   "Good morning 👩‍👩‍👧 ❤️ 🇩🇪 " + strings.Repeat("👍🏿", 4),
		"hostile": strings.Repeat("\x1b]0;a\u0301\u0301\u0301\u0301\u0301\x1b[", 64<<10/20),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				rooms.Clean(text)
			}
		})
	}
}
