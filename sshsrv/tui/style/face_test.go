package style

import (
	"testing"

	"sotto/rooms"
	"sotto/rooms/behaviour"
	"sotto/sshsrv/tui/cells"
)

// A person has the same face here as in a browser.
func TestFaces(t *testing.T) {
	var script struct {
		About  []string
		Shapes []struct{ Name, Sign, Plain string }
		Cases  []struct {
			ID, Shape      string
			Colour, Second int
		}
	}
	behaviour.Read(t, "faces", &script)
	if len(script.Shapes) != rooms.Shapes {
		t.Fatalf("%d shapes, want %d", len(script.Shapes), rooms.Shapes)
	}
	var wide cells.Habits // of a terminal that gives every sign two columns
	for h := cells.Habits(1); h != 0; h <<= 1 {
		if h.Sign("sign", "plain") == "plain" {
			wide = h
		}
	}
	seen := map[string]bool{}
	for i, shape := range script.Shapes {
		f := faces[i]
		if f.sign != shape.Sign || f.plain != shape.Plain {
			t.Errorf("%s is %q and %q, want %q and %q", shape.Name, f.sign, f.plain, shape.Sign, shape.Plain)
		}
		if seen[f.sign] || seen[f.plain] || cells.Habits(0).Width(f.sign) != 1 || wide.Width(f.plain) != 1 {
			t.Errorf("%s is not one column that no other shape has", shape.Name)
		}
		seen[f.sign], seen[f.plain] = true, true
	}
	for _, each := range script.Cases {
		f := rooms.FaceOf(each.ID)
		if name := script.Shapes[f.Shape].Name; name != each.Shape || f.Colour != each.Colour || f.Second != each.Second {
			t.Errorf("the face of %q is a %s in %d on %d, want a %s in %d on %d", each.ID, name, f.Colour, f.Second, each.Shape, each.Colour, each.Second)
		}
		if f.Colour != rooms.ColourOf(each.ID) || f.Second == f.Colour {
			t.Errorf("the face of %q has the colours %d and %d, and the name %d", each.ID, f.Colour, f.Second, rooms.ColourOf(each.ID))
		}
	}
}
