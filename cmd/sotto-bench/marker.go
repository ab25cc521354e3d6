package main

import (
	"bytes"
	"math/rand/v2"
)

// A line is so many random letters, of which the first are a marker: where it
// comes in a stream, the line was delivered.
const lineLetters = 60

// sign begins a marker; what follows has no letter beyond 'p'.
var sign = []byte("zq")

const markerLetters = 6 // after the sign; base 16

// lineOf returns the line with a number.
func lineOf(number int64) string {
	b := make([]byte, lineLetters)
	for i := range b {
		b[i] = 'a' + byte(rand.Uint32N(16))
	}
	copy(b, sign)
	for i := range markerLetters {
		b[len(sign)+i] = 'a' + byte(number>>(4*(markerLetters-1-i))&15)
	}
	return string(b)
}

// markers finds the numbers of lines in a stream that comes in pieces, each
// once, however often the line is drawn. 0 is nobody's number.
type markers struct {
	seen []uint64 // a bit a number
	tail []byte   // what may be the beginning of a marker
}

func (m *markers) find(piece []byte, found func(number int64)) {
	if len(m.tail) > 0 {
		piece = append(m.tail, piece...)
		m.tail = nil
	}
	for {
		i := bytes.Index(piece, sign)
		if i < 0 {
			if n := len(piece); n > 0 && piece[n-1] == sign[0] {
				m.tail = []byte{sign[0]}
			}
			return
		}
		piece = piece[i:]
		if len(piece) < len(sign)+markerLetters {
			m.tail = bytes.Clone(piece)
			return
		}
		piece = piece[len(sign):]
		number := int64(0)
		for _, c := range piece[:markerLetters] {
			if c < 'a' || c > 'p' {
				number = 0
				break
			}
			number = number<<4 | int64(c-'a')
		}
		if number > 0 && m.first(number) {
			found(number)
		}
	}
}

// first reports whether a number was not seen before.
func (m *markers) first(number int64) bool {
	word, bit := int(number/64), uint64(1)<<(number%64)
	for len(m.seen) <= word {
		m.seen = append(m.seen, 0)
	}
	if m.seen[word]&bit != 0 {
		return false
	}
	m.seen[word] |= bit
	return true
}
