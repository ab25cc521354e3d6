package sshsrv

import (
	"context"
	"io"
	"sync"
	"time"

	gossh "golang.org/x/crypto/ssh"
)

// An output is a stream to a client which may refuse to read it. A write that
// makes no progress for [StallTimeout] ends its channel, whatever the client
// sends meanwhile. Where the writer is still stuck [StallGrace] later, the
// connection ends too: closing a channel does not free a writer that waits for
// window, only the client's answer or the end of the connection does.
type output struct {
	w  io.Writer
	ch *channel

	writers sync.Mutex // held for a whole Write, one at a time

	mu    sync.Mutex
	since time.Time   // when the step that is being written began; zero: none is
	watch *time.Timer // goes off once after a step began, however many follow
	armed bool        // watch will go off
}

// Write writes p whole or says why not. Several goroutines may call it.
func (o *output) Write(p []byte) (n int, err error) {
	o.writers.Lock()
	defer o.writers.Unlock()
	for n < len(p) {
		if context.Cause(o.ch.ctx) == errGone {
			return n, io.ErrClosedPipe
		}
		o.begin()
		k, err := o.w.Write(p[n:min(len(p), n+PacketBytes)])
		o.finish()
		n += k
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

// begin notes that a step begins. It leaves a watch that is armed alone: setting
// one for each step would cost more than the step's bytes do.
func (o *output) begin() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.since = time.Now()
	switch {
	case o.watch == nil:
		o.watch = time.AfterFunc(StallTimeout, o.check)
	case !o.armed:
		o.watch.Reset(StallTimeout)
	}
	o.armed = true
}

func (o *output) finish() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.since = time.Time{}
}

// stuck reports since when the writer has made no progress, if that is
// [StallTimeout] or more.
func (o *output) stuck() (since time.Time, ok bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.since, !o.since.IsZero() && time.Since(o.since) >= StallTimeout
}

// rest sets the watch again if a step has not taken too long yet, and lets it
// rest if there is none.
func (o *output) rest() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.armed = !o.since.IsZero(); o.armed {
		o.watch.Reset(StallTimeout - time.Since(o.since))
	}
}

// wait sets the watch again for a step that took too long.
func (o *output) wait() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.watch.Reset(StallTimeout)
}

// retire has the watch go off, once nothing is written any more: until then it
// holds the channel and all that hangs on it.
func (o *output) retire() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.watch != nil {
		o.watch.Reset(0)
	}
}

// check runs when the watch goes off. A client that is held back may have taken
// everything: nobody has read that it did.
func (o *output) check() {
	since, ok := o.stuck()
	switch {
	case !ok:
		o.rest()
		return
	case o.ch.conn.intake.HoldsBack(StallTimeout):
		o.wait()
		return
	}
	// First of all the second step, since each of the next may block as well.
	time.AfterFunc(StallGrace, func() {
		if again, ok := o.stuck(); ok && again.Equal(since) {
			_ = o.ch.conn.Close()
		}
	})
	o.ch.hangUp(errStalled)
	o.ch.exit(1)
}

// exit sends the exit status (RFC 4254, section 6.10) and closes the channel.
// Only the first call counts.
func (ch *channel) exit(status uint32) {
	ch.exited.Do(func() {
		_, _ = ch.SendRequest("exit-status", false, gossh.Marshal(struct{ Status uint32 }{status}))
		_ = ch.Channel.Close()
	})
}
