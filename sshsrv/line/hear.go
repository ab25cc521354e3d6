package line

import (
	"context"
	"fmt"
	"slices"
	"time"

	"sotto/rooms"
	"sotto/rooms/comings"
	"sotto/rooms/waiting"
	"sotto/sshsrv/tui/needle"
)

const (
	// doorWait is how long somebody's coming or going waits for others', and
	// doorEvery how long a line that tells of them is followed by none.
	doorWait  = time.Second
	doorEvery = 10 * time.Second
	// maxMine is how many of this person's own messages answers are known to be to.
	maxMine = 256
)

// lines is what this person said and the room has not yet.
type lines struct {
	queue waiting.Queue
	sent  string // id of the op that is on its way from it; empty: none is
	slow  bool   // they were told that lines wait
}

// idle reports whether everything was said.
func (l *lines) idle() bool { return l.sent == "" && len(l.queue.Waiting()) == 0 }

// put has the room say a line, now or when its turn comes.
func (l *linear) put(ctx context.Context, text string, op func(id string) rooms.Op) error {
	if !l.queue.Add(waiting.Line{Text: text, Op: op}) {
		l.tell("Too many lines wait to be said. That one was not taken.")
		return nil
	}
	return l.goOn(ctx)
}

// goOn sends the next line, if it may go.
func (l *linear) goOn(ctx context.Context) error {
	if l.in == nil {
		return nil
	}
	next, ok := l.queue.Next(time.Now())
	if !ok {
		return nil
	}
	l.sent = l.id()
	return l.do(ctx, next.Op(l.sent))
}

// answered settles the line that is on its way, if an event is the room's answer to
// it, and reports whether that was all the event was.
func (l *linear) answered(e rooms.Event) (silent bool) {
	if id := ownID(e); id == "" || id != l.sent {
		return false
	}
	l.sent = ""
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
			l.tell("Lines wait to be said, since the room is busy or that was fast. They go out in a moment; Ctrl-C drops them.")
		}
		return true
	case refused.Err.Code == rooms.Undelivered, refused.Err.Code == rooms.Uncertain:
		if n := len(l.queue.Lost()); n > 1 {
			l.tell(fmt.Sprintf("%d lines were not said.", n))
		}
	default:
		l.queue.Refused(now)
	}
	return false
}

// ownID is this person's id of the op that an event is the answer to, or empty.
func ownID(e rooms.Event) string {
	switch e := e.(type) {
	case *rooms.Said:
		return e.ID
	case *rooms.Whispered:
		return e.ID
	case *rooms.TopicSet:
		return e.ID
	case *rooms.Refused:
		return e.ID
	}
	return ""
}

// hear takes what happened. What this person said stands on the terminal already,
// where they typed it; it is not told to them again.
func (l *linear) hear(ctx context.Context, e rooms.Event) error {
	if l.answered(e) {
		return l.goOn(ctx)
	}
	l.meet(e)
	if _, left := e.(*rooms.Left); !left && l.in.door.line.Brought(doer(e).ID) {
		l.tellDoor() // whoever speaks was seen to come
	}
	now := time.Now()
	text := l.in.happen(e, l.visit)
	own := ownID(e) != ""
	switch e := e.(type) {
	case *rooms.Said:
		if own {
			l.in.mine = append(l.in.mine[max(0, len(l.in.mine)+1-maxMine):], e.Seq)
			text = ""
		}
		l.ring(e, text, now)
	case *rooms.Whispered:
		if own {
			text = note("only %s was told that", e.To.Nick)
		}
		l.ring(e, text, now)
	case *rooms.TopicSet:
		if own && e.Text != "" {
			text = note("the topic is set")
		}
	case *rooms.Joined, *rooms.Left:
		if h, ok := comings.Of(e); ok && text != "" {
			l.in.door.add(h, text, now)
			text = ""
		}
	}
	if text != "" {
		l.held = append(l.held, text)
	}
	return l.goOn(ctx)
}

// ring rings if that is wanted of what was said, and is told as text.
func (l *linear) ring(e rooms.Event, text string, now time.Time) {
	calls := false
	switch e := e.(type) {
	case *rooms.Said:
		if e.ID != "" {
			return
		}
		calls = needle.Calls(e.Text, l.in.you.Nick) || slices.Contains(l.in.mine, e.Re) && e.Re != 0
	case *rooms.Whispered:
		if e.ID != "" {
			return
		}
		calls = true
	}
	if text == "" || l.notify == "off" || l.notify == "mentions" && !calls || !l.bell.Ring(now) {
		return
	}
	l.rings = true
}

// A door gathers who comes and goes, so that a crowd is one line.
type door struct {
	line comings.Line
	only string    // the line of the only one who did
	due  time.Time // when it is to be told; zero: there is nothing
	told time.Time // when something last was
}

func (d *door) add(h comings.Happening, text string, now time.Time) {
	d.only = ""
	if d.line.Empty() {
		d.only = text
		if d.due = now.Add(doorWait); d.due.Before(d.told.Add(doorEvery)) {
			d.due = d.told.Add(doorEvery)
		}
	}
	if d.line.Add(h); d.line.Full() {
		d.due = now
	}
}

func (d *door) isDue(now time.Time) bool { return !d.due.IsZero() && !now.Before(d.due) }

// take returns the line, if there is one, and begins another.
func (d *door) take(now time.Time) (text string) {
	if !d.line.Empty() {
		if text = d.only; text == "" {
			text = note("%s", d.line.Words())
		}
		*d = door{told: now}
	}
	return text
}

// tellDoor tells who came and went since that was last told.
func (l *linear) tellDoor() {
	if l.in != nil {
		if text := l.in.door.take(time.Now()); text != "" {
			l.held = append(l.held, text)
		}
	}
}
