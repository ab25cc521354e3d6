package main

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	gossh "golang.org/x/crypto/ssh"
)

// lines is a stderr that may be read while it is written.
type lines struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

// serving runs the program's server, all but what it does to the process, until
// the test calls stop, which returns what serve did.
func serving(t *testing.T) (s *server, stderr *lines, stop func() error) {
	t.Helper()
	return servingBy(t, &serveCommand{})
}

// servingBy is serving with some flags.
func servingBy(t *testing.T, c *serveCommand) (s *server, stderr *lines, stop func() error) {
	t.Helper()
	stderr = new(lines)
	c.SSHAddr, c.HTTPAddr, c.HostKey, c.RoomSize, c.LogLevel = "127.0.0.1:0", "127.0.0.1:0", "memory", 10, "debug"
	ctx, cancel := context.WithCancel(context.Background())
	s, err := newServer(ctx, c, stderr)
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- s.serve(ctx) }()
	stop = sync.OnceValue(func() error {
		cancel()
		defer s.close()
		return <-served
	})
	t.Cleanup(func() { stop() })
	return s, stderr, stop
}

func TestServeAndDrain(t *testing.T) {
	s, stderr, stop := serving(t)
	s.ready(stderr)
	for _, want := range []string{"sotto: ssh on " + s.ssh.Addr().String() + "\n", "sotto: web on http://" + s.web.Addr().String() + "\n"} {
		if !strings.Contains(stderr.String(), want) {
			t.Errorf("not ready by %q: %s", want, stderr)
		}
	}

	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	browser, _, err := websocket.Dial(ctx, "ws://"+s.web.Addr().String()+"/ws", &websocket.DialOptions{Subprotocols: []string{"sotto.v1"}})
	if err != nil {
		t.Fatal(err)
	}
	defer browser.CloseNow()
	if err := browser.Write(ctx, websocket.MessageText, []byte(`{"t":"join","room":"den"}`)); err != nil {
		t.Fatal(err)
	}
	if _, data, err := browser.Read(ctx); err != nil || !strings.Contains(string(data), `"welcome"`) {
		t.Fatalf("the room answered %q, %v", data, err)
	}
	client, err := gossh.Dial("tcp", s.ssh.Addr().String(), &gossh.ClientConfig{User: "x", HostKeyCallback: gossh.InsecureIgnoreHostKey()})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	session, err := client.NewSession()
	if err != nil {
		t.Fatal(err)
	}
	session.Stdin = strings.NewReader("hello\n")
	if out, err := session.Output("den --nick pipe"); err != nil || !strings.Contains(string(out), "<pipe> hello") {
		t.Errorf("a pipe got %q, %v", out, err)
	}

	stopped := make(chan error, 1)
	go func() { stopped <- stop() }()
	var last string
	for {
		_, data, err := browser.Read(ctx)
		if err != nil {
			if websocket.CloseStatus(err) != websocket.StatusGoingAway {
				t.Errorf("the browser's socket ended with %v", err)
			}
			break
		}
		last = string(data)
	}
	if !strings.Contains(last, `"bye"`) || !strings.Contains(last, `"shutdown"`) {
		t.Errorf("the last thing that the browser heard is %s", last)
	}
	if err := <-stopped; err != nil {
		t.Errorf("serve returned %v", err)
	}
	if _, err := net.Dial("tcp", s.ssh.Addr().String()); err == nil {
		t.Error("the ssh door is still open")
	}
}

// A door that fails ends the program with its error, and the other door too.
func TestServeEndsWithADoor(t *testing.T) {
	s, _, _ := serving(t)
	stderr := new(lines)
	_ = stderr
	s.ssh.Close()
	deadline := time.Now().Add(20 * time.Second)
	for time.Now().Before(deadline) {
		r, err := http.Get("http://" + s.web.Addr().String() + "/healthz")
		if err != nil {
			return
		}
		io.Copy(io.Discard, r.Body)
		r.Body.Close()
	}
	t.Error("the web door outlived the ssh door")
}

// Where the web door speaks TLS and has no other name, its address in an invitation
// says so.
func TestInvitationSaysTLS(t *testing.T) {
	cert, key := selfSigned(t)
	s, _, _ := servingBy(t, &serveCommand{TLSCert: cert, TLSKey: key})
	client, err := gossh.Dial("tcp", s.ssh.Addr().String(), &gossh.ClientConfig{User: "x", HostKeyCallback: gossh.InsecureIgnoreHostKey()})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	session, err := client.NewSession()
	if err != nil {
		t.Fatal(err)
	}
	if err := session.RequestPty("xterm", 24, 200, nil); err != nil {
		t.Fatal(err)
	}
	session.Stdin = strings.NewReader("/invite\r/quit\r")
	out, err := session.Output("den --plain")
	if want := "https://" + s.web.Addr().String() + "/r/den"; err != nil || !strings.Contains(string(out), want) {
		t.Errorf("no %s in the invitation: %q, %v", want, out, err)
	}
}

// selfSigned makes a certificate for this machine, in two files.
func selfSigned(t *testing.T) (cert, key string) {
	t.Helper()
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	signed, err := x509.CreateCertificate(rand.Reader, template, template, public, private)
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	cert, key = filepath.Join(t.TempDir(), "cert.pem"), filepath.Join(t.TempDir(), "key.pem")
	for name, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: signed}, key: {Type: "PRIVATE KEY", Bytes: encoded}} {
		if err := os.WriteFile(name, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key
}

func TestPortTaken(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	_, err = listen(t.Context(), "ssh", taken.Addr().String())
	if err == nil || !strings.Contains(err.Error(), taken.Addr().String()) || !strings.Contains(err.Error(), "--ssh-addr") {
		t.Errorf("a taken port: %v", err)
	}
}

// Landlock's rules do not cover Multipath TCP.
func TestListenersAreNotMultipath(t *testing.T) {
	l, err := listen(t.Context(), "ssh", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	dialled := make(chan error, 1)
	go func() {
		c, err := net.Dial("tcp", l.Addr().String())
		if err == nil {
			c.Close()
		}
		dialled <- err
	}()
	c, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if multipath, err := c.(*net.TCPConn).MultipathTCP(); multipath || err != nil {
		t.Errorf("multipath: %v, %v", multipath, err)
	}
	if err := <-dialled; err != nil {
		t.Error(err)
	}
}

func TestReport(t *testing.T) {
	for _, c := range []struct {
		err  error
		code int
		says string
	}{
		{nil, 0, ""},
		{errors.New("a port\nis taken"), 1, "sotto: a port is taken\n"},
		{misuse{errors.New("unknown flag")}, 2, "sotto: unknown flag; try sotto --help\n"},
	} {
		var stderr strings.Builder
		if code := report(&stderr, c.err); code != c.code || stderr.String() != c.says {
			t.Errorf("%v: exit %d, %q", c.err, code, &stderr)
		}
	}
}

// Swap is refused under --strict and warned of without, unless it was allowed.
func TestRefuseSwap(t *testing.T) {
	for _, test := range []struct {
		swappable, strict, allowed bool
		refused, warned            bool
	}{
		{swappable: false, strict: true},
		{swappable: true, warned: true},
		{swappable: true, strict: true, refused: true},
		{swappable: true, strict: true, allowed: true},
		{swappable: true, allowed: true},
	} {
		var stderr bytes.Buffer
		err := (&serveCommand{Strict: test.strict, AllowSwap: test.allowed}).refuseSwap(test.swappable, &stderr)
		if (err != nil) != test.refused || (stderr.Len() > 0) != test.warned {
			t.Errorf("%+v: %v, %q", test, err, stderr.String())
		}
	}
}

// The terminal's libraries are not told to write down what they draw.
func TestUnsetTraces(t *testing.T) {
	for _, name := range []string{"TEA_TRACE", "TEA_DEBUG", "UV_DEBUG", "TEAPOT"} {
		t.Setenv(name, "/tmp/canary")
	}
	unsetTraces()
	for name, stays := range map[string]bool{"TEA_TRACE": false, "TEA_DEBUG": false, "UV_DEBUG": false, "TEAPOT": true} {
		if _, ok := os.LookupEnv(name); ok != stays {
			t.Errorf("%s is set: %v", name, ok)
		}
	}
}
