package rooms

import "strings"

// IsKey reports whether something is written like a key of a room: as many words as one
// has, each of three to eight letters from a to z, as all on the list are.
func IsKey(words string) bool {
	fields := strings.Split(words, " ")
	if len(fields) != KeyWords {
		return false
	}
	for _, word := range fields {
		if len(word) < 3 || len(word) > 8 || strings.Trim(word, "abcdefghijklmnopqrstuvwxyz") != "" {
			return false
		}
	}
	return true
}
