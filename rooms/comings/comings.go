// Package comings words who came, went and changed their name, in one line for
// things that follow one another, so that a busy door does not push words away. The
// browser words them alike, by rooms/behaviour/presence.json.
//
// It knows no screen and no clock: whoever shows the line says when it ends.
package comings

import (
	"fmt"
	"slices"
	"strings"

	"sotto/rooms"
)

// A Line is what happened at the door of a room. The zero value is an empty one.
type Line struct {
	n                  int       // how much happened
	open               []arrival // who came and is still here, while the line may go on
	came               tally     // the same people once it does not
	left               tally
	both               tally   // came and left again within the line
	removed            []tally // were put out, though they may have come within it: one for each why
	watched, unwatched tally   // who began to watch, and who stopped
	renamed            int     // changes of name
	renames            []part
}

// A Happening is one thing that happened at the door.
type Happening struct {
	What Kind
	Who  rooms.Person // by the name they have now
	More string       // the name before, or the reason for leaving
	Why  string       // of who was removed: what a host said of it, or empty
}

// Kind says what happened.
type Kind uint8

const (
	Arrived Kind = iota
	Departed
	Renamed
	Watched   // somebody began to watch, who has no name
	Unwatched // and stopped
)

// Of returns what an event tells of the door, if it does.
func Of(event rooms.Event) (h Happening, ok bool) {
	switch e := event.(type) {
	case *rooms.Joined:
		what := Arrived
		if e.Member.Watch {
			what = Watched
		}
		return Happening{What: what, Who: e.Member.Person()}, true
	case *rooms.Left:
		what := Departed
		if e.Member.Watch && e.Reason != rooms.LeftRemoved {
			what = Unwatched
		}
		return Happening{What: what, Who: e.Member.Person(), More: string(e.Reason), Why: e.Why}, true
	case *rooms.Renamed:
		return Happening{What: Renamed, Who: e.Member.Person(), More: e.Was}, true
	}
	return h, false
}

// arrival is somebody who came, as the nth that happened.
type arrival struct {
	who rooms.Person
	nth int
}

// part is a part of the line, and what it begins with.
type part struct {
	nth  int
	text string
}

// tally counts people, each name once, the first of whom was the nth that happened.
type tally struct {
	count, nth int
	names      []string // all while the line may go on, and then those that it shows
	reason     string   // of the first
	why        string   // of all, as somebody gave it, which everybody is to read
}

const (
	// Most is how much one line tells: as many as a room can hold.
	Most = 1000
	// namesShown is how many people a line names before it only counts, and
	// renamesShown how many changes of name. One more would be as long to say.
	namesShown   = 3
	renamesShown = 3
)

func (t *tally) add(nth int, name, reason string) {
	if t.count == 0 {
		t.nth, t.reason = nth, reason
	}
	if name != "" {
		if slices.Contains(t.names, name) {
			return
		}
		t.names = append(t.names, name)
	}
	t.count++
}

// rest lets go of the names that are not shown.
func (t *tally) rest() {
	if len(t.names) > namesShown+1 {
		t.names = slices.Clone(t.names[:namesShown+1])
	}
}

// Full reports whether what happens next belongs into another line.
func (l *Line) Full() bool { return l.n >= Most }

// Empty reports whether nothing happened.
func (l *Line) Empty() bool { return l.n == 0 }

// Add adds what happened next.
func (l *Line) Add(h Happening) {
	l.n++
	switch h.What {
	case Watched:
		l.watched.add(l.n, "", "")
	case Unwatched:
		l.unwatched.add(l.n, "", "")
	case Arrived:
		l.open = append(l.open, arrival{h.Who, l.n})
	case Renamed:
		if l.renamed++; l.renamed <= renamesShown {
			l.renames = append(l.renames, part{l.n, h.More + " is now " + h.Who.Nick})
		}
	case Departed:
		removed := rooms.LeaveReason(h.More) == rooms.LeftRemoved
		if i := slices.IndexFunc(l.open, func(a arrival) bool { return a.who.ID == h.Who.ID }); i >= 0 {
			l.open = slices.Delete(l.open, i, i+1)
			if !removed {
				l.both.add(l.n, h.Who.Nick, "")
				return
			}
		}
		if removed {
			i := slices.IndexFunc(l.removed, func(t tally) bool { return t.why == h.Why })
			if i < 0 {
				i = len(l.removed)
				l.removed = append(l.removed, tally{why: h.Why})
			}
			l.removed[i].add(l.n, h.Who.Nick, h.More)
			return
		}
		l.left.add(l.n, h.Who.Nick, h.More)
	}
}

// Brought reports whether somebody came within the line and is still here.
func (l *Line) Brought(id string) bool {
	return slices.ContainsFunc(l.open, func(a arrival) bool { return a.who.ID == id })
}

// Finish says that the line will not go on: what it was kept for is let go.
func (l *Line) Finish() {
	l.came, l.open = l.arrivals(), nil
	l.left.rest()
	l.both.rest()
	for i := range l.removed {
		l.removed[i].rest()
	}
}

// arrivals are those who came and are still here.
func (l *Line) arrivals() tally {
	t := l.came
	for _, a := range l.open {
		if t.count++; t.count == 1 {
			t.nth = a.nth
		}
		if len(t.names) <= namesShown { // who is here at once has a name of their own
			t.names = append(t.names, a.who.Nick)
		}
	}
	return t
}

// Bytes is what the line keeps alive for what it alone tells, about.
func (l *Line) Bytes() int {
	names := cap(l.left.names) + cap(l.both.names)
	for _, t := range l.removed {
		names += cap(t.names)
	}
	return arrivalBytes*cap(l.open) + removalBytes*len(l.removed) + nameBytes*names
}

const (
	// arrivalBytes is what an arrival costs while its line may go on, in bytes.
	arrivalBytes = 48
	// removalBytes is what a reason for removals costs, in bytes, with a few names.
	removalBytes = 512
	// nameBytes is what the name of somebody who went costs meanwhile, in bytes.
	nameBytes = 48
)

// Words is the line: what happened first comes first.
func (l *Line) Words() string {
	var parts []part
	add := func(t tally, verb string) {
		if t.count > 0 {
			parts = append(parts, part{t.nth, t.say(verb)})
		}
	}
	add(l.arrivals(), "came in")
	add(l.left, l.left.leaving())
	add(l.both, "came and went")
	if l.watched.count > 0 {
		parts = append(parts, part{l.watched.nth, l.watched.watching("now")})
	}
	if l.unwatched.count > 0 {
		parts = append(parts, part{l.unwatched.nth, l.unwatched.watching("no more")})
	}
	for _, t := range l.removed {
		add(t, t.removal())
	}
	if l.renamed > renamesShown {
		parts = append(parts, part{l.renames[0].nth, fmt.Sprintf("%d changes of name", l.renamed)})
	} else {
		parts = append(parts, l.renames...)
	}
	slices.SortFunc(parts, func(a, b part) int { return a.nth - b.nth })
	texts := make([]string, len(parts))
	for i, part := range parts {
		texts[i] = part.text
	}
	return strings.Join(texts, " · ")
}

// leaving is what they did who left: one for a reason, several for any.
func (t tally) leaving() string {
	if t.count == 1 {
		switch rooms.LeaveReason(t.reason) {
		case rooms.LeftLost:
			return "lost the connection"
		case rooms.LeftSlow:
			return "could not keep up"
		case rooms.LeftShutdown:
			return "left: the server stops"
		}
	}
	return "left"
}

// removal is what became of them who were removed, and why.
func (t tally) removal() string {
	verb := "was removed"
	if t.count > 1 {
		verb = "were removed"
	}
	if t.why != "" {
		verb += ": " + t.why
	}
	return verb
}

// watching says that somebody, or so many, watch now or no more.
func (t tally) watching(now string) string {
	switch {
	case t.count == 1:
		return "somebody watches " + now
	case now == "now":
		return fmt.Sprintf("%d more watch now", t.count)
	}
	return fmt.Sprintf("%d watch %s", t.count, now)
}

// say words a tally: "a came in", "a, b and c left", "a, b, c and 41 others came in".
func (t tally) say(verb string) string {
	names, last := t.names, ""
	switch {
	case t.count > namesShown+1:
		names, last = names[:namesShown], fmt.Sprintf(" and %d others", t.count-namesShown)
	case t.count > 1:
		names, last = names[:t.count-1], " and "+names[t.count-1]
	}
	return strings.Join(names, ", ") + last + " " + verb
}
