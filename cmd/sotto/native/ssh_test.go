package native

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"sotto/rooms"
)

// peer is what answers at an ssh address. Each connection is its own until it returns.
func peer(t *testing.T, answer func(*net.TCPConn)) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			answer(c.(*net.TCPConn))
			_ = c.Close()
		}
	}()
	t.Cleanup(func() { _ = ln.Close(); <-done })
	return ln.Addr().String()
}

// sshPeer is an ssh server that is no sotto.
func sshPeer(config ssh.ServerConfig, channel func(ssh.NewChannel)) func(*net.TCPConn) {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		panic(err)
	}
	signer, err := ssh.NewSignerFromKey(key)
	if err != nil {
		panic(err)
	}
	config.AddHostKey(signer)
	return func(c *net.TCPConn) {
		_, channels, requests, err := ssh.NewServerConn(c, &config)
		if err != nil {
			return
		}
		discarded := make(chan struct{})
		go func() { defer close(discarded); ssh.DiscardRequests(requests) }()
		for asked := range channels {
			channel(asked)
		}
		<-discarded
	}
}

// Why an ssh server can't be reached is what was seen, and not that it lets nobody in.
func TestSSHReasons(t *testing.T) {
	hello := func(c *net.TCPConn) { _, _ = c.Read(make([]byte, 256)) }
	open := ssh.ServerConfig{NoClientAuth: true}
	locked := ssh.ServerConfig{PasswordCallback: func(ssh.ConnMetadata, []byte) (*ssh.Permissions, error) {
		return nil, errors.New("no")
	}}
	nothing := func(*net.TCPConn) {}
	for name, c := range map[string]struct {
		answer func(*net.TCPConn)
		want   string
	}{
		"closes":       {nothing, "was cut before the server had answered"},
		"resets":       {func(c *net.TCPConn) { hello(c); _ = c.SetLinger(0) }, "was cut before the server had answered"},
		"hangs up":     {func(c *net.TCPConn) { _, _ = io.WriteString(c, "SSH-2.0-x\r\n"); hello(c) }, "was cut before the server had answered"},
		"says nothing": {func(c *net.TCPConn) { _, _ = io.Copy(io.Discard, c) }, "does not answer"},
		"no ssh":       {func(c *net.TCPConn) { _, _ = io.WriteString(c, strings.Repeat("\x1b[2J", 100)+"\n"); hello(c) }, "no ssh server"},
		"wants a key":  {sshPeer(locked, nil), "without a key or a password"},
		"no sessions": {sshPeer(open, func(n ssh.NewChannel) { _ = n.Reject(ssh.Prohibited, "go away\x1b[2J") }),
			"does not speak sotto's protocol: ssh: rejected: administratively prohibited (\"go away"},
		"no subsystem": {sshPeer(open, func(n ssh.NewChannel) {
			if ch, asked, err := n.Accept(); err == nil {
				for r := range asked {
					_ = r.Reply(false, nil)
				}
				_ = ch.Close()
			}
		}), "does not speak sotto's protocol"},
	} {
		t.Run(name, func(t *testing.T) {
			address := peer(t, c.answer)
			door := &sshDoor{address: address, keys: &hostKeys{known: func(string, net.Addr, ssh.PublicKey) error { return nil }}}
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			_, err := door.connect(ctx)
			if err == nil || !strings.Contains(err.Error(), c.want) || err.Error() != rooms.CleanTopic(err.Error()) {
				t.Errorf("have %v, want %q", err, c.want)
			}
		})
	}
}
