package line

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"sotto/rooms/mending"
)

const (
	// reactionsEvery is how long a line that tells of reactions is followed by none.
	reactionsEvery = 5 * time.Second
	// maxTallied is how many messages such a line tells of; more are counted.
	maxTallied = 4
)

// A tally gathers the messages that were reacted to, so that a crowd's are one line.
type tally struct {
	of   []uint64  // their numbers, each once
	due  time.Time // when they are to be told; zero: there are none
	told time.Time // when some last were
}

// add notes that somebody reacted to a message.
func (t *tally) add(seq uint64, now time.Time) {
	if slices.Contains(t.of, seq) {
		return
	}
	if len(t.of) == 0 {
		if t.due = now.Add(gatherFor); t.due.Before(t.told.Add(reactionsEvery)) {
			t.due = t.told.Add(reactionsEvery)
		}
	}
	t.of = append(t.of, seq)
}

// take returns the line of the messages that are still there, if there is one, and begins
// another.
func (t *tally) take(messages *mending.Messages, now time.Time) string {
	var parts []string
	more := 0
	for _, seq := range t.of {
		switch of := messages.Of(seq); {
		case of == nil || of.Gone:
		case len(parts) == maxTallied:
			more++
		default:
			parts = append(parts, howMany(messages.Shown(of), of.Options)+" on "+whichMessage(of))
		}
	}
	*t = tally{told: now}
	if len(parts) == 0 {
		return ""
	}
	if more > 0 {
		parts = append(parts, fmt.Sprintf("and more on %d other messages", more))
	}
	return note("%s", strings.Join(parts, "; "))
}
