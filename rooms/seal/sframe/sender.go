package sframe

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"sync"
	"time"
)

// ErrClosed is the error of an end whose part in the voice is over: its keys are gone.
var ErrClosed = errors.New("the voice of this room was left")

// ErrFast is the error of a frame that is dropped since its sender is ahead of the time by
// too much: after a stall, or where what is sent was not made now.
var ErrFast = errors.New("frames of voice come faster than time passes")

// maxAhead is how many counters that is: half a second.
const maxAhead = 25

var errTooLong = errors.New("a frame of voice is longer than the server forwards")

// Sender seals one end's frames, for one part in a room's voice. Its methods may be called
// from several goroutines.
type Sender struct {
	mu         sync.Mutex
	closed     bool
	metadata   []byte
	tag        uint32
	generation uint32
	step       uint8
	base       [BaseBytes]byte
	sealer     sealer
	pending    *Key   // of the next generation, that nothing is sealed by yet
	next       uint64 // the first counter that was not used
	clock      wallClock
}

// NewSender begins with a fresh key. metadata goes into every frame's tag, and receivers
// must have the same.
func NewSender(metadata []byte) *Sender {
	var tag [4]byte
	rand.Read(tag[:])
	s := &Sender{metadata: metadata, tag: topTag | binary.BigEndian.Uint32(tag[:])>>(33-tagBits), clock: newWallClock()}
	rand.Read(s.base[:])
	s.derive()
	return s
}

func (s *Sender) derive() { s.sealer = newSealer(s.base[:], kidOf(s.tag, s.generation, s.step)) }

// Seal appends a sealed frame to dst. Its counter never comes again, and is never behind the
// time since this end's part began, nor much ahead of it: by the counter receivers find out
// what was kept back.
func (s *Sender) Seal(dst, frame []byte) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.closed:
		return nil, ErrClosed
	case len(frame) > MaxFrame:
		return nil, errTooLong
	}
	now := s.counter()
	counter := max(s.next, now)
	if counter > now+maxAhead {
		return nil, ErrFast
	}
	s.next = counter + 1
	return s.sealer.seal(dst, Header{kidOf(s.tag, s.generation, s.step), counter}, s.metadata, frame), nil
}

// counter is what the time stands at.
func (s *Sender) counter() uint64 { return uint64(s.clock.elapsed() / FrameTime) }

// Key is what somebody is to be given who is to hear what is sealed from now on.
func (s *Sender) Key() Key {
	s.mu.Lock()
	defer s.mu.Unlock()
	return Key{kidOf(s.tag, s.generation, s.step), s.counter(), s.base}
}

// Ratchet goes on to the next step, from which nobody gets back to those before: those who
// have the key follow by themselves. False: the generation has no more.
func (s *Sender) Ratchet() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.step == MaxStep || s.closed {
		return false
	}
	ratchet(&s.base)
	s.step++
	s.derive()
	return true
}

// Fresh makes the key of the next generation, which is to be given to all who are to hear
// it, and with which Turn begins.
func (s *Sender) Fresh() Key {
	s.mu.Lock()
	defer s.mu.Unlock()
	generation := s.generation + 1
	if s.pending != nil {
		_, before, _ := splitKID(s.pending.KID)
		generation = before + 1
	}
	s.pending = &Key{KID: kidOf(s.tag, generation, 0), Counter: s.counter()}
	rand.Read(s.pending.Base[:])
	return *s.pending
}

// Turn seals by the key that Fresh made last.
func (s *Sender) Turn() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.pending == nil || s.closed {
		return
	}
	_, s.generation, s.step = splitKID(s.pending.KID)
	s.base = s.pending.Base
	clear(s.pending.Base[:])
	s.pending = nil
	s.derive()
}

// Close overwrites the keys. Nothing is sealed after it.
func (s *Sender) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	clear(s.base[:])
	s.sealer = sealer{}
	if s.pending != nil {
		clear(s.pending.Base[:])
		s.pending = nil
	}
}

// wallClock is one that is never set back: where it would go back it stands still,
// once. The sender's is one, since a machine's sleep is to count.
type wallClock struct{ begun, last, ahead int64 } // ns

func newWallClock() wallClock {
	now := wall()
	return wallClock{begun: now, last: now}
}

func wall() int64 { return time.Now().UnixNano() }

func (s *wallClock) elapsed() time.Duration {
	now := wall()
	s.ahead += max(0, s.last-now-s.ahead)
	s.last = max(s.last, now+s.ahead)
	return time.Duration(s.last - s.begun)
}
