package composer

import (
	"strings"
	"testing"

	"sotto/rooms"
)

// A backslash before Enter is a new line; two are what they are.
func TestBackslashEnter(t *testing.T) {
	for _, test := range []struct{ start, want string }{
		{`one\|`, "one\n|"},
		{`\|`, "\n|"},
		{`one\|two`, "one\n|two"},
		{`/me waves\|`, "/me waves\n|"},
	} {
		c := put(test.start)
		if action := play(c, "Enter"); action != (Edited{}) || shown(c) != test.want {
			t.Errorf("%q: %#v, %q, want %q", test.start, action, shown(c), test.want)
		}
		play(c, "C-_")
		if got := shown(c); got != test.start {
			t.Errorf("%q: undone it is %q", test.start, got)
		}
	}
	for _, start := range []string{`two\\|`, `C:\ |`, `\n|`, `one\two|`, `|one\`} {
		c := put(start)
		said := rooms.Clean(strings.Replace(start, "|", "", 1))
		if action := play(c, "Enter"); action != (Submit{said}) {
			t.Errorf("%q: %#v", start, action)
		}
	}
}

// Whoever presses Enter once more meant the backslash: it is said.
func TestBackslashAtTheEnd(t *testing.T) {
	for _, test := range []struct {
		start, keys string
		want        Action
	}{
		{`C:\dir\|`, "Enter Enter", Submit{`C:\dir\`}},
		{`\|`, "Enter Enter", Submit{`\`}},
		{`one\|`, "Enter t w o \\ Enter Enter", Submit{"one\ntwo\\"}},
		{`one\|`, "Enter t BS Enter", Submit{"one"}},
		{`one\|two`, "Enter Enter", Submit{"one\ntwo"}},
		{`one\|`, "Enter C-_ Enter Enter", Submit{`one\`}},
		{`one|`, "\\ Enter t w o Enter", Submit{"one\ntwo"}},
	} {
		c := put(test.start)
		if action := play(c, test.keys); action != test.want {
			t.Errorf("%q, %s: %#v, want %#v", test.start, test.keys, action, test.want)
		}
	}
}

// What comes faster than a hand types keeps its backslashes, in front of the line
// breaks that a terminal pastes as Enter.
func TestRawPasteKeepsBackslashes(t *testing.T) {
	c := New(nil)
	if action := play(c, `docker␣run␣\ Enter ␣-it␣alpine␣\ Enter sh Enter`); action != (Submit{"docker run \\\n -it alpine \\\nsh"}) {
		t.Errorf("%#v", action)
	}
	c = New(nil)
	play(c, `C:\dir\ Enter`)
	play(c, "C-_")
	if got := c.Text(); got != `C:\dir\` {
		t.Errorf("undone it is %q", got)
	}
	if action := play(c, "Enter Enter"); action != (Submit{`C:\dir\`}) {
		t.Errorf("%#v", action)
	}
}
