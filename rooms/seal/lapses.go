package seal

import (
	"fmt"
	"time"

	"sotto/rooms"
)

// Codes of notices about what a member did seal, and this end can't read. It is not the
// server who is to blame for that.
const (
	Unknown    rooms.Code = "unknown_kind" // their program is newer than this one
	Unreadable rooms.Code = "unreadable"   // it keeps to no rule
)

const (
	// lapsePause is how long the next of them wait for a line once one was told, twice as
	// long each time, and longestLapse the longest.
	lapsePause   = 10 * time.Second
	longestLapse = 10 * time.Minute
)

// lapses counts what a member sealed and this end can't read. Each is counted in a line,
// and there are fewer and fewer lines, so that nobody fills a screen by it.
type lapses struct {
	count, told int
	next        time.Time // when a line may be told
	pause       time.Duration
}

// allTold reports whether there is nothing to tell of.
func (l *lapses) allTold() bool { return l.told == l.count }

// isDue reports whether a line is due, which it counts as told, or when one is.
func (l *lapses) isDue(now time.Time) (due bool, next time.Time) {
	switch {
	case l.allTold():
		return false, next
	case now.Before(l.next):
		return false, l.next
	}
	l.told, l.pause = l.count, min(max(2*l.pause, lapsePause), longestLapse)
	l.next = now.Add(l.pause)
	return true, next
}

// lapse counts one of them.
func (s *Seat) lapse(m *person, l *lapses) {
	l.count++
	s.tellLapses(m, time.Now())
}

// tellLapses tells of those of somebody, and says when to look again.
func (s *Seat) tellLapses(m *person, now time.Time) (next time.Time) {
	if m.newer.allTold() && m.broken.allTold() && m.spoken.allTold() {
		return next // of most, and this is asked of each with all that happens
	}
	due, next := m.newer.isDue(now)
	if due {
		s.emit(&rooms.Notice{Code: Unknown, Text: fmt.Sprintf("%s's program sent something that this version does not know (%d so far).", m.Nick, m.newer.count)})
	}
	due, again := m.broken.isDue(now)
	if due {
		s.emit(&rooms.Notice{Code: Unreadable, Text: fmt.Sprintf("%s sealed something that can't be read (%d so far). Their program does not keep to the rules.", m.Nick, m.broken.count)})
	}
	return earlier(next, earlier(again, s.tellVoice(m, now)))
}

// lapsed tells of those of all, and says when to look again.
func (s *Seat) lapsed(now time.Time) (next time.Time) {
	for _, m := range s.people.order {
		next = earlier(next, s.tellLapses(m, now))
	}
	return next
}
