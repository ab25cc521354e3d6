//go:build !race

package rooms_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"sotto/rooms"
)

// Hundreds talk at once, each within their own rate. A line of a megabit carries what
// is said, whatever it is, and everybody has as much of it as everybody else.
func TestCrowdEndsNobody(t *testing.T) {
	say := func(text string) func(int) rooms.Op {
		return func(int) rooms.Op { return rooms.Say{Text: text} }
	}
	for _, c := range []struct {
		what   string
		people int
		op     func(n int) rooms.Op
		within time.Duration // so long nobody waits for their turn; 0: they say much
	}{
		{"short lines", 400, say(strings.Repeat("x", 40)), 3 * time.Second},
		{"lines", 490, say(strings.Repeat("x", 200)), 5 * time.Second},
		{"what is escaped in a frame", 400, say(strings.Repeat(`"`, 400)), 0},
		{"pages", 400, say(strings.Repeat("x", rooms.MaxTextBytes)), 0},
		{"pages of what is escaped", 200, say(strings.Repeat(`\`, rooms.MaxTextBytes)), 0},
		{"topics", 490, func(n int) rooms.Op { return rooms.SetTopic{Text: fmt.Sprint(n, strings.Repeat("x", 200))} }, 0},
		{"names", 490, func(n int) rooms.Op {
			return rooms.Rename{Nick: fmt.Sprintf("%06d%09d", n, time.Now().UnixMicro()%1e9)}
		}, 0},
		{"files", 490, func(int) rooms.Op {
			return rooms.Offer{File: rooms.File{Name: strings.Repeat("x", 100), Size: 1, Key: strings.Repeat("k", 32), Sum: strings.Repeat("s", 32)}}
		}, 0},
	} {
		t.Run(fmt.Sprintf("%d, %s", c.people, c.what), func(t *testing.T) {
			crowded(t, c.people, c.op, c.within)
		})
	}
}

// Two hundred seats of one source, or of a few, say as much as they are let and ask
// again at once. Somebody from elsewhere who says little is not refused for them, and
// a long message has its turn within a second.
func TestSourceTakesNoOthersShare(t *testing.T) {
	for sources, size := range map[int]int{1: 40, 4: 1500, 8: rooms.MaxTextBytes} {
		t.Run(fmt.Sprintf("%d sources, %d bytes", sources, size), func(t *testing.T) {
			sourcesTalk(t, sources, 200, size)
		})
	}
}
