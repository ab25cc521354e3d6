//go:build e2e && prove

package prove

// The long form: make prove.
const (
	long      = true
	hallSize  = 2000 // browsers in a lecture hall
	hoarders  = 900  // connections that hold what they can
	belowEach = 12   // connections of each attack below a session
)
