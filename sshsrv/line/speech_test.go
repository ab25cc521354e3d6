package line

import (
	"slices"
	"strings"
	"testing"

	"sotto/rooms"
)

// messages runs input through a speech in chunks of n bytes, taking a message
// whenever enough waits, as line mode does.
func messages(input string, n int, join bool) (all []string) {
	var s speech
	for len(input) > 0 {
		k := min(n, len(input))
		s.add([]byte(input[:k]))
		input = input[k:]
		for s.full() {
			all = append(all, s.next(join))
		}
	}
	s.finish()
	for !s.empty() {
		all = append(all, s.next(join))
	}
	return all
}

func TestSpeech(t *testing.T) {
	long := strings.Repeat("0123456789", 450) // 4,500 bytes
	flag := "\U0001F1E9\U0001F1EA"
	tests := map[string]struct {
		in   string
		join bool
		want []string
	}{
		"two lines":              {"a\nb\n", false, []string{"a", "b"}},
		"no break at the end":    {"a\nb", false, []string{"a", "b"}},
		"joined":                 {"a\nb\nc\n", true, []string{"a\nb\nc"}},
		"CRLF":                   {"a\r\nb\r\n", false, []string{"a", "b"}},
		"blank alone":            {"\n\n \n\t\n", false, nil},
		"blank between":          {"a\n\nb\n", false, []string{"a", "b"}},
		"blank kept inside":      {"a\n\n\nb\n\n", true, []string{"a\n\n\nb"}},
		"blank at the edges":     {"\n\na\n\n", true, []string{"a"}},
		"indented":               {"a\n  b\n", true, []string{"a\n  b"}},
		"colours":                {"\x1b[31mred\x1b[0m \x1b]0;title\x07plain\n", false, []string{"red plain"}},
		"a slash is no command":  {"/quit\n", false, []string{"/quit"}},
		"only control sequences": {"\x1b[2J\x1b[H\n", false, nil},
		"too long":               {long + "\n", false, []string{long[:4000], long[4000:]}},
		"too long for one":       {long[:3000] + "\n" + long[:3000] + "\n", true, []string{long[:3000], long[:3000]}},
		"cut between characters": {strings.Repeat("x", 3998) + flag + "\n", false, []string{strings.Repeat("x", 3998), flag}},
		"forty-one lines":        {strings.Repeat("x\n", 41), true, []string{strings.TrimSuffix(strings.Repeat("x\n", 40), "\n"), "x"}},
	}
	for name, test := range tests {
		for _, chunk := range []int{1 << 20, 1024, 7, 1} {
			if test.join && chunk < 7 {
				continue // what is joined depends on what is there
			}
			if got := messages(test.in, chunk, test.join); !slices.Equal(got, test.want) {
				t.Errorf("%s, by %d: %.80q, want %.80q", name, chunk, got, test.want)
			}
		}
	}
}

// Whatever comes, each message is one that a room takes, and all the words are
// there in their order.
func FuzzSpeech(f *testing.F) {
	f.Add("a\n\nb\r\nc", 3, true)
	f.Add("\x1b[31mred\x1b[0m\n"+strings.Repeat("y", 5000), 100, false)
	f.Add("\xff\xfe\n\u0958\u0958\n\x1b]0;", 1, true)
	f.Fuzz(func(t *testing.T, in string, n int, join bool) {
		all := messages(in, max(n, 1), join)
		for _, m := range all {
			if rooms.Clean(m) != m || m == "" || rooms.CheckText(m) != nil {
				t.Fatalf("a message that no room takes as it is: %q", m)
			}
		}
		if len(in) > maxLineBytes {
			return // cut before cleaning, which may see less of a sequence
		}
		var want strings.Builder
		for line := range strings.SplitSeq(in, "\n") {
			want.WriteString(rooms.Clean(line))
		}
		if got := strings.Join(all, ""); words(got) != words(want.String()) {
			t.Fatalf("said %q of %q", words(got), words(want.String()))
		}
	})
}

// words is text without white space.
func words(text string) string { return strings.Join(strings.Fields(text), "") }
