package pipe

import (
	"bytes"
	"context"
	"io"
	"math/rand/v2"
	"sync"
	"time"

	"sotto/rooms"
	"sotto/rooms/ogg"
	"sotto/rooms/voice"
)

var _ voice.Receiver = (*Ear)(nil)

// Ear hears what others say and writes it as one stream. It is made by [NewEar].
type Ear struct {
	tell func(string)
	bell rooms.Bell // something was heard
	full rooms.Bell // and more than waits

	mu    sync.Mutex
	heard []heard // at most queue, the oldest first
	slot  int     // who has the stream
	spoke time.Time
}

// heard is a packet that waits to be written.
type heard struct {
	slot    int
	time    uint32
	opus    ogg.Opus
	payload []byte
}

// unread is told when nobody reads what is heard.
const unread = "Nobody reads what is heard here, so it is left out until somebody does."

// NewEar returns an ear that tells, once, that nobody reads what it writes.
func NewEar(tell func(string)) *Ear {
	return &Ear{tell: tell, bell: rooms.NewBell(), full: rooms.NewBell()}
}

// Hear takes a packet. What is no Opus is none, whoever sent it.
func (e *Ear) Hear(slot int, _ string, p voice.Packet) {
	o, ok := ogg.ParseOpus(p.Payload)
	if !ok {
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	now := time.Now()
	switch {
	case slot == e.slot:
	case o.Voiced && now.Sub(e.spoke) > breath:
		e.slot = slot
	default:
		return
	}
	if o.Voiced {
		e.spoke = now
	}
	if len(e.heard) == queue {
		e.heard = append(e.heard[:0], e.heard[1:]...)
		e.full.Ring()
	}
	e.heard = append(e.heard, heard{slot, p.Timestamp, o, bytes.Clone(p.Payload)})
	e.bell.Ring()
}

// take takes what was heard.
func (e *Ear) take() []heard {
	e.mu.Lock()
	defer e.mu.Unlock()
	all := e.heard
	e.heard = nil
	return all
}

// Run writes until ctx ends, and then the stream's end. The error is that of writing.
func (e *Ear) Run(ctx context.Context, to io.Writer) error {
	done := make(chan struct{})
	var telling sync.WaitGroup
	telling.Go(func() {
		select {
		case <-e.full:
			e.tell(unread)
		case <-done:
		}
	})
	defer telling.Wait()
	defer close(done)

	w, err := ogg.NewWriter(to, rand.Uint32())
	if err != nil {
		return err
	}
	s := stream{w: w, began: time.Now()}
	e.take() // it was there before the stream
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		timer.Reset(s.behind(late + length(ogg.SilenceSamples)))
		select {
		case <-ctx.Done():
			return s.end()
		case <-e.bell:
		case <-timer.C:
		}
		for _, h := range e.take() {
			if err := s.hear(h); err != nil {
				return err
			}
		}
		if err := s.play(); err != nil {
			return err
		}
		if err := s.fill(late); err != nil {
			return err
		}
		if s.stuck {
			s.restart()
			e.take()
		}
	}
}
