//go:build e2e

package prove

import (
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

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
			term.Resize(100, 30)
			listener.Say("after the resize " + fmt.Sprint(len(term.Raw())))
			term.WaitFor("after the resize")
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
