// Package intake bounds what a client sends ahead of its sessions.
//
//	client ──TCP──▶ Wait ──▶ SSH library ──┬─▶ window of a channel ──▶ Stream.Read ──▶ session
//	                 │       (decrypts)    ├─▶ window of a channel ──▶ Stream.Read ──▶ session
//	                 │                     └─▶ requests ─────────────▶ Handled
//	                 │
//	   Came: bytes that came          Stream: where in them its reader is, at least
//
//	   bytes that came   0 ──────────────┬───────────────────┬────────▶ came
//	   one Stream                        since               next
//	                       read          │ may be unread     │
//
// The SSH library grants each channel a window of 2 MiB, and keeps every packet by
// itself: sent byte by byte, a window costs a hundred MiB. It neither takes another
// number nor tells how much it keeps. So an [Intake] counts below it what comes from
// the network, and leaves the rest there, for TCP to hold the client back, while too
// much of it may be unread.
//
// It sees bytes and not packets, so it knows no more than a bound. A session whose read
// gets less than it has room for, or waits, has read everything: only what came after
// that may be unread. A session that never catches up has at most one window unread. So
// whenever it has read another 2 MiB, all that had come when their count began is read:
// since moves to where next was, and next to what has come by now. The stream that is
// furthest behind counts for the connection; what a connection has unread beyond [Free]
// is in the pool of all.
//
// As long as all connections together stay within [Pool] nobody is held back; and
// within [Shared] nobody on whose connection another session waits to read: who pipes a
// long file goes on typing in another window. With figures: a client that pastes
// 60 KiB into a session that is busy is never held back; one that pipes 2 MiB has
// 1.94 MiB in the pool until its session has read them; when several such clients have
// filled its 8 MiB, they are read no further until a session of theirs has caught up,
// and everybody who types has nothing unread and notices nothing.
//
// It knows no channels and no sessions, only what is read and when.
package intake

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// An Intake is that of one connection.
type Intake struct {
	pool    *atomic.Int64 // what all connections have unread beyond Free, in bytes
	writing atomic.Int64  // when the write that goes on began, in Unix nanoseconds; 0: none does

	mu       sync.Mutex
	changed  sync.Cond
	streams  []*Stream
	came     int64 // bytes from the network, less those that are known to be handled
	swept    int64 // came when the last sweep was due
	sweeping bool
	charge   int64 // what is in pool for this connection
	waiting  bool  // the client is held back
	waited   bool  // it was since HeldBack was asked
	closed   bool
	read     time.Time // when a session last read something
}

// New returns the intake of a connection, which shares a pool with all others.
func New(pool *atomic.Int64) *Intake {
	t := &Intake{pool: pool}
	t.changed.L = &t.mu
	return t
}

// Wait waits while too much is unread, until the connection is closed or gone says that
// the client has hung up. It looks again every [RecheckEvery], since nobody tells it that
// a session has read all there was, or that other connections leave more of the pool.
func (t *Intake) Wait(gone func() bool) {
	began := time.Now()
	for t.stillFull() {
		if gone() {
			return
		}
		for _, lobby := range t.unbegun(time.Since(began)) {
			lobby.GiveUp("Much was sent here, and nothing is read before a session has begun.")
		}
	}
}

// stillFull waits for [RecheckEvery] at most, and reports whether the client has still
// to be held back.
func (t *Intake) stillFull() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.full() {
		t.waiting, t.waited = true, true
		again := time.AfterFunc(RecheckEvery, func() {
			t.mu.Lock()
			defer t.mu.Unlock()
			t.changed.Broadcast()
		})
		t.changed.Wait()
		again.Stop()
	}
	t.waiting = t.full()
	return t.waiting
}

// unbegun are the lobbies of the streams that the client is held back for, since so
// long, though nobody will read them.
func (t *Intake) unbegun(since time.Duration) (lobbies []Lobby) {
	if since < UnbegunFor {
		return nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, s := range t.streams {
		if s.lobby != nil && !s.lobby.Begun() && t.came-s.since > Free {
			lobbies = append(lobbies, s.lobby)
		}
	}
	return lobbies
}

// full reports whether the client has to be held back. The caller holds t.mu.
func (t *Intake) full() bool {
	if t.charge == 0 || t.closed {
		return false
	}
	t.count(0)
	limit := int64(Pool)
	now := time.Now()
	if slices.ContainsFunc(t.streams, func(s *Stream) bool { return s.waits(now) }) {
		limit = Shared
	}
	return t.charge > 0 && t.pool.Load() > limit
}

// HeldBack reports whether the client was held back since the last call, by a
// session that read something within so long: its answers could not be read then.
func (t *Intake) HeldBack(within time.Duration) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	held := t.waited && !t.closed
	t.waited = t.waiting
	return held && time.Since(t.read) < within
}

// HoldsBack reports whether the client is held back now, by a session that read
// something within so long: that it takes something can't be read.
func (t *Intake) HoldsBack(within time.Duration) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.waiting && time.Since(t.read) < within
}

// Came counts n bytes that came, and reports whether it is time for a sweep.
func (t *Intake) Came(n int) (sweep bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.count(int64(n))
	if sweep = !t.sweeping && t.came-t.swept >= SweepEvery; sweep {
		t.sweeping, t.swept = true, t.came
	}
	return sweep
}

// Writing says that a write to the client begins, and Written that it is over.
func (t *Intake) Writing(now time.Time) { t.writing.Store(now.UnixNano()) }
func (t *Intake) Written()              { t.writing.Store(0) }

// count counts n bytes that came just now and brings the charge up to date. That
// a session waits tells nothing while a write is stuck: what came may be requests
// whose answers can't be given. The caller holds t.mu.
func (t *Intake) count(n int64) {
	now := time.Now()
	began := t.writing.Load()
	stuck := began != 0 && now.UnixNano()-began >= int64(IdleAfter)
	for _, s := range t.streams {
		if !stuck && s.waits(now) {
			s.none(t.came)
		}
	}
	t.came += n
	t.recharge()
}

// recharge brings the charge up to date. The caller holds t.mu.
func (t *Intake) recharge() {
	unread := t.behind()
	if unread <= Free || t.closed {
		unread = 0
	}
	t.pool.Add(unread - t.charge)
	t.charge = unread
	t.changed.Broadcast()
}

// Unread is how many bytes may wait to be read.
func (t *Intake) Unread() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return int(t.behind())
}

// behind is how far the stream of which the least was read is behind what came. The
// caller holds t.mu.
func (t *Intake) behind() (unread int64) {
	for _, s := range t.streams {
		unread = max(unread, t.came-s.since)
	}
	return unread
}

// Handled takes back n bytes of what came: they were a request and are done with.
func (t *Intake) Handled(n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.came -= int64(n)
	t.swept = min(t.swept, t.came)
	for _, s := range t.streams {
		s.since, s.next = min(s.since, t.came), min(s.next, t.came)
	}
	t.recharge()
}

// Close lets go of whoever waits, for good.
func (t *Intake) Close() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.closed = true
	t.recharge()
}
