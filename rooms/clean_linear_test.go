//go:build !race

package rooms_test

import (
	"strings"
	"testing"
	"time"

	"sotto/rooms"
)

// TestCleanIsLinear gives the cleaner half a megabyte of what would make a
// careless one look again and again. A quadratic one takes minutes.
func TestCleanIsLinear(t *testing.T) {
	for _, part := range []string{
		"\x1b", "\x1b[", "\x1b[1;", "\x1b]", "\x1b]0;a", "\x1bP", "\x1b_a\n", "\u009b", "\u009d", "\u0090a", "\x9d", "\x1b ",
		"\u0301", "a\u0301\u0323", "\u200d", "q\u200d\u0301", "\xff", "\xff\n", "\r", "\n", " ", "\u1112\u1161",
	} {
		start := time.Now()
		rooms.Clean("é" + strings.Repeat(part, 512<<10/len(part)))
		if took := time.Since(start); took > 10*time.Second {
			t.Errorf("%+q: %v", part, took)
		}
	}
}
