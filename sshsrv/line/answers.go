package line

import (
	"sotto/rooms"
	"sotto/rooms/mending"
	"sotto/sshsrv/tui/cells"
)

const (
	// maxHeard is how many of the newest messages an answer or a reaction is known to be
	// to, and maxNames how many people are known by name for each emoji on each.
	maxHeard = 256
	maxNames = 64
	// pipeHeard is maxHeard where only a line now and then tells of reactions.
	pipeHeard = 16
	// quoteColumns is how much of a message tells which it was.
	quoteColumns = 32
)

// habits are those of a terminal that nobody asked.
var habits = cells.Habits(0)

// newMessages keeps so many of the newest messages, as much of each as tells which it was.
func newMessages(keep, names int, hidden func(rooms.Person) bool) mending.Messages {
	return mending.Messages{Keep: keep, Names: names, Begins: beginning, Hidden: hidden}
}

// answers is the line before a message that answers another, as the screen says it
// above one.
func (p *stay) answers(e *rooms.Said) string {
	if e.Re == 0 {
		return ""
	}
	to := "an earlier message"
	switch of := p.messages.Of(e.Re); {
	case of == nil:
	case p.ignoring.Has(of.From):
		to = "a message that you hide"
	case of.Gone:
		to = "a message that was taken back"
	case of.Action:
		to = of.From.Nick + " " + of.Begins
	default:
		to = of.From.Nick + ": " + of.Begins
	}
	return note("%s answers %s", e.From.Nick, to)
}
