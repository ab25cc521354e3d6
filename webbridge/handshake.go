package webbridge

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/coder/websocket"

	"sotto/rooms/wire"
)

// upgrade turns a request into a socket and serves the socket to its end.
func (s *Server) upgrade(w http.ResponseWriter, r *http.Request) {
	if !offers(r, wire.Subprotocol) {
		http.Error(w, "This is the WebSocket of sotto; it speaks the subprotocol "+wire.Subprotocol+".", http.StatusBadRequest)
		return
	}
	if !s.expect() {
		http.Error(w, errShutdown.Message, http.StatusServiceUnavailable)
		return
	}
	defer s.sockets.Done()
	up := &upgrade{ResponseWriter: w}
	conn, err := websocket.Accept(up, r, &websocket.AcceptOptions{
		Subprotocols:       []string{wire.Subprotocol},
		InsecureSkipVerify: true, // protect has checked
		CompressionMode:    websocket.CompressionDisabled,
	})
	if err != nil {
		return // Accept has answered
	}
	conn.SetReadLimit(wire.MaxFrameBytes)
	ctx := r.Context()
	forget(w, r)
	sock := newSocket(s, conn, up.conn)
	if y := yieldingOf(up.conn.(*patient).Conn); y != nil {
		y.GiveWay(sock.giveWay)
		defer y.GiveWay(nil)
	}
	sock.serve(ctx)
}

func offers(r *http.Request, subprotocol string) bool {
	for _, offered := range strings.Split(strings.Join(r.Header.Values("Sec-WebSocket-Protocol"), ","), ",") {
		if strings.TrimSpace(offered) == subprotocol {
			return true
		}
	}
	return false
}

// forget drops what the request said about the browser. The server library
// keeps the request for as long as the socket is open.
func forget(w http.ResponseWriter, r *http.Request) {
	clear(w.Header())
	clear(r.Header)
	r.RemoteAddr, r.RequestURI, r.Host = "", "", ""
}

// upgrade hands the connection over without what was read from it: the read
// buffer, which lives as long as the connection, still holds the request. It
// also remembers the connection, so that it can be cut while the WebSocket
// library waits for it.
type upgrade struct {
	http.ResponseWriter
	conn net.Conn
}

// writeBuffer is enough for most messages to leave in one packet with their
// header, in bytes; greater ones need no buffer.
const writeBuffer = 1024

func (u *upgrade) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, buffers, err := http.NewResponseController(u.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	reader := buffers.Reader
	early, err := reader.Peek(reader.Buffered())
	if err != nil {
		return nil, nil, err
	}
	early = bytes.Clone(early) // what the peer said since the answer, before it was handed over
	reader.Reset(zeros{})
	if _, err := reader.Peek(reader.Size()); err != nil {
		return nil, nil, err
	}
	reader.Reset(io.MultiReader(bytes.NewReader(early), conn))
	if _, err := reader.Peek(len(early)); err != nil { // Accept takes over what is buffered
		return nil, nil, err
	}
	conn = &patient{Conn: conn}
	u.conn = conn
	return conn, bufio.NewReadWriter(reader, bufio.NewWriterSize(conn, writeBuffer)), nil
}

// patient is a connection whose every write has [WriteTimeout], or
// [DeadlineEvery] less, to get into the kernel's buffer. A context with a
// deadline for each message would cost as much as sending it. The WebSocket
// library writes one frame at a time.
type patient struct {
	net.Conn
	renewed time.Time
}

func (p *patient) Write(b []byte) (int, error) {
	if now := time.Now(); now.Sub(p.renewed) >= DeadlineEvery {
		_ = p.SetWriteDeadline(now.Add(WriteTimeout)) // fails only when it is closed
		p.renewed = now
	}
	return p.Conn.Write(b)
}

// zeros is an endless source of them.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}
