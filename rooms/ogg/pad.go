package ogg

// Pad appends a packet to dst, made longer to so many bytes by what a decoder steps over
// (RFC 6716, section 3.2.5). One that is as long or longer, with what says so, is no longer
// than it must be. The packet is well-formed.
func Pad(dst, packet []byte, size int) []byte {
	toc, body := packet[0], packet[1:]
	flags := byte(1)
	switch toc & 3 {
	case 1:
		flags = 2
	case 2:
		flags = 2 | flagSizes
	case 3:
		flags, body = body[0]&^flagPadded, unpadded(body)
	}
	if toc&3 != 3 && len(packet) >= size {
		return append(dst, packet...)
	}
	dst = append(dst, toc|3)
	more := size - 2 - len(body)
	if more <= 0 {
		return append(append(dst, flags), body...)
	}
	dst = append(dst, flags|flagPadded)
	lengths := (more-1)/255 + 1
	for range lengths - 1 {
		dst = append(dst, 255)
	}
	padding := more - lengths
	dst = append(dst, byte(padding-254*(lengths-1)))
	dst = append(dst, body...)
	return append(dst, make([]byte, padding)...)
}

// Silence appends a packet of so many times 20 ms of silence, at most six.
func Silence(dst []byte, times int) []byte {
	if times == 1 {
		return append(dst, silence...)
	}
	dst = append(dst, silence[0]|3, byte(times))
	for range times {
		dst = append(dst, silence[1:]...)
	}
	return dst
}

// unpadded is what follows the head of a packet with any number of frames, without its
// padding.
func unpadded(p []byte) []byte {
	rest := p[1:]
	if p[0]&flagPadded != 0 {
		rest, _ = cutPadding(rest)
	}
	return rest
}

// cutPadding returns what stands between how long a padding is, with which it begins, and
// that padding. It reports whether both are there whole.
func cutPadding(p []byte) (rest []byte, ok bool) {
	padding := 0
	for more := true; more; {
		if len(p) == 0 {
			return nil, false
		}
		n := int(p[0])
		if more = n == 255; more {
			n = 254
		}
		padding, p = padding+n, p[1:]
	}
	if padding > len(p) {
		return nil, false
	}
	return p[:len(p)-padding], true
}
