//go:build e2e && !prove

package prove

// The short form: make test.
const (
	long     = false
	hallSize = 300 // browsers in a lecture hall
)
