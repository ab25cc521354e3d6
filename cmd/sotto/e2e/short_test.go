//go:build e2e && !prove

package e2e_test

// forms are the ways in which a test goes through the same states of a page: by colours,
// languages, sizes, kinds of rooms. Here it is the last of them, so that a run of all tests
// stays short; make prove has each.
func forms[T any](all ...T) []T { return all[len(all)-1:] }
