package line

import (
	"strings"
	"testing"

	"sotto/rooms"
)

// Somebody with a sealed room's link has a line once they stay silent, and none as they
// come in.
func TestStrangersHaveALineOnceTheyLast(t *testing.T) {
	for _, told := range []rooms.Unconfirmed{{}, {Count: 1}, {Count: 2}} {
		if line := lineOf(&told); line != "" {
			t.Errorf("%+v is the line %q", told, line)
		}
	}
	if line := lineOf(&rooms.Unconfirmed{Count: 3, Lasting: 2}); !strings.HasPrefix(line, "-- 2 with the link") {
		t.Errorf("two who last are the line %q", line)
	}
}
