package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/coder/websocket"
	"golang.org/x/crypto/ssh"
)

// person is one client, in a room.
type person interface {
	say(line string) error
	close()
}

// size is a terminal's size in cells.
type size struct{ width, height int }

// wire counts what a connection carries to the client, who may be deaf for a
// while.
type wire struct {
	net.Conn
	bytes *atomic.Int64
	deaf  atomic.Pointer[chan struct{}] // closed when it hears again; nil: it hears
}

func (w *wire) Read(b []byte) (int, error) {
	if again := w.deaf.Load(); again != nil {
		<-*again
	}
	n, err := w.Conn.Read(b)
	w.bytes.Add(int64(n))
	return n, err
}

// deafen makes the client read nothing until the returned function is called.
func (w *wire) deafen() (hear func()) {
	again := make(chan struct{})
	w.deaf.Store(&again)
	return func() { close(again) }
}

// dial connects; a client that will be deaf gets a small receive buffer, so
// that the kernel does not listen in its place.
func dial(address string, bytes *atomic.Int64, small bool) (*wire, error) {
	dialer := net.Dialer{Timeout: 10 * time.Second}
	if small {
		dialer.Control = func(_, _ string, raw syscall.RawConn) error {
			return raw.Control(func(fd uintptr) {
				_ = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_RCVBUF, 16<<10)
			})
		}
	}
	conn, err := dialer.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	return &wire{Conn: conn, bytes: bytes}, nil
}

// terminal is a person at a full-screen terminal over SSH.
type terminal struct {
	wire    *wire
	client  *ssh.Client
	session *ssh.Session
	in      interface{ Write([]byte) (int, error) }
}

// Read in pieces of so many bytes; one goroutine a client.
const pieceBytes = 4 << 10

// newTerminal enters a room; seen gets every piece of the screen's bytes, and
// nil at their end.
func newTerminal(address, room string, size size, bytes *atomic.Int64, small bool, seen func([]byte)) (*terminal, error) {
	wire, err := dial(address, bytes, small)
	if err != nil {
		return nil, err
	}
	config := &ssh.ClientConfig{User: "bench", HostKeyCallback: ssh.InsecureIgnoreHostKey()}
	config.Ciphers = []string{ssh.CipherChaCha20Poly1305}
	conn, channels, requests, err := ssh.NewClientConn(wire, address, config)
	if err != nil {
		wire.Close()
		return nil, err
	}
	t := &terminal{wire: wire, client: ssh.NewClient(conn, channels, requests)}
	if err := t.enter(room, size, seen); err != nil {
		t.close()
		return nil, err
	}
	return t, nil
}

func (t *terminal) enter(room string, size size, seen func([]byte)) (err error) {
	if t.session, err = t.client.NewSession(); err != nil {
		return err
	}
	if t.in, err = t.session.StdinPipe(); err != nil {
		return err
	}
	out, err := t.session.StdoutPipe()
	if err != nil {
		return err
	}
	if err := t.session.RequestPty("xterm-256color", size.height, size.width, nil); err != nil {
		return err
	}
	if err := t.session.Start(room); err != nil {
		return err
	}
	go func() {
		piece := make([]byte, pieceBytes)
		for {
			n, err := out.Read(piece)
			if n > 0 {
				seen(piece[:n])
			}
			if err != nil {
				seen(nil)
				return
			}
		}
	}()
	return nil
}

func (t *terminal) say(line string) error {
	_, err := t.in.Write([]byte(line + "\r"))
	return err
}

func (t *terminal) close() { _ = t.client.Close() }

// browser is a person at a WebSocket.
type browser struct {
	wire   *wire
	socket *websocket.Conn
}

// newBrowser enters a room; seen gets every message, and nil at the end.
func newBrowser(s *server, room string, bytes *atomic.Int64, seen func([]byte)) (*browser, error) {
	ctx := context.Background()
	b := &browser{}
	options := &websocket.DialOptions{Subprotocols: []string{"sotto.v1"}}
	options.HTTPClient = newHTTPClient(func() (net.Conn, error) {
		wire, err := dial(s.web, bytes, false)
		b.wire = wire
		return wire, err
	})
	socket, _, err := websocket.Dial(ctx, "ws://"+s.web+"/ws", options)
	if err != nil {
		return nil, err
	}
	b.socket = socket
	socket.SetReadLimit(1 << 20)
	hello := room
	if !s.floor {
		hello = fmt.Sprintf(`{"t":"join","room":%q}`, room)
	}
	if err := socket.Write(ctx, websocket.MessageText, []byte(hello)); err != nil {
		return nil, err
	}
	go func() {
		for {
			_, message, err := socket.Read(ctx)
			if err != nil {
				seen(nil)
				return
			}
			seen(message)
		}
	}()
	return b, nil
}

func (b *browser) say(line string) error {
	text, err := json.Marshal(line)
	if err != nil {
		return err
	}
	return b.socket.Write(context.Background(), websocket.MessageText, fmt.Appendf(nil, `{"t":"say","text":%s}`, text))
}

func (b *browser) close() { _ = b.socket.CloseNow() }
