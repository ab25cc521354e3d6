package wire

import (
	"strconv"
	"unicode/utf8"
)

// frame is JSON under construction. Its methods append one property each, with
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

// ids appends ids of members as a list.
func (f frame) ids(key string, ids []string) frame {
	f = append(f.key(key), '[')
	for i, id := range ids {
		if i > 0 {
			f = append(f, ',')
		}
		f = appendString(f, id)
	}
	return append(f, ']')
}

// flag is left out when false.
func (f frame) flag(key string, value bool) frame {
	if !value {
		return f
	}
	return append(f.key(key), "true"...)
}

// appendString writes s as a JSON string. Escaped is what RFC 8259, section 7, wants
// so, and what a terminal would obey or show as something else: people read frames
// there too. What isn't UTF-8 becomes U+FFFD.
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
			} else if acts(r) {
				b = append(b, s[start:i]...)
				b = append(b, '\\', 'u', hex[r>>12], hex[r>>8&15], hex[r>>4&15], hex[r&15])
				start = i + size
			}
			i += size
			continue
		}
		if c >= ' ' && c != '"' && c != '\\' && c != 0x7f {
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

// acts reports whether a character beyond ASCII, of the first plane, is a control, turns
// the direction of what stands around it, or breaks the line.
func acts(r rune) bool {
	switch {
	case r < 0xa0, r == 0x61c, r == 0x200e, r == 0x200f:
		return true
	case r >= 0x2028 && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
		return true
	}
	return false
}
