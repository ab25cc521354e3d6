package sshsrv

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"net"
	"slices"
	"testing"

	gossh "golang.org/x/crypto/ssh"
)

// Whoever insists on a method gets in by it. The client of x/crypto always asks
// for "none" first, which succeeds, so for the others that is turned off here;
// the end-to-end tests have clients that never ask.
func TestEveryAuthMethodGetsIn(t *testing.T) {
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	methods := map[string]gossh.AuthMethod{
		"none":                 nil,
		"publickey, Ed25519":   publicKey(t, ed),
		"publickey, RSA":       publicKey(t, rsaKey),
		"password":             gossh.Password("canary-password"),
		"keyboard-interactive": gossh.KeyboardInteractive(func(string, string, []string, []bool) ([]string, error) { return nil, nil }),
	}
	for name, method := range methods {
		t.Run(name, func(t *testing.T) {
			letIn := 0
			config := serverConfig(func(gossh.ConnMetadata) {}, func() { letIn++ })
			config.AddHostKey(memoryKey(t))
			client := &gossh.ClientConfig{User: "canary-login", HostKeyCallback: gossh.InsecureIgnoreHostKey()}
			if method != nil {
				config.NoClientAuth = false
				client.Auth = []gossh.AuthMethod{method}
			}
			if permissions := handshake(t, config, client); permissions != nil {
				t.Errorf("the connection keeps %v", permissions)
			}
			if letIn != 1 {
				t.Errorf("let in %d times", letIn)
			}
		})
	}
}

// A client that offers keys, a password and answers, as a browser of the net
// does, is let in before it shows any of them.
func TestNoKeyIsAskedFor(t *testing.T) {
	var methods []string
	config := serverConfig(func(gossh.ConnMetadata) {}, func() {})
	config.AuthLogCallback = func(_ gossh.ConnMetadata, method string, _ error) { methods = append(methods, method) }
	config.AddHostKey(memoryKey(t))
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	handshake(t, config, &gossh.ClientConfig{
		Auth:            []gossh.AuthMethod{publicKey(t, ed), gossh.Password("canary")},
		HostKeyCallback: gossh.InsecureIgnoreHostKey(),
	})
	if !slices.Equal(methods, []string{"none"}) {
		t.Errorf("the server saw %q", methods)
	}
}

// handshake lets a client in and returns what the server keeps about it.
func handshake(t *testing.T, config *gossh.ServerConfig, client *gossh.ClientConfig) *gossh.Permissions {
	t.Helper()
	near, far := net.Conn(nil), net.Conn(nil)
	ln := newMemListener()
	defer ln.Close()
	dialled := make(chan struct{})
	go func() { near = ln.dial(); close(dialled) }()
	far, err := ln.Accept()
	if err != nil {
		t.Fatal(err)
	}
	<-dialled
	defer near.Close()
	type server struct {
		conn *gossh.ServerConn
		err  error
	}
	served := make(chan server, 1)
	go func() {
		conn, channels, requests, err := gossh.NewServerConn(far, config)
		if err == nil {
			go gossh.DiscardRequests(requests)
			go func() {
				for ch := range channels {
					_ = ch.Reject(gossh.Prohibited, "")
				}
			}()
		}
		served <- server{conn, err}
	}()
	conn, _, _, err := gossh.NewClientConn(near, "sotto", client)
	if err != nil {
		t.Fatalf("client: %v", err)
	}
	defer conn.Close()
	s := <-served
	if s.err != nil {
		t.Fatalf("server: %v", s.err)
	}
	defer s.conn.Close()
	return s.conn.Permissions
}

func publicKey(t *testing.T, key crypto.Signer) gossh.AuthMethod {
	t.Helper()
	signer, err := gossh.NewSignerFromSigner(key)
	if err != nil {
		t.Fatal(err)
	}
	return gossh.PublicKeys(signer)
}
