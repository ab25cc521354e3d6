package voice

import (
	"sync"
	"time"
)

// loudness is how loud somebody has been in the last moments, in decibels above silence.
type loudness struct {
	mu       sync.Mutex
	level    int // in sixteenths
	last     time.Time
	speaking bool
	quiet    time.Time // since when they are; zero: they are not
	paused   time.Time // when they last were, for a breath
}

// heard takes the level of a packet.
func (l *loudness) heard(level uint8, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	loud := 16 * (127 - int(min(level, 127)))
	if now.Sub(l.last) > idle {
		l.level, l.paused = 0, now
	}
	if loud > l.level {
		l.level += (loud - l.level + 1) / 2 // within two packets
	} else {
		l.level -= (l.level - loud) / 16 // within a third of a second
	}
	l.last = now
	switch {
	case l.level >= 16*hushed:
		l.quiet = time.Time{}
	case l.quiet.IsZero():
		l.quiet = now
	case now.Sub(l.quiet) >= breath:
		l.paused = now
	}
}

// hush forgets how loud they were.
func (l *loudness) hush() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.level, l.speaking = 0, false
}

// lasts is for how long they have spoken without a pause.
func (l *loudness) lasts(now time.Time) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	if now.Sub(l.last) > idle {
		return 0
	}
	return now.Sub(l.paused)
}

// at is how loud they are, 0 if nothing came for a while.
func (l *loudness) at(now time.Time) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.now(now)
}

func (l *loudness) now(now time.Time) int {
	if now.Sub(l.last) > idle {
		return 0
	}
	return l.level / 16
}

// speaks reports whether they are shown as speaking.
func (l *loudness) speaks(now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	loud := l.now(now)
	l.speaking = loud >= speaks || l.speaking && loud >= hushed
	return l.speaking
}
