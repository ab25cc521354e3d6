package tui

import (
	"fmt"
	"testing"

	"sotto/rooms"
	"sotto/rooms/behaviour"
)

// TestPresence words comings and goings as the browser does, also of a line that
// does not go on.
func TestPresence(t *testing.T) {
	var script struct {
		Note  string
		Cases []struct {
			Name     string
			Happened []struct{ What, ID, Nick, Was, Reason string }
			Words    string
		}
	}
	behaviour.Read(t, "presence", &script)
	whats := map[string]presenceKind{"joined": arrived, "left": departed, "renamed": renamed}
	for _, c := range script.Cases {
		var p presence
		for _, h := range c.Happened {
			what, ok := whats[h.What]
			if !ok {
				t.Fatalf("%s: %q happened", c.Name, h.What)
			}
			p.add(happening{what, rooms.Person{ID: h.ID, Nick: h.Nick}, h.Was + h.Reason})
		}
		open := p.words()
		p.finish()
		if finished := p.words(); open != c.Words || finished != open {
			t.Errorf("%s: %q, and finished %q; want %q", c.Name, open, finished, c.Words)
		}
	}
}

// TestPresenceIsBounded lets people come and go for ever: a line is finished some
// day, and what it costs is counted as long as it is there.
func TestPresenceIsBounded(t *testing.T) {
	tl := testTimeline(80)
	count := func() (bytes int) {
		for i := range tl.blocks {
			bytes += tl.blocks[i].item.size()
		}
		return bytes
	}
	for i := range 3 * presenceMost {
		tl.happen(happening{what: arrived, who: rooms.Person{ID: fmt.Sprint(i), Nick: fmt.Sprint("guest-", i)}}, start)
	}
	if len(tl.blocks) != 3 || tl.bytes != count() {
		t.Errorf("%d lines, %d bytes counted of %d", len(tl.blocks), tl.bytes, count())
	}
	tell(tl, lynx, 0, "hello")
	if tl.bytes != count() || tl.bytes > 10*itemBytes {
		t.Errorf("%d bytes counted of %d once nothing can be added", tl.bytes, count())
	}
	if got := tl.at(2).item.words(); got != "guest-2000, guest-2001, guest-2002 and 997 others came in" {
		t.Errorf("the last line says %q", got)
	}
}
