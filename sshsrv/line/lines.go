package line

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"sotto/rooms"
	"sotto/rooms/governing"
	"sotto/rooms/waiting"
)

// lines is what this person said and the room has not yet.
type lines struct {
	queue waiting.Queue
	sent  string // id of the op that is on its way from it; empty: none is
	op    rooms.Op
	slow  bool // they were told that lines wait, for the reason that there is now
	apart bool // the servers of the room can't reach each other, so that it takes nothing
	late  bool // a rule of the room has lines wait, which stand as if they had been said
}

// idle reports whether everything was said.
func (l *lines) idle() bool { return l.sent == "" && len(l.queue.Waiting()) == 0 }

// put has the room say a line, now or when its turn comes.
func (l *linear) put(ctx context.Context, text string, op func(id string) rooms.Op) error {
	l.late = l.late && !l.idle()
	if !l.queue.Add(waiting.Line{Text: text, Op: op}) {
		l.tell("Too many lines wait to be said. That one was not taken.")
		return nil
	}
	if l.late {
		l.tell(fmt.Sprintf("This room is slow: %d lines wait to be said. Ctrl-C drops them.", len(l.queue.Unsaid())))
	}
	return l.goOn(ctx)
}

// goOn sends the next line, if it may go.
func (l *linear) goOn(ctx context.Context) error {
	next, ok := l.queue.Next(time.Now())
	if !ok {
		return nil
	}
	l.sent = l.id()
	l.op = next.Op(l.sent)
	return l.do(ctx, l.op)
}

// answered settles the line that is on its way, if an event is the room's answer to
// it, and reports whether that was all the event was.
func (l *linear) answered(e rooms.Event) (silent bool) {
	if id := rooms.OpOf(e); id == "" || id != l.sent {
		return false
	}
	op := l.op
	l.sent, l.op = "", nil
	now := time.Now()
	refused, ok := e.(*rooms.Refused)
	switch {
	case !ok:
		l.queue.Said(now)
		return false
	case refused.Err.Code == rooms.RateLimited:
		l.queue.Early(now)
		if !l.slow {
			l.slow = true
			l.tell(l.waitWords())
		}
		return true
	case refused.Err.Code == rooms.TooSoon:
		l.queue.TooSoon(now, refused.Err.Wait)
		l.late = true
		if wait := refused.Err.Wait.Round(time.Second); wait > 0 {
			l.tell("This room is slow: what you said goes out by itself in " + governing.Long(wait) + ". Ctrl-C drops it.")
		}
		return true
	case slices.Contains(comesBack, refused.Err.Code):
		l.giveBack(refused.Err.Code == rooms.Uncertain)
	default:
		l.queue.Refused(now)
		react, ok := op.(rooms.React)
		return ok && l.stay.messages.Is(react)
	}
	return false
}

// comesBack is why a line goes back to its writer with all that waits behind it: the place may
// be another by now, or each would wait for as long. On this terminal all of it stands as if it
// had been said.
var comesBack = []rooms.Code{rooms.Undelivered, rooms.Uncertain, rooms.Unreachable}

// giveBack tells what is not said any more, the first of which may have been where nobody knows.
func (l *linear) giveBack(unknown bool) {
	var texts []string
	for _, line := range l.queue.Lost() {
		texts = append(texts, line.Text)
	}
	sent := ""
	if unknown && len(texts) > 0 {
		sent, texts = texts[0], texts[1:]
	}
	l.hold(unsaidLines(sent, strings.Join(texts, "\n")), 0)
}

// waitWords tells that lines wait, and why.
func (l *lines) waitWords() string {
	if l.apart {
		return "Lines wait to be said, since the servers can't reach each other. They go out once the servers do; Ctrl-C drops them."
	}
	return "Lines wait to be said, since the room is busy or that was fast. They go out in a moment; Ctrl-C drops them."
}

// noticed takes what a server says of the others, which is over with a connection to it.
func (l *lines) noticed(e rooms.Event) {
	apart := l.apart
	switch e := e.(type) {
	case *rooms.Link:
		apart = false
	case *rooms.Notice:
		apart = e.Code == rooms.Unreachable || apart && e.Code != rooms.Reachable
	}
	l.slow, l.apart = l.slow && l.apart == apart, apart
}
