package tui

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/colorprofile"
)

// The rooms that are remembered for completion are the newest, and no more than
// maxVisited.
func TestVisitedRoomsAreBounded(t *testing.T) {
	s := newSitting(t, 80, 24, colorprofile.ASCII)
	for i := range 3 * maxVisited {
		s.visited.add(fmt.Sprint("room", i))
	}
	if len(s.visited) != maxVisited || s.visited[maxVisited-1] != fmt.Sprint("room", 3*maxVisited-1) {
		t.Errorf("%d rooms are remembered, the newest %q", len(s.visited), s.visited[len(s.visited)-1])
	}
}

// What was sent and not answered is kept to be given back, so far.
func TestUnansweredTextIsBounded(t *testing.T) {
	s := inRoom(t, 80, 24, colorprofile.ASCII, lynx)
	for range 3 * maxSent {
		s.types("/msg brave-lynx "+strings.Repeat("w", 500), "enter")
	}
	if n := len(s.composing.sent); n > maxSent {
		t.Errorf("%d texts wait for an answer", n)
	}
}
