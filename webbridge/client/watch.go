package client

import (
	"context"
	"time"

	"sotto/rooms"
)

// A connection that is dead often looks alive: a middlebox forgot it, or a laptop
// woke up elsewhere. So what was sent must be followed by something within
// answerWithin; halfway a barrier is sent, which a server answers whatever else it
// does, and another after so much silence that nobody may be there any more. A line
// that turns out to be slower than that is given twice as long, up to longestAnswer.
// While the server can't reach the others that share the room it answers no barrier, nor
// anything that was said: then only that a probe of another kind is not answered counts.
// The page does the same (pulse.js).
const (
	answerWithin  = 8 * time.Second
	longestAnswer = 64 * time.Second
	probeAfter    = 15 * time.Second
	// quiet is how long nobody has answered before the participant is told.
	quiet = 5 * time.Second
)

// probeID is the id of what looks whether anybody is there. Whatever comes
// says so; nobody waits for these answers.
const probeID = barrierPrefix + "probe"

// watch is what is known of whether anybody answers over one connection. The seat's
// mu guards it.
type watch struct {
	bell    rooms.Bell // something was asked for, or heard
	asked   time.Time  // since when nothing came that could answer what was sent; zero: it did, or nothing was
	heard   time.Time  // when something last came
	probing bool       // a probe is out
	stalled bool       // the server said that what is said waits
	told    bool       // the participant knows of the silence
	deaf    bool       // what came is still being handed over, and nothing is read
	left    uint64     // how many ops had left when that was last looked at
	silent  time.Time  // since when nobody had answered when the connection was given up for it
}

func newWatch(now time.Time) watch {
	return watch{bell: rooms.NewBell(), heard: now, deaf: true}
}

// asks notes that something was sent.
func (w *watch) asks(now time.Time) {
	if !w.asked.IsZero() {
		return
	}
	if !w.stalled {
		w.asked = now
	}
	w.bell.Ring()
}

// stalls notes that the server says that what is said waits, or no longer does.
func (s *Seat) stalls(l *link, on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l.watch.stalled = on
	if on {
		l.watch.asked = time.Time{} // no probe is out: something was just heard
	}
}

// sayFirst sends an op before all others.
func (s *Seat) sayFirst(l *link, op rooms.Op) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l.out.add(op) // there is room
	l.watch.asks(time.Now())
}

// heard notes that something came: somebody is there.
func (s *Seat) heard(l *link) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w, now := &l.watch, time.Now()
	if !w.asked.IsZero() && now.Sub(w.asked) < answerWithin/2 {
		s.patience = answerWithin
	}
	if w.told {
		s.giveLocked(&rooms.Silence{})
	}
	w.asked, w.heard, w.probing, w.told, w.deaf = time.Time{}, now, false, false, true
}

// listens notes that what came was handed over. What was sent meanwhile could not be
// answered before.
func (s *Seat) listens(l *link) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w, now := &l.watch, time.Now()
	w.deaf, w.heard = false, now
	if !w.asked.IsZero() {
		w.asked = now
	}
	w.bell.Ring()
}

// lostSince is since when nobody was there at the other end of a connection that is
// lost now.
func (s *Seat) lostSince(l *link) time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	if l.watch.silent.IsZero() {
		return time.Now()
	}
	return l.watch.silent
}

// keepWatch looks whether anybody answers, until ctx ends or the connection is given
// up.
func (s *Seat) keepWatch(ctx context.Context, l *link) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-timer.C:
		case <-l.watch.bell:
		case <-ctx.Done():
			return
		}
		next, over := s.look(l, time.Now())
		if over {
			l.conn.Close() // which its reader notices
			return
		}
		timer.Reset(next)
	}
}

// look does what the time has come for, and says how long it is until there is
// something again. over says that nobody is there.
func (s *Seat) look(l *link, now time.Time) (next time.Duration, over bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w := &l.watch
	if w.deaf {
		return probeAfter, false
	}
	from, wait := w.asked, s.patience/2
	if from.IsZero() {
		if from = w.heard; len(s.pending) == 0 {
			wait = probeAfter
		}
	}
	if !w.probing && now.Sub(from) >= wait {
		w.probing = true
		if w.asked.IsZero() {
			w.asked = now
		}
		var probe rooms.Op = rooms.Sync{ID: probeID}
		if w.stalled {
			probe = rooms.Inspect{ID: probeID}
		}
		l.out.add(probe) // without room, enough waits that is answered
		w.left, _ = l.out.progress()
	}
	if w.probing {
		from, wait = w.asked, s.patience
	}
	if w.probing && now.Sub(from) >= wait {
		left, more := l.out.progress()
		if !more || left == w.left {
			w.silent = w.asked
			s.patience = min(longestAnswer, 2*s.patience)
			return 0, true
		}
		w.left, w.asked, from = left, now, now // it is still leaving: nobody could answer
	}
	next = from.Add(wait).Sub(now)
	if tell := w.asked.Add(quiet).Sub(now); !w.asked.IsZero() && !w.told {
		if tell <= 0 {
			w.told = true
			s.giveLocked(&rooms.Silence{Since: w.asked})
		} else {
			next = min(next, tell)
		}
	}
	return next, false
}
