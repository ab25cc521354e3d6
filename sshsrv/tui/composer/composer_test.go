package composer

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
)

// press reads one key of a script: a name as in "C-a", "M-b", "C-M-_", "Home",
// or else text.
func press(key string) tea.KeyPressMsg {
	names := map[string]rune{
		"Enter": tea.KeyEnter, "Tab": tea.KeyTab, "BS": tea.KeyBackspace, "Del": tea.KeyDelete, "Esc": tea.KeyEscape,
		"Up": tea.KeyUp, "Down": tea.KeyDown, "Left": tea.KeyLeft, "Right": tea.KeyRight, "Home": tea.KeyHome, "End": tea.KeyEnd,
	}
	var mod tea.KeyMod
	rest := key
	for {
		switch {
		case len(rest) > 2 && strings.HasPrefix(rest, "C-"):
			mod |= tea.ModCtrl
		case len(rest) > 2 && strings.HasPrefix(rest, "M-"):
			mod |= tea.ModAlt
		case len(rest) > 2 && strings.HasPrefix(rest, "S-"):
			mod |= tea.ModShift
		default:
			if code, ok := names[rest]; ok {
				return tea.KeyPressMsg{Code: code, Mod: mod}
			}
			r, n := utf8.DecodeRuneInString(rest)
			if mod != 0 {
				return tea.KeyPressMsg{Code: r, Mod: mod}
			}
			if n < len(rest) {
				r = tea.KeyExtended
			}
			return tea.KeyPressMsg{Code: r, Text: rest}
		}
		rest = rest[2:]
	}
}

// play presses the keys of a script, parted by blanks; ␣ is a blank, ⏎ a line
// feed that is part of the text. It returns the last action.
func play(c *Composer, script string) (last Action) {
	for _, key := range strings.Fields(script) {
		last = c.Key(press(strings.NewReplacer("␣", " ").Replace(key)))
	}
	return last
}

// put makes a composer hold text, with the cursor at "|".
func put(text string) *Composer {
	c := New(nil)
	before, after, _ := strings.Cut(text, "|")
	c.text = []byte(before + after)
	c.at = len(before)
	return c
}

func shown(c *Composer) string {
	return string(c.text[:c.at]) + "|" + string(c.text[c.at:])
}

func TestKeys(t *testing.T) {
	for _, test := range []struct{ start, keys, want string }{
		{"|", "h e l l o", "hello|"},
		{"|", "hello␣world", "hello world|"},

		{"hello| world", "C-a", "|hello world"},
		{"hello| world", "C-e", "hello world|"},
		{"hello| world", "Home", "|hello world"},
		{"hello| world", "End", "hello world|"},
		{"a\nb|c\nd", "C-a", "a\n|bc\nd"},
		{"a\nb|c\nd", "C-e", "a\nbc|\nd"},
		{"a\nb|c\nd", "M-<", "|a\nbc\nd"},
		{"a\nb|c\nd", "M->", "a\nbc\nd|"},
		{"a|b", "C-f", "ab|"},
		{"a|b", "Right Right", "ab|"},
		{"a|b", "C-b C-b C-b", "|ab"},
		{"a|\nb", "C-f", "a\n|b"},
		{"a\n|b", "Left", "a|\nb"},
		{"one| two, three", "M-f M-f", "one two, three|"},
		{"one two, three|", "M-b M-b", "one |two, three"},
		{"one two|", "C-Left", "one |two"},
		{"|one two", "C-Right", "one| two"},
		{"wör|ter größe", "M-f M-f", "wörter größe|"},
		{"日本語 テ|", "M-b M-b", "|日本語 テ"},

		{"ab|c", "BS", "a|c"},
		{"ab|c", "C-h", "a|c"},
		{"|c", "BS", "|c"},
		{"ab|c", "C-d", "ab|"},
		{"ab|c", "Del Del", "ab|"},
		{"a\n|b", "BS", "a|b"},
		{"x👩‍👩‍👧|y", "BS", "x|y"},
		{"x|👩‍👩‍👧y", "Del", "x|y"},
		{"e🇩🇪🇫🇷|", "BS", "e🇩🇪|"},
		{"กำ|", "BS", "|"},
		{"|", "e \u0301", "é|"},
		{"|", "e \u0301 BS", "|"},
		{"|", "\u0301 x", "x|"},
		{"|", "x \u0302 \u0302 \u0302 \u0302 y", "x\u0302\u0302\u0302y|"},
		{"👩|👧", "\u200d", "👩\u200d👧|"},

		{"one two| three", "C-w", "one | three"},
		{"see http://x.y/z|", "C-w", "see |"},
		{"see http://x.y/z|", "M-BS", "see http://x.y/|"},
		{"see http://x.y/z|", "C-M-h", "see http://x.y/|"},
		{"one| two three", "M-d", "one| three"},
		{"one| two three", "M-d M-d C-y", "one two three|"},
		{"one two three|", "M-BS M-BS C-y", "one two three|"},
		{"one two three|", "C-w C-w C-a C-y", "two three|one "},
		{"one| two", "C-k", "one|"},
		{"one|\ntwo", "C-k", "one|two"},
		{"one|\ntwo", "C-k C-k C-y", "one\ntwo|"},
		{"one| two", "C-u", "| two"},
		{"a\n|b", "C-u", "a|b"},
		{"one two|", "C-u C-y C-y", "one twoone two|"},
		{"a b c|", "C-w Left C-w C-e C-y", "a  b|"},
		{"one two|", "C-w C-a C-k C-y M-y", "two|"},
		{"one two|", "C-w C-a C-k C-y M-y M-y", "one |"},
		{"one two|", "C-w M-y", "one |"},

		{"ab|cd", "C-t", "acb|d"},
		{"abcd|", "C-t", "abdc|"},
		{"|ab", "C-t", "|ab"},
		{"a|", "C-t", "a|"},
		{"🇩🇪é|", "C-t", "é🇩🇪|"},
		{"one| two", "M-t", "two one|"},
		{"one, two|", "M-t", "two, one|"},
		{"one|", "M-t", "one|"},
		{"a b| c", "M-t", "a c b|"},
		{"|one two", "M-u", "ONE| two"},
		{"|straße two", "M-u", "STRAßE| two"},
		{"|ONE two", "M-l", "one| two"},
		{"| oNE two", "M-c", " One| two"},
		{"|ǆabc", "M-c", "ǅabc|"},

		{"|", "h i C-_", "|"},
		{"|", "h i C-z M-_", "hi|"},
		{"|", "o n e ␣ t w o C-_", "one |"},
		{"|", "o n e ␣ t w o C-_ C-_ C-M-_", "one |"},
		{"|", "o n e C-u C-_", "one|"},
		{"|", "o n e C-c", "|"},
		{"|", "o n e C-c C-_", "one|"},
		{"|", "a BS C-_ C-_", "|"},
		{"one|", "BS BS C-_", "one|"},
		{"one two|", "C-w C-_ C-_", "one two|"},
		{"ab|", "C-t C-_ M-_", "ba|"},
		{"|", "a C-_ b M-_", "b|"},

		{"a|", "C-j b", "a\nb|"},
		{"a|", "M-Enter b", "a\nb|"},
		{"abc\ndef|", "Up", "abc|\ndef"},
		{"abc|\nd\nefg", "Down Down", "abc\nd\nefg|"},
		{"a|bc\ndef", "C-n", "abc\nd|ef"},
		{"日本\nabc|", "Up", "日|本\nabc"},
		{"|abc", "Down", "|abc"},
		{"\tx\nabcde|", "Up", "\tx|\nabcde"},
		{"\tx\nab|", "Up", "|\tx\nab"},
	} {
		c := put(test.start)
		play(c, test.keys)
		if got := shown(c); got != test.want {
			t.Errorf("%q, %s: %q, want %q", test.start, test.keys, got, test.want)
		}
	}
}

func TestActions(t *testing.T) {
	for _, test := range []struct {
		start, key string
		want       Action
		left       string
	}{
		{"hi|", "Enter", Submit{"hi"}, "|"},
		{"  hi \n |", "Enter", Submit{"  hi"}, "|"},
		{"h|i", "S-Enter", Edited{}, "h\n|i"},
		{"|", "Enter", Unused{}, "|"},
		{"  |", "Enter", Edited{}, "|"},
		{"|", "C-c", Quit{}, "|"},
		{"x|", "C-c", Edited{}, "|"},
		{"|", "C-d", Quit{}, "|"},
		{"x|", "C-d", Unused{}, "x|"},
		{"|x", "C-d", Edited{}, "|"},
		{"x|", "Left", Moved{}, "|x"},
		{"x|", "C-r", Unused{}, "x|"},
		{"x|", "Tab", Unused{}, "x|"},
	} {
		c := put(test.start)
		if got := c.Key(press(test.key)); got != test.want {
			t.Errorf("%q, %s: %#v, want %#v", test.start, test.key, got, test.want)
		}
		if got := shown(c); got != test.left {
			t.Errorf("%q, %s leaves %q, want %q", test.start, test.key, got, test.left)
		}
	}
}

func TestHistory(t *testing.T) {
	for _, test := range []struct{ keys, want string }{
		{"Up", "two|"},
		{"Up Up", "one|"},
		{"Up Up Up", "one|"},
		{"d r a f t Up Down", "draft|"},
		{"d r a f t Left Up Up Down Down", "draf|t"},
		{"C-p C-p C-n", "two|"},
		{"Up ! Up Down", "two!|"},
		{"Up ! Down Up", "two!|"},
		{"Up ! Enter Up", "two!|"},
		{"Up ! Enter Up Up", "two|"},
		{"d r a f t Up Enter", "|"}, // it does not come back unasked
		{"d r a f t Up Enter C-_", "draft|"},
		{"d r a f t Up Enter x Enter C-_", "|"},
		{"d r a f t Up C-u n e w Enter", "|"},
		{"d r a f t Up C-c C-c", "draft|"},
		{"d r Up C-_ Down C-_", "|"},
		{"Up ! Up ? Enter C-y", "two!|"},
		{"Up Enter Up Up", "one|"}, // the same once
	} {
		c := New(nil)
		play(c, "one Enter two Enter")
		play(c, test.keys)
		if got := shown(c); got != test.want {
			t.Errorf("%s: %q, want %q", test.keys, got, test.want)
		}
	}
}

func TestHistoryIsBounded(t *testing.T) {
	c := New(nil)
	for i := range 3 * maxSent {
		c.insert(fmt.Sprint(i, strings.Repeat("x", 2000)), alone)
		play(c, "Enter")
	}
	if n := len(c.history.sent); n > maxSent || c.history.bytes > maxSentBytes {
		t.Errorf("%d texts and %d bytes are kept, at most %d and %d should be", n, c.history.bytes, maxSent, maxSentBytes)
	}
	sum := 0
	for _, text := range c.history.sent {
		sum += len(text)
	}
	if sum != c.history.bytes {
		t.Errorf("%d bytes are kept and counted as %d", sum, c.history.bytes)
	}
	for range 2 * maxSent {
		play(c, "x Up")
	}
	if n := len(c.history.kept); n > maxKept {
		t.Errorf("%d changed lines are kept, at most %d should be", n, maxKept)
	}
}

// TestForgetSent: what was sent by a time can't be brought back, and what is being written
// stays.
func TestForgetSent(t *testing.T) {
	for _, test := range []struct{ keys, then, want string }{
		{"", "Up", "late|"},
		{"", "Up Up Up", "late|"},
		{"d r a f t", "", "draft|"},
		{"Up Up", "", "|"},
		{"d r a f t Up Up", "", "draft|"},
		{"d r a f t Up Up Up", "Up", "late|"},
		{"d r a f t Up Up !", "", "two!|"},
		{"d r a f t Up Up !", "C-_", "|draft"},
		{"Up Up C-u C-y", "", "|"},
		{"Up Up C-w", "C-y", "|"},
	} {
		now := time.Unix(1e9, 0)
		c := New(nil)
		c.Now = func() time.Time { return now }
		play(c, "one Enter two Enter")
		now = now.Add(time.Minute)
		play(c, "late Enter")
		play(c, test.keys)
		c.ForgetSent(now.Add(-time.Second))
		play(c, test.then)
		if got := shown(c); got != test.want {
			t.Errorf("%s, then %s: %q, want %q", test.keys, test.then, got, test.want)
		}
		if len(c.history.sent) != 1 || len(c.history.times) != 1 || c.history.bytes != len("late") {
			t.Errorf("%s: %q is kept, %d bytes", test.keys, c.history.sent, c.history.bytes)
		}
	}
}

func TestRestore(t *testing.T) {
	for _, test := range []struct{ start, want string }{
		{"|", "refused|"},
		{"typed| since", "refused\ntyped| since"},
		{"refused|", "refused|"},
	} {
		c := put(test.start)
		c.Restore("refused")
		if got := shown(c); got != test.want {
			t.Errorf("%q: %q, want %q", test.start, got, test.want)
		}
		play(c, "C-_")
		if got := shown(c); got != test.start {
			t.Errorf("%q: undone it is %q", test.start, got)
		}
	}
}

// What is given back is never put where a command would become words, or words a
// command.
func TestRestoreKeepsCommandsApart(t *testing.T) {
	for _, test := range []struct {
		start, text, want string
		kept              bool
	}{
		{"|", "/msg anna secret", "/msg anna secret|", true},
		{"/msg anna secr|", "hello", "/msg anna secr|", false},
		{"hello|", "/msg anna secret", "hello|", false},
		{" /msg anna secr|", "hello", " /msg anna secr|", false},
		{"hello|", "//shrug", "hello|", false},
		{"/msg anna secret|", "/msg anna secret", "/msg anna secret|", true},
		{"hello|", "and/or", "and/or\nhello|", true},
	} {
		c := put(test.start)
		if kept := c.Restore(test.text); kept != test.kept || shown(c) != test.want {
			t.Errorf("%q, given back %q: %v, %q, want %q", test.start, test.text, kept, shown(c), test.want)
		}
		if !test.kept {
			c.Clear()
			play(c, "C-y")
			if got := c.Text(); got != test.text {
				t.Errorf("%q, given back %q: cut text is %q", test.start, test.text, got)
			}
		}
	}
}

// A command that is not in the first line is not said by accident.
func TestBuriedCommandAsks(t *testing.T) {
	const text = "hello\n/msg anna secret"
	for _, test := range []struct {
		keys string
		want Action
		left string
	}{
		{"Enter", Ask{}, text},
		{"Enter Enter", Ask{}, text},
		{"Enter x", Ask{}, text},
		{"Enter Esc", Edited{}, text},
		{"Enter Esc Enter", Ask{}, text},
		{"Enter s S", Ask{}, text},
		{"Enter C-s", Submit{text}, ""},
		{"Enter Esc C-e BS", Edited{}, text[:len(text)-1]},
	} {
		c := New(nil)
		c.Paste(text)
		if got := play(c, test.keys); got != test.want || c.Text() != test.left {
			t.Errorf("%s: %#v leaves %q", test.keys, got, c.Text())
		}
		if o := c.Overflow(); (o != nil) != (test.want == Ask{}) || o != nil && (!strings.Contains(o.Question(), "Line 2 begins with /msg") || len(o.Choices()) != 2) {
			t.Errorf("%s: asked is %+v", test.keys, o)
		}
	}
	// Nor with what is too long for one message.
	c := New(nil)
	c.Paste(strings.Repeat("a line\n", 100) + "/msg anna secret")
	if n := c.Overflow().Messages; n != 0 {
		t.Errorf("a whisper is offered among %d messages", n)
	}
	if _, asks := play(c, "C-s").(Ask); !asks {
		t.Error("it was sent")
	}
}

func TestLeft(t *testing.T) {
	for _, test := range []struct {
		text string
		want string
	}{
		{"short", ""},
		{strings.Repeat("x", 3000), ""},
		{strings.Repeat("x", 3990), "10 bytes left"},
		{strings.Repeat("x", 3999), "1 byte left"},
		{strings.Repeat("x", 4001), "1 byte too long"},
		{strings.Repeat("x", 4010), "10 bytes too long"},
		{strings.Repeat("x\n", 34) + "x", "5 lines left"},
		{strings.Repeat("x\n", 41) + "x", "2 lines too many"},
		{strings.Repeat("x\n", 40) + "x", "1 line too many"},
		{strings.Repeat("x\n", 40), "0 lines left"},
		{"\n\n" + strings.Repeat("x\n", 40) + "\n", "0 lines left"},
		{strings.Repeat("x", 4000) + "\n", "0 bytes left"},
	} {
		if got := put(test.text).Left(); got != test.want {
			t.Errorf("%d bytes: %q, want %q", len(test.text), got, test.want)
		}
	}
}

func TestUndoIsBounded(t *testing.T) {
	c := New(nil)
	for range 20 {
		c.insert(strings.Repeat("x", MaxHeldBytes), alone)
		play(c, "C-c")
	}
	sum := 0
	for _, change := range c.undo {
		sum += len(change.removed) + len(change.inserted)
	}
	if sum != c.held || sum > maxChangeBytes {
		t.Errorf("%d bytes can be undone, counted as %d", sum, c.held)
	}
	for range 3 * maxChanges {
		play(c, "C-j")
	}
	if len(c.undo) > maxChanges {
		t.Errorf("%d changes can be undone", len(c.undo))
	}
}

// TestForgetLast: what was sent last can't be brought back, nor what was cut out of it.
func TestForgetLast(t *testing.T) {
	c := New(nil)
	play(c, "one Enter s e c r e t C-u C-y Enter")
	c.ForgetLast()
	if play(c, "Up"); shown(c) != "one|" {
		t.Errorf("%q", shown(c))
	}
	if play(c, "C-c C-y"); shown(c) != "|" || c.history.bytes != len("one") {
		t.Errorf("%q, and %d bytes", shown(c), c.history.bytes)
	}
	New(nil).ForgetLast()
}
