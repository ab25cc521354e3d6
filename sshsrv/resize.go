package sshsrv

import (
	"sync"
	"time"

	"sotto/sshsrv/tui/run"
)

// A Window is a terminal's size in cells, at least 1×1 and at most
// [MaxColumns]×[MaxRows].
type Window = run.Size

// A resizer passes window sizes on: the newest wins, at most one each [ResizeEvery],
// and fewer after some. It never blocks whoever sets a size.
type resizer struct {
	sizes chan Window // holds the newest that was not taken yet

	mu    sync.Mutex
	ring  func() // called when there is one to take; nil: it is waited for
	next  Window
	given Window      // the size that was passed on last
	last  time.Time   // when that was
	many  bucket      // of those that were passed on
	later *time.Timer // passes next on; nil unless one is due
	over  bool
}

func newResizer() *resizer {
	return &resizer{sizes: make(chan Window, 1), many: bucket{rate: 1 / ResizeRest.Seconds(), burst: ResizeBurst}}
}

// set makes w the size.
func (r *resizer) set(w Window) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.next = w
	if r.over || r.later != nil || w == r.given {
		return
	}
	every := ResizeEvery
	if !r.many.has(time.Now(), 1) {
		every = ResizeRest
	}
	if wait := every - time.Since(r.last); wait > 0 {
		r.later = time.AfterFunc(wait, func() {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.pass()
		})
		return
	}
	r.pass()
}

// pass hands the newest size over, in place of one that was not taken. The
// mutex is held.
func (r *resizer) pass() {
	r.later = nil
	r.given, r.last = r.next, time.Now()
	r.many.take(r.last, 1)
	if r.over {
		return
	}
	select {
	case <-r.sizes:
	default:
	}
	r.sizes <- r.next
	if r.ring != nil {
		r.ring()
	}
}

// ringBy has ring called whenever there is a size to take, and once at once. It does not
// wait.
func (r *resizer) ringBy(ring func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ring = ring
	ring()
}

// stop drops what is still due.
func (r *resizer) stop() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.over = true
	if r.later != nil {
		r.later.Stop()
	}
}
