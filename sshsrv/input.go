package sshsrv

import (
	"io"
	"sync"
	"sync/atomic"
	"time"

	"sotto/sshsrv/intake"
)

// An input is what a client sends on its channel. A reader can be sent away
// from it by hangUp; from the channel itself only the client's answer to a close
// would do that. One goroutine may read it.
type input struct {
	stream *intake.Stream
	conn   *conn

	start   sync.Once
	bytes   chan []byte   // from the pump, one piece at most; closed at the end of input
	ring    func()        // called when there is a piece, or the end; nil: the reader waits
	taken   chan struct{} // the pump may use its buffer again
	rest    []byte        // of what came last
	stop    sync.Once
	stopped chan struct{} // closed by hangUp

	light bucket      // what may come without a turn; the pump's own
	sound atomic.Bool // it is read in its own time, and needs no turn
}

func newInput(stream *intake.Stream, c *conn) *input {
	return &input{
		stream: stream, conn: c,
		bytes: make(chan []byte, 1), taken: make(chan struct{}, 1), stopped: make(chan struct{}),
		light: bucket{rate: LightRate, burst: LightBytes},
	}
}

// Read returns io.EOF when the client has sent its last byte, and when the
// reader was sent away.
func (in *input) Read(p []byte) (int, error) {
	if len(in.rest) == 0 {
		select {
		case b, ok := <-in.Chunks():
			if !ok {
				return 0, io.EOF
			}
			in.rest = b
		case <-in.stopped:
			return 0, io.EOF
		}
	}
	n := copy(p, in.rest)
	if in.rest = in.rest[n:]; len(in.rest) == 0 {
		in.Release()
	}
	return n, nil
}

// Chunks is for a reader that waits for other things as well: what it gets is
// good until it calls Release. The channel is closed at the end of input.
func (in *input) Chunks() <-chan []byte {
	in.begin()
	return in.bytes
}

// ChunksBy is Chunks for a reader that does not wait: ring is called when there is
// something to receive. It is called before anything else is asked of the input.
func (in *input) ChunksBy(ring func()) <-chan []byte {
	in.start.Do(func() {
		in.ring = ring
		in.conn.running.Go(in.pump)
	})
	return in.bytes
}

func (in *input) call() {
	if in.ring != nil {
		in.ring()
	}
}

func (in *input) begin() { in.start.Do(func() { in.conn.running.Go(in.pump) }) }

func (in *input) Release() { in.taken <- struct{}{} }

// hangUp ends reading, for good. What comes now is thrown away.
func (in *input) hangUp() {
	in.stop.Do(func() { close(in.stopped) })
	in.begin()
}

// pump reads the channel to its end. Nothing is read ahead of the reader but one
// buffer, so that a client which sends faster than it is read meets a closed
// window, or its connection's [intake.Intake].
func (in *input) pump() {
	in.deliver(make([]byte, intake.ChunkBytes))
	in.outlast()
	close(in.bytes)
	in.call()
	in.discard()
	in.stream.End()
}

// deliver hands over what is read into buf until the end of input, or until the
// reader is sent away.
func (in *input) deliver(buf []byte) {
	for {
		n, err := in.stream.Read(buf)
		if n > 0 && !in.hand(buf[:n]) || err != nil {
			return
		}
		clear(buf[:n]) // what was typed may be meant to be forgotten
	}
}

// hand hands a piece over and waits until the reader is done with it. It reports
// false if the reader was sent away.
func (in *input) hand(b []byte) bool {
	yield, ok := in.turn(len(b))
	if !ok {
		return false
	}
	defer yield()
	select {
	case in.bytes <- b:
		in.call()
	case <-in.stopped:
		return false
	}
	select {
	case <-in.taken:
		return true
	case <-in.stopped:
		return false
	}
}

// turn waits for its turn where more comes than a person writes: a thousand sessions
// that are pasted into at once take no more of the machine than one after another
// would, and those who type do not wait for them. Whoever works on a piece for longer
// than [TurnFor], or waits for a client to read, has had its turn.
func (in *input) turn(bytes int) (yield func(), ok bool) {
	work := in.conn.server.work
	if work == nil || in.sound.Load() || in.light.take(time.Now(), bytes) {
		return func() {}, true
	}
	select {
	case work <- struct{}{}:
	case <-in.stopped:
		return nil, false
	}
	over := sync.OnceFunc(func() { <-work })
	late := time.AfterFunc(TurnFor, over)
	return func() {
		late.Stop()
		over()
	}, true
}

// discard reads the rest.
func (in *input) discard() {
	buf := make([]byte, intake.ChunkBytes) // the reader may have the other still
	for {
		if _, err := in.stream.Read(buf); err != nil {
			return
		}
	}
}

// outlast waits for a moment whether the end of input was the channel's: then
// hangUp comes, and nobody who vanished is taken for somebody who has finished.
func (in *input) outlast() {
	timer := time.NewTimer(EOFGrace)
	defer timer.Stop()
	select {
	case <-in.stopped:
	case <-timer.C:
	}
}
