//go:build !race

package tui

import (
	"testing"
)

// TestRoomsShareMemory: what one window keeps of a lively room, eight rooms share, and
// beside that each of them has little.
func TestRoomsShareMemory(t *testing.T) {
	const (
		evening = 2500 // lines in a room, more than a window keeps
		windows = 10
		most    = 1.25 // of a window with one room
		each    = 8 << 10
	)
	windowMemory(t, 1, 1, 1) // what is made once in a process
	one, eight := windowMemory(t, 1, evening, windows), windowMemory(t, maxPlaces, evening, windows)
	t.Logf("after an evening: %d bytes with one room, %d with eight, %.2f times as many", one, eight, float64(eight)/float64(one))
	if float64(eight) > most*float64(one) {
		t.Errorf("a window of eight rooms keeps %d bytes, one of one %d", eight, one)
	}
	one, eight = windowMemory(t, 1, 5, windows), windowMemory(t, maxPlaces, 5, windows)
	t.Logf("after a few words: %d bytes with one room, %d with eight", one, eight)
	if more := (eight - one) / (maxPlaces - 1); more > each {
		t.Errorf("one more room in which hardly anything is said costs %d bytes", more)
	}
}
