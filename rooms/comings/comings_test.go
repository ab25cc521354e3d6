package comings_test

import (
	"testing"

	"sotto/rooms"
	"sotto/rooms/behaviour"
	"sotto/rooms/comings"
)

// TestLines words comings and goings as the browser does, also of a line that
// does not go on.
func TestLines(t *testing.T) {
	var script struct {
		Note  string
		Cases []struct {
			Name     string
			Happened []struct{ What, ID, Nick, Was, Reason, Why string }
			Words    string
		}
	}
	behaviour.Read(t, "presence", &script)
	whats := map[string]comings.Kind{"watch": comings.Watched, "unwatch": comings.Unwatched, "joined": comings.Arrived, "left": comings.Departed, "renamed": comings.Renamed}
	for _, c := range script.Cases {
		var line comings.Line
		for _, h := range c.Happened {
			what, ok := whats[h.What]
			if !ok {
				t.Fatalf("%s: %q happened", c.Name, h.What)
			}
			line.Add(comings.Happening{What: what, Who: rooms.Person{ID: h.ID, Nick: h.Nick}, More: h.Was + h.Reason, Why: h.Why})
		}
		open := line.Words()
		line.Finish()
		if finished := line.Words(); open != c.Words || finished != open {
			t.Errorf("%s: %q, and finished %q; want %q", c.Name, open, finished, c.Words)
		}
	}
}
