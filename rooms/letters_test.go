//go:build !race

package rooms_test

import (
	"testing"
	"unicode"

	"sotto/rooms"
)

// Names are made of what Unicode 15.0 has, whatever tables this Go has: all of that is
// there in every later version too.
func TestCharactersOfNames(t *testing.T) {
	n := 0
	for r := rune(0x80); r <= unicode.MaxRune; r++ {
		if unicode.Is(unicode.Cs, r) {
			continue // is in no string
		}
		assigned := unicode.In(r, unicode.L, unicode.M, unicode.N, unicode.P, unicode.S, unicode.Z, unicode.Cc, unicode.Cf)
		switch known := rooms.Known(r); {
		case known && !assigned:
			t.Fatalf("%U is in no Unicode", r)
		case assigned && !known && unicode.Version == "15.0.0":
			t.Fatalf("%U is left out", r)
		case known:
			n++
		}
	}
	if n != 149_186-95+32 { // Unicode 15.0's own count, without ASCII and with the other controls
		t.Errorf("%d characters", n)
	}
	for _, later := range []rune{0x1c89, 0xa7cb, 0x10d4a, 0x2ebf0, 0x1ccd6, 0x0378, 0xe000} {
		if rooms.Known(later) {
			t.Errorf("%U is taken", later)
		}
	}
}
