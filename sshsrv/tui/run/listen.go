package run

import "io"

// chunked is an input that calls whoever reads it. The channel holds one piece, and the
// next comes when that was given back; it is closed at the input's end. ring is called for
// each, and does not wait. An input that only has Read costs a goroutine that does nothing
// but wait.
type chunked interface {
	ChunksBy(ring func()) <-chan []byte
	Release()
}

// pauseMsg is what came from Terminal.Pauses.
type pauseMsg bool

// listen has the session called for what comes from its terminal and from its door.
func (s *session) listen() {
	if in, ok := s.terminal.In.(chunked); ok {
		s.input, s.release, s.inputErr = in.ChunksBy(func() { s.call(byInput) }), in.Release, io.EOF
	} else {
		input, taken := make(chan []byte, 1), make(chan struct{}, 1)
		s.input, s.release = input, func() { taken <- struct{}{} }
		s.goroutines.Go(func() { s.pump(input, taken) })
	}
	if s.terminal.RingBy != nil {
		s.terminal.RingBy(func() { s.call(byDoor) })
		return
	}
	forward(s, s.terminal.Resize, func(size Size) any { return size })
	forward(s, s.terminal.Pauses, func(asked bool) any { return pauseMsg(asked) })
	forward(s, s.terminal.Shed, func(struct{}) any { return ShedMsg{} })
}

// forward passes on what comes from a channel, in a goroutine until it is closed or the
// session over.
func forward[T any](s *session, from <-chan T, as func(T) any) {
	if from == nil {
		return
	}
	s.goroutines.Go(func() {
		for {
			select {
			case v, ok := <-from:
				if !ok {
					return
				}
				s.send(as(v))
			case <-s.done:
				return
			}
		}
	})
}

// pump passes the terminal's input on. A piece is emptied when it was given back: what was
// typed may be meant to be forgotten.
func (s *session) pump(input chan<- []byte, taken <-chan struct{}) {
	defer s.call(byInput)
	defer close(input)
	var piece [inputBytes]byte
	for {
		n, err := s.terminal.In.Read(piece[:])
		if n > 0 {
			s.hand(piece[:n], input, taken)
		}
		if err != nil {
			s.inputErr = err
			return
		}
	}
}

// hand hands a piece over and waits until it was given back. Once nobody receives any more
// it is dropped.
func (s *session) hand(b []byte, input chan<- []byte, taken <-chan struct{}) {
	select {
	case input <- b:
		s.call(byInput)
	case <-s.done:
		return
	}
	select {
	case <-taken:
		clear(b)
	case <-s.done:
	}
}
