//go:build !race

package cluster_test

import (
	"fmt"
	"testing"
)

// TestSimulationOfManySeeds is short, ten thousand times.
func TestSimulationOfManySeeds(t *testing.T) {
	const each = 1000
	for part := range uint64(10) {
		t.Run(fmt.Sprint("from", part*each), func(t *testing.T) {
			t.Parallel()
			simulateAll(t, part*each, (part+1)*each, short)
		})
	}
}
