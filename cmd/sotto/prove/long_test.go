//go:build e2e && prove

package prove

const long = true // make prove
