//go:build e2e

package e2e_test

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"sotto/cmd/sotto/e2e"
)

func portOf(addr string) string {
	_, port, _ := net.SplitHostPort(addr)
	return port
}

func sotto(t *testing.T, env []string, args ...string) e2e.Result {
	t.Helper()
	cmd := exec.Command(e2e.Binary(t), args...)
	cmd.Env = append(os.Environ(), env...)
	return e2e.Run(t, cmd, "")
}

// Words that make no sense: one sentence, exit 2. What this machine can't do:
// one sentence that names it, exit 1.
func TestExitCodes(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	notAKey := filepath.Join(t.TempDir(), "host_key")
	if err := os.WriteFile(notAKey, []byte("no key"), 0o600); err != nil {
		t.Fatal(err)
	}
	serve := func(flags ...string) []string { return e2e.ServeArgs(flags...) }
	for _, c := range []struct {
		name string
		env  []string
		args []string
		code int
		says string
	}{
		{"no words", nil, nil, 2, "serve"},
		{"unknown command", nil, []string{"swim"}, 2, "swim"},
		{"unknown flag", nil, serve("--colour=blue"), 2, "--colour"},
		{"a word too many", nil, serve("den"), 2, "den"},
		{"no Redis", nil, serve("--redis=x", "--cluster-key="+notAKey), 2, "--redis"},
		{"Redis without a key", nil, serve("--redis=redis://127.0.0.1:1"), 2, "--cluster-key"},
		{"a cluster key without Redis", nil, serve("--cluster-key=" + notAKey), 2, "--redis"},
		{"the same by the environment", []string{"SOTTO_CLUSTER_KEY=x"}, serve(), 2, "--redis"},
		{"a cluster key that is none", nil, serve("--redis=redis://127.0.0.1:1", "--cluster-key="+notAKey), 1, notAKey},
		{"the same by the environment, with Redis", []string{"SOTTO_CLUSTER_KEY=x"}, serve("--redis=redis://127.0.0.1:1"), 1, "SOTTO_CLUSTER_KEY"},
		{"a cluster key that is not there", nil, serve("--redis=redis://127.0.0.1:1", "--cluster-key=/nowhere/k"), 1, "/nowhere/k"},
		{"reserved: metrics", nil, serve("--metrics-addr=x"), 2, "--metrics-addr"},
		{"a flag without its value", nil, serve("--tls-cert"), 2, "--tls-cert needs a value"},
		{"address without a port", nil, serve("--ssh-addr=localhost"), 2, "--ssh-addr"},
		{"a port that is none", nil, serve("--http-addr=localhost:99999"), 2, "--http-addr"},
		{"too large a room", nil, serve("--room-size=801"), 2, "800"},
		{"no room at all", nil, serve("--room-size=0"), 2, "--room-size"},
		{"no number", nil, serve("--room-size=many"), 2, "--room-size"},
		{"no number by the environment", []string{"SOTTO_ROOM_SIZE=many"}, serve(), 2, "many"},
		{"negative rate", nil, serve("--say-rate=-1"), 2, "--say-rate"},
		{"rate that is no number", nil, serve("--say-rate=NaN"), 2, "--say-rate"},
		{"unknown level", nil, serve("--log-level=loud"), 2, "loud"},
		{"public URL without a scheme", nil, serve("--public-url=chat.example"), 2, "--public-url"},
		{"public ssh that is shell", nil, serve("--public-ssh=a;rm"), 2, "--public-ssh"},
		{"no network", nil, serve("--trusted-proxy=10.0.0"), 2, "10.0.0"},
		{"certificate without a key", nil, serve("--tls-cert=x"), 2, "--tls-key"},
		{"ssh port taken", nil, serve("--ssh-addr=" + taken.Addr().String()), 1, taken.Addr().String()},
		{"web port taken", nil, serve("--http-addr=" + taken.Addr().String()), 1, taken.Addr().String()},
		{"not a key", nil, serve("--host-key=" + notAKey), 1, notAKey},
		{"key below a file", nil, serve("--host-key=" + filepath.Join(notAKey, "x")), 1, notAKey},
		{"key in the environment, without it", nil, serve("--host-key=env"), 1, "SOTTO_HOST_KEY_PEM"},
		{"no certificate", nil, serve("--tls-cert=/nowhere/c", "--tls-key=/nowhere/k"), 1, "/nowhere/c"},
		{"version", nil, []string{"version"}, 0, ""},
		{"help", nil, []string{"--help"}, 0, ""},
		{"help for serve", nil, []string{"serve", "--help"}, 0, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := sotto(t, c.env, c.args...)
			if r.Code != c.code {
				t.Errorf("exit %d, want %d", r.Code, c.code)
			}
			if c.code == 0 {
				if r.Err != "" || r.Out == "" {
					t.Errorf("said %q, and %q on stderr", r.Out, r.Err)
				}
				return
			}
			if strings.Count(r.Err, "\n") != 1 || !strings.Contains(r.Err, c.says) {
				t.Errorf("want one sentence about %q, got:\n%s", c.says, r.Err)
			}
			if r.Out != "" {
				t.Errorf("stdout has %q", r.Out)
			}
		})
	}
}

func TestEnvironmentTwins(t *testing.T) {
	cmd := exec.Command(e2e.Binary(t), "serve")
	cmd.Env = append(os.Environ(), "SOTTO_SSH_ADDR=127.0.0.1:0", "SOTTO_HTTP_ADDR=127.0.0.1:0", "SOTTO_HOST_KEY=memory", "SOTTO_ROOM_SIZE=1")
	s := e2e.StartCommand(t, cmd)
	s.Join(t, "den", "anna")
	second := s.Dial(t)
	second.Send(e2e.Frame{"t": "join", "room": "den"})
	if refused := second.Await("error"); refused["code"] != "room_full" {
		t.Errorf("a second person in a room for one: %v", refused)
	}
}

// A key file is made on the first start, for its owner alone, and is the same
// on the next.
func TestHostKeyStays(t *testing.T) {
	file := filepath.Join(t.TempDir(), "deep", "host_key")
	scan := func() string {
		s := e2e.Start(t, "--host-key="+file)
		r := e2e.Run(t, exec.Command("ssh-keyscan", "-p", portOf(s.SSH), "127.0.0.1"), "")
		s.Signal(syscall.SIGTERM)
		s.Wait()
		_, key, _ := strings.Cut(strings.TrimSpace(r.Out), " ")
		return key
	}
	first := scan()
	if second := scan(); first == "" || first != second {
		t.Errorf("the key was %q, then %q", first, second)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key file: %v, %v", info, err)
	}
}

// Everyone is told, terminals are left as they were, and the process is gone
// within five seconds.
func TestTermWithPeopleIn(t *testing.T) {
	s := e2e.Start(t)
	var terminals []*e2e.Terminal
	for i := range 5 {
		term := s.Terminal(t, "den", "--nick", fmt.Sprintf("term%d", i))
		term.WaitFor(fmt.Sprintf("term%d", i))
		terminals = append(terminals, term)
	}
	var pipes []*e2e.Pipe
	for i := range 5 {
		pipe := s.Pipe(t, "den", "--listen", "--nick", fmt.Sprintf("pipe%d", i))
		pipe.WaitFor("--")
		pipes = append(pipes, pipe)
	}
	page := e2e.Open(t, s.RoomURL("den"))
	page.WaitFor("term0")
	var sockets []*e2e.Socket
	for i := range 39 {
		socket, _ := s.Join(t, "den", fmt.Sprintf("sock%d", i))
		sockets = append(sockets, socket)
	}
	silent, err := net.Dial("tcp", s.SSH) // and one who never said a word
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()

	began := time.Now()
	s.Signal(syscall.SIGTERM)
	for _, socket := range sockets {
		if bye := socket.Await("bye"); bye["code"] != "shutdown" || bye["retry"] != true {
			t.Errorf("a browser was told %v", bye)
		}
	}
	if code := s.Wait(); code != 0 {
		t.Errorf("the server exited with %d", code)
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("the server took %v", took)
	}
	for _, term := range terminals {
		if code := term.Wait(); code != 1 {
			t.Errorf("a terminal's ssh exited with %d, want 1", code)
		}
		if term.FullScreen() || !strings.Contains(term.Screen(), "shutting down") {
			t.Errorf("a terminal was left as:\n%s", term.Screen())
		}
	}
	for _, pipe := range pipes {
		if code := pipe.Wait(); code != 1 {
			t.Errorf("a pipe's ssh exited with %d, want 1", code)
		}
		pipe.WaitFor("shutting down")
	}
}

// The second signal does not wait for anybody.
func TestSecondSignalEndsAtOnce(t *testing.T) {
	cmd := exec.Command(e2e.Binary(t), e2e.ServeArgs()...)
	s := e2e.StartCommand(t, cmd)
	frozen := s.Pipe(t, "den", "--listen")
	frozen.WaitFor("--")
	frozen.Freeze()
	s.Signal(syscall.SIGTERM)
	s.WaitFor("draining")
	began := time.Now()
	s.Signal(syscall.SIGTERM)
	s.Wait()
	if took := time.Since(began); took > 3*time.Second { // who waits for the frozen one takes four
		t.Errorf("it took %v", took)
	}
}

func TestHealth(t *testing.T) {
	s := e2e.Start(t)
	r, err := http.Get(s.URL + "/healthz")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	if r.StatusCode != 200 {
		t.Errorf("healthz says %s", r.Status)
	}
}
