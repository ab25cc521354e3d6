package composer

import (
	"strings"
	"testing"
)

func TestShortCodes(t *testing.T) {
	for _, test := range []struct{ start, keys, want string }{
		{"|", ": t a d a :", "🎉|"},
		{"|", ":tada:", "🎉|"},
		{"|", ":tada:␣:tada:␣yes", "🎉 🎉 yes|"},
		{"|", ":tada::tada:", "🎉🎉|"},
		{"| yes", ":tada:", "🎉| yes"},
		{"/me |", ":tada:", "/me 🎉|"},
		{"`|", ":tada:", "`:tada:|"},
		{"at 12|", ":100:", "at 12:100:|"},
		{"|", ":tada: C-_", ":tada:|"},
		{"|", ":tada: C-_ ␣yes", ":tada: yes|"},
		{"|", ":tada:␣yes C-_ C-_", "|"},
		{"|", ":tada:␣yes C-_ M-_", "🎉 yes|"},
	} {
		c := put(test.start)
		play(c, test.keys)
		if got := shown(c); got != test.want {
			t.Errorf("%q, %s: %q, want %q", test.start, test.keys, got, test.want)
		}
	}
	c := put("|")
	c.Paste(":tada:")
	if got := shown(c); got != ":tada:|" {
		t.Errorf("pasted: %q", got)
	}
}

// A row of colons, typed into a full composer, is no way to keep the server busy.
func BenchmarkColons(b *testing.B) {
	c := put(strings.Repeat("x", MaxHeldBytes-1000) + " |")
	run := press(strings.Repeat(":", 500))
	for b.Loop() {
		c.Key(run)
		c.Key(press("C-_"))
	}
}
