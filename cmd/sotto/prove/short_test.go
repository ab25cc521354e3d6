//go:build e2e && !prove

package prove

import "time"

// The short form: make test.
const (
	long      = false
	hallSize  = 300 // browsers in a lecture hall
	hoarders  = 160 // connections that hold what they can
	belowEach = 1   // connections of each attack below a session

	clusterRounds  = 3 // of all faults of servers that share their rooms: forty-two
	clusterTalkers = 6 // in a room of theirs
	clusterSaid    = 0 // that must have been acknowledged there

	// restFor is how long the server has to collect what an attack's people left
	// behind when they came in; what it has not is counted for them.
	restFor = time.Second
)
