//go:build e2e

package e2e

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// Patience is how long a fact may take on a busy machine before a test gives up.
const Patience = 45 * time.Second

var builds struct {
	sync.Mutex
	dir   string
	paths map[string]string
}

// Main runs a package's tests and removes what was built for them. Call it from
// TestMain. A program that found a data race fails them, even one that has a
// screen, where nobody could read of it.
func Main(m *testing.M) {
	races, err := os.MkdirTemp("", "sotto-races-")
	if err != nil {
		panic(err)
	}
	os.Setenv("GORACE", "atexit_sleep_ms=10 log_path="+filepath.Join(races, "found"))
	code := m.Run()
	closeBrowser()
	for _, name := range found(races) {
		report, _ := os.ReadFile(name)
		fmt.Fprintf(os.Stderr, "a program found a data race:\n%s", report)
		code = 1
	}
	os.RemoveAll(races)
	if builds.dir != "" {
		os.RemoveAll(builds.dir)
	}
	os.Exit(code)
}

func found(races string) []string {
	names, _ := filepath.Glob(filepath.Join(races, "found.*"))
	return names
}

// Binary builds the program once per test process and returns its path; with
// the race detector if the test has it.
func Binary(t testing.TB) string {
	if raceDetector {
		return build(t, "sotto-race", "-race")
	}
	return build(t, "sotto")
}

// StaticBinary is the program as it is released. Under a limit on memory it has
// to be this one: the race detector reserves terabytes.
func StaticBinary(t testing.TB) string { return build(t, "sotto-static") }

func build(t testing.TB, name string, flags ...string) string {
	t.Helper()
	builds.Lock()
	defer builds.Unlock()
	if path, ok := builds.paths[name]; ok {
		return path
	}
	if builds.dir == "" {
		dir, err := os.MkdirTemp("", "sotto-e2e-")
		if err != nil {
			t.Fatal(err)
		}
		builds.dir, builds.paths = dir, make(map[string]string)
	}
	path := filepath.Join(builds.dir, name)
	cmd := exec.Command("go", append(append([]string{"build"}, flags...), "-o", path, "sotto/cmd/sotto")...)
	cmd.Env = os.Environ()
	if len(flags) == 0 {
		cmd.Env = append(cmd.Env, "CGO_ENABLED=0", "GOFLAGS=") // as it is released
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	builds.paths[name] = path
	return path
}

// Server is a running program.
type Server struct {
	SSH, Web string // host:port of each door
	URL      string // of the web door, without a slash at its end

	t      testing.TB
	cmd    *exec.Cmd
	exited chan struct{} // closed when code is there
	code   int

	mu     sync.Mutex
	stderr strings.Builder
	more   chan struct{} // closed and replaced with every line
}

// Start runs `sotto serve` on free ports with a host key in memory and these
// flags, which come last and so win, and returns when it is ready. At the
// test's end it is stopped by SIGTERM and must exit with 0.
func Start(t testing.TB, flags ...string) *Server {
	t.Helper()
	return StartCommand(t, exec.Command(Binary(t), ServeArgs(flags...)...))
}

// ServeArgs are the arguments of Start's command.
func ServeArgs(flags ...string) []string {
	return append([]string{"serve", "--ssh-addr=127.0.0.1:0", "--http-addr=127.0.0.1:0", "--host-key=memory"}, flags...)
}

// StartCommand is Start for a command that runs the program in its own way,
// under a limit or a tracer. The process that gets signals is the command's.
func StartCommand(t testing.TB, cmd *exec.Cmd) *Server {
	t.Helper()
	s := &Server{t: t, cmd: cmd, exited: make(chan struct{}), more: make(chan struct{})}
	// Locked down, it opens no file: what it says is read to the end, so that it need not
	// wait a second for late races either.
	cmd.Env = append(cmd.Environ(), "GORACE=atexit_sleep_ms=10")
	out, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		lines := bufio.NewReader(out)
		for {
			line, err := lines.ReadString('\n')
			s.heard(line)
			if err != nil {
				break
			}
		}
		s.code = exitCode(cmd.Wait())
		close(s.exited)
	}()
	t.Cleanup(func() {
		select {
		case <-s.exited:
			if t.Failed() {
				t.Logf("the server exited with %d; it said:\n%s", s.code, s.Stderr())
			}
		default:
			s.Signal(syscall.SIGTERM)
			if code := s.Wait(); code != 0 {
				t.Errorf("the server exited with %d after SIGTERM; it said:\n%s", code, s.Stderr())
			}
		}
		if strings.Contains(s.Stderr(), "WARNING: DATA RACE") {
			t.Errorf("the server found a data race:\n%s", s.Stderr())
		}
	})
	s.setAddresses(s.lineAfter("sotto: ssh on "), s.lineAfter("sotto: web on "))
	return s
}

// At is a server that was started elsewhere: its doors, without its process.
func At(ssh, url string) *Server {
	s := new(Server)
	s.setAddresses(ssh, url)
	return s
}

func (s *Server) setAddresses(ssh, url string) {
	s.SSH, s.URL = ssh, url
	_, s.Web, _ = strings.Cut(url, "://")
}

func exitCode(err error) int {
	var exit *exec.ExitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &exit):
		return exit.ExitCode()
	}
	return -1
}

func (s *Server) heard(line string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stderr.WriteString(line)
	close(s.more)
	s.more = make(chan struct{})
}

// Stderr is everything that the program has said so far.
func (s *Server) Stderr() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stderr.String()
}

// lineAfter waits for a line with this prefix and returns its rest.
func (s *Server) lineAfter(prefix string) string {
	s.t.Helper()
	deadline := time.NewTimer(Patience)
	defer deadline.Stop()
	for {
		s.mu.Lock()
		said, more := s.stderr.String(), s.more
		s.mu.Unlock()
		for line := range strings.Lines(said) {
			if rest, ok := strings.CutPrefix(line, prefix); ok && strings.HasSuffix(rest, "\n") {
				return strings.TrimSpace(rest)
			}
		}
		select {
		case <-more:
		case <-s.exited:
			s.t.Fatalf("the server exited with %d before it said %q; it said:\n%s", s.code, prefix, s.Stderr())
		case <-deadline.C:
			s.t.Fatalf("the server never said %q; it said:\n%s", prefix, said)
		}
	}
}

// WaitFor waits until the program has said this.
func (s *Server) WaitFor(text string) {
	s.t.Helper()
	deadline := time.NewTimer(Patience)
	defer deadline.Stop()
	for {
		s.mu.Lock()
		said, more := s.stderr.String(), s.more
		s.mu.Unlock()
		if strings.Contains(said, text) {
			return
		}
		select {
		case <-more:
		case <-deadline.C:
			s.t.Fatalf("the server never said %q; it said:\n%s", text, said)
		}
	}
}

// Voice is where the server's sound arrives, as it said.
func (s *Server) Voice() string {
	port, _, _ := strings.Cut(s.lineAfter("sotto: voice on port "), ",")
	return "127.0.0.1:" + port
}

// PID is the server's process id.
func (s *Server) PID() int { return s.cmd.Process.Pid }

// Signal sends a signal to the server.
func (s *Server) Signal(sig os.Signal) {
	s.t.Helper()
	if err := s.cmd.Process.Signal(sig); err != nil && !errors.Is(err, os.ErrProcessDone) {
		s.t.Fatal(err)
	}
}

// Wait waits for the server's end and returns its exit code, -1 for a signal.
func (s *Server) Wait() int {
	s.t.Helper()
	select {
	case <-s.exited:
		return s.code
	case <-time.After(Patience):
		s.cmd.Process.Kill()
		s.t.Fatalf("the server did not exit; it said:\n%s", s.Stderr())
		return -1
	}
}

// WaitListening waits until something accepts connections there, for peers that
// do not say when they are ready.
func WaitListening(t testing.TB, addr string) {
	t.Helper()
	for deadline := time.Now().Add(Patience); time.Now().Before(deadline); runtime.Gosched() {
		if c, err := net.Dial("tcp", addr); err == nil {
			c.Close()
			return
		}
	}
	t.Fatalf("nobody listens on %s", addr)
}

// RoomURL is a room's address in the browser.
func (s *Server) RoomURL(room string) string { return s.URL + "/r/" + room }

func (s *Server) sshPort() string {
	_, port, err := net.SplitHostPort(s.SSH)
	if err != nil {
		s.t.Fatal(err)
	}
	return port
}
