package sshsrv

import (
	"io"
	"slices"
	"sync"
	"sync/atomic"
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
	pool *atomic.Int64 // what all connections have unread beyond AheadFree, in bytes

	mu       sync.Mutex
	moved    sync.Cond // signalled when any of this changes
	inputs   []*input  // of its channels
	came     int64     // bytes from the network, ever
	swept    int64     // came when the last sweep was due
	sweeping bool
	charge   int64 // what is in pool for this connection
	waiting  bool  // the client is held back
	waited   bool  // it was since heldBack was asked
	closed   bool
}

// An arrear is what an intake knows of one input. The intake's mutex guards it.
type arrear struct {
	dry   bool  // everything was read, and its reader waits for more
	ended bool  // its end was read, and nobody reads it any more
	since int64 // came when everything before it is known to be read
	next  int64 // the next value of since, once another window was read
	got   int64 // bytes read since came was next
}

func newIntake(pool *atomic.Int64) *intake {
	t := &intake{pool: pool}
	t.moved.L = &t.mu
	return t
}

// wait waits while too much is unread, and until the connection closes at most.
func (t *intake) wait() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for !t.closed && t.charge > 0 && t.pool.Load() > t.limit() {
		t.waiting, t.waited = true, true
		t.moved.Wait()
	}
	t.waiting = false
}

// limit is what all connections together may have unread before this one is held
// back. The caller holds t.mu.
func (t *intake) limit() int64 {
	if slices.ContainsFunc(t.inputs, func(in *input) bool { return in.dry }) {
		return AheadShared
	}
	return AheadPool
}

// heldBack reports whether the client was held back since the last call: its
// answers could not be read then.
func (t *intake) heldBack() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	waited := t.waited && !t.closed
	t.waited = t.waiting
	return waited
}

// add counts n bytes that came, and reports whether it is time for a sweep.
func (t *intake) add(n int) (sweep bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.came += int64(n)
	t.settle()
	if sweep = !t.sweeping && t.came-t.swept >= SweepEvery; sweep {
		t.sweeping, t.swept = true, t.came
	}
	return sweep
}

// settle brings the charge up to date. The caller holds t.mu.
func (t *intake) settle() {
	var unread int64
	for _, in := range t.inputs {
		if !in.dry {
			unread = max(unread, t.came-in.since)
		}
	}
	if unread <= AheadFree || t.closed {
		unread = 0
	}
	t.pool.Add(unread - t.charge)
	t.charge = unread
	t.moved.Broadcast()
}

// join counts an input in, and leave counts it out.
func (t *intake) join(in *input) {
	t.mu.Lock()
	defer t.mu.Unlock()
	in.since, in.next = t.came, t.came
	t.inputs = append(t.inputs, in)
}

func (t *intake) leave(in *input) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.inputs = slices.DeleteFunc(t.inputs, func(i *input) bool { return i == in })
	t.settle()
}

// drained notes that everything on in was read, and whether its reader waits
// for more.
func (t *intake) drained(in *input, waits bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	in.arrear = arrear{dry: waits, ended: in.ended, since: t.came, next: t.came}
	t.settle()
}

// took notes that n bytes of in were read, and that there may be more.
func (t *intake) took(in *input, n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if in.dry {
		in.dry, in.since, in.next = false, t.came, t.came
	}
	if in.got += int64(n); in.got >= libraryWindow {
		in.since, in.next, in.got = in.next, t.came, 0
	}
	t.settle()
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
	t.settle()
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
			t.drained(in, false)
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
