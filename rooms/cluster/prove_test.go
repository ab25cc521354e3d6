//go:build prove

package cluster_test

import "testing"

// TestProveSimulation goes on until a million things were said or done.
func TestProveSimulation(t *testing.T) {
	const enough = 1_000_000
	seed := uint64(1 << 32)
	for from := acts.Load(); acts.Load()-from < enough; seed++ {
		simulateAll(t, seed, seed+1, usual)
	}
	t.Logf("%d seeds", seed-1<<32)
}
