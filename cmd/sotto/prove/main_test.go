//go:build e2e

package prove

import (
	"os"
	"strconv"
	"testing"

	"sotto/cmd/sotto/e2e"
)

func TestMain(m *testing.M) {
	if name, ok := os.LookupEnv(attackName); ok {
		os.Exit(attackerMain(name))
	}
	e2e.Main(m)
}

// times is how often a proof repeats its story: PROVE_RUNS in the long form.
func times(t *testing.T, short int) int {
	t.Helper()
	if !long {
		return short
	}
	n, err := strconv.Atoi(os.Getenv("PROVE_RUNS"))
	if err != nil || n < 1 {
		t.Fatalf("PROVE_RUNS=%q is no number of runs", os.Getenv("PROVE_RUNS"))
	}
	return n
}
