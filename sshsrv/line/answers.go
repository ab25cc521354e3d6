package line

import (
	"slices"
	"time"

	"sotto/rooms"
	"sotto/rooms/markup"
	"sotto/sshsrv/tui/cells"
)

const (
	// maxHeard is how many of the newest messages an answer is known to be to.
	maxHeard = 256
	// quoteColumns is how much of a message tells which it was.
	quoteColumns = 32
)

// A heard is a message that may be answered.
type heard struct {
	seq   uint64
	from  rooms.Person
	words string // who said it, and how it begins
	at    time.Time
}

// hear notes a message.
func (p *stay) hear(e *rooms.Said) {
	words := e.From.Nick + ": "
	if e.Action {
		words = e.From.Nick + " "
	}
	words += cells.Habits(0).Cut(markup.Words(e.Text), quoteColumns, "…")
	if len(p.heard) == maxHeard {
		p.heard = slices.Delete(p.heard, 0, 1) // which leaves nothing of it behind
	}
	p.heard = append(p.heard, heard{e.Seq, e.From, rooms.Apart(words), time.Now()})
}

// forget forgets the messages that were heard by a time.
func (p *stay) forget(by time.Time) {
	p.heard = slices.DeleteFunc(p.heard, func(h heard) bool { return !h.at.After(by) })
}

// answers is the line before a message that answers another, as the screen says it
// above one.
func (p *stay) answers(e *rooms.Said) string {
	if e.Re == 0 {
		return ""
	}
	to := "an earlier message"
	if i := slices.IndexFunc(p.heard, func(h heard) bool { return h.seq == e.Re }); i >= 0 {
		to = p.heard[i].words
		if p.ignoring.Has(p.heard[i].from) {
			to = "a message that you hide"
		}
	}
	return note("%s answers %s", e.From.Nick, to)
}
