//go:build e2e && prove

package prove

import "time"

// The long form: make prove.
const (
	long      = true
	hallSize  = 2000 // browsers in a lecture hall
	hoarders  = 900  // connections that hold what they can
	belowEach = 12   // connections of each attack below a session

	clusterRounds  = 72        // of all faults of servers that share their rooms: a thousand
	clusterTalkers = 20        // in a room of theirs
	clusterSaid    = 1_000_000 // that must have been acknowledged there

	// restFor is how long it takes the server to collect: ten seconds after the last
	// traffic at most, and what that costs.
	restFor = 12 * time.Second
)
