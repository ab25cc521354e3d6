package paint

import (
	"fmt"
	"testing"
)

// One row becomes another: the pairs that a painter which keeps the beginning
// of a row may get wrong.
func TestRowBecomes(t *testing.T) {
	const width = 10
	for _, test := range []struct{ old, row, want string }{
		{"", "abc", "\x1b[1H\x1b[Kabc"},
		{"abc", "", "\x1b[1H\x1b[K"},
		{"abc", "abcd", "\x1b[1;4H\x1b[Kd"},
		{"abcd", "abc", "\x1b[1;4H\x1b[K"},
		{"abc", "abX", "\x1b[1;3H\x1b[KX"},
		// A mark joins the character before it, styled or not.
		{"ae", "ae\u0301", "\x1b[1;2H\x1b[Ke\u0301"},
		{"ae\u0301", "ae", "\x1b[1;2H\x1b[Ke"},
		{"ae\u0301", "ae\u0302", "\x1b[1;2H\x1b[Ke\u0302"},
		{"ae\x1b[1m\u0301\x1b[m", "ae\x1b[1m\u0302\x1b[m", "\x1b[1;2H\x1b[Ke\x1b[1m\u0302\x1b[m"},
		{"1", "1\ufe0f\u20e3", "\x1b[1H\x1b[K1\ufe0f\u20e3"},
		// Behind what two terminals may count differently, nothing is kept.
		{"a日x", "a日y", "\x1b[1H\x1b[Ka日y"},
		{"a\x1b]8;;u\ax\x1b]8;;\a", "a\x1b]8;;u\ay\x1b]8;;\a", "\x1b[1H\x1b[Ka\x1b]8;;u\ay\x1b]8;;\a"},
		// The style that is in force goes on, and no other.
		{"\x1b[1mab\x1b[m", "\x1b[1mac\x1b[m", "\x1b[1;2H\x1b[K\x1b[1mc\x1b[m"},
		{"\x1b[1ma\x1b[mb", "\x1b[1ma\x1b[mc", "\x1b[1;2H\x1b[Kc"},
		{"\x1b[1ma\x1b[0mb", "\x1b[1ma\x1b[0mc", "\x1b[1;2H\x1b[Kc"},
		{"\x1b[1m\x1b[31mab\x1b[m", "\x1b[1m\x1b[31mac\x1b[m", "\x1b[1;2H\x1b[K\x1b[1m\x1b[31mc\x1b[m"},
		{"a\x1b[1mb\x1b[m", "a\x1b[2mb\x1b[m", "\x1b[1;2H\x1b[K\x1b[2mb\x1b[m"},
		// Behind a full row there is no cell to start from.
		{"0123456789", "0123456789\x1b[m", "\x1b[1H\x1b[K0123456789\x1b[m"},
		{"012345678", "0123456789", "\x1b[1;10H\x1b[K9"},
		{"0123456789", "012345678", "\x1b[1;10H\x1b[K"},
	} {
		t.Run(fmt.Sprintf("%q to %q", test.old, test.row), func(t *testing.T) {
			got := (&Painter{size: Size{width, 1}}).appendRow(nil, 0, test.old, test.row)
			if string(got) != test.want {
				t.Errorf("sent %q, want %q", got, test.want)
			}
			terminal := newScreen(Size{width, 1})
			terminal.draw([]string{test.old})
			terminal.Write(got)
			terminal.WriteString("\x1b[H")
			terminal.check(t, Frame{Rows: []string{test.row}, ShowCursor: true})
		})
	}
}
