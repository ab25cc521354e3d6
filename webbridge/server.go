package webbridge

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"log"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/coder/websocket"

	"sotto/rooms"
)

// Config is what a server needs to know.
type Config struct {
	Hub   *rooms.Hub // nil with a Socket
	Files fs.FS      // page templates at the root, assets under "static"

	PublicURL string // the only address that is answered, with its path prefix; empty: see names
	PublicSSH string // host or host:port of ssh commands; empty: the browser's host, and SSHPort
	SSHPort   int    // where the ssh door listens; 0: there is none

	// InviteURL is how invitations name this server where that is not how it is
	// reached; empty: as it is reached.
	InviteURL string
	// Socket answers for the WebSocket instead of the hub, once Host and Origin
	// have been checked. Whoever gives it ends what it starts. Nil: the hub does.
	Socket http.Handler

	Version string       // of the program, for pages; may be empty
	Log     *slog.Logger // never told who, where or what

	// ConnContext adds to the context of an arrival what belongs to its
	// connection, as in [http.Server]: the hub's Admit finds it there. Nil:
	// nothing is added.
	ConnContext func(context.Context, net.Conn) context.Context
	// Hold counts a socket, until letGo, among what is held for whoever the context
	// of its request belongs to. Nil: nothing is counted.
	Hold func(context.Context, rooms.Holder) (letGo func())
	// Wrap goes around every request. Nil: nothing does.
	Wrap func(http.Handler) http.Handler
	// Outlive has what Wrap counts for a request end with its socket, and not when the
	// handler has returned. Nil: nothing is counted.
	Outlive func(context.Context) (end func())
	// Voice carries sound. Nil: this server offers no voice.
	Voice Voice
	// Healthy says whether this server can do its work; a load balancer asks. Nil: it can.
	Healthy func() bool
}

// Server serves one listener.
type Server struct {
	hub     *rooms.Hub
	socket  http.Handler
	invite  string
	names   names
	assets  *assets
	pages   *pages
	log     *slog.Logger
	hold    func(context.Context, rooms.Holder) (letGo func())
	outlive func(context.Context) (end func())
	health  func() bool
	voice   Voice
	http    http.Server

	mu       sync.Mutex
	draining bool // nothing new is taken in
	open     map[*socket]struct{}
	sockets  sync.WaitGroup
}

// New returns a server that is not serving yet. The error names the file or the
// setting that can't be used.
func New(cfg Config) (*Server, error) {
	s := &Server{hub: cfg.Hub, socket: cfg.Socket, invite: cfg.InviteURL, log: cfg.Log, voice: cfg.Voice, open: make(map[*socket]struct{})}
	if s.hold = cfg.Hold; s.hold == nil {
		s.hold = func(context.Context, rooms.Holder) func() { return func() {} }
	}
	if s.outlive = cfg.Outlive; s.outlive == nil {
		s.outlive = func(context.Context) func() { return func() {} }
	}
	if s.health = cfg.Healthy; s.health == nil {
		s.health = func() bool { return true }
	}
	if s.socket == nil {
		s.socket = http.HandlerFunc(s.upgrade)
	}
	var err error
	if s.names, err = parseNames(cfg.PublicURL, cfg.PublicSSH, cfg.SSHPort); err != nil {
		return nil, err
	}
	if s.assets, err = loadAssets(cfg.Files); err != nil {
		return nil, err
	}
	if s.pages, err = loadPages(cfg.Files, s.assets, cfg.Version); err != nil {
		return nil, err
	}
	handler := s.routes()
	if cfg.Wrap != nil {
		handler = cfg.Wrap(handler)
	}
	s.http = http.Server{
		Handler:           handler,
		ReadHeaderTimeout: HeaderTimeout,
		ReadTimeout:       RequestTimeout,
		WriteTimeout:      ResponseTimeout,
		IdleTimeout:       IdleTimeout,
		MaxHeaderBytes:    MaxHeaderBytes,
		HTTP2:             &http.HTTP2Config{MaxConcurrentStreams: MaxStreams},
		ErrorLog:          log.New(io.Discard, "", 0), // it would name addresses
		ConnContext: func(ctx context.Context, c net.Conn) context.Context {
			if tcp, ok := below[*net.TCPConn](c); ok {
				_ = tcp.SetWriteBuffer(SendBuffer) // fails only when it is closed already
			}
			if cfg.ConnContext != nil {
				ctx = cfg.ConnContext(ctx, c)
			}
			return ctx
		},
	}
	return s, nil
}

// below finds a connection of a kind among wrappers that have a NetConn method, as
// those of crypto/tls do.
func below[T any](c net.Conn) (found T, ok bool) {
	for {
		if found, ok = c.(T); ok {
			return found, true
		}
		wrapper, wraps := c.(interface{ NetConn() net.Conn })
		if !wraps {
			return found, false
		}
		c = wrapper.NetConn()
	}
}

// yielding is how a listener's connection is told what to do when it has to make
// room for another.
type yielding interface {
	GiveWay(do func(sentence string))
}

// Serve lets people in until ctx ends, and then out: sockets in a room hear the
// farewell from the room, which its hub's owner closes, the others after
// [DrainNotice]; after [DrainTimeout] in all every connection is closed. It
// returns nil then, and an error only when the listener fails before. When it
// returns, everything that it started has ended.
func (s *Server) Serve(ctx context.Context, ln net.Listener) error {
	failed := make(chan error, 1)
	go func() { failed <- s.http.Serve(ln) }()
	select {
	case <-ctx.Done():
		s.drain()
		<-failed
		return nil
	case err := <-failed:
		s.drain()
		return fmt.Errorf("the web listener failed: %w", err)
	}
}

// drain ends everything, politely first. The listener stays open meanwhile, so
// that whoever asks for the server's health hears that it is going.
func (s *Server) drain() {
	ctx, cancel := context.WithTimeout(context.Background(), DrainTimeout)
	defer cancel()
	s.mu.Lock()
	s.draining = true
	s.mu.Unlock()

	gone := make(chan struct{})
	go func() { s.sockets.Wait(); close(gone) }()
	notice := time.NewTimer(DrainNotice)
	defer notice.Stop()
	select {
	case <-gone:
	case <-notice.C:
		s.each(func(sock *socket) { sock.after(0, func() { sock.end(rooms.ErrShutdown, websocket.StatusGoingAway) }) })
		select {
		case <-gone:
		case <-ctx.Done():
			s.each((*socket).cut)
			<-gone
		}
	}
	if err := s.http.Shutdown(ctx); err != nil {
		_ = s.http.Close() // requests that are still being answered are not waited for
	}
}

// expect counts a socket in that is about to be, unless the server drains. Its
// end is told by s.sockets.Done.
func (s *Server) expect() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.draining {
		return false
	}
	s.sockets.Add(1)
	return true
}

// add takes a socket in, and reports whether the server has begun to drain.
func (s *Server) add(sock *socket) (draining bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open[sock] = struct{}{}
	return s.draining
}

func (s *Server) remove(sock *socket) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.open, sock)
}

func (s *Server) each(do func(*socket)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for sock := range s.open {
		do(sock)
	}
}

func (s *Server) isDraining() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.draining
}

// broke is what is logged of a panic.
const broke = "A browser's connection broke and was ended; the others go on."
