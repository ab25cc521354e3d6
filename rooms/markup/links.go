package markup

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxPort is the most digits of a port.
const maxPort = 5

// linkLength returns how long the link is that s begins with; 0 if it begins
// with none.
func linkLength(s string) int {
	n := scheme(s)
	if n == 0 {
		return 0
	}
	host := hostLength(s[n:])
	if host == 0 {
		return 0
	}
	n += host
	if strings.HasPrefix(s[n:], ":") {
		if port := digits(s[n+1:]); 0 < port && port <= maxPort {
			n += 1 + port
		}
	}
	next := after(s, n)
	switch {
	case credentials(s[n:]), extends(next), next >= utf8.RuneSelf && addressRune(next):
		return 0
	case next == '/', next == '?', next == '#':
		end := n
		for end < len(s) {
			r, size := utf8.DecodeRuneInString(s[end:])
			if !addressRune(r) && !(joiner(r) && joins(before(s, end), r, after(s, end+size))) {
				break
			}
			end += size
		}
		if extends(after(s, end)) { // nobody sees where it ends
			return 0
		}
		return n + len(trimSentence(s[n:end]))
	}
	return n
}

// credentials reports whether what was taken for a host is a name, or the beginning
// of one, before an "@": what is behind that is where it leads. Browsers take all
// but white space and what ends an authority for a part of it.
func credentials(s string) bool {
	end := strings.IndexFunc(s, func(r rune) bool { return unicode.IsSpace(r) || oneOf(r, `@/?#\`) })
	return end >= 0 && s[end] == '@'
}

// scheme returns the length of http:// or https:// at the start of s, or 0.
func scheme(s string) int {
	for _, scheme := range []string{"https://", "http://"} {
		if len(s) > len(scheme) && strings.EqualFold(s[:len(scheme)], scheme) {
			return len(scheme)
		}
	}
	return 0
}

// hostLength returns the length of the host at the start of s, or 0.
func hostLength(s string) int {
	if s[0] == '[' {
		end := 1
		for end < len(s) && (hexDigit(s[end]) || s[end] == ':' || s[end] == '.') {
			end++
		}
		if end == 1 || end == len(s) || s[end] != ']' {
			return 0
		}
		return end + 1
	}
	if !asciiAlnum(rune(s[0])) {
		return 0
	}
	end := 0 // after the last letter or digit
	for i := range len(s) {
		if asciiAlnum(rune(s[i])) {
			end = i + 1
		} else if strings.IndexByte(".-_", s[i]) < 0 {
			break
		}
	}
	return end
}

// trimSentence leaves out what ends the sentence around an address and not the
// address.
func trimSentence(path string) string {
	round := strings.Count(path, "(") - strings.Count(path, ")")
	square := strings.Count(path, "[") - strings.Count(path, "]")
	for path != "" {
		switch last := path[len(path)-1]; {
		case oneOf(rune(last), `.,;:!?'"*_~`):
		case last == ')' && round < 0:
			round++
		case last == ']' && square < 0:
			square++
		default:
			return path
		}
		path = path[:len(path)-1]
	}
	return path
}
