package rooms_test

import (
	"hash/fnv"
	"slices"
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

// Nobody of a small room has the shape or the colour of another, whoever comes and goes.
func TestFacesOfASmallRoomDiffer(t *testing.T) {
	for range 30 {
		h := rooms.NewHub(rooms.Config{})
		var here []*person
		for step := range 24 {
			if len(here) == 6 {
				here[step%6].do(rooms.Leave{})
				here = slices.Delete(here, step%6, step%6+1)
			}
			here = append(here, enter(t, h, rooms.Visitor{}))
			shapes, colours := map[int]bool{}, map[int]bool{}
			for _, p := range here {
				face := rooms.FaceOf(p.welcome.You.ID)
				shapes[face.Shape], colours[face.Colour] = true, true
			}
			if len(shapes) != len(here) || len(colours) != len(here) {
				t.Fatalf("%d people have %d shapes and %d colours", len(here), len(shapes), len(colours))
			}
		}
	}
}

// Nobody shares a colour while there is one that nobody wears, and whoever comes
// after somebody left may have theirs.
func TestColoursAreSpread(t *testing.T) {
	h := rooms.NewHub(rooms.Config{})
	worn := map[int]*person{}
	come := func() {
		p := enter(t, h, rooms.Visitor{})
		worn[rooms.ColourOf(p.welcome.You.ID)] = p
	}
	for range rooms.Colours {
		come()
	}
	if len(worn) < rooms.Colours-1 { // one may have been missed
		t.Fatalf("%d people have %d colours", rooms.Colours, len(worn))
	}
	for colour, p := range worn {
		p.do(rooms.Leave{})
		delete(worn, colour)
		break
	}
	come()
	if len(worn) < rooms.Colours-1 {
		t.Errorf("a colour that became free was not worn again: %d colours", len(worn))
	}
}
