//go:build e2e && !prove

package prove

const long = false // make test
