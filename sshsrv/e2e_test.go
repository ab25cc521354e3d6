//go:build e2e

package sshsrv

import (
	"bytes"
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"charm.land/ssh"
	gossh "golang.org/x/crypto/ssh"
)

// openssh is the real client for a house, without any file of the user's.
func (h *house) openssh(options []string, words ...string) *exec.Cmd {
	h.t.Helper()
	args := []string{
		"-F", "none", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null",
		"-o", "LogLevel=ERROR", "-p", h.port(),
	}
	return exec.Command("ssh", append(append(append(args, options...), "127.0.0.1"), words...)...)
}

func (h *house) port() string {
	c, err := h.dialer()
	if err != nil {
		h.t.Fatal(err)
	}
	defer c.Close()
	_, port, err := net.SplitHostPort(c.RemoteAddr().String())
	if err != nil {
		h.t.Fatal(err)
	}
	return port
}

// finish runs a command with this input and returns what it said.
func finish(t *testing.T, cmd *exec.Cmd, input string) (stdout, stderr string, code int) {
	t.Helper()
	var out, err bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(input), &out, &err
	kill := time.AfterFunc(patience, func() { _ = cmd.Process.Kill() })
	defer kill.Stop()
	var exit *exec.ExitError
	if e := cmd.Run(); e != nil && !errors.As(e, &exit) {
		t.Fatal(e)
	}
	return out.String(), err.String(), cmd.ProcessState.ExitCode()
}

// methods makes a server write down the authentication methods it is asked for.
func (h *house) methods() func() []string {
	var mu sync.Mutex
	var seen []string
	config := h.server.ssh.ServerConfigCallback
	h.server.ssh.ServerConfigCallback = func(ctx ssh.Context) *gossh.ServerConfig {
		c := config(ctx)
		entered := c.AuthLogCallback
		c.AuthLogCallback = func(conn gossh.ConnMetadata, method string, err error) {
			mu.Lock()
			seen = append(seen, method)
			mu.Unlock()
			entered(conn, method, err)
		}
		return c
	}
	return func() []string {
		mu.Lock()
		defer mu.Unlock()
		return slices.Clone(seen)
	}
}

// newKeys makes an Ed25519 and an RSA key without passphrase.
func newKeys(t *testing.T) (files []string) {
	t.Helper()
	dir := t.TempDir()
	for _, kind := range []string{"ed25519", "rsa"} {
		file := filepath.Join(dir, kind)
		if out, err := exec.Command("ssh-keygen", "-q", "-t", kind, "-N", "", "-C", "canary", "-f", file).CombinedOutput(); err != nil {
			t.Fatalf("ssh-keygen: %v: %s", err, out)
		}
		files = append(files, file)
	}
	return files
}

// OpenSSH shows nothing: whatever keys it has, whatever it prefers, the server
// is asked for "none" and for nothing else.
func TestOpenSSHShowsNoKey(t *testing.T) {
	h := build(t)
	methods := h.methods()
	h.serve()
	keys := newKeys(t)
	agent := startAgent(t, keys)
	var identities []string
	for _, key := range keys {
		identities = append(identities, "-i", key)
	}
	runs := map[string][]string{
		"plain":             nil,
		"identity files":    identities,
		"an agent":          {"-A"},
		"prefers keys":      append([]string{"-o", "PreferredAuthentications=publickey"}, identities...),
		"prefers passwords": {"-o", "PreferredAuthentications=password,keyboard-interactive"},
	}
	for name, options := range runs {
		t.Run(name, func(t *testing.T) {
			before := len(methods())
			cmd := h.openssh(options, "lobby")
			cmd.Env = append(os.Environ(), "SSH_AUTH_SOCK="+agent)
			if _, stderr, code := finish(t, cmd, "hello\n"); code != 0 {
				t.Fatalf("ssh ended with %d: %s", code, stderr)
			}
			if got := methods()[before:]; !slices.Equal(got, []string{"none"}) {
				t.Errorf("the server was asked for %q", got)
			}
		})
	}
}

// startAgent runs an ssh-agent that holds keys, for the test's life.
func startAgent(t *testing.T, keys []string) (socket string) {
	t.Helper()
	socket = filepath.Join(t.TempDir(), "agent")
	agent := exec.Command("ssh-agent", "-D", "-a", socket)
	out, err := agent.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := agent.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = agent.Process.Kill()
		_ = agent.Wait()
	})
	if _, err := out.Read(make([]byte, 1)); err != nil { // it is listening when it says so
		t.Fatal(err)
	}
	for _, key := range keys {
		add := exec.Command("ssh-add", "-q", key)
		add.Env = append(os.Environ(), "SSH_AUTH_SOCK="+socket)
		if out, err := add.CombinedOutput(); err != nil {
			t.Fatalf("ssh-add: %v: %s", err, out)
		}
	}
	return socket
}

// Clients that never ask for "none" get in by what they insist on: Debian's
// paramiko does what it is told to.
func TestForcedMethods(t *testing.T) {
	const program = `
import paramiko, socket, sys
port, method, key = int(sys.argv[1]), sys.argv[2], sys.argv[3]
transport = paramiko.Transport(socket.create_connection(("127.0.0.1", port)))
transport.start_client(timeout=10)
if method == "publickey":
    transport.auth_publickey("canary", paramiko.RSAKey.from_private_key_file(key) if key.endswith("rsa") else paramiko.Ed25519Key.from_private_key_file(key))
elif method == "password":
    transport.auth_password("canary", "canary")
else:
    transport.auth_interactive("canary", lambda *question: [])
channel = transport.open_session()
channel.exec_command("lobby")
channel.sendall(b"hello\n")
channel.shutdown_write()
said = b"".join(iter(lambda: channel.recv(4096), b""))
assert b"> hello\n" in said, said
status = channel.recv_exit_status()
transport.close()
sys.exit(status)
`
	h := build(t)
	methods := h.methods()
	h.serve()
	keys := newKeys(t)
	for name, args := range map[string][2]string{
		"Ed25519":              {"publickey", keys[0]},
		"RSA":                  {"publickey", keys[1]},
		"password":             {"password", ""},
		"keyboard-interactive": {"keyboard-interactive", ""},
	} {
		t.Run(name, func(t *testing.T) {
			before := len(methods())
			if _, stderr, code := finish(t, exec.Command("/usr/bin/python3", "-c", program, h.port(), args[0], args[1]), ""); code != 0 {
				t.Fatalf("paramiko ended with %d: %s", code, stderr)
			}
			if got := methods()[before:]; !slices.Equal(got, []string{args[0]}) {
				t.Errorf("the server was asked for %q", got)
			}
		})
	}
}

func TestOpenSSHExitCodes(t *testing.T) {
	h := open(t)
	tests := map[string]struct {
		words  []string
		input  string
		code   int
		stdout string
		stderr string
	}{
		"two lines":        {[]string{"lobby", "--nick", "zoe"}, "a\nb\n", exitClean, "<zoe> a\n<zoe> b\n", ""},
		"nothing":          {[]string{"lobby"}, "", exitClean, "-- you are ", ""},
		"a program":        {[]string{"lobby", "--json"}, `{"t":"say","text":"a"}`, exitClean, `"t":"said"`, ""},
		"no room":          {nil, "", exitUsage, "", errNoRoom.Error()},
		"shell syntax":     {[]string{"lobby;", "ls"}, "", exitUsage, "", errShell.Error()},
		"a room with path": {[]string{"../../etc"}, "", exitUsage, "", "room"},
		"a long line":      {[]string{strings.Repeat("x", 300)}, "", exitUsage, "", errTooLong.Error()},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			stdout, stderr, code := finish(t, h.openssh(nil, test.words...), test.input)
			if code != test.code || !strings.Contains(stdout, test.stdout) || !strings.Contains(stderr, test.stderr) || (test.stderr == "") != (stderr == "") {
				t.Errorf("code %d, stdout %q, stderr %q; want %d, %q, %q", code, stdout, stderr, test.code, test.stdout, test.stderr)
			}
		})
	}
}

// TestOpenSSHSendsSettings has ssh send what it is told to send: what a setting takes
// holds, and what it does not is told.
func TestOpenSSHSendsSettings(t *testing.T) {
	h := open(t)
	stdout, stderr, code := finish(t, h.openssh([]string{"-tt", "-o", "SetEnv=SOTTO_TIMES=on SOTTO_TZ=Asia/Tokyo SOTTO_NOTIFY=sometimes"}, "lobby", "--plain"), "/times\r")
	for _, want := range []string{"SOTTO_NOTIFY was left out: it takes off, mentions or all.", "Every message of others has its time before it, by the clock of Asia/Tokyo."} {
		if told := strings.Join(strings.Fields(stdout), " "); !strings.Contains(told, want) {
			t.Errorf("%q was not told in %q", want, told)
		}
	}
	if code != exitClean || stderr != "" {
		t.Errorf("it ended with %d: %s", code, stderr)
	}
}

// Whoever reads only the first line ends the session with it, though input goes
// on: OpenSSH says so when its standard output is closed.
func TestOpenSSHToHead(t *testing.T) {
	h := open(t)
	listener := h.run("lobby --listen")
	listener.hears("you are")
	cmd := h.openssh(nil, "lobby", "--listen", "--nick", "zoe")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	if _, err := out.Read(make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	listener.hears("zoe is here")
	_ = out.Close()
	listener.says("this breaks the pipe")
	listener.hears("zoe lost the connection")
	_ = cmd.Wait()
}

// Two sessions on one multiplexed connection live and die on their own.
func TestControlMaster(t *testing.T) {
	h := open(t)
	socket := []string{"-S", filepath.Join(t.TempDir(), "mux")}
	master := h.openssh(append([]string{"-M", "-N"}, socket...))
	if err := master.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = master.Process.Kill()
		_ = master.Wait()
	}()
	until(t, func() bool { return h.openssh(append([]string{"-O", "check"}, socket...)).Run() == nil })

	listener := h.openssh(socket, "lobby", "--listen", "--nick", "ear")
	var heard logBook
	listener.Stdout = &heard
	in, err := listener.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := listener.Start(); err != nil {
		t.Fatal(err)
	}
	until(t, func() bool { return strings.Contains(heard.String(), "you are ear") })
	for _, text := range []string{"one", "two"} {
		if _, stderr, code := finish(t, h.openssh(socket, "lobby", "--nick", "mouth"), text+"\n"); code != 0 {
			t.Fatalf("ssh ended with %d: %s", code, stderr)
		}
		until(t, func() bool { return strings.Contains(heard.String(), "<mouth> "+text+"\n-- mouth left\n") })
	}
	_ = in.Close()
	_ = listener.Process.Kill()
	_ = listener.Wait()
	if len(h.server.connections()) != 1 {
		t.Errorf("there are %d connections", len(h.server.connections()))
	}
}

// connections are those that are open.
func (s *Server) connections() (open []*conn) {
	s.each(func(c *conn) { open = append(open, c) })
	return open
}
