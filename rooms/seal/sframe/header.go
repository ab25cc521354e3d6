package sframe

import (
	"encoding/binary"
	"math/bits"
)

// MaxHeader is the longest header, in bytes: of a key id and a counter of eight each.
const MaxHeader = 1 + 8 + 8

// Header is what stands before a frame's sealed bytes (RFC 9605, 4.3): which key, and which
// frame under it.
type Header struct{ KID, Counter uint64 }

// inline is the first number that does not fit the first byte.
const inline = 8

// Append writes it in its one form: each number in as few bytes as hold it.
func (h Header) Append(dst []byte) []byte {
	k, c := size(h.KID), size(h.Counter)
	dst = append(dst, nibble(h.KID, k)<<4|nibble(h.Counter, c))
	return appendNumber(appendNumber(dst, h.KID, k), h.Counter, c)
}

// size is how many bytes a number takes behind the first; 0: it stands in that.
func size(n uint64) int {
	if n < inline {
		return 0
	}
	return (bits.Len64(n) + 7) / 8
}

func nibble(n uint64, size int) byte {
	if size == 0 {
		return byte(n)
	}
	return inline | byte(size-1)
}

func appendNumber(dst []byte, n uint64, size int) []byte {
	var whole [8]byte
	binary.BigEndian.PutUint64(whole[:], n)
	return append(dst, whole[8-size:]...)
}

// ReadHeader reads a header in its one form, and returns how long it is; 0: it is none.
func ReadHeader(frame []byte) (h Header, n int) {
	if len(frame) == 0 {
		return Header{}, 0
	}
	rest, ok := frame[1:], true
	number := func(nibble byte) (v uint64) {
		if nibble < inline {
			return uint64(nibble)
		}
		size := int(nibble-inline) + 1
		if len(rest) < size {
			ok = false
			return 0
		}
		for _, b := range rest[:size] {
			v = v<<8 | uint64(b)
		}
		if v < inline || rest[0] == 0 {
			ok = false // it has a shorter form
		}
		rest = rest[size:]
		return v
	}
	h.KID = number(frame[0] >> 4)
	if ok {
		h.Counter = number(frame[0] & 15)
	}
	if !ok {
		return Header{}, 0
	}
	return h, len(frame) - len(rest)
}
