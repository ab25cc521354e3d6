//go:build !race

package rooms_test

import (
	"testing"
	"unsafe"

	"sotto/rooms"
)

// What is kept apart shares no block of 16 bytes with what is allocated beside
// it; what is not does. (Under the race detector the runtime shares none.)
func TestApart(t *testing.T) {
	block := func(s string) uintptr { return uintptr(unsafe.Pointer(unsafe.StringData(s))) / 16 }
	shared := func(keep func(string) string) (n int) {
		taken := map[uintptr]bool{}
		var held []string
		for i := range 1000 {
			beside := string([]byte{'b', byte(i), byte(i >> 8)})
			held = append(held, beside)
			taken[block(beside)] = true
			s := keep(string([]byte{'a', byte(i), byte(i >> 8)}))
			held = append(held, s)
			if taken[block(s)] {
				n++
			}
		}
		if len(held[1]) != 3 || held[1][0] != 'a' {
			t.Fatalf("%q was not kept as it is", held[1])
		}
		return n
	}
	if n := shared(func(s string) string { return s }); n == 0 {
		t.Error("short strings share no memory, so this test shows nothing")
	}
	if n := shared(rooms.Apart); n != 0 {
		t.Errorf("%d of 1000 strings share their memory with another", n)
	}
}
