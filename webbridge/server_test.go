package webbridge

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/coder/websocket"

	"sotto/rooms"
	"sotto/rooms/wire"
)

// patience is how long a test waits for what must come.
const patience = 20 * time.Second

// page is a template that shows everything that pages are given.
const page = `<html data-prefix="{{.Prefix}}" data-assets="{{.Assets}}" data-room="{{.Room}}" data-problem="{{.Problem}}"` +
	` data-server="{{.URL}}" data-ssh="{{.SSH}}" data-host="{{.SSHHost}}" data-port="{{.SSHPort}}" data-version="{{.Version}}" data-sealed="{{.Sealed}}">`

var files = fstest.MapFS{
	"index.html":             {Data: []byte(page)},
	"room.html":              {Data: []byte(page)},
	"about.html":             {Data: []byte(page)},
	"static/app.js":          {Data: []byte(strings.Repeat("import './other.js';\n", 100))},
	"static/icons/dot.svg":   {Data: []byte("<svg/>")},
	"static/icons/small.png": {Data: []byte{1, 2, 3}},
	"static/favicon.ico":     {Data: []byte{4, 5, 6}},
}

// rig is a server under test, on a listener of its own.
type rig struct {
	t    *testing.T
	hub  *rooms.Hub
	web  *Server
	addr string
	dial func(ctx context.Context, network, addr string) (net.Conn, error)
	log  *lockedBuffer
	stop context.CancelFunc
	done chan error
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// start serves on loopback until the test ends.
func start(t *testing.T, change ...func(*Config)) *rig {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return startOn(t, ln, (&net.Dialer{}).DialContext, change...)
}

func startOn(t *testing.T, ln net.Listener, dial func(context.Context, string, string) (net.Conn, error), change ...func(*Config)) *rig {
	t.Helper()
	r := &rig{t: t, hub: rooms.NewHub(rooms.Config{}), addr: ln.Addr().String(), dial: dial, log: &lockedBuffer{}, done: make(chan error, 1)}
	cfg := Config{
		Hub: r.hub, Files: files, SSHPort: 2222, Version: "v0",
		Log: slog.New(slog.NewTextHandler(r.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	for _, f := range change {
		f(&cfg)
	}
	r.hub = cfg.Hub
	server, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	r.web = server
	ctx, stop := context.WithCancel(context.Background())
	r.stop = stop
	go func() { r.done <- server.Serve(ctx, ln) }()
	t.Cleanup(func() {
		r.shutdown()
		select {
		case err := <-r.done:
			if err != nil {
				t.Error(err)
			}
		case <-time.After(patience):
			t.Error("the server does not end")
		}
	})
	return r
}

// shutdown is what the program does on SIGTERM.
func (r *rig) shutdown() {
	r.stop()
	r.hub.Close()
}

// get asks for a page. change may be nil.
func (r *rig) get(path string, change func(*http.Request)) *http.Response {
	r.t.Helper()
	req, err := http.NewRequest("GET", "http://"+r.addr+path, nil)
	if err != nil {
		r.t.Fatal(err)
	}
	if change != nil {
		change(req)
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, Transport: &http.Transport{DialContext: r.dial, DisableKeepAlives: true, DisableCompression: true}}
	response, err := client.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { response.Body.Close() })
	return response
}

// peer is the other end of a socket, which says just what it is told to.
type peer struct {
	t       *testing.T
	conn    *websocket.Conn
	raw     net.Conn
	pending []frame
}

type frame map[string]any

func (f frame) seq() int {
	n, _ := f["seq"].(float64)
	return int(n)
}

// open dials without joining.
func (r *rig) open() *peer {
	r.t.Helper()
	p := &peer{t: r.t}
	transport := &http.Transport{DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
		c, err := r.dial(ctx, network, addr)
		p.raw = c
		return c, err
	}}
	r.t.Cleanup(transport.CloseIdleConnections)
	conn, _, err := websocket.Dial(context.Background(), "ws://"+r.addr+"/ws", &websocket.DialOptions{
		HTTPClient: &http.Client{Transport: transport}, Subprotocols: []string{wire.Subprotocol},
	})
	if err != nil {
		r.t.Fatal(err)
	}
	conn.SetReadLimit(2 * wire.MaxFrameBytes)
	p.conn = conn
	r.t.Cleanup(func() { conn.CloseNow() })
	return p
}

// join opens a socket and takes the welcome.
func (r *rig) join(room, nick string) (*peer, frame) {
	r.t.Helper()
	p := r.open()
	p.send(`{"t":"join","room":"` + room + `","nick":"` + nick + `"}`)
	return p, p.await("welcome")
}

func (p *peer) send(message string) { p.sendAs(websocket.MessageText, message) }

func (p *peer) sendAs(kind websocket.MessageType, message string) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := p.conn.Write(ctx, kind, []byte(message)); err != nil {
		p.t.Fatal(err)
	}
}

// next returns the next frame; the error is the connection's.
func (p *peer) next() (frame, error) { return p.nextWithin(patience) }

func (p *peer) nextWithin(d time.Duration) (frame, error) {
	for len(p.pending) == 0 {
		ctx, cancel := context.WithTimeout(context.Background(), d)
		_, message, err := p.conn.Read(ctx)
		cancel()
		if err != nil {
			return nil, err
		}
		for line := range strings.SplitSeq(string(message), "\n") {
			var f frame
			if err := json.Unmarshal([]byte(line), &f); err != nil {
				p.t.Fatalf("%q: %v", line, err)
			}
			p.pending = append(p.pending, f)
		}
	}
	f := p.pending[0]
	p.pending = p.pending[1:]
	return f, nil
}

// await takes frames until one of this type comes.
func (p *peer) await(kind string) frame {
	p.t.Helper()
	for {
		f, err := p.next()
		if err != nil {
			p.t.Fatalf("waiting for %s: %v", kind, err)
		}
		if f["t"] == kind {
			return f
		}
	}
}

// sync waits until everything sent so far was dealt with, and returns what came
// before the answer.
func (p *peer) sync() (before []frame) {
	p.t.Helper()
	p.send(`{"t":"sync","id":"barrier"}`)
	for {
		f, err := p.next()
		if err != nil {
			p.t.Fatalf("waiting for synced: %v", err)
		}
		if f["t"] == "synced" {
			return before
		}
		before = append(before, f)
	}
}

// wantClosed takes what is left and checks how the connection ends.
func (p *peer) wantClosed(code websocket.StatusCode) (before []frame) {
	p.t.Helper()
	for {
		f, err := p.next()
		if err == nil {
			before = append(before, f)
			continue
		}
		if have := websocket.CloseStatus(err); have != code {
			p.t.Errorf("closed with %d (%v), want %d", have, err, code)
		}
		return before
	}
}

func (p *peer) wantRefused(code rooms.Code, id string) {
	p.t.Helper()
	f := p.await("error")
	have, _ := f["id"].(string)
	if f["code"] != string(code) || have != id || !strings.HasSuffix(f["message"].(string), ".") {
		p.t.Errorf("have %v, want %s of %q with a sentence", f, code, id)
	}
}

// wantSockets waits until the server has this many, and no more work for others.
func (r *rig) wantSockets(want int) {
	r.t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(time.Millisecond) {
		r.web.mu.Lock()
		have := len(r.web.open)
		r.web.mu.Unlock()
		if have == want {
			return
		}
		if time.Now().After(deadline) {
			r.t.Fatalf("the server has %d sockets, want %d", have, want)
		}
	}
}
