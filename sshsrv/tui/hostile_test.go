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
		"typed":   func(s *sitting, text string) { s.types("x" + text) },
		"held": func(s *sitting, text string) {
			s.happens(&rooms.Held{Fields: []rooms.HeldField{{Name: "room", Value: text, Why: "a test"}}})
		},
	}
	for name, put := range places {
		for _, text := range hostile {
			for _, width := range []int{80, 40} {
				s := inRoom(t, width, 24, colorprofile.TrueColor, lynx, heron)
				put(s, rooms.Clean(text))
				watch(t, fmt.Sprintf("%s at %d: %q", name, width, text), s)
			}
		}
	}
}

// watch shows a screen on a terminal whose title, clipboard and cells are known.
func watch(t *testing.T, what string, s *sitting) {
	t.Helper()
	s.fits()
	f := s.Frame()
	for y, row := range f.Rows {
		e := vt.NewEmulator(s.width+10, 3)
		e.SetCallbacks(vt.Callbacks{
			Title:            func(string) { t.Errorf("%s: row %d sets the title", what, y) },
			IconName:         func(string) { t.Errorf("%s: row %d sets the icon's name", what, y) },
			Bell:             func() { t.Errorf("%s: row %d rings", what, y) },
			AltScreen:        func(bool) { t.Errorf("%s: row %d leaves the screen", what, y) },
			CursorVisibility: func(bool) { t.Errorf("%s: row %d hides the cursor", what, y) },
		})
		e.RegisterOscHandler(52, func([]byte) bool { t.Errorf("%s: row %d reaches the clipboard", what, y); return true })
		e.RegisterDcsHandler('q', func(ansi.Params, []byte) bool { t.Errorf("%s: row %d sends a DCS", what, y); return true })
		e.WriteString("above\x1b[2;1H" + row + "\x1b[m#\x1b[3;1Hbelow")
		lines := strings.Split(e.String(), "\n")
		if got := strings.TrimSpace(lines[0]); got != "above" {
			t.Errorf("%s: row %d changes the line above: %q", what, y, got)
		}
		if got := strings.TrimSpace(lines[2]); got != "below" {
			t.Errorf("%s: row %d changes the line below: %q", what, y, got)
		}
		if cell := e.CellAt(ansi.StringWidth(row), 1); cell == nil || cell.Content != "#" || !cell.Style.IsZero() || !cell.Link.IsZero() {
			t.Errorf("%s: after row %d the cursor or the style is not where it should be: %q", what, y, row)
		}
	}
}
