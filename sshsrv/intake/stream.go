package intake

import (
	"io"
	"slices"
	"sync"
	"time"
)

// An Input is what a client sends on one channel: its input, and what it sends as if it
// were the error stream of a program.
type Input interface {
	io.Reader
	Stderr() io.ReadWriter
}

// A Lobby is where a channel is until a session was begun on it.
type Lobby interface {
	Begun() bool
	// GiveUp ends the channel, if none was, and says why.
	GiveUp(why string)
}

// A Stream is one channel's part of an intake. One goroutine may read it. Its intake's
// mutex guards it.
type Stream struct {
	intake *Intake
	input  Input
	lobby  Lobby     // nil: a session was begun
	deafen sync.Once // starts whoever throws the client's error stream away

	reading time.Time // when the read that goes on began; zero: none does
	ended   bool      // its end was read, and nobody reads it any more
	since   int64     // came when everything before it is known to be read
	next    int64     // the next value of since, once another window was read
	got     int64     // bytes read since came was next
}

// Stream returns the stream of a channel, before it is counted in.
func (t *Intake) Stream(input Input, lobby Lobby) *Stream {
	return &Stream{intake: t, input: input, lobby: lobby}
}

// Join counts it in: from now on its lobby may be asked.
func (s *Stream) Join() {
	t := s.intake
	t.mu.Lock()
	defer t.mu.Unlock()
	s.none(t.came)
	t.streams = append(t.streams, s)
}

// Leave counts it out.
func (s *Stream) Leave() {
	t := s.intake
	t.mu.Lock()
	defer t.mu.Unlock()
	t.streams = slices.DeleteFunc(t.streams, func(other *Stream) bool { return other == s })
	t.recharge()
}

// Read reads what the client sends.
func (s *Stream) Read(buf []byte) (n int, err error) {
	s.begin()
	n, err = s.input.Read(buf)
	s.took(n, n < len(buf))
	return n, err
}

// End says that the end was read. What may still come is thrown away by [Intake.Sweep].
func (s *Stream) End() {
	s.deafen.Do(func() { discard(s.input.Stderr()) }) // has ended too
	s.intake.mu.Lock()
	defer s.intake.mu.Unlock()
	s.ended = true
}

// waits reports whether a read found nothing.
func (s *Stream) waits(now time.Time) bool {
	return !s.reading.IsZero() && now.Sub(s.reading) >= IdleAfter
}

// none notes that everything was read until came.
func (s *Stream) none(came int64) { s.since, s.next, s.got = came, came, 0 }

// begin notes that a read begins.
func (s *Stream) begin() {
	s.intake.mu.Lock()
	defer s.intake.mu.Unlock()
	s.reading = time.Now()
}

// took notes that n bytes were read, and whether that was everything.
func (s *Stream) took(n int, all bool) {
	t := s.intake
	t.mu.Lock()
	defer t.mu.Unlock()
	s.reading = time.Time{}
	if n > 0 {
		t.read = time.Now()
	}
	if s.got += int64(n); s.got >= Window {
		s.since, s.next, s.got = s.next, t.came, 0
	}
	if all {
		s.none(t.came)
	}
	t.recharge()
}

func (s *Stream) over() bool {
	s.intake.mu.Lock()
	defer s.intake.mu.Unlock()
	return s.ended
}

// Sweep throws away what no session reads: what a client sends as if it were the
// error stream of a program, or after the end of its input. background starts a
// goroutine, unless the connection is over.
func (t *Intake) Sweep(background func(func())) {
	t.mu.Lock()
	streams := slices.Clone(t.streams)
	t.mu.Unlock()
	for _, s := range streams {
		s.deafen.Do(func() { background(func() { discard(s.input.Stderr()) }) })
		if s.over() {
			discard(s.input)
			discard(s.input.Stderr())
			s.took(0, true)
		}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.sweeping = false
}

// discard reads r to its end.
func discard(r io.Reader) {
	buf := make([]byte, ChunkBytes)
	for {
		if _, err := r.Read(buf); err != nil {
			return
		}
	}
}
