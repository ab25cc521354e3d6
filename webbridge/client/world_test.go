package client_test

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"sotto/rooms"
	"sotto/rooms/wire"
	"sotto/webbridge"
	"sotto/webbridge/client"
)

// network is between the clients and the server, in memory, and does what it is
// told to.
type network struct {
	arrivals chan net.Conn
	closed   chan struct{}

	mu    sync.Mutex
	down  bool
	conns []*wireTap
}

// wireTap is a client's end of a connection.
type wireTap struct {
	net.Conn
	mu      sync.Mutex
	swallow bool // what the client writes goes nowhere
	hold    bool // what the server writes does not arrive
	cut     chan struct{}
	cutOnce sync.Once
}

func (c *wireTap) Write(p []byte) (int, error) {
	c.mu.Lock()
	swallow := c.swallow
	c.mu.Unlock()
	if swallow {
		return len(p), nil
	}
	return c.Conn.Write(p)
}

func (c *wireTap) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.mu.Lock()
	hold := c.hold
	c.mu.Unlock()
	if hold && err == nil {
		<-c.cut
		return 0, net.ErrClosed
	}
	return n, err
}

func (c *wireTap) Close() error {
	c.cutOnce.Do(func() { close(c.cut) })
	return c.Conn.Close()
}

func (n *network) dial(context.Context, string, string) (net.Conn, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.down {
		return nil, errors.New("the network is down")
	}
	here, there := net.Pipe()
	tap, end := &wireTap{Conn: newBuffered(here), cut: make(chan struct{})}, newBuffered(there)
	select {
	case n.arrivals <- end:
		n.conns = append(n.conns, tap)
		return tap, nil
	case <-n.closed:
		_, _ = tap.Close(), end.Close()
		return nil, errors.New("the server is gone")
	}
}

func (n *network) Accept() (net.Conn, error) {
	select {
	case c := <-n.arrivals:
		return c, nil
	case <-n.closed:
		return nil, net.ErrClosed
	}
}

func (n *network) Close() error {
	select {
	case <-n.closed:
	default:
		close(n.closed)
	}
	return nil
}

func (n *network) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 3000} }

func (n *network) setDown(down bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.down = down
}

// newest is the connection made last.
func (n *network) newest() *wireTap {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.conns[len(n.conns)-1]
}

// world is a server, and the network before it.
type world struct {
	t   *testing.T
	net *network
	hub *rooms.Hub
	end func()
}

// start must run inside a bubble of synctest.
func start(t *testing.T) *world {
	t.Helper()
	n := &network{arrivals: make(chan net.Conn), closed: make(chan struct{})}
	hub := rooms.NewHub(rooms.Config{})
	empty := &fstest.MapFile{}
	server, err := webbridge.New(webbridge.Config{
		Hub:   hub,
		Files: fstest.MapFS{"index.html": empty, "room.html": empty, "about.html": empty, "static/a.js": empty},
		Log:   slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- server.Serve(ctx, n) }()
	w := &world{t: t, net: n, hub: hub}
	w.end = sync.OnceFunc(func() {
		cancel()
		hub.Close()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(w.end)
	return w
}

// participant takes events one by one.
type participant struct {
	*client.Seat
	t       *testing.T
	pending []rooms.Event
}

func (w *world) try(room, nick string) (*participant, error) {
	return w.tryWith(room, nick, func(c client.Conn) client.Conn { return c })
}

// tryWith joins over connections with something around them.
func (w *world) tryWith(room, nick string, wrap func(client.Conn) client.Conn) (*participant, error) {
	return w.tryJoin(wire.Join{Room: room, Nick: nick}, wrap)
}

func (w *world) tryJoin(join wire.Join, wrap func(client.Conn) client.Conn) (*participant, error) {
	transport := &http.Transport{DialContext: w.net.dial}
	w.t.Cleanup(transport.CloseIdleConnections)
	connect, err := client.WebSocket("http://127.0.0.1:3000", &http.Client{Transport: transport})
	if err != nil {
		return nil, err
	}
	seat, err := client.Dial(context.Background(), client.Options{
		Connect: func(ctx context.Context) (client.Conn, error) {
			c, err := connect(ctx)
			if err != nil {
				return nil, err
			}
			return wrap(c), nil
		},
		Patience: rooms.ResumeWindow + 30*time.Second,
		Join:     func() wire.Join { return join },
	})
	if err != nil {
		return nil, err
	}
	w.t.Cleanup(func() { seat.Close() })
	return &participant{Seat: seat, t: w.t}, nil
}

func (w *world) join(room, nick string) *participant {
	w.t.Helper()
	p, err := w.try(room, nick)
	if err != nil {
		w.t.Fatal(err)
	}
	return p
}

func (p *participant) do(ops ...rooms.Op) {
	p.t.Helper()
	for _, op := range ops {
		if err := p.Do(context.Background(), op); err != nil {
			p.t.Fatalf("%#v: %v", op, err)
		}
	}
}

func (p *participant) next() (rooms.Event, error) {
	if len(p.pending) == 0 {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
		defer cancel()
		events, err := p.Next(ctx)
		if err != nil {
			return nil, err
		}
		p.pending = events
	}
	event := p.pending[0]
	p.pending = p.pending[1:]
	return event, nil
}

// await takes events until one of type E comes.
func await[E rooms.Event](p *participant) E {
	p.t.Helper()
	for {
		event, err := p.next()
		if err != nil {
			p.t.Fatalf("waiting for %T: %v", *new(E), err)
		}
		if e, ok := event.(E); ok {
			return e
		}
	}
}

// wantEnd takes what is left.
func (p *participant) wantEnd() error {
	for {
		if _, err := p.next(); err != nil {
			return err
		}
	}
}
