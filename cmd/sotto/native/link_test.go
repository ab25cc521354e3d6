package native

import (
	"errors"
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
			Folded bool
			None   bool
		}
	}
	behaviour.Read(t, "links", &script)
	key := seal.NewSecret().String()
	for _, c := range script.Cases {
		typed := strings.NewReplacer("LONG", strings.Repeat("a", 60_000), "KEY-3", key[3:], "KEY+1", key+"x", "CAPITALS", strings.ToUpper(key), "SMALL", strings.ToLower(key), "KEY", key).Replace(c.Typed)
		if _, err := ParseAddress(typed); c.Folded != errors.Is(err, errFolded) {
			t.Errorf("%q: %v", c.Typed, err)
		}
		if c.Folded {
			continue
		}
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
