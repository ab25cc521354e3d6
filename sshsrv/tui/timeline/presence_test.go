package timeline

import (
	"fmt"
	"testing"

	"sotto/rooms"
	"sotto/rooms/comings"
)

// TestPresenceIsBounded lets people come and go for ever: a line is finished some
// day, and what it costs is counted as long as it is there.
func TestPresenceIsBounded(t *testing.T) {
	tl := testTimeline(80)
	count := func() (bytes int) {
		for i := range tl.blocks {
			bytes += tl.blocks[i].item.Size()
		}
		return bytes
	}
	for i := range 3 * comings.Most {
		tl.Happen(comings.Happening{What: comings.Arrived, Who: rooms.Person{ID: fmt.Sprint(i), Nick: fmt.Sprint("guest-", i)}}, start)
	}
	if len(tl.blocks) != 3 || tl.bytes != count() {
		t.Errorf("%d lines, %d bytes counted of %d", len(tl.blocks), tl.bytes, count())
	}
	tell(tl, lynx, 0, "hello")
	if tl.bytes != count() || tl.bytes > 10*itemBytes {
		t.Errorf("%d bytes counted of %d once nothing can be added", tl.bytes, count())
	}
	if got := tl.at(2).item.Words(); got != "guest-2000, guest-2001, guest-2002 and 997 others came in" {
		t.Errorf("the last line says %q", got)
	}
	for i := range comings.Most {
		tl.Happen(comings.Happening{What: comings.Departed, More: string(rooms.LeftRemoved), Why: fmt.Sprint("reason ", i)}, start)
	}
	if tl.bytes != count() || tl.bytes < 100*comings.Most {
		t.Errorf("%d bytes counted of %d with a reason for each", tl.bytes, count())
	}
}
