package sshsrv

import (
	"io"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// libraryWindow is the window that the SSH library grants a channel, in bytes.
const libraryWindow = 2 << 20

// An intake bounds what a client sends ahead of its sessions. The SSH library
// grants each channel a window of 2 MiB, and keeps every packet by itself: sent
// byte by byte, a window costs a hundred MiB. It neither takes another number nor
// tells how much it keeps. So an intake counts below it what comes from the
// network, and leaves the rest there, for TCP to hold the client back, while
// too much of it may be unread.
//
// It knows no packets, and so it can only say what is unread at most: all that
// came since a session had last read everything, or, of one that never has,
// since before its last window full. As long as all connections together stay
// within [AheadPool] nobody is held back; and within [AheadShared] nobody on whose
// connection another session waits to read: who pipes a long file goes on typing
// in another window.
type intake struct {
	pool    *atomic.Int64 // what all connections have unread beyond AheadFree, in bytes
	writing atomic.Int64  // when the write that goes on began, in Unix nanoseconds; 0: none does

	mu       sync.Mutex
	changed  sync.Cond
	inputs   []*input // of its channels
	came     int64    // bytes from the network, less those that are known to be handled
	swept    int64    // came when the last sweep was due
	sweeping bool
	charge   int64 // what is in pool for this connection
	waiting  bool  // the client is held back
	waited   bool  // it was since heldBack was asked
	closed   bool
	read     time.Time // when a session last read something
}

// A backlog is what an intake knows of one input. The intake's mutex guards it.
type backlog struct {
	reading time.Time // when the read that goes on began; zero: none does
	ended   bool      // its end was read, and nobody reads it any more
	since   int64     // came when everything before it is known to be read
	next    int64     // the next value of since, once another window was read
	got     int64     // bytes read since came was next
}

// waits reports whether a read found nothing.
func (b *backlog) waits(now time.Time) bool {
	return !b.reading.IsZero() && now.Sub(b.reading) >= IdleAfter
}

// none notes that everything was read until came.
func (b *backlog) none(came int64) { b.since, b.next, b.got = came, came, 0 }

func newIntake(pool *atomic.Int64) *intake {
	t := &intake{pool: pool}
	t.changed.L = &t.mu
	return t
}

// wait waits while too much is unread, and until the connection closes or gone says
// that the client is at most. Nobody tells that a read found nothing, or that others
// have less unread: both are looked for every [RecheckEvery].
func (t *intake) wait(gone func() bool) {
	began := time.Now()
	for t.held() {
		if gone() {
			return
		}
		for _, ch := range t.unbegun(time.Since(began)) {
			ch.giveUp("Much was sent here, and nothing is read before a session has begun.")
		}
	}
}

// held waits for [RecheckEvery] at most, and reports whether the client has still
// to be held back.
func (t *intake) held() bool {
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

// unbegun are the channels that the client is held back for, since so long, though
// nobody will read them.
func (t *intake) unbegun(since time.Duration) (channels []*channel) {
	if since < UnbegunFor {
		return nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, in := range t.inputs {
		if in.ch != nil && !in.ch.begun.Load() && t.came-in.since > AheadFree {
			channels = append(channels, in.ch)
		}
	}
	return channels
}

// full reports whether the client has to be held back. The caller holds t.mu.
func (t *intake) full() bool {
	if t.charge == 0 || t.closed {
		return false
	}
	t.count(0)
	limit := int64(AheadPool)
	now := time.Now()
	if slices.ContainsFunc(t.inputs, func(in *input) bool { return in.waits(now) }) {
		limit = AheadShared
	}
	return t.charge > 0 && t.pool.Load() > limit
}

// heldBack reports whether the client was held back since the last call, by a
// session that went on reading: its answers could not be read then.
func (t *intake) heldBack() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	held := t.waited && !t.closed
	t.waited = t.waiting
	return held && time.Since(t.read) < KeepaliveMisses*KeepaliveEvery
}

// holdsBack reports whether the client is held back by a session that goes on
// reading: that it takes something can't be read.
func (t *intake) holdsBack() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.waiting && time.Since(t.read) < StallTimeout
}

// add counts n bytes that came, and reports whether it is time for a sweep.
func (t *intake) add(n int) (sweep bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.count(int64(n))
	if sweep = !t.sweeping && t.came-t.swept >= SweepEvery; sweep {
		t.sweeping, t.swept = true, t.came
	}
	return sweep
}

// count counts n bytes that came just now and brings the charge up to date. That
// a session waits tells nothing while a write is stuck: what came may be requests
// whose answers can't be given. The caller holds t.mu.
func (t *intake) count(n int64) {
	now := time.Now()
	began := t.writing.Load()
	stuck := began != 0 && now.UnixNano()-began >= int64(IdleAfter)
	for _, in := range t.inputs {
		if !stuck && in.waits(now) {
			in.none(t.came)
		}
	}
	t.came += n
	t.recharge()
}

// recharge brings the charge up to date. The caller holds t.mu.
func (t *intake) recharge() {
	unread := t.behind()
	if unread <= AheadFree || t.closed {
		unread = 0
	}
	t.pool.Add(unread - t.charge)
	t.charge = unread
	t.changed.Broadcast()
}

// unread is how many bytes may wait to be read.
func (t *intake) unread() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return int(t.behind())
}

// behind is how far the session that has read the least is behind what came. The
// caller holds t.mu.
func (t *intake) behind() (unread int64) {
	for _, in := range t.inputs {
		unread = max(unread, t.came-in.since)
	}
	return unread
}

// handled takes back n bytes of what came: they were a request and are done with.
func (t *intake) handled(n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.came -= int64(n)
	t.swept = min(t.swept, t.came)
	for _, in := range t.inputs {
		in.since, in.next = min(in.since, t.came), min(in.next, t.came)
	}
	t.recharge()
}

// join counts an input in, and leave counts it out.
func (t *intake) join(in *input) {
	t.mu.Lock()
	defer t.mu.Unlock()
	in.none(t.came)
	t.inputs = append(t.inputs, in)
}

func (t *intake) leave(in *input) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.inputs = slices.DeleteFunc(t.inputs, func(i *input) bool { return i == in })
	t.recharge()
}

// begin notes that in is being read.
func (t *intake) begin(in *input) {
	t.mu.Lock()
	defer t.mu.Unlock()
	in.reading = time.Now()
}

// took notes that n bytes of in were read, and whether that was everything.
func (t *intake) took(in *input, n int, all bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	in.reading = time.Time{}
	if n > 0 {
		t.read = time.Now()
	}
	if in.got += int64(n); in.got >= libraryWindow {
		in.since, in.next, in.got = in.next, t.came, 0
	}
	if all {
		in.none(t.came)
	}
	t.recharge()
}

// end notes that the end of in was read.
func (t *intake) end(in *input) {
	t.mu.Lock()
	defer t.mu.Unlock()
	in.ended = true
}

// close lets go of whoever waits, for good.
func (t *intake) close() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.closed = true
	t.recharge()
}

// sweep throws away what no session reads: what a client sends as if it were the
// error stream of a program, or after the end of its input. background starts a
// goroutine, unless the connection is over.
func (t *intake) sweep(background func(func())) {
	t.mu.Lock()
	inputs := slices.Clone(t.inputs)
	t.mu.Unlock()
	for _, in := range inputs {
		in.deafen.Do(func() { background(func() { discard(in.raw.Stderr()) }) })
		if t.over(in) {
			discard(in.raw)
			discard(in.raw.Stderr())
			t.took(in, 0, true)
		}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.sweeping = false
}

func (t *intake) over(in *input) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return in.ended
}

// discard reads r to its end.
func discard(r io.Reader) {
	buf := make([]byte, InputChunk)
	for {
		if _, err := r.Read(buf); err != nil {
			return
		}
	}
}
