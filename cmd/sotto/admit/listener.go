package admit

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pires/go-proxyproto"

	"sotto/rooms"
)

// Speech is how a listener tells somebody that they can't come in.
type Speech func(sentence string) []byte

// SSHSpeech is a line before the server's version (RFC 4253, section 4.2);
// OpenSSH shows it with -v.
func SSHSpeech(sentence string) []byte { return []byte("sotto: " + sentence + "\r\n") }

// HTTPSpeech is a whole response.
func HTTPSpeech(sentence string) []byte {
	return fmt.Appendf(nil, "HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain; charset=utf-8\r\n"+
		"Retry-After: 10\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s\n", len(sentence)+1, sentence)
}

// Silence is for listeners whose peers could not read a sentence: TLS.
func Silence(string) []byte { return nil }

// Listen returns a listener that accepts only what the gate admits, and tells
// the others why not.
func (g *Gate) Listen(l net.Listener, speech Speech) net.Listener {
	return &listener{Listener: l, gate: g, speech: speech, telling: make(chan struct{}, refusing)}
}

type listener struct {
	net.Listener
	gate    *Gate
	speech  Speech
	telling chan struct{} // one token for each refused connection that is being told
	tellers sync.WaitGroup
}

// Accept returns the next admitted connection.
func (l *listener) Accept() (net.Conn, error) {
	for {
		raw, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		addr, _ := addrOf(raw.RemoteAddr())
		c := &conn{Conn: raw, listener: l}
		if c.slot, err = l.gate.take(addr, c.yield); err != nil {
			l.refuse(raw, err)
			continue
		}
		if c.slot.proxied {
			c.ahead = bufio.NewReaderSize(raw, headerBytes)
		}
		return c, nil
	}
}

// Close also waits for those who are just being told.
func (l *listener) Close() error {
	err := l.Listener.Close()
	l.tellers.Wait()
	return err
}

// refuse says why, and closes once it was read or tellFor has passed: closing
// at once, with something unread, would take the sentence back.
func (l *listener) refuse(c net.Conn, why error) {
	words := l.speech(why.Error())
	select {
	case l.telling <- struct{}{}:
	default:
		words = nil
	}
	if words == nil {
		c.Close()
		return
	}
	l.tellers.Go(func() {
		defer func() { <-l.telling }()
		defer c.Close()
		c.SetDeadline(time.Now().Add(tellFor))
		if _, err := c.Write(words); err != nil {
			return
		}
		if half, ok := c.(interface{ CloseWrite() error }); ok && half.CloseWrite() == nil {
			io.Copy(io.Discard, io.LimitReader(c, 4096))
		}
	})
}

// conn is an admitted connection.
type conn struct {
	net.Conn
	listener *listener
	slot     *slot
	heard    atomic.Bool // something came
	said     atomic.Int32

	mu      sync.Mutex
	giveWay func(sentence string)

	// Of a trusted proxy's connection, until what was read with its header is
	// used up; the reader's own.
	ahead  *bufio.Reader
	header sync.Once
	denied error
}

// NetConn returns the connection below, for its socket options. What is read
// from it directly may be out of order.
func (c *conn) NetConn() net.Conn { return c.Conn }

// Entered says that its peer has come in; it waits no longer.
func (c *conn) Entered() { c.slot.entered() }

// Offend says that its peer broke a limit.
func (c *conn) Offend() { c.slot.offend() }

// GiveWay says what to do when the connection has to make room for another, with
// a sentence that says so. It has a second for it, and may not block.
func (c *conn) GiveWay(do func(sentence string)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.giveWay = do
}

// What was said to the peer, as conn.said.
const (
	saidNothing = iota
	saidSomething
	saidSorry // and nothing may be said after it
)

// yield gives the connection up, and tells whoever is at its other end why, where
// there is a way to: a door that knows one, or that has said nothing yet.
func (c *conn) yield(why refusal) {
	c.mu.Lock()
	do := c.giveWay
	c.mu.Unlock()
	switch {
	case do != nil:
		do(rooms.Sentence(why.Error()))
		time.AfterFunc(tellFor, func() { c.Conn.Close() })
	case c.said.CompareAndSwap(saidNothing, saidSorry):
		c.listener.refuse(c.Conn, why)
	default:
		c.Conn.Close()
	}
}

// Read is not for several readers at once.
func (c *conn) Read(b []byte) (int, error) {
	n, err := c.read(b)
	if n > 0 && !c.heard.Swap(true) {
		c.slot.heard()
	}
	return n, err
}

func (c *conn) Write(b []byte) (int, error) {
	if !c.said.CompareAndSwap(saidNothing, saidSomething) && c.said.Load() == saidSorry {
		return 0, net.ErrClosed
	}
	return c.Conn.Write(b)
}

func (c *conn) read(b []byte) (int, error) {
	if c.ahead == nil {
		return c.Conn.Read(b)
	}
	c.header.Do(c.identify)
	switch {
	case c.denied != nil:
		return 0, c.denied
	case c.ahead.Buffered() > 0:
		return c.ahead.Read(b)
	}
	c.ahead = nil
	return c.Conn.Read(b)
}

// identify reads the proxy's header, if there is one, and counts the connection
// against the source that it names. Nothing of the header is kept.
func (c *conn) identify() {
	header, err := proxyproto.Read(c.ahead)
	if errors.Is(err, proxyproto.ErrNoProxyProtocol) {
		return
	}
	if err != nil {
		c.denied = err
		return
	}
	if addr, ok := addrOf(header.SourceAddr); ok && !header.Command.IsLocal() {
		c.denied = c.slot.gate.identify(c.slot, addr)
	}
}

func (c *conn) Close() error {
	c.slot.release()
	return c.Conn.Close()
}

// ConnContext lets [Gate.Admit] find the connection's source, in the shape of
// net/http's field of that name.
func (g *Gate) ConnContext(ctx context.Context, c net.Conn) context.Context {
	for {
		if admitted, ok := c.(*conn); ok {
			return context.WithValue(ctx, slotKey{}, admitted.slot)
		}
		over, ok := c.(interface{ NetConn() net.Conn })
		if !ok {
			return ctx
		}
		c = over.NetConn()
	}
}
