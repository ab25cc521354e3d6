package tui

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"sotto/rooms"
	"sotto/sshsrv/tui/theme"
)

// presence folds arrivals, departures and changes of name that follow one
// another into one line, so that a busy door does not push words away. The
// browser words them alike, by rooms/behaviour/presence.json.
type presence struct {
	when    time.Time
	n       int       // how much happened
	open    []arrival // who came and is still here, while the line may go on
	came    tally     // the same people once it does not
	left    tally
	both    tally // came and left again within the line
	renamed int   // changes of name
	renames []part
}

// happening is one thing that happened at the door.
type happening struct {
	what presenceKind
	who  rooms.Person // by the name they have now
	more string       // the name before, or the reason for leaving
}

type presenceKind uint8

const (
	arrived presenceKind = iota
	departed
	renamed
)

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

// tally counts people, the first of whom was the nth that happened, and remembers
// a few.
type tally struct {
	count, nth int
	names      []string
	reason     string // of the first
}

const (
	// presenceMost is how much one line tells: as many as a room can hold.
	presenceMost = 1000
	// namesShown is how many people a line names before it only counts, and
	// renamesShown how many changes of name. One more would be as long to say.
	namesShown   = 3
	renamesShown = 3
)

func (t *tally) add(nth int, name, reason string) {
	if t.count == 0 {
		t.nth, t.reason = nth, reason
	}
	t.count++
	if len(t.names) <= namesShown {
		t.names = append(t.names, name)
	}
}

// full reports whether what happens next belongs into another line.
func (p *presence) full() bool { return p.n >= presenceMost }

func (p *presence) add(h happening) {
	p.n++
	switch h.what {
	case arrived:
		p.open = append(p.open, arrival{h.who, p.n})
	case renamed:
		if p.renamed++; p.renamed <= renamesShown {
			p.renames = append(p.renames, part{p.n, h.more + " is now " + h.who.Nick})
		}
	case departed:
		if i := slices.IndexFunc(p.open, func(a arrival) bool { return a.who.ID == h.who.ID }); i >= 0 {
			p.open = slices.Delete(p.open, i, i+1)
			p.both.add(p.n, h.who.Nick, "")
			return
		}
		p.left.add(p.n, h.who.Nick, h.more)
	}
}

// finish says that the line will not go on: what it was kept for is let go.
func (p *presence) finish() {
	p.came, p.open = p.arrivals(), nil
}

// arrivals are those who came and are still here.
func (p *presence) arrivals() tally {
	t := p.came
	for _, a := range p.open {
		t.add(a.nth, a.who.Nick, "")
	}
	return t
}

func (p *presence) at() time.Time      { return p.when }
func (p *presence) from() rooms.Person { return rooms.Person{} }
func (p *presence) size() int          { return itemBytes*2 + arrivalBytes*cap(p.open) }

// arrivalBytes is what an arrival costs while its line may go on, in bytes.
const arrivalBytes = 48

// words is the line: what happened first comes first.
func (p *presence) words() string {
	var parts []part
	add := func(t tally, verb string) {
		if t.count > 0 {
			parts = append(parts, part{t.nth, t.say(verb)})
		}
	}
	add(p.arrivals(), "came in")
	add(p.left, p.left.leaving())
	add(p.both, "came and went")
	if p.renamed > renamesShown {
		parts = append(parts, part{p.renames[0].nth, fmt.Sprintf("%d changes of name", p.renamed)})
	} else {
		parts = append(parts, p.renames...)
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

// say words a tally: "a came in", "a, b and c left", "a, b, c and 41 others came in".
func (t tally) say(verb string) string {
	names, last := t.names, ""
	switch {
	case t.count > len(names):
		names, last = names[:namesShown], fmt.Sprintf(" and %d others", t.count-namesShown)
	case t.count > 1:
		names, last = names[:t.count-1], " and "+names[t.count-1]
	}
	return strings.Join(names, ", ") + last + " " + verb
}

func (p *presence) draw(l look) []string {
	rows := l.wrap(p.words(), l.measure)
	for i := range rows {
		rows[i] = l.ink.Paint(theme.Dim, rows[i])
	}
	return l.hang(theme.Dim, "·", rows)
}
