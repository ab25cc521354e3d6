package rooms

import "strings"

// HasLink reports whether somebody could be led elsewhere by a text: whether there is
// anything in it that a client makes a link of (package markup knows exactly what, and
// tests that), or that a terminal may take for one.
func HasLink(text string) bool {
	lower := strings.ToLower(text)
	if strings.Contains(lower, "http://") || strings.Contains(lower, "https://") {
		return true
	}
	for begin, rest, found := strings.Cut(lower, "www."); found; begin, rest, found = strings.Cut(rest, "www.") {
		if begin == "" || !asciiAlnum(begin[len(begin)-1]) {
			return true
		}
	}
	return false
}

func asciiAlnum(c byte) bool { return 'a' <= c && c <= 'z' || '0' <= c && c <= '9' }
