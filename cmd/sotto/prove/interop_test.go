//go:build e2e

package prove

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"sotto/cmd/sotto/e2e"
)

// Whatever ssh somebody has, and whatever it insists on showing, they come in,
// talk, leave, and their exit code is right. OpenSSH is met all over this
// module; it is here for the comparison.
func TestEveryClient(t *testing.T) {
	s := e2e.Start(t)
	host, port, err := net.SplitHostPort(s.SSH)
	must(t, err)
	keys := filepath.Join(t.TempDir(), "key")
	run(t, "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", keys)
	run(t, "dropbearkey", "-t", "ed25519", "-f", keys+".dropbear")
	run(t, "puttygen", keys, "-O", "private", "-o", keys+".ppk")
	dropbear := []string{"-y", "-y", "-p", port}
	putty := []string{"-ssh", "-batch", "-P", port, "-hostkey", hostKey(t, s)}
	for _, c := range []struct {
		name string
		cmd  []string
	}{
		{"OpenSSH", []string{"ssh", "-F", "none", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR", "-p", port, host}},
		{"dropbear", append(append([]string{"dbclient"}, dropbear...), host)},
		{"dropbear with a key", append(append([]string{"dbclient", "-i", keys + ".dropbear"}, dropbear...), host)},
		{"plink", append(append([]string{"plink", "-l", "x"}, putty...), host)},
		{"plink with a key", append(append([]string{"plink", "-l", "x", "-i", keys + ".ppk"}, putty...), host)},
		{"plink with a password", append(append([]string{"plink", "-l", "x", "-pw", "x"}, putty...), host)},
	} {
		t.Run(c.name, func(t *testing.T) {
			listener, _ := s.Join(t, "den", "")
			command := func(words ...string) *exec.Cmd {
				return exec.Command(c.cmd[0], append(c.cmd[1:len(c.cmd):len(c.cmd)], words...)...)
			}
			pipe := e2e.StartPipe(t, command("den", "--nick", "pipe"))
			pipe.WaitFor("you are")
			pipe.Send("hello\n")
			listener.AwaitSaid("hello")
			pipe.CloseInput()
			if code := pipe.Wait(); code != 0 {
				t.Errorf("after a clean end it exits with %d", code)
			}
			bad := e2e.StartPipe(t, command("no/room"))
			bad.WaitFor("A room name is")
			if code := bad.Wait(); code != 2 {
				t.Errorf("after words without sense it exits with %d", code)
			}

			screen := append([]string{c.cmd[0], "-t"}, c.cmd[1:]...)
			term := e2e.StartTerminal(t, 80, 24, exec.Command(screen[0], append(screen[1:], "den", "--nick", "screen")...))
			term.WaitFor("screen (you)")
			term.Say("by keys")
			listener.AwaitSaid("by keys")
			term.WaitFor(ruler(80))
			term.Resize(100, 30)
			term.WaitFor(ruler(100))
			term.Say("/quit")
			if code := term.Wait(); code != 0 {
				t.Errorf("a screen that was left exits with %d", code)
			}
		})
	}
}

// x/crypto always asks for "none" first; here its client is told to show a key,
// and shows that it did not have to.
func TestCryptoClient(t *testing.T) {
	s := e2e.Start(t)
	conn, err := net.Dial("tcp", s.SSH)
	must(t, err)
	asked := false
	c, channels, requests, err := gossh.NewClientConn(conn, "", &gossh.ClientConfig{
		User:            "x",
		HostKeyCallback: gossh.InsecureIgnoreHostKey(),
		Auth: []gossh.AuthMethod{gossh.PublicKeysCallback(func() ([]gossh.Signer, error) {
			asked = true
			return nil, nil
		})},
	})
	must(t, err)
	client := gossh.NewClient(c, channels, requests)
	defer client.Close()
	if asked {
		t.Error("the server let the client show a key")
	}
	session, err := client.NewSession()
	must(t, err)
	in, err := session.StdinPipe()
	must(t, err)
	heard := newEars()
	session.Stdout = heard
	must(t, session.Start("den --nick go"))
	_, err = io.WriteString(in, "zz1q1zz\n")
	must(t, err)
	must(t, heard.awaitToken("zz1q1zz"))
	must(t, in.Close())
	must(t, session.Wait())

	bad, err := client.NewSession()
	must(t, err)
	var status *gossh.ExitError
	if err := bad.Run("no/room"); !errors.As(err, &status) || status.ExitStatus() != 2 {
		t.Errorf("after words without sense it ends with %v", err)
	}

	screen, err := client.NewSession()
	must(t, err)
	must(t, screen.RequestPty("xterm", 24, 80, nil))
	keys, err := screen.StdinPipe()
	must(t, err)
	drawn, err := screen.StdoutPipe()
	must(t, err)
	must(t, conn.SetReadDeadline(time.Now().Add(patience)))
	must(t, screen.Start("den --nick gopher"))
	must(t, sees(drawn, ruler(80)))
	must(t, screen.WindowChange(30, 100))
	must(t, sees(drawn, ruler(100)))
	go io.Copy(io.Discard, drawn)
	_, err = io.WriteString(keys, "/quit\r")
	must(t, err)
	must(t, screen.Wait())
}

// paramiko comes in by whatever method its caller insists on.
func TestParamiko(t *testing.T) {
	s := e2e.Start(t)
	_, port, err := net.SplitHostPort(s.SSH)
	must(t, err)
	for _, method := range []string{
		`auth_none("x")`,
		`auth_password("x", "secret")`,
		`auth_interactive("x", lambda title, text, prompts: ["secret" for _ in prompts])`,
		`auth_publickey("x", paramiko.ECDSAKey.generate())`,
	} {
		t.Run(method[:strings.Index(method, "(")], func(t *testing.T) {
			listener, _ := s.Join(t, "den", "")
			client := exec.Command("/usr/bin/python3", "-c", fmt.Sprintf(paramiko, method), port)
			visit := e2e.StartPipe(t, client)
			listener.AwaitSaid("from paramiko")
			if code := visit.Wait(); code != 0 {
				t.Errorf("it ends with %d", code)
			}
		})
	}
}

// paramiko is a visit by that library: a pipe, a command that makes no sense,
// and a screen that changes its size.
const paramiko = `
import paramiko, sys
transport = paramiko.Transport(("127.0.0.1", int(sys.argv[1])))
transport.start_client(timeout=60)
transport.%s
assert transport.is_authenticated()

def begin(command, terminal):
    channel = transport.open_session()
    channel.settimeout(60)
    if terminal:
        channel.get_pty("xterm", 80, 24)
    channel.exec_command(command)
    return channel

def see(channel, what):
    seen = b""
    while what.encode() not in seen:
        more = channel.recv(4096)
        assert more, seen
        seen += more

def leave(channel, status):
    while channel.recv(4096):
        pass
    got = channel.recv_exit_status()
    assert got == status, got

pipe = begin("den --nick snake", False)
pipe.sendall(b"from paramiko\n")
pipe.shutdown_write()
leave(pipe, 0)
leave(begin("no/room", False), 2)
screen = begin("den --nick python", True)
see(screen, 80 * "─")
screen.resize_pty(100, 30)
see(screen, 100 * "─")
screen.sendall(b"/quit\r")
leave(screen, 0)
transport.close()
`

// ruler is the line above a screen's composer, as wide as the screen.
func ruler(columns int) string { return strings.Repeat("─", columns) }

// sees reads until what was drawn.
func sees(r io.Reader, what string) error {
	var seen []byte
	for buf := make([]byte, 4096); ; {
		n, err := r.Read(buf)
		if seen = append(seen, buf[:n]...); bytes.Contains(seen, []byte(what)) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%w before it showed %q, but %q", err, what, seen)
		}
	}
}

func run(t *testing.T, name string, args ...string) {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), "HOME="+t.TempDir())
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
}

// hostKey is the fingerprint of the server's key, as plink wants it.
func hostKey(t *testing.T, s *e2e.Server) (fingerprint string) {
	t.Helper()
	conn, err := net.Dial("tcp", s.SSH)
	must(t, err)
	defer conn.Close()
	_, _, _, err = gossh.NewClientConn(conn, "", &gossh.ClientConfig{HostKeyCallback: func(_ string, _ net.Addr, key gossh.PublicKey) error {
		fingerprint = gossh.FingerprintSHA256(key)
		return nil
	}})
	must(t, err)
	return fingerprint
}
