package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"sotto/cmd/sotto/admit"
	"sotto/cmd/sotto/forget"
	"sotto/cmd/sotto/lockdown"
	"sotto/rooms"
	"sotto/sshsrv"
	"sotto/webbridge"
)

// drainFor is how long the doors have for their farewells; with it the process
// is gone within five seconds of a SIGTERM.
const drainFor = 4 * time.Second

// Run serves until a signal. The first SIGTERM or SIGINT drains, the second
// ends the process at once.
func (c *serveCommand) Run(to streams) error {
	forgetting := forget.Restart() // returns only when there is nothing to restart
	forget.IgnoreBrokenPipes()
	unsetTraces()
	time.Local = time.UTC // the system's zone is a file that can't be read once it is locked down

	ctx, stop := untilSignal(syscall.SIGTERM, os.Interrupt)
	defer stop()

	if forgetting == nil {
		forgetting = forget.Check()
	}
	s, err := newServer(ctx, c, to.err)
	if ctx.Err() != nil && s == nil {
		return nil // while it waited for the others
	}
	if err != nil {
		return err
	}
	defer s.close()
	s.testVoice(ctx, to.err)
	var needed lockdown.Needed
	if s.peers != nil {
		needed = s.peers.needed()
	}
	needed.Datagrams = s.voice != nil
	if err := c.defend(to.err, forgetting, needed); err != nil {
		return err
	}
	s.ready(to.err)
	if err := lockdown.ForbidGrowth(); err != nil && c.Strict {
		return fmt.Errorf("can't forbid files to grow: %w", err)
	}
	return s.serve(ctx)
}

// unsetTraces keeps libraries of the terminal from writing down what they draw.
func unsetTraces() {
	for _, variable := range os.Environ() {
		if name, _, _ := strings.Cut(variable, "="); strings.HasPrefix(name, "TEA_") || strings.HasPrefix(name, "UV_") {
			os.Unsetenv(name)
		}
	}
}

// defend takes from the process all but what it needs, and says in one line what this
// system enforces.
func (c *serveCommand) defend(stderr io.Writer, forgetting error, needed lockdown.Needed) error {
	for _, file := range []string{c.TLSCert, c.TLSKey} {
		if file != "" {
			needed.Folders = append(needed.Folders, foldersOf(file)...)
		}
	}
	enforced, err := lockdown.Enforce(needed)
	if err != nil {
		return err
	}
	enforced.NoGrowth = lockdown.CanForbidGrowth // once the line below is told; see the caller
	memory := "freed memory is overwritten"
	if forgetting != nil {
		memory = fmt.Sprintf("freed memory is NOT overwritten (%v)", forgetting)
	}
	fmt.Fprintf(stderr, "sotto: locked down: %s; %s\n", enforced, memory)
	if err := c.refuseSwap(enforced.Swappable, stderr); err != nil {
		return err
	}
	if c.Strict {
		return errors.Join(enforced.Strict(), forgetting)
	}
	return nil
}

// refuseSwap refuses to start under --strict where memory may reach a disk, and
// warns without it; --allow-swap accepts it.
func (c *serveCommand) refuseSwap(swappable bool, stderr io.Writer) error {
	switch {
	case !swappable || c.AllowSwap:
		return nil
	case c.Strict:
		return errors.New("the kernel may write memory to swap; turn swap off for this service (MemorySwapMax=0), or say --allow-swap")
	}
	fmt.Fprintln(stderr, "sotto: warning: the kernel may write what is said to swap; turn swap off for this service, or say --allow-swap")
	return nil
}

// foldersOf are the folders that must stay readable so that a file can be read
// again after it was replaced: its own, and that of what it links to.
func foldersOf(file string) []string {
	folders := []string{filepath.Dir(file)}
	if target, err := filepath.EvalSymlinks(file); err == nil {
		folders = append(folders, filepath.Dir(target))
	}
	return folders
}

// server is the whole of a running program but for what it does to the process
// around it, so that tests can have several.
type server struct {
	log      *slog.Logger
	gate     *admit.Gate
	keeper   *forget.Keeper
	hub      *rooms.Hub
	ssh, web net.Listener
	sshDoor  *sshsrv.Server
	webDoor  *webbridge.Server
	tls      *certificate // nil: the web door speaks in the clear
	peers    *peers       // nil: there are none
	voice    *carrier     // nil: there is none
}

// newServer opens the listeners and builds everything behind them. Nothing is
// accepted yet. The caller closes it.
func newServer(ctx context.Context, c *serveCommand, stderr io.Writer) (*server, error) {
	log := newLog(c.LogLevel, stderr)
	s := &server{log: log, keeper: forget.NewKeeper(log)}
	if err := s.open(ctx, c, stderr); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

func (s *server) open(ctx context.Context, c *serveCommand, stderr io.Writer) error {
	key, err := sshsrv.HostKey(c.HostKey)
	if err != nil {
		return err
	}
	os.Unsetenv(sshsrv.HostKeyEnv)
	if c.TLSCert != "" {
		if s.tls, err = loadCertificate(c.TLSCert, c.TLSKey); err != nil {
			return err
		}
	}
	var log rooms.Log
	if c.Redis != "" {
		s.peers, err = joinPeers(ctx, c, key.PublicKey(), stderr)
		hideClusterKey()
		if err != nil {
			return err
		}
		log = s.peers.node
	}
	if s.ssh, err = listen(ctx, "ssh", c.SSHAddr); err != nil {
		return err
	}
	if s.web, err = listen(ctx, "web", c.HTTPAddr); err != nil {
		return err
	}
	s.gate = admit.New(admit.Config{Trusted: c.trusted(), Tor: c.Tor, Conns: c.Connections, Released: s.keeper.ConnectionEnded,
		Unreadable: func() { s.log.Warn(unreadableProxy) }})
	if err := s.openVoice(ctx, c, stderr); err != nil {
		return err
	}
	s.hub = rooms.NewHub(rooms.Config{
		Voice:    s.voice != nil,
		RoomSize: c.RoomSize,
		SayRate:  c.SayRate,
		Log:      log,
		Emptied:  s.keeper.RoomEmptied,
		Admit:    s.gate.Admit,
		Source:   s.gate.Source,
		Hold:     s.gate.Hold,
	})
	return s.buildDoors(c, key)
}

// unreadableProxy is told once, without what the header said.
const unreadableProxy = "a trusted proxy sends an X-Forwarded-For whose last entry is no address; all its visitors of whom that is so count as one"

// scheme is how the web door is spoken to.
func (s *server) scheme() string {
	if s.tls != nil {
		return "https"
	}
	return "http"
}

// ready says where people get in, a line for each listener.
func (s *server) ready(stderr io.Writer) {
	fmt.Fprintf(stderr, "sotto: browsers are sent the assets %s\n", s.webDoor.AssetSum())
	fmt.Fprintf(stderr, "sotto: ssh on %s\n", shown(s.ssh))
	if s.voice != nil {
		fmt.Fprintf(stderr, "sotto: voice on %s\n", s.voice.where())
	}
	fmt.Fprintf(stderr, "sotto: web on %s://%s\n", s.scheme(), shown(s.web))
}

// serve lets people in until ctx ends, then out: no more arrivals, a farewell
// for everybody, the doors' own ends. It returns nil then, and an error if a
// door failed.
func (s *server) serve(ctx context.Context) (failure error) {
	ctx, cancel := context.WithCancel(ctx)
	var background sync.WaitGroup
	defer background.Wait()
	defer cancel()
	background.Go(func() { s.keeper.Run(ctx, s.hub.Traffic) })
	background.Go(func() { s.gate.Watch(ctx) })
	if s.peers != nil {
		background.Go(func() { s.peers.watch(ctx, s.log) })
	}
	if s.tls != nil {
		background.Go(func() { s.tls.reload(ctx, s.log) })
	}

	doors := []func() error{
		func() error { return s.sshDoor.Serve(ctx, s.gate.Listen(s.ssh, admit.SSHSpeech)) },
		func() error { return s.webDoor.Serve(ctx, s.webListener()) },
	}
	ended := make(chan error, len(doors))
	for _, serve := range doors {
		go func() { ended <- serve() }()
	}
	open := len(doors)
	select {
	case <-ctx.Done():
	case failure = <-ended:
		open--
	}
	s.log.Info("draining")
	cancel()
	s.hub.Close()
	late := time.After(drainFor)
	for ; open > 0; open-- {
		select {
		case err := <-ended:
			failure = errors.Join(failure, err)
		case <-late:
			s.log.Error("a door did not end in time", "open", open)
			return failure
		}
	}
	return failure
}

// webListener admits connections to the web door, under TLS if there is a
// certificate. Who is refused before TLS could not read why.
func (s *server) webListener() net.Listener {
	speech := admit.HTTPSpeech
	if s.tls != nil {
		speech = admit.Silence
	}
	l := s.gate.Listen(s.web, speech)
	if s.voice != nil && s.voice.beside {
		l = s.voice.ports.Beside(l)
	}
	if s.tls != nil {
		l = tls.NewListener(l, s.tls.config())
	}
	return l
}

// close gives back what newServer took. Only now that everybody here had their farewell do
// the others learn that this server ends.
func (s *server) close() {
	if s.voice != nil {
		s.voice.calls.Close()
		s.voice.ports.Close()
	}
	if s.peers != nil {
		if s.peers.node.Close() != nil {
			s.log.Error("the other servers could not be told that this one ends, since Redis was out of reach; they find out by themselves")
		}
	}
	for _, l := range []net.Listener{s.ssh, s.web} {
		if l != nil {
			l.Close()
		}
	}
	if s.gate != nil {
		s.gate.Close()
	}
}
