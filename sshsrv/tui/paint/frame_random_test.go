//go:build !race

package paint

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// Whatever the sequence of frames and resizes, the terminal shows the last. It runs without
// the race detector, which would take a minute to see that one goroutine draws; the same
// with it is FuzzScreenEqualsFrame, on what that begins with.
func TestScreenEqualsFrame(t *testing.T) {
	for seed := range uint64(40) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 0))
			bytes := make([]byte, 1000)
			for i := range bytes {
				bytes[i] = byte(random.Uint32())
			}
			play(t, seed%2 == 0, bytes)
		})
	}
}
