package line

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"sotto/sshsrv/tui/term"
)

// On a terminal that takes nothing but text.
func TestDumbEditor(t *testing.T) {
	tests := []struct{ keys, line, echo string }{
		{"abc", "abc", "abc"},
		{"abc\x7f", "ab", "abc\b \b"},
		{"日\x7f", "", "日\b \b\b \b"},
		{"e\u0301\x7f", "", "e\u0301\b \b"},
		{"one two\x17", "one ", "one two\b \b\b \b\b \b"},
		{"abc\x15", "", "abc\b \b\b \b\b \b"},
		{"\x7f", "", alert},
		{"abc\x03", "", "abc^C\r\n"},
		{"a\tb", "ab", "ab"},
		{"a :v:", "a ✌️", "a :v:\b \b\b \b\b \b✌️"},
		{strings.Repeat("x", 4000) + "y", strings.Repeat("x", 4000), strings.Repeat("x", 4000) + alert},
	}
	for _, test := range tests {
		var e editor
		var keys term.Decoder
		echo := ""
		for _, r := range test.keys[:] {
			for _, msg := range keys.Append(nil, []byte(string(r))) {
				if key, ok := msg.(tea.KeyPressMsg); ok {
					echo += e.press(key).echo
				}
			}
		}
		if e.line != test.line || echo != test.echo {
			t.Errorf("%.20q: line %.20q, echo %.20q; want %.20q, %.20q", test.keys, e.line, echo, test.line, test.echo)
		}
	}
}

// Over a slow line many characters come at once.
func TestCodesWithinARun(t *testing.T) {
	e := editor{}
	e.press(tea.KeyPressMsg{Code: tea.KeyExtended, Text: "a :v: and :v:, at 12:30"})
	if want := "a ✌️ and ✌️, at 12:30"; e.line != want {
		t.Errorf("line %q, want %q", e.line, want)
	}
}

// What stands before a line is there before its first character, and gone with its
// last.
func TestDumbEditorNamesItsPerson(t *testing.T) {
	e := editor{before: func(line string) string {
		if strings.HasPrefix(line, "/") {
			return ""
		}
		return "<zoe> "
	}}
	screen := ""
	for _, step := range []struct{ text, want string }{
		{"h", "<zoe> h"}, {"i", "<zoe> hi"}, {"\x7f", "<zoe> h"}, {"\x7f", ""}, {"/", "/"}, {"who", "/who"}, {"\x15", ""}, {"x", "<zoe> x"},
	} {
		var keys term.Decoder
		for _, msg := range keys.Append(nil, []byte(step.text)) {
			for _, c := range e.press(msg.(tea.KeyPressMsg)).echo {
				if c == '\b' {
					screen = screen[:len(screen)-1]
				} else {
					screen += string(c)
				}
			}
		}
		if got := strings.TrimRight(screen, " "); got != strings.TrimRight(step.want, " ") {
			t.Errorf("after %q: %q, want %q", step.text, got, step.want)
		}
	}
	if got := e.hide() + e.show(); got != "\r\n"+notSent+"<zoe> x" {
		t.Errorf("shown again as %q", got)
	}
}
