package native

import (
	"io"
	"sync"
)

// inputChunk is how much input is taken at once, in bytes.
const inputChunk = 4 << 10

// input reads a stream ahead by one piece, so that a line mode can wait for it
// and for the room at once.
type input struct {
	from    io.Reader
	hangUp  func() // makes a read return
	chunks  chan []byte
	taken   chan struct{}
	stopped chan struct{}
	start   sync.Once
	running sync.WaitGroup
}

func newInput(from io.Reader, hangUp func()) *input {
	return &input{from: from, hangUp: hangUp, chunks: make(chan []byte), taken: make(chan struct{}, 1), stopped: make(chan struct{})}
}

// Chunks are good until Release. The channel is closed at the end of input.
func (in *input) Chunks() <-chan []byte {
	in.start.Do(func() { in.running.Go(in.pump) })
	return in.chunks
}

// Release gives the last chunk back.
func (in *input) Release() { in.taken <- struct{}{} }

func (in *input) pump() {
	defer close(in.chunks)
	buf := make([]byte, inputChunk)
	for {
		n, err := in.from.Read(buf)
		if n > 0 {
			select {
			case in.chunks <- buf[:n]:
			case <-in.stopped:
				return
			}
			select {
			case <-in.taken:
			case <-in.stopped:
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// close ends reading, for good.
func (in *input) close() {
	close(in.stopped)
	in.hangUp()
	in.start.Do(func() {}) // nothing begins any more
	in.running.Wait()
}
