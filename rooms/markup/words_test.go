package markup_test

import (
	"testing"

	"sotto/rooms/markup"
)

func TestWords(t *testing.T) {
	for text, want := range map[string]string{
		"":                          "",
		"plain *words*  and _more_": "plain words and more",
		"a `b c` ~~d~~\n\n**e**":    "a b c d e",
		"> asked\n\nanswered":       "asked answered",
		"> > deep\n> less":          "deep less",
		"- one\n- *two*\n  more":    "one two more",
		"1. one\n2. two":            "one two",
		"```go\nx := 1\n\ty\n```":   "x := 1 y",
		"2 * 3 * 4":                 "2 * 3 * 4",
		"see https://a.example/_b_": "see https://a.example/_b_",
		"```\nno end":               "``` no end",
	} {
		if got := markup.Words(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
