package bell

import (
	"testing"
	"time"
)

// A terminal of each kind, and when it rings.
func TestBell(t *testing.T) {
	type step struct {
		after time.Duration
		does  string
		rings bool
	}
	for name, steps := range map[string][]step{
		"focus never reported": {
			{0, "ring", false},
			{PresentFor - 1, "ring", false},
			{1, "ring", true},
			{Every - 1, "ring", false},
			{1, "ring", true},
			{time.Hour, "key", false},
			{PresentFor - 1, "ring", false},
			{1, "ring", true},
		},
		"focus reported": {
			{time.Hour, "focus", false},
			{time.Hour, "ring", false},
			{0, "blur", false},
			{0, "ring", true},
			{time.Second, "ring", false},
			{Every, "ring", true},
			{Every, "key", false},
			{0, "ring", true},
			{Every, "focus", false},
			{0, "ring", false},
		},
	} {
		now := time.Unix(1e9, 0)
		b := New(now)
		for i, s := range steps {
			now = now.Add(s.after)
			switch s.does {
			case "key":
				b.Key(now)
			case "focus":
				b.Focus(true)
			case "blur":
				b.Focus(false)
			case "ring":
				if got := b.Ring(now); got != s.rings {
					t.Errorf("%s: step %d: rings %v, want %v", name, i, got, s.rings)
				}
			}
		}
	}
}
