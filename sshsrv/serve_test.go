package sshsrv

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"sotto/rooms"
)

// patience is how long a test waits for a fact before it fails.
const patience = 20 * time.Second

// A house is a server on a free port of the loopback, and its hub.
type house struct {
	t        testing.TB
	hub      *rooms.Hub
	server   *Server
	listener net.Listener
	dialer   func() (net.Conn, error)
	log      *logBook
	stop     func() error // ends Serve, as SIGTERM does, and returns its error
}

// open starts a server on the loopback; change may adjust its configuration.
func open(t testing.TB, change ...func(*Config)) *house {
	t.Helper()
	return build(t, change...).serve()
}

// build is open without the start, for tests that put something into the server.
func build(t testing.TB, change ...func(*Config)) *house {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return buildOn(t, ln, func() (net.Conn, error) { return net.Dial("tcp", ln.Addr().String()) }, change...)
}

// openInMemory starts a server without a network, for a synctest bubble.
func openInMemory(t testing.TB, change ...func(*Config)) *house {
	t.Helper()
	return buildInMemory(t, change...).serve()
}

func buildInMemory(t testing.TB, change ...func(*Config)) *house {
	t.Helper()
	ln := newMemListener()
	return buildOn(t, ln, func() (net.Conn, error) { return ln.dial(), nil }, change...)
}

func buildOn(t testing.TB, ln net.Listener, dial func() (net.Conn, error), change ...func(*Config)) *house {
	t.Helper()
	h := &house{t: t, listener: ln, dialer: dial, log: &logBook{}}
	cfg := Config{
		Hub:     rooms.NewHub(rooms.Config{SayRate: rooms.DefaultSayRate}),
		HostKey: memoryKey(t),
		Log:     slog.New(slog.NewTextHandler(h.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	for _, c := range change {
		c(&cfg)
	}
	var err error
	if h.server, err = New(cfg); err != nil {
		t.Fatal(err)
	}
	h.hub = cfg.Hub
	h.server.screen = echoScreen
	return h
}

// serve starts the server, and stops it at the test's end.
func (h *house) serve() *house {
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- h.server.Serve(ctx, h.listener) }()
	h.stop = sync.OnceValue(func() error {
		cancel()
		h.hub.Close()
		return <-served
	})
	h.t.Cleanup(func() {
		if err := h.stop(); err != nil {
			h.t.Errorf("Serve: %v", err)
		}
	})
	return h
}

func memoryKey(t testing.TB) gossh.Signer {
	t.Helper()
	key, err := HostKey("memory")
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// echoScreen stands for a screen: it names the size, repeats what is typed, and
// leaves on "q".
func echoScreen(ctx context.Context, v visit) error {
	defer context.AfterFunc(ctx, v.in.hangUp)()
	if _, err := io.WriteString(v.out, v.term+" "+v.room+"\r\n"); err != nil {
		return err
	}
	buf := make([]byte, 64)
	for {
		n, err := v.in.Read(buf)
		if err != nil {
			return context.Cause(ctx)
		}
		if bytes.IndexByte(buf[:n], 'q') >= 0 {
			return nil
		}
		if _, err := v.out.Write(buf[:n]); err != nil {
			return err
		}
	}
}

// A logBook keeps what was logged.
type logBook struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logBook) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logBook) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// dial connects a client, with the auth methods given; none are needed.
func (h *house) dial(auth ...gossh.AuthMethod) *gossh.Client {
	h.t.Helper()
	raw, err := h.dialer()
	if err != nil {
		h.t.Fatalf("dial: %v", err)
	}
	c, channels, requests, err := gossh.NewClientConn(raw, "sotto", &gossh.ClientConfig{
		User: "canary-login", Auth: auth, HostKeyCallback: gossh.InsecureIgnoreHostKey(),
	})
	if err != nil {
		h.t.Fatalf("handshake: %v", err)
	}
	client := gossh.NewClient(c, channels, requests)
	h.t.Cleanup(func() { client.Close() })
	return client
}

// A guest is one session of a client, with its streams.
type guest struct {
	t       testing.TB
	session *gossh.Session
	in      io.WriteCloser
	out     *bufio.Reader
	raw     io.Reader // below out
	err     *logBook
}

// session opens a session without starting anything.
func session(t testing.TB, client *gossh.Client) *guest {
	t.Helper()
	s, err := client.NewSession()
	if err != nil {
		t.Fatalf("session: %v", err)
	}
	return meet(t, s)
}

// meet takes hold of a session's streams.
func meet(t testing.TB, s *gossh.Session) *guest {
	t.Helper()
	var err error
	g := &guest{t: t, session: s, err: &logBook{}}
	s.Stderr = g.err
	if g.in, err = s.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if g.raw, err = s.StdoutPipe(); err != nil {
		t.Fatal(err)
	}
	g.out = bufio.NewReaderSize(g.raw, 1<<16)
	return g
}

// run opens a session on a connection of its own and starts a command.
func (h *house) run(command string) *guest {
	h.t.Helper()
	g := session(h.t, h.dial())
	if err := g.session.Start(command); err != nil {
		h.t.Fatalf("exec: %v", err)
	}
	return g
}

// screen opens a session with a terminal.
func (h *house) screen(command string) *guest {
	h.t.Helper()
	g := session(h.t, h.dial())
	g.terminal("xterm", 80, 24)
	g.start(command)
	return g
}

func (g *guest) terminal(term string, columns, rows int) {
	g.t.Helper()
	if err := g.session.RequestPty(term, rows, columns, gossh.TerminalModes{gossh.ECHO: 1}); err != nil {
		g.t.Fatalf("pty: %v", err)
	}
}

func (g *guest) start(command string) {
	g.t.Helper()
	var err error
	if command == "" {
		err = g.session.Shell()
	} else {
		err = g.session.Start(command)
	}
	if err != nil {
		g.t.Fatalf("start: %v", err)
	}
}

// says sends lines.
func (g *guest) says(lines ...string) {
	g.t.Helper()
	if _, err := io.WriteString(g.in, strings.Join(lines, "\n")+"\n"); err != nil {
		g.t.Fatalf("says: %v", err)
	}
}

// line returns the next line of output.
func (g *guest) line() string {
	g.t.Helper()
	type read struct {
		line string
		err  error
	}
	got := make(chan read, 1)
	go func() {
		line, err := g.out.ReadString('\n')
		got <- read{line, err}
	}()
	select {
	case r := <-got:
		if r.err != nil {
			g.t.Fatalf("output ended after %q: %v (stderr: %q)", r.line, r.err, g.err)
		}
		return strings.TrimRight(r.line, "\r\n")
	case <-time.After(patience):
		g.t.Fatal("no line of output")
		return ""
	}
}

// hears reads lines until the one that is wanted.
func (g *guest) hears(want string) {
	g.t.Helper()
	var before []string
	for range 10000 {
		line := g.line()
		if strings.Contains(line, want) {
			return
		}
		before = append(before, line)
	}
	g.t.Fatalf("%q did not come, but %q", want, before)
}

// rest returns all further output, up to its end.
func (g *guest) rest() []string {
	g.t.Helper()
	all, err := io.ReadAll(g.out)
	if err != nil {
		g.t.Fatalf("output: %v", err)
	}
	return strings.Split(strings.TrimSuffix(string(all), "\n"), "\n")
}

// ends waits for the session's end and wants an exit code and, on stderr, a
// sentence.
func (g *guest) ends(code int, sentence string) {
	g.t.Helper()
	done := make(chan error, 1)
	go func() { done <- g.session.Wait() }()
	go io.Copy(io.Discard, g.out)
	var err error
	select {
	case err = <-done:
	case <-time.After(patience):
		g.t.Fatalf("the session did not end (stderr: %q)", g.err)
	}
	if got := exitStatus(err); got != code {
		g.t.Errorf("the session ended by %v, want exit code %d (stderr: %q)", err, code, g.err)
	}
	// On a terminal a sentence is broken between words.
	if stderr := strings.ReplaceAll(g.err.String(), "\r\n  ", " "); !strings.Contains(stderr, sentence) || (sentence == "") != (stderr == "") {
		g.t.Errorf("stderr %q, want %q", stderr, sentence)
	}
}

// until waits for a fact.
func until(t *testing.T, fact func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !fact(); {
		if time.Now().After(deadline) {
			t.Fatal("it did not come true")
		}
		<-time.After(5 * time.Millisecond)
	}
}

// exitStatus is a session's exit code; -1 if there is none.
func exitStatus(err error) int {
	var exit *gossh.ExitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &exit):
		return exit.ExitStatus()
	}
	return -1
}
