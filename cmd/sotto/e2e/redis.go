//go:build e2e

package e2e

import (
	"bufio"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// Redis is a redis-server that keeps nothing on a disk, on a port of its own.
type Redis struct {
	Addr string

	t     testing.TB
	flags []string
	cmd   *exec.Cmd
}

// StartRedis runs one with these flags, which come last and so win, until the test ends.
func StartRedis(t testing.TB, flags ...string) *Redis {
	t.Helper()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &Redis{Addr: free.Addr().String(), t: t, flags: flags}
	free.Close()
	r.Start()
	t.Cleanup(r.Kill)
	return r
}

// URL is how servers name it.
func (r *Redis) URL() string { return "redis://" + r.Addr }

// Start starts it again after a Kill, empty, and returns when it answers.
func (r *Redis) Start() {
	r.t.Helper()
	host, port, _ := net.SplitHostPort(r.Addr)
	r.cmd = exec.Command("redis-server", append([]string{"--bind", host, "--port", port, "--dir", r.t.TempDir(),
		"--save", "", "--appendonly", "no", "--maxmemory-policy", "noeviction", "--logfile", "/dev/null"}, r.flags...)...)
	if err := r.cmd.Start(); err != nil {
		r.t.Fatal(err)
	}
	WaitListening(r.t, r.Addr)
}

// Kill ends it by kill -9, and with it all that it had.
func (r *Redis) Kill() {
	r.cmd.Process.Kill()
	_ = r.cmd.Wait() // the error is the signal
}

// PID is its process.
func (r *Redis) PID() int { return r.cmd.Process.Pid }

// Signal sends it a signal.
func (r *Redis) Signal(sig syscall.Signal) {
	r.t.Helper()
	if err := r.cmd.Process.Signal(sig); err != nil {
		r.t.Fatal(err)
	}
}

// Do has it do one command, and returns what it says.
func (r *Redis) Do(words ...string) string {
	r.t.Helper()
	said := Run(r.t, r.cli(words...), "")
	if said.Code != 0 {
		r.t.Fatalf("redis-cli %q: %d %s%s", words, said.Code, said.Out, said.Err)
	}
	return said.Out
}

func (r *Redis) cli(words ...string) *exec.Cmd {
	host, port, _ := net.SplitHostPort(r.Addr)
	return exec.Command("redis-cli", append([]string{"-h", host, "-p", port}, words...)...)
}

// Monitor writes down every command that it does, with all that is in it. What it returns
// ends that, and returns what was written.
func (r *Redis) Monitor() (heard func() string) {
	r.t.Helper()
	cmd := r.cli("monitor")
	out, err := cmd.StdoutPipe()
	if err != nil {
		r.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		r.t.Fatal(err)
	}
	var all strings.Builder
	lines := bufio.NewReader(out)
	if _, err := lines.ReadString('\n'); err != nil { // it says OK once it listens
		r.t.Fatal(err)
	}
	var reading sync.WaitGroup
	reading.Go(func() {
		_, _ = lines.WriteTo(&all) // ends with the command
	})
	heard = sync.OnceValue(func() string {
		cmd.Process.Signal(syscall.SIGTERM)
		reading.Wait()
		_ = cmd.Wait()
		return all.String()
	})
	r.t.Cleanup(func() { heard() })
	return heard
}

// ClusterKey is a file with a key for servers that share their rooms.
func ClusterKey(t testing.TB) (file string) {
	t.Helper()
	key, err := exec.Command(Binary(t), "cluster-key").Output()
	if err != nil {
		t.Fatal(err)
	}
	file = filepath.Join(t.TempDir(), "cluster.key")
	if err := os.WriteFile(file, key, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// StartNodes starts so many servers that share their rooms over a Redis, and returns when
// all of them are ready.
func StartNodes(t testing.TB, n int, r *Redis, flags ...string) []*Server {
	t.Helper()
	flags = append([]string{"--redis=" + r.URL(), "--cluster-key=" + ClusterKey(t)}, flags...)
	nodes := make([]*Server, n)
	for i := range nodes {
		nodes[i] = Start(t, flags...)
	}
	return nodes
}

// Die ends the server by kill -9.
func (s *Server) Die() {
	s.t.Helper()
	s.Signal(syscall.SIGKILL)
	s.Wait()
}

// Health is the status with which the server says how it is; 0: it does not answer.
func (s *Server) Health() int {
	client := http.Client{Timeout: time.Second}
	answer, err := client.Get(s.URL + "/healthz")
	if err != nil {
		return 0
	}
	answer.Body.Close()
	return answer.StatusCode
}
