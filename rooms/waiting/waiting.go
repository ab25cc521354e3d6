// Package waiting keeps what somebody entered faster than a room takes it: lines
// in their order, one of them on its way at a time.
//
// What it guarantees:
//
//   - Lines go out in the order in which they were entered. A line that came too
//     early goes again before those behind it.
//   - No line is lost: it is on its way, it waits, or it was given back.
//   - What waits is bounded (MaxLines, MaxBytes); a line beyond that is not taken.
//
// It has no clock and no seat: whoever has both says what happened. The browser
// has its twin in web/static/room/waiting.js; rooms/behaviour/waiting.json is what both
// are held to.
package waiting

import (
	"time"

	"sotto/rooms"
)

const (
	// MaxLines is how many lines may wait: as many as one message has, which take
	// twenty seconds. Whoever pastes more is asked to send them as one.
	MaxLines = rooms.MaxTextLines
	// MaxBytes is how much text those hold together, sixteen of the longest
	// messages: what a composer holds as well.
	MaxBytes = 16 * rooms.MaxTextBytes
	// Pause is how long a line waits that came too early, and between one line
	// and the next from then on: what one more takes at the usual rate.
	Pause = time.Duration(float64(time.Second) / rooms.DefaultSayRate)
	// LongestPause is where the pause ends to double when it turns out to be too
	// short: a server with an eighth of the usual rate.
	LongestPause = 8 * Pause
)

// What stands above the lines that a person is given back once a place is over.
const (
	// Unsaid: the room has not got them.
	Unsaid = "This was not said any more:"
	// Uncertain: they were on their way, and nothing came back.
	Uncertain = "This may not have been said, since it did not come back from the room:"
)

// A Line is what was entered, and the op that it becomes.
type Line struct {
	Text string
	Op   func(id string) rooms.Op
}

// A Queue is the lines of one person in one room. The zero value is empty and
// ready.
type Queue struct {
	lines []Line // that wait
	bytes int    // of their texts
	sent  *Line  // on its way
	pause time.Duration
	due   time.Time // when the first of lines may go; zero: at once
}

// Add takes a line in, and reports false if too much waits already.
func (q *Queue) Add(l Line) bool {
	if q.Full(len(l.Text)) {
		return false
	}
	q.lines = append(q.lines, l)
	q.bytes += len(l.Text)
	return true
}

// Bytes is how much text waits.
func (q *Queue) Bytes() int { return q.bytes }

// Full reports whether a line of so many bytes would not be taken.
func (q *Queue) Full(size int) bool {
	return len(q.lines) >= MaxLines || len(q.lines) > 0 && q.bytes+size > MaxBytes
}

// Next is the line that goes out now, if one does; it is on its way then, until
// [Queue.Said], [Queue.Early], [Queue.TooSoon], [Queue.Refused] or [Queue.Lost] is told of it.
func (q *Queue) Next(now time.Time) (Line, bool) {
	if q.sent != nil || len(q.lines) == 0 || now.Before(q.due) {
		return Line{}, false
	}
	l := q.lines[0]
	q.lines[0] = Line{}
	q.lines = q.lines[1:]
	q.bytes -= len(l.Text)
	q.sent, q.due = &l, time.Time{}
	return l, true
}

// Due is when Next has a line, if that is for the clock to say; zero otherwise.
func (q *Queue) Due() time.Time {
	if q.sent != nil || len(q.lines) == 0 {
		return time.Time{}
	}
	return q.due
}

// Said says that the line on its way has come back from the room.
func (q *Queue) Said(now time.Time) { q.answered(now) }

// Early says that the line on its way was refused for the rate. It waits again,
// in front of the others.
func (q *Queue) Early(now time.Time) {
	q.pause = min(max(2*q.pause, Pause), LongestPause)
	l := *q.sent
	q.lines = append([]Line{l}, q.lines...)
	q.bytes += len(l.Text)
	q.answered(now)
}

// TooSoon says that the line on its way was refused by a room's rule, under which it may go
// after a while. It waits again, in front of the others; how fast lines go out otherwise
// is as it was.
func (q *Queue) TooSoon(now time.Time, wait time.Duration) {
	l := *q.sent
	q.lines = append([]Line{l}, q.lines...)
	q.bytes += len(l.Text)
	q.answered(now)
	q.due = now.Add(min(max(wait, Pause), rooms.MaxSlow))
}

// Refused says that the line on its way was refused for good, and returns it.
func (q *Queue) Refused(now time.Time) Line {
	l := *q.sent
	q.answered(now)
	return l
}

// answered says that nothing is on its way any more.
func (q *Queue) answered(now time.Time) {
	q.sent = nil
	if len(q.lines) == 0 {
		q.pause, q.lines = 0, nil
	}
	if q.pause > 0 {
		q.due = now.Add(q.pause)
	}
}

// TakeBack returns what waits, in order, and forgets it. What is on its way
// stays so.
func (q *Queue) TakeBack() []Line {
	lines := q.lines
	q.lines, q.bytes, q.due = nil, 0, time.Time{}
	if q.sent == nil {
		q.pause = 0
	}
	return lines
}

// Lost returns what has not come back from the room, in order, after the place
// was lost with what was on its way: another place may have other people in it.
func (q *Queue) Lost() []Line {
	lines := q.Unsaid()
	*q = Queue{}
	return lines
}

// Unsaid is what has not come back from the room, in order.
func (q *Queue) Unsaid() []Line {
	var lines []Line
	if q.sent != nil {
		lines = append(lines, *q.sent)
	}
	return append(lines, q.lines...)
}

// Waiting is what waits, in order. It is good until the next call.
func (q *Queue) Waiting() []Line { return q.lines }
