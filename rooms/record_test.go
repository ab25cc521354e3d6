package rooms_test

import (
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"sotto/rooms"
)

// record is what somebody has of what was said: each message by its number, as it is now.
type record map[uint64]*message

type message struct {
	from, text string
	at         time.Time
	changed    bool
	goneBy     string
	gone       bool
	reactions  []chip
}

// chip is an emoji on a message and whose, both in the order in which they came.
type chip struct {
	emoji string
	by    []string
}

func (r *record) said(e *rooms.Said) {
	if *r == nil {
		*r = make(record)
	}
	(*r)[e.Seq] = &message{from: e.From.ID, text: e.Text, at: e.At, gone: e.Gone}
}

func (m *message) has(emoji, id string) bool {
	return slices.ContainsFunc(m.reactions, func(c chip) bool { return c.emoji == emoji && slices.Contains(c.by, id) })
}

func (r record) reacted(t *testing.T, e *rooms.Reacted) {
	t.Helper()
	m := r[e.Re]
	if m == nil || m.gone {
		return // said before they came, or in a gap; or they are told next that it is gone
	}
	if m.has(e.Emoji, e.From.ID) == e.On {
		t.Fatalf("told of a reaction that changes nothing: %+v", e)
	}
	i := slices.IndexFunc(m.reactions, func(c chip) bool { return c.emoji == e.Emoji })
	switch {
	case i < 0:
		m.reactions = append(m.reactions, chip{e.Emoji, []string{e.From.ID}})
	case e.On:
		m.reactions[i].by = append(m.reactions[i].by, e.From.ID)
	default:
		c := &m.reactions[i]
		if c.by = slices.DeleteFunc(c.by, func(id string) bool { return id == e.From.ID }); len(c.by) == 0 {
			m.reactions = slices.Delete(m.reactions, i, i+1)
		}
	}
}

func (r record) amended(t *testing.T, e *rooms.Amended) {
	t.Helper()
	m := r[e.Re]
	if m == nil || m.gone || e.Text == "" {
		return
	}
	if e.From.ID != m.from {
		t.Fatalf("%+v changed what %s said", e.From, m.from)
	}
	m.text, m.changed = e.Text, true
}

func (r record) retracted(t *testing.T, e *rooms.Retracted) {
	t.Helper()
	m := r[e.Re]
	if m == nil {
		return
	}
	if m.goneBy != "" {
		t.Fatalf("taken back twice: %+v", e)
	}
	*m = message{from: m.from, at: m.at, gone: true, goneBy: e.From.ID}
}

// mend has somebody do something about one of the newest messages, as who sees everything
// sees them. A host takes back.
func mend(r *rand.Rand, who, host *client, seen map[string]int) {
	newest := slices.Sorted(maps.Keys(host.mended))
	if newest = newest[max(0, len(newest)-[]int{5, 300}[r.IntN(2)]):]; len(newest) == 0 {
		return
	}
	re := newest[r.IntN(len(newest))]
	m, me := host.mended[re], who.welcome.You.ID
	switch n := r.IntN(12); {
	case m.gone:
	case n == 0 && (who == host || m.from == me):
		seen["retracted"]++
		who.do(rooms.Retract{ID: "r", Re: re})
	case n < 4 && m.from == me && (who == host || !host.rules.Quiet) && time.Since(m.at) < rooms.AmendFor:
		seen["amended"]++
		who.do(rooms.Amend{Re: re, Text: []string{"one", "another", "a third"}[r.IntN(3)]})
	default:
		emoji := []string{"👍", "🎉", "😂"}[r.IntN(3)]
		on := !m.has(emoji, me)
		seen[map[bool]string{true: "on", false: "off"}[on]]++
		who.do(rooms.React{ID: "e", Re: re, Emoji: emoji, On: on})
	}
}
