package line

import (
	"testing"

	"sotto/rooms"
)

// A room may be called anything, "sealed" among it: a line says who can read it.
func TestWelcomeSaysTheKindOfRoom(t *testing.T) {
	you, ear := rooms.Member{ID: "1", Nick: "eve"}, rooms.Member{ID: "2", Nick: "ear"}
	for want, welcome := range map[string]rooms.Welcome{
		"-- you are eve in the open room sealed-4fa773; nobody else is here\n": {Room: "sealed-4fa773", Kind: rooms.KindOpen, You: you, Members: []rooms.Member{you}},
		"-- you are eve in the sealed room sealed:4fa773, with ear\n":          {Room: "sealed:4fa773", Kind: rooms.KindSealed, You: you, Members: []rooms.Member{ear, you}},
	} {
		if line := lineOf(&welcome); line != want {
			t.Errorf("the line is %q, want %q", line, want)
		}
	}
}
