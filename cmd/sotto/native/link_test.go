package native

import (
	"strings"
	"testing"

	"sotto/rooms/behaviour"
	"sotto/rooms/seal"
)

func TestLinksScript(t *testing.T) {
	var script struct {
		About []string
		Cases []struct {
			Typed  string
			Server *string
			Cut    int
			None   bool
		}
	}
	behaviour.Read(t, "links", &script)
	key := seal.NewSecret().String()
	for _, c := range script.Cases {
		typed := strings.NewReplacer("LONG", strings.Repeat("a", 60_000), "KEY-3", key[3:], "KEY+1", key+"x", "KEY", key).Replace(c.Typed)
		link, cut := tidyLink(typed)
		want := ""
		if c.Server != nil && *c.Server != "" { // a key alone does not say where it is of use
			want = *c.Server + "/s/#" + key
		}
		if link != want || cut != c.Cut {
			t.Errorf("%q: %q, %d missing; want %q, %d", c.Typed, link, cut, want, c.Cut)
		}
	}
}
