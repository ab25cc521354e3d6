package wire

import (
	"strconv"
	"unicode/utf8"
)

// frame is JSON under construction. Its methods append one member each, with
// the comma before it.
type frame []byte

func begin(buf []byte, t string) frame {
	return appendString(append(buf, `{"t":`...), t)
}

func (f frame) close() []byte { return append(f, '}') }

func (f frame) key(key string) frame {
	f = append(f, ',', '"')
	f = append(f, key...)
	return append(f, '"', ':')
}

func (f frame) str(key, value string) frame { return appendString(f.key(key), value) }

// text is str, left out when empty.
func (f frame) text(key, value string) frame {
	if value == "" {
		return f
	}
	return f.str(key, value)
}

func (f frame) uint(key string, value uint64) frame {
	return strconv.AppendUint(f.key(key), value, 10)
}

// flag is left out when false.
func (f frame) flag(key string, value bool) frame {
	if !value {
		return f
	}
	return append(f.key(key), "true"...)
}

// appendString writes s as a JSON string: only what RFC 8259, section 7, wants
// escaped is. What isn't UTF-8 becomes U+FFFD.
func appendString(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && size == 1 {
				b = append(b, s[start:i]...)
				b = append(b, "\uFFFD"...)
				start = i + 1
			}
			i += size
			continue
		}
		if c >= ' ' && c != '"' && c != '\\' {
			i++
			continue
		}
		b = append(b, s[start:i]...)
		switch c {
		case '"', '\\':
			b = append(b, '\\', c)
		case '\n':
			b = append(b, '\\', 'n')
		case '\t':
			b = append(b, '\\', 't')
		default:
			b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		}
		i++
		start = i
	}
	b = append(b, s[start:]...)
	return append(b, '"')
}
