package webbridge

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"

	"sotto/rooms"
)

// Voice carries sound between browsers and rooms.
type Voice interface {
	// Talk is how one connection, which arrived at that address of this machine, takes part
	// in the voice of its room.
	Talk(seat *rooms.Seat, arrived net.Addr) Talk
}

// Talk is one connection's part in a room's voice.
type Talk interface {
	// Ask does what its person asks for. The error is a sentence, or says that the seat is
	// over. It is called from one goroutine at a time.
	Ask(ctx context.Context, ask rooms.AskVoice) (*rooms.VoiceAnswered, error)
	// Holds is how many bytes it takes now, about. It may be called from everywhere.
	Holds() int
	// Close ends it, and waits for what it started.
	Close()
}

// askVoice answers what its person asks for about voice. Nothing of it reaches the room.
func (s *socket) askVoice(ctx context.Context, ask rooms.AskVoice) error {
	if s.talk == nil {
		talk := s.server.voice.Talk(s.seat, s.raw.LocalAddr())
		s.mu.Lock()
		s.talk = talk
		s.mu.Unlock()
	}
	answer, err := s.talk.Ask(ctx, ask)
	var refusal *rooms.Error
	switch {
	case errors.As(err, &refusal):
		return s.refuse(ctx, &rooms.Refused{ID: ask.ID, Err: refusal})
	case err != nil:
		return errClosing
	}
	answer.ID = ask.ID
	if err := s.send(answer); err != nil {
		return err
	}
	return s.seat.Ease(ctx)
}

// isSealed reports whether the page of a sealed room is asked for.
func isSealed(r *http.Request) bool { return r.URL.Path == "/s" || r.URL.Path == "/s/" }

// mayListen is what a page may use beside what every page may: a room's own, where there is
// voice, the microphone.
func (s *Server) mayListen(r *http.Request) string {
	if s.voice != nil && (strings.HasPrefix(r.URL.Path, "/r/") || isSealed(r)) {
		return strings.Replace(permissions, "microphone=()", "microphone=(self)", 1)
	}
	return permissions
}
