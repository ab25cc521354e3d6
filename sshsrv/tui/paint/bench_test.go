package paint

import (
	"fmt"
	"strings"
	"testing"
)

// A message comes in: the timeline moves by one row. Rows are shared strings,
// so that comparing them is comparing pointers.
func BenchmarkMessage(b *testing.B) {
	for _, size := range []Size{{80, 24}, {200, 50}} {
		b.Run(fmt.Sprintf("%dx%d", size.Width, size.Height), func(b *testing.B) {
			frames := make([]Frame, 64)
			frames[0] = chat(size)
			for i := 1; i < len(frames); i++ {
				frames[i] = say(frames[i-1], fmt.Sprintf("  %02d %s", i, strings.Repeat("x", 57)))
			}
			var painter Painter
			out := painter.Append(nil, frames[0], size)
			sent := 0
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				// The last frame is followed by the first but one: a page.
				out = painter.Append(out[:0], frames[i%len(frames)], size)
				sent += len(out)
			}
			b.ReportMetric(float64(sent)/float64(b.N), "B/frame")
		})
	}
}

// A character is typed.
func BenchmarkTyping(b *testing.B) {
	size := Size{80, 24}
	frames := make([]Frame, 60)
	for i := range frames {
		frames[i] = chat(size)
		frames[i].Rows[22] = "> " + strings.Repeat("y", i)
		frames[i].Cursor.X = 2 + i
	}
	var painter Painter
	out := painter.Append(nil, frames[0], size)
	for i := 0; b.Loop(); i++ {
		out = painter.Append(out[:0], frames[i%len(frames)], size)
	}
}

// An overlay opens and closes: every row differs.
func BenchmarkPage(b *testing.B) {
	size := Size{80, 24}
	frames := [2]Frame{chat(size), chat(size)}
	for y := range frames[1].Rows {
		frames[1].Rows[y] = strings.Repeat("z", 80-y)
	}
	var painter Painter
	out := painter.Append(nil, frames[0], size)
	for i := 0; b.Loop(); i++ {
		out = painter.Append(out[:0], frames[i%2], size)
	}
}
