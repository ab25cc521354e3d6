package composer

import (
	"strings"
	"testing"
)

func BenchmarkKeyIn4000Bytes(b *testing.B) {
	for name, text := range map[string]string{"ascii": strings.Repeat("some words ", 360), "wide": strings.Repeat("漢字", 650)} {
		b.Run(name, func(b *testing.B) {
			c := put("|" + text)
			c.at = len(c.text)
			b.ReportAllocs()
			for b.Loop() {
				play(c, "x")
				c.View(80, MaxRows)
				play(c, "BS")
				c.View(80, MaxRows)
			}
		})
	}
}

func BenchmarkPasteOf3000Lines(b *testing.B) {
	text := strings.Repeat("a line of text\n", 3000)
	for b.Loop() {
		c := New(nil)
		c.Paste(text)
		play(c, "C-k")
		c.View(80, MaxRows)
	}
}
