package native

import (
	"context"
	"sync"
	"time"

	"sotto/rooms"
)

// attempt is a context that ends by itself after some time, which is longer once the server
// says that it lets its person in as soon as it can.
type attempt struct {
	context.Context
	late *time.Timer
	done chan struct{}

	mu  sync.Mutex
	err error
}

// newAttempt begins one. Over ends it.
func newAttempt(parent context.Context, within time.Duration) (ctx context.Context, over func()) {
	a := &attempt{Context: parent, done: make(chan struct{})}
	stop := context.AfterFunc(parent, func() { a.end(parent.Err()) })
	a.late = time.AfterFunc(within, func() { a.end(context.DeadlineExceeded) })
	ctx = rooms.WhenDelayed(a, func() {
		a.late.Reset(within + rooms.HoldFor)
		rooms.TellDelayed(parent)
	})
	return ctx, func() {
		stop()
		a.late.Stop()
		a.end(context.Canceled)
	}
}

func (a *attempt) end(err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.err == nil {
		a.err = err
		close(a.done)
	}
}

func (a *attempt) Done() <-chan struct{}       { return a.done }
func (a *attempt) Deadline() (time.Time, bool) { return time.Time{}, false }

func (a *attempt) Err() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.err
}
