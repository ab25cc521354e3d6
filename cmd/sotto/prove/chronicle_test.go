//go:build e2e

package prove

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"sotto/rooms"
)

// chronicle is what one client saw of one place, in the order in which it came. It knows
// nothing of servers.
type chronicle struct {
	who    string
	first  uint64            // the number after which it begins
	last   uint64            // the newest number
	said   map[uint64]string // by number
	gaps   []span            // of numbers that it was told it misses
	roster map[string]string // id → name, as it is now
	gone   []string          // names of those who were seen leaving
	wrong  []string          // what can't be, whatever others saw
}

// span is the numbers after one and up to another.
type span struct{ after, to uint64 }

func (s span) has(seq uint64) bool { return s.after < seq && seq <= s.to }

func newChronicle(who string, w *rooms.Welcome) *chronicle {
	c := &chronicle{who: who, first: w.Seq, last: w.Seq, said: make(map[uint64]string), roster: make(map[string]string)}
	for _, m := range w.Members {
		c.roster[m.ID] = m.Nick
	}
	return c
}

func (c *chronicle) isWrong(format string, values ...any) {
	c.wrong = append(c.wrong, c.who+" "+fmt.Sprintf(format, values...))
}

// see writes an event down.
func (c *chronicle) see(e rooms.Event) {
	if gap, ok := e.(*rooms.Gap); ok {
		c.gaps = append(c.gaps, span{c.last, max(c.last, gap.Seq)})
		c.last = max(c.last, gap.Seq)
		return
	}
	told := len(c.gaps) > 0 && c.gaps[len(c.gaps)-1].to == c.last // what changed in a gap bears its last number
	switch seq := rooms.PositionOf(e).Seq; {
	case seq == 0:
	case seq == c.last && told:
	case seq <= c.last:
		c.isWrong("saw number %d after %d", seq, c.last)
	default:
		if seq > c.last+1 {
			c.isWrong("was not told of the hole between %d and %d", c.last, seq)
		}
		c.last, told = seq, false
	}
	switch e := e.(type) {
	case *rooms.Said:
		c.said[e.Seq] = e.Text
	case *rooms.Joined:
		if _, there := c.roster[e.Member.ID]; there && !told {
			c.isWrong("saw %s come in twice", e.Member.Nick)
		}
		c.roster[e.Member.ID] = e.Member.Nick
	case *rooms.Left:
		if _, there := c.roster[e.Member.ID]; !there && !told {
			c.isWrong("saw %s leave twice", e.Member.Nick)
		}
		delete(c.roster, e.Member.ID)
		c.gone = append(c.gone, e.Member.Nick)
	}
}

// covers reports whether the client was there when a number came, and not told that it
// misses it.
func (c *chronicle) covers(seq uint64) bool {
	return c.first < seq && seq <= c.last && !slices.ContainsFunc(c.gaps, func(s span) bool { return s.has(seq) })
}

// fates is what became of what was said, as those who said it were told.
type fates struct {
	happened map[string]uint64 // by text: its number
	not      map[string]string // by text: why, as they were told
}

// compare returns what can't be true of all that was seen together: the same order
// everywhere, what happened once at everybody who was there, what did not nowhere, no hole
// that nobody was told of, and, of those that go on, one roster.
func compare(all, going []*chronicle, f fates) (wrong []string) {
	isWrong := func(format string, values ...any) { wrong = append(wrong, fmt.Sprintf(format, values...)) }
	text := make(map[uint64]string)
	number := make(map[string]uint64)
	for _, c := range all {
		wrong = append(wrong, c.wrong...)
		for seq, said := range c.said {
			if other, known := text[seq]; known && other != said {
				isWrong("number %d is %q, and for %s %q", seq, other, c.who, said)
			}
			text[seq] = said
			if other, known := number[said]; known && other != seq {
				isWrong("%q was said twice, as %d and %d", said, other, seq)
			}
			number[said] = seq
		}
	}
	for said, seq := range f.happened {
		for _, c := range all {
			if c.covers(seq) && c.said[seq] != said {
				isWrong("%s lacks %q, which is %d", c.who, said, seq)
			}
		}
	}
	for said, why := range f.not {
		if seq, seen := number[said]; seen {
			isWrong("%q was told as not said (%s), and is %d", said, why, seq)
		}
	}
	for _, c := range going[1:] {
		if !maps.Equal(c.roster, going[0].roster) {
			isWrong("%s sees %v here, and %s %v", c.who, c.roster, going[0].who, going[0].roster)
		}
	}
	return wrong
}

// What the comparison is there to find, it finds, each by itself.
func TestChroniclesThatDiffer(t *testing.T) {
	anna, bert := rooms.Member{ID: "a", Nick: "anna"}, rooms.Member{ID: "b", Nick: "bert"}
	said := func(seq uint64, text string) rooms.Event { return &rooms.Said{Seq: seq, Text: text} }
	saw := func(who string, events ...rooms.Event) *chronicle {
		c := newChronicle(who, &rooms.Welcome{Members: []rooms.Member{anna}, Seq: 10})
		for _, e := range events {
			c.see(e)
		}
		return c
	}
	usual := []rooms.Event{said(11, "one"), &rooms.Joined{Seq: 12, Member: bert}, said(13, "two"), &rooms.Left{Seq: 14, Member: bert}}
	happened := fates{happened: map[string]uint64{"one": 11, "two": 13}, not: map[string]string{"three": "too late"}}
	for _, c := range []struct {
		name  string
		other []rooms.Event
		bad   bool
	}{
		{"the same", usual, false},
		{"a gap that is told", []rooms.Event{said(11, "one"), &rooms.Gap{Seq: 13}, &rooms.Joined{Seq: 13, Member: bert}, &rooms.Left{Seq: 14, Member: bert}}, false},
		{"who left in a gap", []rooms.Event{said(11, "one"), &rooms.Joined{Seq: 12, Member: bert}, &rooms.Gap{Seq: 14}, &rooms.Left{Seq: 14, Member: bert}}, false},
		{"another order", []rooms.Event{said(11, "two"), &rooms.Joined{Seq: 12, Member: bert}, said(13, "one"), &rooms.Left{Seq: 14, Member: bert}}, true},
		{"twice", append(slices.Clone(usual), said(15, "one")), true},
		{"a hole", []rooms.Event{said(11, "one"), said(13, "two"), &rooms.Left{Seq: 14, Member: anna}}, true},
		{"something else instead", []rooms.Event{said(11, "one"), &rooms.Joined{Seq: 12, Member: bert}, &rooms.Renamed{Seq: 13, Member: anna}, &rooms.Left{Seq: 14, Member: bert}}, true},
		{"what was not said", append(slices.Clone(usual), said(15, "three")), true},
		{"backwards", append(slices.Clone(usual), &rooms.Renamed{Seq: 13, Member: anna}), true},
		{"joined twice", append(slices.Clone(usual[:3]), &rooms.Joined{Seq: 14, Member: bert}), true},
		{"left twice", append(slices.Clone(usual), &rooms.Left{Seq: 15, Member: bert}), true},
		{"a ghost", usual[:3], true},
	} {
		all := []*chronicle{saw("one", usual...), saw("other", c.other...)}
		if wrong := compare(all, all, happened); len(wrong) > 0 != c.bad {
			t.Errorf("%s: %q", c.name, wrong)
		}
	}
}
