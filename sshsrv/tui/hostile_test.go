package tui

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"

	"sotto/rooms"
)

// hostile is text that would do harm on a terminal if it got there as it is.
var hostile = []string{
	"\x1b[2J\x1b[H", "\x1b[31mred", "\x1b[1;1Hhome", "\x1b]0;title\a", "\x1b]2;title\x1b\\", "\x1b]8;;https://evil.example\x1b\\link\x1b]8;;\x1b\\",
	"\x1b]52;c;ZXZpbA==\a", "\x1bP+q544e\x1b\\", "\x1b_apc\x1b\\", "\x1b^pm\x1b\\", "\x9b2J", "\u009b2J", "\u009d0;title\u009c", "\u0090q\u009c",
	"\r over", "\b\b\b\b", "\a\a", "\x00\x7f", "\v\f", "\x0e shifted out", "\x1bc", "\x1b#8", "\x1b[?1049l", "\x1b[?25l",
	"\u202e reversed", "\u2066 isolated", "zero\u200bwidth", "\ufeffbom", "tags\U000E0041\U000E0042", "line\u2028sep\u2029par", "\u2060joined",
	"e" + strings.Repeat("\u0301", 200), "bad\xff\xfeutf8\xc3", "unterminated \x1b]0;", "\ufff9anno\ufffa", "variation\ufe0e\U000e0100",
}

// TestHostileText puts hostile text into every place that shows somebody's
// words, in the form in which package rooms lets them through, and watches a
// terminal: title, clipboard and cursor stay as they are, and no cell outside
// the words' own differs from what harmless words of that kind show.
func TestHostileText(t *testing.T) {
	places := map[string]func(s *sitting, text string){
		"message": func(s *sitting, text string) { s.says(lynx, text) },
		"action": func(s *sitting, text string) {
			s.happens(&rooms.Said{At: s.now, From: lynx.Person(), Text: text, Action: true})
		},
		"whisper": func(s *sitting, text string) {
			s.happens(&rooms.Whispered{At: s.now, From: lynx.Person(), To: you.Person(), Text: text})
		},
		"quote": func(s *sitting, text string) {
			seq := s.says(lynx, text)
			s.happens(&rooms.Said{Seq: seq + 1, At: s.now, From: heron.Person(), Text: "an answer", Re: seq})
		},
		"topic": func(s *sitting, text string) {
			s.happens(&rooms.TopicSet{From: lynx.Person(), Text: rooms.CleanTopic(text)})
		},
		"mention": func(s *sitting, text string) { s.says(lynx, "quiet-otter "+text) },
		"found":   func(s *sitting, text string) { s.says(lynx, "find "+text); s.types("f3", "find") },
		"chosen":  func(s *sitting, text string) { s.says(lynx, text); s.types("alt+up") },
		"knock":   func(s *sitting, text string) { s.happens(knock("k1", "calm-crow", rooms.CleanTopic(text))) },
		"removed": func(s *sitting, text string) {
			s.happens(&rooms.Left{Member: lynx, Reason: rooms.LeftRemoved, Why: rooms.CleanTopic(text)})
			s.flushes()
		},
		"typed": func(s *sitting, text string) { s.types("x" + text) },
		"held": func(s *sitting, text string) {
			s.happens(&rooms.Held{Fields: []rooms.HeldField{{Name: "room", Value: text, Why: "a test"}}})
		},
	}
	for name, put := range places {
		for _, text := range hostile {
			s := inRoom(t, 72, 16, colorprofile.TrueColor, lynx, heron)
			put(s, rooms.Clean(text))
			watch(t, fmt.Sprintf("%s: %q", name, text), s)
		}
	}
}

// watch shows a screen's rows between lines of its own, on a terminal whose
// title, clipboard and cells are known.
func watch(t *testing.T, what string, s *sitting) {
	t.Helper()
	s.fits()
	f := s.Frame()
	e := vt.NewEmulator(s.layout.width+10, 2*len(f.Rows)+1)
	e.SetScrollbackSize(1)
	e.SetCallbacks(vt.Callbacks{
		Title:            func(string) { t.Errorf("%s: the title was set", what) },
		IconName:         func(string) { t.Errorf("%s: the icon's name was set", what) },
		Bell:             func() { t.Errorf("%s: the bell rang", what) },
		AltScreen:        func(bool) { t.Errorf("%s: the screen was left", what) },
		CursorVisibility: func(bool) { t.Errorf("%s: the cursor was hidden", what) },
	})
	e.RegisterOscHandler(52, func([]byte) bool { t.Errorf("%s: the clipboard was reached", what); return true })
	e.RegisterDcsHandler('q', func(ansi.Params, []byte) bool { t.Errorf("%s: a DCS was sent", what); return true })
	for y := range 2*len(f.Rows) + 1 {
		row := "own line"
		if y%2 == 1 {
			row = f.Rows[y/2] + "#"
		}
		fmt.Fprintf(e, "\x1b[%d;1H%s", y+1, row)
	}
	for y, line := range strings.Split(e.String(), "\n") {
		if y%2 == 0 {
			if strings.TrimSpace(line) != "own line" {
				t.Errorf("%s: a line beside row %d became %q", what, y/2, line)
			}
			continue
		}
		x := ansi.StringWidth(f.Rows[y/2])
		if cell := e.CellAt(x, y); cell == nil || cell.Content != "#" || !cell.Style.IsZero() || !cell.Link.IsZero() {
			t.Errorf("%s: after row %d the cursor or the style is not where it should be", what, y/2)
		}
	}
}
