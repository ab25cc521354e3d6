//go:build !race

package tui

import (
	"math/rand/v2"
	"testing"

	"github.com/charmbracelet/colorprofile"

	"sotto/rooms"
)

// TestDrawingIsLinear holds every function that draws to its columns, whatever is
// drawn, whatever is searched for in it, and however often it is painted over.
func TestDrawingIsLinear(t *testing.T) {
	random := rand.New(rand.NewPCG(13, 1))
	for place := range drawers {
		for i, text := range crafted {
			drawnLinear(t, place, rooms.Clean(text), []string{"b", "e"}[i%2], []int{20, 1, 80, 300}[i%4], colorprofile.TrueColor)
		}
		for range 10 {
			drawnLinear(t, place, rooms.Clean(jumble(random)), jumble(random)[:1], 1+random.IntN(300), colorprofile.ASCII+colorprofile.Profile(random.IntN(4)))
		}
	}
}
