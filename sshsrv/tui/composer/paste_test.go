package composer

import (
	"fmt"
	"strings"
	"testing"

	"sotto/rooms"
)

// Forty lines that end with a line break are forty lines, however they are counted.
func TestPasteWithFinalLineBreak(t *testing.T) {
	lines := strings.Repeat("line\n", rooms.MaxTextLines)
	for _, pasted := range []string{lines, lines + "\n", "\n" + lines} {
		c := New(nil)
		if action := c.Paste(pasted); action != (Edited{}) {
			t.Errorf("%d lines and a line break: %#v", rooms.MaxTextLines, action)
		}
		if got := c.Left(); got != "0 lines left" {
			t.Errorf("said that there are %q", got)
		}
		if action := play(c, "Enter"); action != (Submit{strings.TrimSpace(lines)}) {
			t.Errorf("Enter: %#v", action)
		}
	}
	c := New(nil)
	c.Paste(lines + "one more\n")
	if o := c.Overflow(); o == nil || o.Lines != rooms.MaxTextLines+1 || o.Messages != 2 {
		t.Errorf("one line more: %+v", o)
	}
}

func TestPasteIsCleanedAndOneChange(t *testing.T) {
	for _, test := range []struct{ start, paste, want string }{
		{"a|b", " two words ", "a two words |b"},
		{"a|b", "\n\n", "a\n\n|b"},
		{"a|b", "x\r\ny\rz", "ax\ny\nz|b"},
		{"a|b", "\x1b[31mred\x1b[m\x07", "ared|b"},
		{"a|b", "\x1b]52;c;aGk=\x07x\u202e", "ax|b"},
		{"a|b", "x|\x1b", "ax||b"},
		{"a|b", "\xff", "a\ufffd|b"},
		{"e|b", "\u0301x", "éx|b"},
		{"a|b", "\x00\x07", "a|b"},
		{"a|b", "\tx", "a\tx|b"},
	} {
		c := put(test.start)
		c.Paste(test.paste)
		if got := shown(c); got != test.want {
			t.Errorf("%q into %q: %q, want %q", test.paste, test.start, got, test.want)
		}
		play(c, "C-_")
		if got := shown(c); got != test.start {
			t.Errorf("%q into %q: undone it is %q", test.paste, test.start, got)
		}
	}
}

func TestPasteOverTheLimitAsks(t *testing.T) {
	lines := strings.Repeat("a line\n", 100) + "the end"
	for _, test := range []struct {
		paste, keys string
		want        Action
		left        string // "PASTE" stands for what was pasted
	}{
		{lines, "C-s", Parts{split("before" + lines)}, "|"},
		{lines, "C-k", Edited{}, "beforePASTE|"},
		{lines, "Esc", Refused{"Left out. Ctrl-Y brings it back."}, "before|"},
		{lines, "C-c C-y", Edited{}, "beforePASTE|"},
		{lines, "x", Ask{}, "before|"},
		{lines, "s o S p a r k K", Ask{}, "before|"}, // begun without looking
		{lines, "Enter", Ask{}, "before|"},
		{lines, "C-k Enter", Ask{}, "beforePASTE|"},
		{lines, "C-k Enter Esc", Edited{}, "beforePASTE|"},
		{lines, "C-k C-_", Edited{}, "before|"},
		{lines, "C-k Enter C-s", Parts{split("before" + lines)}, "|"},
		{strings.Repeat("a line\n", 2999) + "the end", "C-s", Ask{}, "before|"},
	} {
		c := put("before|")
		if _, asks := c.Paste(test.paste).(Ask); !asks {
			t.Fatal("a paste over the limit must ask")
		}
		got := play(c, test.keys)
		if fmt.Sprint(got) != fmt.Sprint(test.want) {
			t.Errorf("%s: %T, want %T", test.keys, got, test.want)
		}
		if got, want := shown(c), strings.Replace(test.left, "PASTE", test.paste, 1); got != want {
			t.Errorf("%s leaves %.60q of %d bytes, want %.60q of %d", test.keys, got, len(got), want, len(want))
		}
	}
}

func TestTwoPastesOverTheLimitAreOne(t *testing.T) {
	c := New(nil)
	c.Paste(strings.Repeat("a\n", 50))
	c.Paste(strings.Repeat("b\n", 50))
	play(c, "C-k")
	if got, want := c.Text(), strings.Repeat("a\n", 50)+strings.Repeat("b\n", 50); got != want {
		t.Errorf("%q", got)
	}
}

func TestPasteBeyondWhatFitsIsRefused(t *testing.T) {
	c := put("here|")
	action, refused := c.Paste(strings.Repeat("x", MaxHeldBytes)).(Refused)
	if !refused || action.Why == "" || shown(c) != "here|" {
		t.Errorf("%#v leaves %q", action, shown(c))
	}
}

func TestCommandsAreNeverSplit(t *testing.T) {
	for _, begun := range []string{"/msg bob |", "／msg bob |", "\u2009/msg bob |", "⁄msg bob |", "> /msg bob |"} {
		c := put(begun)
		c.Paste(strings.Repeat("secret ", 1000))
		if n := c.Overflow().Messages; n != 0 {
			t.Errorf("%q: a whisper is offered as %d messages", begun, n)
		}
		if _, asks := play(c, "C-s").(Ask); !asks {
			t.Errorf("%q: a whisper was split", begun)
		}
	}
}

func TestSplitLosesNothing(t *testing.T) {
	for name, text := range map[string]string{
		"lines":    strings.Repeat("some words in a line\n", 399) + "end",
		"words":    strings.Repeat("word ", 5000) + "end",
		"one word": strings.Repeat("x", 12345),
		"wide":     strings.Repeat("漢", 9000),
		"families": strings.Repeat("👩‍👩‍👧‍👦", 2000),
	} {
		parts := split(text)
		for i, part := range parts {
			if err := rooms.CheckText(part); err != nil {
				t.Errorf("%s: part %d: %v", name, i, err)
			}
			if part != rooms.Clean(part) {
				t.Errorf("%s: part %d is not clean", name, i)
			}
		}
		bare := strings.NewReplacer(" ", "", "\n", "")
		if got, want := bare.Replace(strings.Join(parts, "")), bare.Replace(text); got != want {
			t.Errorf("%s: %d bytes became %d", name, len(want), len(got))
		}
	}
}
