package line

import (
	"time"

	"sotto/rooms/comings"
)

const (
	// gatherFor is how long somebody's coming or going waits for others', and
	// comingsEvery how long a line that tells of them is followed by none.
	gatherFor    = time.Second
	comingsEvery = 10 * time.Second
)

// A gathering gathers who comes and goes, so that a crowd is one line.
type gathering struct {
	line comings.Line
	only string    // the line of the only one who did
	due  time.Time // when it is to be told; zero: there is nothing
	told time.Time // when something last was
}

func (g *gathering) add(h comings.Happening, text string, now time.Time) {
	g.only = ""
	if g.line.Empty() {
		g.only = text
		if g.due = now.Add(gatherFor); g.due.Before(g.told.Add(comingsEvery)) {
			g.due = g.told.Add(comingsEvery)
		}
	}
	if g.line.Add(h); g.line.Full() {
		g.due = now
	}
}

// take returns the line, if there is one, and begins another.
func (g *gathering) take(now time.Time) (text string) {
	if !g.line.Empty() {
		if text = g.only; text == "" {
			text = note("%s", g.line.Words())
		}
		*g = gathering{told: now}
	}
	return text
}

// tellComings tells who came and went since that was last told.
func (l *linear) tellComings() {
	if text := l.stay.comings.take(time.Now()); text != "" {
		l.hold(text, 0)
	}
}
