package webbridge

import (
	"cmp"
	"context"
	"errors"
	"io"
	"time"
	"unicode/utf8"

	"github.com/coder/websocket"

	"sotto/rooms/wire"
)

// receive waits for a message. What can't be one closes the socket.
func (s *socket) receive() ([]byte, error) {
	kind, r, err := s.conn.Reader(context.Background()) // a socket may be silent; it is asked for signs of life
	if err != nil {
		return nil, err
	}
	if kind != websocket.MessageText {
		s.end(nil, websocket.StatusUnsupportedData)
		return nil, errClosing
	}
	_ = s.raw.SetReadDeadline(time.Now().Add(MessageTimeout)) // fails only when it is closed
	message, err := s.readAll(r)
	s.receiving.Store(0)
	_ = s.raw.SetReadDeadline(time.Time{})
	switch {
	case errors.Is(err, websocket.ErrMessageTooBig):
		s.end(nil, websocket.StatusMessageTooBig)
		return nil, errClosing
	case err != nil:
		return nil, err
	case !utf8.Valid(message):
		s.end(nil, websocket.StatusInvalidFramePayloadData)
		return nil, errClosing
	}
	return message, nil
}

// readAll reads a message into room for a short one, and into twice as much whenever
// that is full: a message takes, and leaves behind, in proportion to what has come of it.
func (s *socket) readAll(r io.Reader) (message []byte, err error) {
	for room := shortMessage; room <= wire.MaxFrameBytes; room *= 2 {
		s.receiving.Store(int64(room))
		message = append(make([]byte, 0, room), message...)
		for len(message) < room {
			n, err := r.Read(message[len(message):room])
			message = message[:len(message)+n]
			if err == io.EOF {
				return message, nil
			}
			if err != nil {
				return nil, err
			}
		}
	}
	if _, err := io.ReadFull(r, make([]byte, 1)); err != io.EOF {
		return nil, cmp.Or(err, websocket.ErrMessageTooBig)
	}
	return message, nil
}
