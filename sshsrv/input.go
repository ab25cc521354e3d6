package sshsrv

import (
	"context"
	"io"
	"sync"

	gossh "golang.org/x/crypto/ssh"
)

// An input is what a client sends on its channel. Reading it ends with the
// channel's context, which reading the channel itself would not: that returns
// only when the client answers. One goroutine may read it.
type input struct {
	raw gossh.Channel
	ch  *channel

	begin sync.Once
	bytes chan []byte   // from the pump; closed at the end of input
	taken chan struct{} // the pump may use its buffer again
	rest  []byte        // of what came last
}

func newInput(raw gossh.Channel, ch *channel) *input {
	return &input{raw: raw, ch: ch, bytes: make(chan []byte), taken: make(chan struct{}, 1)}
}

// Read returns io.EOF when the client has sent its last byte, and the cause of
// the channel's end when that came first.
func (in *input) Read(p []byte) (int, error) {
	if len(in.rest) == 0 {
		select {
		case b, ok := <-in.chunks():
			if !ok {
				return 0, io.EOF
			}
			in.rest = b
		case <-in.ch.ctx.Done():
			return 0, context.Cause(in.ch.ctx)
		}
	}
	n := copy(p, in.rest)
	if in.rest = in.rest[n:]; len(in.rest) == 0 {
		in.release()
	}
	return n, nil
}

// chunks is for a reader that waits for other things as well: what it gets is
// good until it calls release. The channel is closed at the end of input.
func (in *input) chunks() <-chan []byte {
	in.begin.Do(func() { in.ch.conn.running.Go(in.pump) })
	return in.bytes
}

func (in *input) release() { in.taken <- struct{}{} }

// pump reads the channel. Nothing is read ahead of the reader but one buffer,
// so that a client which sends faster than it is read meets a closed window.
func (in *input) pump() {
	defer close(in.bytes)
	buf := make([]byte, InputChunk)
	for {
		n, err := in.raw.Read(buf)
		if n > 0 {
			select {
			case in.bytes <- buf[:n]:
			case <-in.ch.ctx.Done():
				return
			}
			select {
			case <-in.taken:
			case <-in.ch.ctx.Done():
				return
			}
		}
		if err != nil {
			return
		}
	}
}
