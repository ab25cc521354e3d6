package native

import "testing"

// What is typed has the keys of a line; what is pasted is taken whole, and nothing of it
// is left for whoever reads next.
func TestSecretLine(t *testing.T) {
	for name, c := range map[string]struct{ typed, want, rest string }{
		"a line":               {"words\rnext", "words", "next"},
		"mended":               {"wrong\x15wordx\x7fs\n", "words", ""},
		"a paste":              {"\x1b[200~https://a/s/#KEY\x1b[201~\rnext", "https://a/s/#KEY", "next"},
		"a wrapped paste":      {"\x1b[200~https://a/s/#K\r\nEY\r\x1b[201~\r", "https://a/s/#K\n\nEY\n", ""},
		"keys that say naught": {"\x1b[A\x1bOPwo\x1b[1;5Crds\r", "words", ""},
		"Escape and a letter":  {"\x1bwords\rnext", "words", "next"},
		"Escape and Enter":     {"words\x1b\rnext", "words", "next"},
		"Escape and mending":   {"wordx\x1b\x7f\x1bs\r", "words", ""},
		"an end in a paste":    {"\x1b[200~a\x04b\x03c\x1b[201~\r", "a\x04b\x03c", ""},
	} {
		var l secretLine
		at := 0
		for at < len(c.typed) {
			at++
			if l.take(c.typed[at-1]) {
				break
			}
		}
		if string(l.text) != c.want || c.typed[at:] != c.rest || l.interrupted {
			t.Errorf("%s: %q, and %q is left", name, l.text, c.typed[at:])
		}
	}
}
