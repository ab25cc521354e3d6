package line

import (
	"context"
	"strings"
	"time"

	"sotto/rooms"
	"sotto/rooms/waiting"
)

// unsaidLines tell at the end of a seat which words it never saw come back from the room:
// those that were on their way may be there, and those that waited are not.
func unsaidLines(sent, waits string) string {
	var told string
	if sent != "" {
		told += note("%s\n%s", waiting.Uncertain, sent)
	}
	if waits != "" {
		told += note("%s\n%s", waiting.Unsaid, waits)
	}
	return told
}

// depart leaves, and tells what was typed and has not been said: on this terminal it stands
// as if it had been. The seat may be over already.
func (l *linear) depart(ctx context.Context, end error) error {
	if end == nil {
		end = leave(ctx, l.stay.seat, l.lastHeard)
	}
	var sent string
	var waits []string
	for i, line := range l.queue.Unsaid() {
		if i == 0 && l.sent != "" {
			sent = line.Text
		} else {
			waits = append(waits, line.Text)
		}
	}
	if told := unsaidLines(sent, strings.Join(waits, "\n")); told != "" {
		l.hold(told, 0)
	}
	return end
}

// lastHeard notes that the line on its way came back while its person was leaving.
func (l *linear) lastHeard(e rooms.Event) {
	if _, refused := e.(*rooms.Refused); !refused && l.sent != "" && rooms.OpOf(e) == l.sent {
		l.queue.Said(time.Now())
		l.sent, l.op = "", nil
	}
}

// tellUnsaid tells what was read and has not been said, when the seat is over.
func (p *pipe) tellUnsaid() {
	sent, waits := "", []string(nil)
	switch {
	case p.id != "":
		sent = p.offered
	case p.again:
		waits = append(waits, p.offered)
	}
	p.speech.add(p.hand.held)
	p.speech.finish()
	if told := unsaidLines(sent, strings.TrimRight(strings.Join(append(waits, p.speech.lines...), "\n"), "\n")); told != "" {
		p.tell(told)
	}
}
