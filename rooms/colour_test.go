package rooms_test

import (
	"hash/fnv"
	"testing"

	"sotto/rooms"
)

func TestColourOf(t *testing.T) {
	for _, id := range []string{"", "a", "m-1", "9f86d081884c7d65", "東京"} {
		hash := fnv.New32a()
		hash.Write([]byte(id))
		if got, want := rooms.ColourOf(id), int(hash.Sum32()%rooms.Colours); got != want {
			t.Errorf("ColourOf(%q) = %d, want %d", id, got, want)
		}
	}
}
