package seal

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// matter is what two ends differ in: how, and about whom.
type matter struct {
	kind byte
	id   ID
}

// difference is a matter as it is told. A sure one can't be a question of who came
// first to whom.
type difference struct {
	matter
	names string // that differ
	text  string
	sure  bool
}

// question is whom this end has shown since it asked.
type question struct {
	views map[[viewBytes]byte]bool
	names map[ID]map[string]bool // whoever was shown at some time, by the names they had
	left  map[ID]bool            // who was not shown all the time
}

// maxViews bounds what one question remembers: a member whose answer takes longer
// than so many changes is asked anew.
const maxViews = 4096

// note adds whom this end shows now.
func (q *question) note(view [viewBytes]byte, shown []Shown) {
	here := make(map[ID]bool, len(shown))
	for _, m := range shown {
		here[m.ID] = true
		names, known := q.names[m.ID]
		if !known {
			names = map[string]bool{}
			q.names[m.ID] = names
			q.left[m.ID] = len(q.views) > 0 // came later
		}
		names[m.Nick] = true
	}
	for id := range q.names {
		if !here[id] {
			q.left[id] = true
		}
	}
	q.views[view] = true
}

// differences is how an answer differs from all that was shown here. Whoever is away
// may have come back as somebody new, and is no difference.
func (q *question) differences(from string, answer []seen, met, away, unconfirmed func(ID) bool, you ID) (all []difference) {
	listed := make(map[ID]bool, len(answer))
	for _, m := range answer {
		listed[m.ID] = true
		switch names := q.names[m.ID]; {
		case names == nil && unconfirmed(m.ID): // the server shows them here too
			all = append(all, difference{matter{unconfirmedHere, m.ID}, m.Nick, m.Nick, false})
		case names == nil && away(m.ID):
		case names == nil:
			all = append(all, difference{matter{'s', m.ID}, m.Nick, fmt.Sprintf("%s is shown %s, whom you are not shown", from, m.Nick), !met(m.ID)})
		case !names[m.Nick]:
			known := slices.Sorted(maps.Keys(names))
			all = append(all, difference{matter{'c', m.ID}, known[0] + " " + m.Nick, fmt.Sprintf("%s is told that %s is called %s", from, known[0], m.Nick), false})
		}
	}
	for id, names := range q.names {
		switch {
		case listed[id] || q.left[id] || away(id):
		case id == you:
			all = append(all, difference{matter{'m', id}, "", from + " is not shown you", false})
		default:
			all = append(all, difference{matter{'m', id}, "", fmt.Sprintf("%s is not shown %s, whom you are shown", from, slices.Sorted(maps.Keys(names))[0]), false})
		}
	}
	slices.SortFunc(all, func(a, b difference) int { return strings.Compare(a.text, b.text) })
	return all
}
