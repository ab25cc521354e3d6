// Package sshsrv is the SSH door: whoever has an ssh client is in a room, with
// a screen, with a line that is edited, or with a pipe.
//
// # What it guarantees
//
//   - Nobody is asked who they are. OpenSSH never offers a key here, and what
//     other clients insist on showing is not looked at (see serverConfig). The
//     login name is never read; the address, the environment, the terminal
//     modes and the client's version reach no code of ours.
//   - A client gets what limits.go says and no more: a requestFilter answers every
//     request of a session channel before the server library sees it.
//   - A client that reads nothing, floods, or vanishes costs nobody else
//     anything, and is gone after a bounded time.
//   - A panic ends the session it happened in. Its type and stack are logged,
//     never its value, which may hold words.
//   - No key is made or read here but by [HostKey]; nothing is written after.
//
// It knows rooms as their participants do, and no other door.
package sshsrv

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"charm.land/ssh"
	"charm.land/wish/v2"
	gossh "golang.org/x/crypto/ssh"

	"sotto/rooms"
	"sotto/rooms/voice"
	"sotto/sshsrv/tui/run"
)

// Config is what a server needs to know.
type Config struct {
	Hub     *rooms.Hub
	HostKey gossh.Signer
	Public  Public       // how invitations name this server
	Log     *slog.Logger // never told who, where or what
	Voice   *voice.Calls // in the rooms of Hub; nil: no voice is offered

	// ConnContext adds to the context of an arrival what belongs to the
	// connection, as in [net/http.Server]: the hub's Admit finds it there. It is
	// given the connection as the listener accepted it. Nil: nothing is added.
	ConnContext func(context.Context, net.Conn) context.Context
	// Hold counts a connection, until letGo, among what is held for whoever that
	// context belongs to. Nil: nothing is counted.
	Hold func(context.Context, rooms.Holder) (letGo func())
}

// Server serves one listener.
type Server struct {
	hub         *rooms.Hub
	public      Public
	screen      func(context.Context, visit) error // the full-screen door
	connContext func(context.Context, net.Conn) context.Context
	hold        func(context.Context, rooms.Holder) (letGo func())
	log         *slog.Logger
	ssh         *ssh.Server
	fingerprint string
	turns       chan struct{} // of newcomers
	drawing     *run.Turns    // of screens
	calls       *voice.Calls  // nil: no voice is offered
	work        chan struct{} // of sessions into which more comes than a person writes
	ahead       atomic.Int64  // of all intakes

	sessions context.Context // every session's parent; its cause ends them all
	end      context.CancelCauseFunc
	conns    sync.WaitGroup

	mu       sync.Mutex
	open     map[*conn]struct{}
	running  int           // sessions
	draining bool          // nothing new is taken in
	idle     chan struct{} // closed when draining and no session runs
}

// New returns a server that is not serving yet.
func New(cfg Config) (*Server, error) {
	s := &Server{
		hub:         cfg.Hub,
		public:      cfg.Public,
		screen:      fullScreen,
		log:         cfg.Log,
		open:        make(map[*conn]struct{}),
		idle:        make(chan struct{}),
		turns:       make(chan struct{}, max(1, runtime.GOMAXPROCS(0)/HandshakeShare)),
		drawing:     run.NewTurns(),
		calls:       cfg.Voice,
		work:        make(chan struct{}, max(1, runtime.GOMAXPROCS(0)/WorkShare)),
		fingerprint: gossh.FingerprintSHA256(cfg.HostKey.PublicKey()),
	}
	s.connContext = func(ctx context.Context, c net.Conn) context.Context {
		if cfg.ConnContext == nil {
			return ctx
		}
		return cfg.ConnContext(ctx, c.(*newcomer).Conn)
	}
	if s.hold = cfg.Hold; s.hold == nil {
		s.hold = func(context.Context, rooms.Holder) func() { return func() {} }
	}
	s.sessions, s.end = context.WithCancelCause(context.Background())
	var err error
	// What wish and the library below it do by themselves, and why not here:
	//
	//   - without a host key, wish makes one in the working directory: so ours is set
	//     first, in an option;
	//   - its callback for keys keeps the key for as long as the connection is open:
	//     ServerConfigCallback has callbacks that look at nothing (auth.go);
	//   - a handshake may take for ever: HandshakeTimeout;
	//   - a connection's context knows nothing of ours: ConnCallback puts the conn there,
	//     where the other callbacks find it;
	//   - a session is served on its channel as it is: openSession counts it, filters its
	//     requests and waits for its end;
	//   - other channels and global requests are refused without a count: refuseChannel
	//     and refuseRequest end a flood of them;
	//   - a terminal is emulated, which turns \n into \r\n in all that is written: a
	//     screen draws on the channel itself;
	//   - subsystems are copied from a variable that any package may add to: here are
	//     none.
	s.ssh, err = wish.NewServer(
		func(srv *ssh.Server) error {
			srv.AddHostKey(cfg.HostKey)
			srv.HandshakeTimeout = HandshakeTimeout
			srv.ConnCallback = func(ctx ssh.Context, c net.Conn) net.Conn {
				ctx.SetValue(connKey{}, c)
				return c
			}
			srv.ServerConfigCallback = func(ctx ssh.Context) *gossh.ServerConfig {
				c := connOf(ctx)
				return serverConfig(c.asks, func() {
					c.handshakeOver()
					c.Conn.(*newcomer).endTurns()
				})
			}
			srv.PtyHandler = func(ssh.Context, ssh.Session, ssh.Pty) (func() error, error) {
				return func() error { return nil }, nil
			}
			srv.ChannelHandlers = map[string]ssh.ChannelHandler{"session": s.openSession, "default": refuseChannel}
			srv.RequestHandlers = map[string]ssh.RequestHandler{"default": refuseRequest}
			srv.SubsystemHandlers = map[string]ssh.SubsystemHandler{}
			return nil
		},
		wish.WithMiddleware(func(ssh.Handler) ssh.Handler { return s.session }),
	)
	if err != nil {
		return nil, fmt.Errorf("can't set the SSH server up: %w", err)
	}
	return s, nil
}

// Serve lets people in until ctx ends, and then out: nobody new is accepted,
// sessions in a room hear the farewell from the room, the others after
// [DrainNotice], and after [DrainTimeout] in all every connection is closed.
// It returns nil then, and an error only when the listener fails before. When
// it returns, everything that it started has ended.
func (s *Server) Serve(ctx context.Context, ln net.Listener) error {
	stop := context.AfterFunc(ctx, func() { _ = ln.Close() })
	defer stop()
	defer ln.Close()
	err := s.accept(ctx, ln)
	s.drain()
	return err
}

func (s *Server) accept(ctx context.Context, ln net.Listener) error {
	var pause time.Duration
	for {
		nc, err := ln.Accept()
		switch {
		case ctx.Err() != nil:
			if err == nil {
				_ = nc.Close()
			}
			return nil
		case errors.Is(err, net.ErrClosed):
			return fmt.Errorf("the SSH listener was closed: %w", err)
		case err != nil:
			// Most likely the process has no file descriptor left. Those who are
			// in stay in, and somebody who leaves makes room.
			pause = min(max(2*pause, 5*time.Millisecond), time.Second)
			s.log.Error("An SSH connection could not be accepted; trying again.", "wait", pause)
			select {
			case <-time.After(pause):
			case <-ctx.Done():
			}
			continue
		}
		pause = 0
		c := newConn(s, newNewcomer(nc, s.turns))
		s.mu.Lock()
		s.open[c] = struct{}{}
		s.mu.Unlock()
		s.conns.Go(func() { s.handle(c) })
	}
}

// handle serves one connection to its end.
func (s *Server) handle(c *conn) {
	letGo := s.hold(s.connContext(s.sessions, c.Conn), c)
	defer letGo()
	rooms.Survive(s.log, broke, func() { s.ssh.HandleConn(c) })
	_ = c.Close()
	if c.ssh != nil {
		emptyQueue(c.ssh)
	}
	c.wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.open, c)
}

// drain ends everything, politely first.
func (s *Server) drain() {
	late, cancel := context.WithTimeout(context.Background(), DrainTimeout)
	defer cancel()
	notice := time.AfterFunc(DrainNotice, func() { s.end(rooms.ErrShutdown) })
	defer notice.Stop()
	s.mu.Lock()
	s.draining = true
	if s.running == 0 {
		close(s.idle)
	}
	s.mu.Unlock()

	gone := make(chan struct{})
	go func() { s.conns.Wait(); close(gone) }()
	select {
	case <-s.idle: // every farewell is on its way
		s.end(rooms.ErrShutdown)
		hangUp := time.AfterFunc(DrainHangUp, func() { s.each((*conn).closeWrite) })
		defer hangUp.Stop()
	case <-late.Done():
	}
	select {
	case <-gone:
	case <-late.Done():
		s.each(func(c *conn) { _ = c.Close() })
		<-gone
	}
}

func (s *Server) each(do func(*conn)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.open {
		do(c)
	}
}

// begin counts a session in, and refuses it while the server drains.
func (s *Server) begin() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.draining {
		return false
	}
	s.running++
	return true
}

// over counts a session out.
func (s *Server) over() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.running--; s.running == 0 && s.draining {
		close(s.idle)
	}
}

type (
	connKey    struct{}
	channelKey struct{}
)

func connOf(ctx ssh.Context) *conn { return ctx.Value(connKey{}).(*conn) }

// sessionContext is the library's context of one session. Without it, all
// sessions of a connection would share one, and the last would be kept in it.
type sessionContext struct {
	ssh.Context
	ch *channel
}

func (c sessionContext) Value(key any) any {
	if key == (channelKey{}) {
		return c.ch
	}
	return c.Context.Value(key)
}

func (c sessionContext) SetValue(any, any) {}

// openSession serves one session channel to its end.
func (s *Server) openSession(srv *ssh.Server, peer *gossh.ServerConn, asked gossh.NewChannel, ctx ssh.Context) {
	c := connOf(ctx)
	ch := newChannel(c)
	defer ch.end(errGone)
	if refusal := c.open(ch); refusal != "" {
		c.reject(asked, gossh.ResourceShortage, refusal)
		return
	}
	defer c.done(ch)
	c.keepalive(peer)
	rooms.Survive(s.log, broke, func() {
		ssh.DefaultSessionHandler(srv, peer, &requestFilter{asked, ch}, sessionContext{ctx, ch})
	})
	ch.resize.stop()
	if ch.started {
		<-ch.finished
	}
	ch.retire()
}

// refuseChannel answers whoever asks for another kind of channel.
func refuseChannel(_ *ssh.Server, _ *gossh.ServerConn, asked gossh.NewChannel, ctx ssh.Context) {
	connOf(ctx).reject(asked, gossh.Prohibited, "There are only sessions here: nothing is forwarded.")
}

// refuseRequest answers global requests.
func refuseRequest(ctx ssh.Context, _ *ssh.Server, req *gossh.Request) (bool, []byte) {
	c := connOf(ctx)
	if peer, ok := ctx.Value(ssh.ContextKeyConn).(*gossh.ServerConn); ok {
		c.keepalive(peer)
	}
	c.global(req.Payload)
	return false, nil
}

// broke is what is logged of a panic.
const broke = "A session broke and was ended; the others go on."
