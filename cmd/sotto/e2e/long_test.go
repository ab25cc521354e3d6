//go:build e2e && prove

package e2e_test

// forms are the ways in which a test goes through the same states of a page: all of them.
func forms[T any](all ...T) []T { return all }
