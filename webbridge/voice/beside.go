package voice

import (
	"io"
	"net"
	"sync"
	"time"
)

// Beside returns a listener that hands on what another accepts, but for connections whose
// first byte begins a packet of sound: these are the ports' own. So sound comes by TCP at
// the number of the web, where everybody gets through who gets to the page at all.
func (p *Ports) Beside(l net.Listener) net.Listener { return &beside{l, p} }

type beside struct {
	net.Listener
	ports *Ports
}

func (b *beside) Accept() (net.Conn, error) {
	c, err := b.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &peeked{Conn: c, ports: b.ports}, nil
}

// peeked is a connection whose first byte decides whose it is.
type peeked struct {
	net.Conn
	ports *Ports

	mu    sync.Mutex
	known bool // what it is
	taken bool // by the ports
}

// NetConn returns the connection below.
func (c *peeked) NetConn() net.Conn { return c.Conn }

// Read is not for several readers at once, as that of what is below.
func (c *peeked) Read(b []byte) (int, error) {
	if c.known {
		return c.Conn.Read(b)
	}
	n, err := c.Conn.Read(b)
	if n == 0 {
		return n, err
	}
	c.known = true
	// A first packet is a check of some hundred bytes, so its length begins with 0 to 2; no
	// request begins so, and no TLS.
	if b[0] > maxGreeting>>8 {
		return n, err
	}
	c.mu.Lock()
	c.taken = true
	c.mu.Unlock()
	c.ports.take(&begun{Conn: c.Conn, first: append([]byte(nil), b[:n]...)})
	return 0, io.EOF // after which a web server says nothing
}

// Write and what is below leave alone what the ports have taken.
func (c *peeked) Write(b []byte) (int, error) {
	if c.isTaken() {
		return 0, net.ErrClosed
	}
	return c.Conn.Write(b)
}

func (c *peeked) SetDeadline(t time.Time) error {
	if c.isTaken() {
		return net.ErrClosed
	}
	return c.Conn.SetDeadline(t)
}

func (c *peeked) SetReadDeadline(t time.Time) error {
	if c.isTaken() {
		return net.ErrClosed
	}
	return c.Conn.SetReadDeadline(t)
}

func (c *peeked) SetWriteDeadline(t time.Time) error {
	if c.isTaken() {
		return net.ErrClosed
	}
	return c.Conn.SetWriteDeadline(t)
}

func (c *peeked) isTaken() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.taken
}

func (c *peeked) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.taken {
		return nil
	}
	return c.Conn.Close()
}

// begun is a connection of which something was read already.
type begun struct {
	net.Conn
	first []byte
}

func (c *begun) Read(b []byte) (int, error) {
	if len(c.first) == 0 {
		return c.Conn.Read(b)
	}
	n := copy(b, c.first)
	c.first = c.first[n:]
	return n, nil
}

// Entered says that it is somebody's who is in a room.
func (c *begun) Entered() {
	if below, ok := c.Conn.(interface{ Entered() }); ok {
		below.Entered()
	}
}
