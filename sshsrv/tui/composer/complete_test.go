package composer

import (
	"fmt"
	"strings"
	"testing"

	"sotto/rooms/command"
)

// words completes the word at the cursor from a list.
func words(list ...string) Completer {
	return func(text string, cursor int) Completion {
		start := strings.LastIndex(text[:cursor], " ") + 1
		c := Completion{Start: start, End: cursor}
		for _, word := range list {
			if strings.HasPrefix(word, text[start:cursor]) {
				c.Candidates = append(c.Candidates, Candidate{Text: word})
			}
		}
		return c
	}
}

func TestComplete(t *testing.T) {
	for _, test := range []struct{ start, keys, want, offered string }{
		{"al|", "Tab", "alic|", "-1 [alice alicia]"},
		{"x|", "Tab", "x|", ""},
		{"b|", "Tab", "bob |", ""},
		{"hi b|!", "Tab", "hi bob |!", ""},
		{"al|", "Tab Tab", "alice|", "0 [alice alicia]"},
		{"al|", "Tab Tab Tab", "alicia|", "1 [alice alicia]"},
		{"al|", "Tab Tab Tab Tab", "alice|", "0 [alice alicia]"},
		{"al|", "Tab S-Tab", "alicia|", "1 [alice alicia]"},
		{"al|", "Tab Tab x", "alicex|", ""},
		{"al|", "Tab Tab Esc", "al|", ""},
		{"al|", "Tab C-g", "al|", ""},
		{"al|", "Tab Tab Tab C-_", "al|", ""},
		{"al|", "Tab Tab Tab C-_ M-_", "alicia|", ""},
		{"al| x", "Tab Tab", "alice| x", "0 [alice alicia]"},
	} {
		c := put(test.start)
		c.completer = words("alice", "alicia", "bob ")
		play(c, test.keys)
		offered := ""
		if candidates, chosen := c.Candidates(); len(candidates) > 0 {
			names := make([]string, len(candidates))
			for i := range candidates {
				names[i] = candidates[i].Text
			}
			offered = fmt.Sprint(chosen, names)
		}
		if got := shown(c); got != test.want || offered != test.offered {
			t.Errorf("%q, %s: %q offering %q, want %q offering %q", test.start, test.keys, got, offered, test.want, test.offered)
		}
	}
}

func TestCompleteNothing(t *testing.T) {
	c := put("x|")
	c.completer = words("alice")
	if action := play(c, "Tab"); action != (NoMatch{}) {
		t.Errorf("%#v", action)
	}
}

func TestSource(t *testing.T) {
	source := ForRoom(command.Names{Members: func() []string { return []string{"zoë"} }})
	for _, test := range []struct{ start, keys, want string }{
		{"/top|", "Tab", "/topic |"},
		{"z|", "Tab", "zoë: |"},
		{"well :tad|", "Tab", "well 🎉|"},
		{":tada:|", "Tab", "🎉|"},
		{"10:30|", "Tab", "10:30|"},
		{":hear|", "Tab Tab", "❤️|"},
		{":|", "Tab", ":|"},
	} {
		c := put(test.start)
		c.completer = source
		play(c, test.keys)
		if got := shown(c); got != test.want {
			t.Errorf("%q, %s: %q, want %q", test.start, test.keys, got, test.want)
		}
	}
}
