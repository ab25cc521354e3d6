package webbridge

import (
	"context"
	"errors"
	"time"

	"github.com/coder/websocket"

	"sotto/rooms"
)

// ping asks for a sign of life, now and again in [PingEvery].
func (s *socket) ping() {
	for range PingMisses {
		ctx, cancel := context.WithTimeout(context.Background(), PingEvery)
		err := s.conn.Ping(ctx)
		cancel()
		switch {
		case err == nil:
			s.mu.Lock()
			defer s.mu.Unlock()
			if s.phase != closed {
				s.pulse.Reset(PingEvery)
			}
			return
		case !errors.Is(err, context.DeadlineExceeded):
			return // it is closed
		}
	}
	s.end(errSilent, websocket.StatusNormalClosure)
}

// after runs f once d has passed, unless the socket is closed by then.
func (s *socket) after(d time.Duration, f func()) *time.Timer {
	return time.AfterFunc(d, func() {
		s.mu.Lock()
		if s.phase == closed {
			s.mu.Unlock()
			return
		}
		s.running.Add(1)
		s.mu.Unlock()
		defer s.running.Done()
		rooms.Survive(s.server.log, broke, f)
	})
}

// release ends what would otherwise happen later. The timers go off at once and
// do nothing: stopped ones would hold the socket until their time.
func (s *socket) release() {
	s.moveTo(closed)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.late.Reset(0)
	s.pulse.Reset(0)
}
