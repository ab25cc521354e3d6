package tui

import (
	"fmt"
	"strings"
	"time"

	"sotto/rooms"
	"sotto/sshsrv/tui/theme"
)

// presence folds arrivals, departures and changes of name that follow one
// another into one line, so that a busy door does not push words away.
type presence struct {
	when    time.Time
	came    tally
	left    tally
	renamed tally
}

// tally counts people and remembers the first few.
type tally struct {
	count int
	names []string
}

// tallyNames is how many people a folded line names before it only counts.
const tallyNames = 3

func (t *tally) add(name string) {
	t.count++
	if len(t.names) < tallyNames {
		t.names = append(t.names, name)
	}
}

// merge adds what came later.
func (t *tally) merge(later tally) {
	t.count += later.count
	t.names = append(t.names, later.names[:min(len(later.names), tallyNames-len(t.names))]...)
}

// say words the tally: "a came in", "a, b and c left", "a and 41 others came in".
func (t *tally) say(verb string) string {
	switch {
	case t.count == 0:
		return ""
	case t.count == 1:
		return t.names[0] + " " + verb
	case t.count <= len(t.names):
		last := len(t.names) - 1
		return strings.Join(t.names[:last], ", ") + " and " + t.names[last] + " " + verb
	}
	return fmt.Sprintf("%s and %d others %s", t.names[0], t.count-1, verb)
}

// merge adds what happened later at the door.
func (p *presence) merge(later *presence) {
	p.came.merge(later.came)
	p.left.merge(later.left)
	p.renamed.merge(later.renamed)
}

func (p *presence) at() time.Time      { return p.when }
func (p *presence) from() rooms.Person { return rooms.Person{} }
func (p *presence) size() int          { return itemBytes * 2 }

func (p *presence) words() string {
	var parts []string
	for _, part := range []string{p.came.say("came in"), p.left.say("left"), p.names()} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, " · ")
}

// names words the changes of name.
func (p *presence) names() string {
	if n := p.renamed.count; n > len(p.renamed.names) {
		return fmt.Sprintf("%d people changed names", n)
	}
	return strings.Join(p.renamed.names, " · ")
}

func (p *presence) draw(l look) []string {
	rows := wrap(p.words(), l.measure)
	for i := range rows {
		rows[i] = l.ink.Paint(theme.Dim, rows[i])
	}
	return l.hang(theme.Dim, "·", rows)
}
