//go:build e2e && !prove

package prove

// The short form: make test.
const (
	long      = false
	hallSize  = 300 // browsers in a lecture hall
	hoarders  = 160 // connections that hold what they can
	belowEach = 1   // connections of each attack below a session
)
