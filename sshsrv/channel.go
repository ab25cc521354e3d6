package sshsrv

import (
	"context"
	"io"
	"sync"

	gossh "golang.org/x/crypto/ssh"
)

// A channel is one session channel behind its gate: what the client asked for,
// and streams that can't get stuck.
type channel struct {
	gossh.Channel // set by accepted
	conn          *conn

	ctx context.Context // ends with the channel; the cause says why
	end context.CancelCauseFunc

	out, err *output
	exited   sync.Once
	in       *input
	resize   *resizer

	// Owned by the gate until start, then read only.
	term      string // of the terminal; empty without one
	size      Window // at the start
	colorTerm string
	noColor   bool
	command   string
	tooLong   bool // the command line was, and is not kept
	started   bool

	finished chan struct{} // closed when the session that was started is over
}

func newChannel(c *conn) *channel {
	ch := &channel{conn: c, resize: newResizer(), finished: make(chan struct{})}
	ch.ctx, ch.end = context.WithCancelCause(c.server.sessions)
	return ch
}

// accepted gives the channel its streams.
func (ch *channel) accepted(raw gossh.Channel) {
	ch.Channel = raw
	ch.out = &output{w: raw, ch: ch}
	ch.err = &output{w: raw.Stderr(), ch: ch}
	ch.in = newInput(raw, ch)
}

// start marks that a session runs on the channel.
func (ch *channel) start() {
	ch.started = true
	ch.conn.running.Add(1) // the session's; finish gives it back
}

// finish marks that the session is over.
func (ch *channel) finish() {
	close(ch.finished)
	ch.conn.running.Done()
}

// cutUnstarted tells a channel without a session why it is cut; a session tells
// its person itself.
func (ch *channel) cutUnstarted() {
	if !ch.started {
		_, _ = io.WriteString(ch.err, errFlood.Message+"\r\n")
	}
}

// Write, Read and Stderr are what the library uses; they are the same guarded
// streams.
func (ch *channel) Write(p []byte) (int, error) { return ch.out.Write(p) }
func (ch *channel) Read(p []byte) (int, error)  { return ch.in.Read(p) }
func (ch *channel) Stderr() io.ReadWriter {
	return struct {
		io.Reader
		io.Writer
	}{eof{}, ch.err}
}

type eof struct{}

func (eof) Read([]byte) (int, error) { return 0, io.EOF }
