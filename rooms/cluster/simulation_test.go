package cluster_test

import (
	"flag"
	"strings"
	"testing"
)

var seedFlag = flag.Int64("seed", -1, "run this seed of the simulation alone, and show what happened")

// usual is how much happens where many seeds are run.
var usual = size{acts: 25, guests: 4, servers: 3}

// short is a simulation of which there may be thousands.
var short = size{acts: 9, guests: 3, servers: 2, short: true}

// simulateAll runs seeds, and shows the first that is wrong.
func simulateAll(t *testing.T, from, to uint64, much size) {
	t.Helper()
	if *seedFlag >= 0 {
		from, to = uint64(*seedFlag), uint64(*seedFlag)+1
	}
	for seed := from; seed < to; seed++ {
		broken, trace := simulate(t, seed, plantNone, much)
		if len(broken) > 0 {
			t.Fatalf("seed %d (again with -run %s -seed %d):\n%s\n%s", seed, t.Name(), seed, strings.Join(trace, "\n"), strings.Join(broken, "\n"))
		}
		if *seedFlag >= 0 {
			t.Log("\n" + strings.Join(trace, "\n"))
		}
	}
}

func TestSimulation(t *testing.T) { simulateAll(t, 0, 30, usual) }

func TestShortSimulation(t *testing.T) { simulateAll(t, 0, 200, short) }
