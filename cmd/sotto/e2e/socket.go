//go:build e2e

package e2e

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/coder/websocket"
)

// Frame is one JSON object of the protocol.
type Frame map[string]any

// Member is the id of the frame's member.
func (f Frame) Member() string {
	member, _ := f["member"].(map[string]any)
	id, _ := member["id"].(string)
	return id
}

// Type is the frame's t.
func (f Frame) Type() string { s, _ := f["t"].(string); return s }

// Text is the frame's text.
func (f Frame) Text() string { s, _ := f["text"].(string); return s }

// Socket speaks frames over a WebSocket, and nothing but what the test says:
// no acks, no resuming of its own.
type Socket struct {
	t       testing.TB
	Conn    *websocket.Conn
	Seen    []Frame // every frame that was taken so far
	pending []Frame
}

// Dial opens a socket at the web door.
func (s *Server) Dial(t testing.TB) *Socket {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), Patience)
	defer cancel()
	conn, _, err := websocket.Dial(ctx, "ws"+strings.TrimPrefix(s.URL, "http")+"/ws",
		&websocket.DialOptions{Subprotocols: []string{"sotto.v1"}})
	if err != nil {
		t.Fatal(err)
	}
	conn.SetReadLimit(128 << 10)
	t.Cleanup(func() { conn.CloseNow() })
	return &Socket{t: t, Conn: conn}
}

// Join opens a socket, joins a room and takes the welcome.
func (s *Server) Join(t testing.TB, room, nick string) (*Socket, Frame) {
	t.Helper()
	socket := s.Dial(t)
	socket.Send(Frame{"t": "join", "room": room, "nick": nick})
	return socket, socket.Await("welcome")
}

// Send sends one frame.
func (s *Socket) Send(f Frame) {
	s.t.Helper()
	data, err := json.Marshal(f)
	if err != nil {
		s.t.Fatal(err)
	}
	s.SendRaw(string(data))
}

// SendRaw sends text, frame or not.
func (s *Socket) SendRaw(text string) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), Patience)
	defer cancel()
	if err := s.Conn.Write(ctx, websocket.MessageText, []byte(text)); err != nil {
		s.t.Fatalf("sending %.40q: %v", text, err)
	}
}

// Say says a line.
func (s *Socket) Say(text string) {
	s.t.Helper()
	s.Send(Frame{"t": "say", "text": text})
}

// Next is the next frame.
func (s *Socket) Next() (Frame, error) {
	if len(s.pending) == 0 {
		ctx, cancel := context.WithTimeout(context.Background(), Patience)
		defer cancel()
		_, data, err := s.Conn.Read(ctx)
		if err != nil {
			return nil, err
		}
		for line := range strings.SplitSeq(string(data), "\n") {
			var f Frame
			if err := json.Unmarshal([]byte(line), &f); err != nil {
				return nil, err
			}
			s.pending = append(s.pending, f)
		}
	}
	f := s.pending[0]
	s.pending = s.pending[1:]
	s.Seen = append(s.Seen, f)
	return f, nil
}

// Await takes frames until one of this type comes.
func (s *Socket) Await(kind string) Frame {
	s.t.Helper()
	return s.AwaitFrame(kind, func(f Frame) bool { return f.Type() == kind })
}

// AwaitSaid takes frames until one with this text comes.
func (s *Socket) AwaitSaid(text string) Frame {
	s.t.Helper()
	return s.AwaitFrame("said "+text, func(f Frame) bool { return f.Type() == "said" && f.Text() == text })
}

// AwaitFrame takes frames until one is as wanted.
func (s *Socket) AwaitFrame(what string, wanted func(Frame) bool) Frame {
	s.t.Helper()
	for {
		f, err := s.Next()
		if err != nil {
			s.t.Fatalf("waiting for %s: %v", what, err)
		}
		if wanted(f) {
			return f
		}
	}
}
