package webbridge

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/coder/websocket"

	"sotto/rooms"
	"sotto/rooms/wire"
)

// upgraded lets requests for a WebSocket through. Any other is told what it lacks, and
// by which Host it came: the page asks so when its socket can't be opened, since what
// a proxy on the way leaves out can be seen here alone.
func upgraded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, needed := range [][2]string{{"Upgrade", "websocket"}, {"Connection", "upgrade"}} {
			if offers(r, needed[0], needed[1]) {
				continue
			}
			status := http.StatusBadRequest
			if r.Header.Get("Sec-WebSocket-Key") != "" {
				status = http.StatusUpgradeRequired
				w.Header().Set("Upgrade", "websocket")
			}
			http.Error(w, fmt.Sprintf("This is the WebSocket of sotto; it speaks the subprotocol %s.\n"+
				"The request came without the header %s: %s. A proxy on the way has to pass it on; in nginx:\n"+
				"proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection \"upgrade\";\n%s",
				wire.Subprotocol, needed[0], needed[1], hostLine(r)), status)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// hostLine says by which Host a request came.
func hostLine(r *http.Request) string {
	if !plainHost(r.Host) {
		return "Host: -"
	}
	return "Host: " + r.Host
}

// upgrade turns a request into a socket, which is served to its end beside it: as long as
// the handler has not returned, net/http keeps the request, its headers, two buffers and a
// deep stack, which is a third of what a silent socket costs.
func (s *Server) upgrade(w http.ResponseWriter, r *http.Request) {
	if !offers(r, "Sec-WebSocket-Protocol", wire.Subprotocol) {
		http.Error(w, "This is the WebSocket of sotto; it speaks the subprotocol "+wire.Subprotocol+".", http.StatusBadRequest)
		return
	}
	if !s.expect() {
		http.Error(w, rooms.ErrShutdown.Message, http.StatusServiceUnavailable)
		return
	}
	served := false
	defer func() {
		if !served {
			s.sockets.Done()
		}
	}()
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
	ctx := context.WithoutCancel(r.Context()) // which ends with the handler
	end := s.outlive(ctx)
	forget(w, r)
	sock := newSocket(s, conn, up.conn)
	served = true
	go s.serve(ctx, sock, up.conn.(*patient).Conn, end)
}

// serve serves a socket to its end, and tells that to whoever counts it.
func (s *Server) serve(ctx context.Context, sock *socket, conn net.Conn, end func()) {
	defer s.sockets.Done()
	defer end()
	if y, ok := below[yielding](conn); ok {
		y.GiveWay(sock.giveWay)
		defer y.GiveWay(nil)
	}
	if !rooms.Survive(s.log, broke, func() { sock.serve(ctx) }) {
		_ = conn.Close() // it may be closed
	}
}

// offers reports whether a header of a list has this in it.
func offers(r *http.Request, header, wanted string) bool {
	for _, offered := range strings.Split(strings.Join(r.Header.Values(header), ","), ",") {
		if strings.EqualFold(strings.TrimSpace(offered), wanted) {
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

// upgrade hands the connection over without what was read from it: net/http's
// read buffer still holds the request, and is wiped and left behind. It
// also remembers the connection, so that it can be cut while the WebSocket
// library waits for it.
type upgrade struct {
	http.ResponseWriter
	conn net.Conn
}

// writeBuffer is enough for most messages to leave in one packet with their
// header, in bytes; greater ones need no buffer.
const writeBuffer = 1024

// readBuffer is the same for what browsers send, in bytes: what is longer passes it by.
const readBuffer = 1024

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
	reader = bufio.NewReaderSize(io.MultiReader(bytes.NewReader(early), conn), max(readBuffer, len(early)))
	if _, err := reader.Peek(len(early)); err != nil { // Accept takes over what is buffered
		return nil, nil, err
	}
	patient := &patient{Conn: conn}
	u.conn = patient
	writer := bufio.NewWriterSize(patient, writeBuffer)
	patient.buffer = writer.AvailableBuffer()[:writer.Size()]
	return patient, bufio.NewReadWriter(reader, writer), nil
}

// patient is a connection whose every write has [WriteTimeout], or
// [DeadlineEvery] less, to get into the kernel's buffer. A context with a
// deadline for each message would cost as much as sending it. The WebSocket
// library writes one frame at a time.
//
// What left through buffer is wiped from it: a key that was shown, or words that were
// taken back, would stand there until as much else is said.
type patient struct {
	net.Conn
	buffer  []byte // of the library's writer, which is done with what it hands over
	renewed time.Time
}

func (p *patient) Write(b []byte) (int, error) {
	if now := time.Now(); now.Sub(p.renewed) >= DeadlineEvery {
		_ = p.SetWriteDeadline(now.Add(WriteTimeout)) // fails only when it is closed
		p.renewed = now
	}
	n, err := p.Conn.Write(b)
	if len(b) > 0 && &b[0] == &p.buffer[0] { // and not of a message that others get as well
		clear(b[:n])
	}
	return n, err
}

// zeros is an endless source of them.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}
