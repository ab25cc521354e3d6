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

func TestCodeIn(t *testing.T) {
	for text, want := range map[string]string{
		"no code":                         "",
		"`a span` and ``` none":           "",
		"a\n```go\nx := 1\n\ty()\n```\nb": "x := 1\n\ty()",
		"```\na\n```\nand\n```\nb\n```":   "a\nb",
		"> ```\n> quoted\n> ```":          "quoted",
	} {
		if got := markup.CodeIn(text); got != want {
			t.Errorf("%q has the code %q, want %q", text, got, want)
		}
	}
}
