package cells

import "strings"

var spaces = strings.Repeat(" ", 512)

// Blank returns n spaces.
func Blank(n int) string {
	if n <= len(spaces) {
		return spaces[:max(n, 0)]
	}
	return strings.Repeat(" ", n)
}
