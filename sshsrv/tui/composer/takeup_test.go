package composer

import (
	"strings"
	"testing"
)

// TestTakeUp: a text that was taken up is written, and what was written before is back once
// that is sent or let go of, with all that can be undone in it. What was made of the text
// is where cut text is.
func TestTakeUp(t *testing.T) {
	for _, test := range []struct{ before, keys, cut, want string }{
		{"", "", "", "|"},
		{"", "!", "was!", "|"},
		{"", "! BS", "", "|"},
		{"", "! Enter", "", "|"},
		{"d r a f t C-c", "", "", "|"},
		{"d r a f t", "! !", "was!!", "draft|"},
		{"d r a f t", "! Enter", "", "draft|"},
		{"d r a f t", "Up", "", "draft|"},
		{"d r a f t", "! Up ?", "was!", "draft|"},
		{"d r a f t", "Tab", "", "draft|"},
		{"", "C-_ C-_", "", "|"},
	} {
		c := New(nil)
		play(c, "one Enter")
		play(c, test.before)
		undone := len(c.undo)
		c.TakeUp("was")
		if got := shown(c); got != "was|" {
			t.Errorf("%s: %q was taken up", test.before, got)
		}
		play(c, test.keys)
		if !strings.HasSuffix(test.keys, "Enter") {
			c.LetGo("was")
		}
		if got := shown(c); got != test.want {
			t.Errorf("%s, %s: %q, want %q", test.before, test.keys, got, test.want)
		}
		if len(c.undo) != undone {
			t.Errorf("%s, %s: %d changes can be undone, %d could", test.before, test.keys, len(c.undo), undone)
		}
		play(c, "C-y")
		if got := c.Text(); !strings.HasSuffix(got, test.cut) || test.cut == "" && len(c.kills.pieces) > 0 {
			t.Errorf("%s, %s: %q comes back, want %q", test.before, test.keys, got, test.cut)
		}
		c.LetGo("") // nothing is taken up any more
		if got := c.Text(); !strings.HasSuffix(got, test.cut) {
			t.Errorf("%s, %s: %q is left", test.before, test.keys, got)
		}
	}
}

// TestForget: words that were said can't be brought back, and the rest can.
func TestForget(t *testing.T) {
	for _, test := range []struct{ keys, then, want string }{
		{"", "Up", "late|"},
		{"", "Up Up", "one|"},
		{"", "Up Up Up", "one|"},
		{"d r a f t", "", "draft|"},
		{"d r a f t Up Up", "", "draft|"},
		{"d r a f t Up Up", "Up", "late|"},
		{"Up Up C-u", "C-y", "|"},
		{"t w o C-c C-_ C-c", "C-_", "|"},
		{"d r a f t C-c", "C-_", "draft|"},
	} {
		c := New(nil)
		play(c, "one Enter two Enter late Enter")
		play(c, test.keys)
		c.Forget("two", func(sent string) bool { return sent == "two" })
		play(c, test.then)
		if got := shown(c); got != test.want {
			t.Errorf("%s, then %s: %q, want %q", test.keys, test.then, got, test.want)
		}
		if h := &c.history; len(h.sent) != 2 || len(h.times) != 2 || h.bytes != len("onelate") {
			t.Errorf("%s: %q is kept, %d bytes", test.keys, h.sent, h.bytes)
		}
		if got := c.LastSent(); got != "late" {
			t.Errorf("%s: %q was sent last", test.keys, got)
		}
	}
}
