//go:build e2e

package e2e

import (
	"net"
	"sync"
	"testing"
)

// Cable lies between a client and the server and can be cut in the ways that
// real ones are.
type Cable struct {
	Addr string // where clients connect

	t        testing.TB
	listener net.Listener
	copies   sync.WaitGroup

	mu     sync.Mutex
	target string
	state  CableState
	pairs  []*pair
	moved  chan struct{} // closed and replaced with every new connection
}

// CableState is what becomes of connections.
type CableState int

const (
	Whole  CableState = iota // bytes pass
	Down                     // new connections are closed at once
	Oneway                   // what the client says passes; what the server says is lost
)

// pair is one connection's two ends.
type pair struct {
	client, server net.Conn
	mute           bool // guarded by Cable.mu: the server's words are lost
}

// NewCable leads from a free port to target.
func NewCable(t testing.TB, target string) *Cable {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := &Cable{Addr: l.Addr().String(), t: t, listener: l, target: target, moved: make(chan struct{})}
	c.copies.Go(c.accept)
	t.Cleanup(func() {
		l.Close()
		c.mu.Lock()
		for _, p := range c.pairs {
			p.client.Close()
			p.server.Close()
		}
		c.mu.Unlock()
		c.copies.Wait()
	})
	return c
}

func (c *Cable) accept() {
	for {
		client, err := c.listener.Accept()
		if err != nil {
			return
		}
		c.mu.Lock()
		if c.state == Down {
			client.Close()
			c.mu.Unlock()
			continue
		}
		server, err := net.Dial("tcp", c.target)
		if err != nil {
			client.Close()
			c.mu.Unlock()
			continue
		}
		p := &pair{client: client, server: server, mute: c.state == Oneway}
		c.pairs = append(c.pairs, p)
		close(c.moved)
		c.moved = make(chan struct{})
		c.mu.Unlock()
		c.copies.Go(func() { c.toServer(p) })
		c.copies.Go(func() { c.toClient(p) })
	}
}

// toServer passes the client's bytes on. When the client's end is cut, the
// server's stays as it is: nobody tells it.
func (c *Cable) toServer(p *pair) {
	buf := make([]byte, 32<<10)
	for {
		n, err := p.client.Read(buf)
		if n > 0 {
			if _, err := p.server.Write(buf[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

func (c *Cable) toClient(p *pair) {
	buf := make([]byte, 32<<10)
	for {
		n, err := p.server.Read(buf)
		c.mu.Lock()
		mute := p.mute
		c.mu.Unlock()
		if n > 0 && !mute {
			p.client.Write(buf[:n]) // a client that is gone loses it
		}
		if err != nil {
			p.client.Close()
			return
		}
	}
}

// Mute loses what the server says on every connection from now on, as a socket
// does whose peer has silently gone.
func (c *Cable) Mute() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, p := range c.pairs {
		p.mute = true
	}
}

// Set changes what becomes of new connections.
func (c *Cable) Set(state CableState) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.state = state
}

// Lead makes new connections lead elsewhere.
func (c *Cable) Lead(target string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.target = target
}

// CutClients closes the clients' ends. For the server every connection still
// looks alive.
func (c *Cable) CutClients() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, p := range c.pairs {
		p.mute = true
		p.client.Close()
	}
}

// Connections is how many there have been, and a channel that is closed when
// there is another.
func (c *Cable) Connections() (int, <-chan struct{}) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.pairs), c.moved
}
