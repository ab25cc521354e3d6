package client_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"github.com/coder/websocket"

	"sotto/rooms"
	"sotto/webbridge"
	"sotto/webbridge/client"
)

// Each cause has a sentence of its own, however it is wrapped, and none says what was
// not seen.
func TestReasons(t *testing.T) {
	dialled := func(err error) error {
		return fmt.Errorf("library: %w", &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", err)})
	}
	for _, c := range []struct {
		err  error
		want string
	}{
		{dialled(syscall.ECONNREFUSED), "connection was refused"},
		{dialled(syscall.ECONNRESET), "was cut before"},
		{dialled(syscall.EPIPE), "was cut before"},
		{fmt.Errorf("ssh: handshake failed: %w", io.EOF), "was cut before"},
		{fmt.Errorf("failed to read frame header: %w", io.ErrUnexpectedEOF), "was cut before"},
		{fmt.Errorf("x: %w", websocket.CloseError{Code: websocket.StatusGoingAway}), "was cut before"},
		{dialled(syscall.ENETUNREACH), "no network leads"},
		{dialled(syscall.EHOSTUNREACH), "no network leads"},
		{dialled(syscall.EACCES), "this machine does not let"},
		{dialled(syscall.ETIMEDOUT), "does not answer"},
		{&net.OpError{Op: "dial", Err: os.ErrDeadlineExceeded}, "does not answer"},
		{fmt.Errorf("x: %w", context.DeadlineExceeded), "does not answer"},
		{&net.OpError{Op: "dial", Err: &net.DNSError{Name: "nowhere.example", IsNotFound: true}}, "no address is known for nowhere.example"},
		{&net.OpError{Op: "dial", Err: &net.DNSError{Name: "chat.example", IsTimeout: true}}, "can't be looked up"},
		{x509.UnknownAuthorityError{}, "not signed by anybody"},
		{&tls.CertificateVerificationError{Err: x509.HostnameError{Certificate: &x509.Certificate{}, Host: "chat.example"}}, "for another name than chat.example"},
		{x509.CertificateInvalidError{Reason: x509.Expired}, "has expired"},
		{http.ErrSchemeMismatch, "does not speak TLS"},
		{errors.New("ssh: unable to authenticate, attempted methods [none], no supported methods remain"), "without a key or a password"},
		{errors.New("a fault\x1b[2J\r\nof " + strings.Repeat("its own ", 100)), "otherwise: a fault of its own"},
	} {
		why := client.Reason("otherwise", c.err)
		text := why.Error()
		if !strings.Contains(text, c.want) || strings.Contains(text, "otherwise") != strings.Contains(c.want, "otherwise") {
			t.Errorf("%v is %q, want %q", c.err, text, c.want)
		}
		if text != rooms.CleanTopic(text) || len(text) > 300 {
			t.Errorf("%v is %q", c.err, text)
		}
		if again := client.Reason("twice", fmt.Errorf("x: %w", why)); again.Error() != text && c.want[:9] != "otherwise" {
			t.Errorf("said twice it is %q", again)
		}
		if s := rooms.Sentence(why.Error()); s[:1] != strings.ToUpper(s[:1]) || !strings.HasSuffix(s, ".") || strings.HasSuffix(s, "..") {
			t.Errorf("the sentence is %q", s)
		}
	}
}

// What a library says without a type is known by its words; here they come from the
// library itself, and what stands in the way is real.
func TestReasonsOfRealPeers(t *testing.T) {
	listen := func(answer string) string {
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
				_, _ = c.Read(make([]byte, 4096))
				_, _ = io.WriteString(c, answer)
				_ = c.Close()
			}
		}()
		t.Cleanup(func() { _ = ln.Close(); <-done })
		return ln.Addr().String()
	}
	gone, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = gone.Close()
	for address, want := range map[string]string{
		"http://" + gone.Addr().String():                                            "connection was refused",
		"http://" + listen(""):                                                      "was cut before",
		"http://" + listen("SSH-2.0-sotto\r\n\n"):                                   "is no web server",
		"https://" + listen("HTTP/1.1 400 Bad Request\r\n\r\n"):                     "does not speak TLS",
		"http://" + listen("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"):   "is not the server's WebSocket (404 Not Found)",
		"http://" + listen("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n"): "not there just now: the answer was 502 Bad Gateway",
		"http://" + listen("HTTP/1.1 200 \x1b[2J\x07\r\nContent-Length: 0\r\n\r\n"): "is not the server's WebSocket (200",
	} {
		text := reached(t, address).Error()
		if !strings.Contains(text, want) || text != rooms.CleanTopic(text) {
			t.Errorf("%s: %q, want %q", address, text, want)
		}
	}
}

// reached is why the server at an address can't be.
func reached(t *testing.T, address string) error {
	t.Helper()
	transport := &http.Transport{DisableKeepAlives: true}
	defer transport.CloseIdleConnections()
	connect, err := client.WebSocket(address, &http.Client{Transport: transport})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	conn, err := connect(ctx)
	if err == nil {
		conn.Close()
		return errors.New("it is reached")
	}
	return err
}

// A proxy that leaves a header out is found by what the server behind it says.
func TestProxyThatLeavesOut(t *testing.T) {
	server := serve(t, "")
	named := serve(t, "https://chat.example")
	for name, c := range map[string]struct {
		behind string
		drop   func(*http.Request)
		want   []string
	}{
		"nothing":          {server, func(*http.Request) {}, []string{"it is reached"}},
		"Upgrade":          {server, func(r *http.Request) { r.Header.Del("Upgrade"); r.Header.Del("Connection") }, []string{"leaves out the header Upgrade", "proxy_set_header Upgrade"}},
		"Host":             {server, func(r *http.Request) { r.Host = "backend.example" }, []string{"asked for as backend.example and not as 127.0.0.1:", "the header Host", "proxy_set_header Host"}},
		"another name":     {named, func(*http.Request) {}, []string{"is not called 127.0.0.1:"}},
		"the whole socket": {server, func(r *http.Request) { r.URL.Path = "/other"; r.Header.Del("Upgrade"); r.Header.Del("Connection") }, []string{"not the server's WebSocket (404"}},
	} {
		t.Run(name, func(t *testing.T) {
			to, err := url.Parse("http://" + c.behind)
			if err != nil {
				t.Fatal(err)
			}
			proxy := httptest.NewServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
				r.SetURL(to)
				r.Out.Host = r.In.Host
				c.drop(r.Out)
			}, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, 0)})
			defer proxy.Close()
			err = reached(t, proxy.URL)
			text := err.Error()
			if strings.Contains(rooms.Sentence(err.Error()), ";.") {
				t.Errorf("what is to be copied ends with a full stop: %q", rooms.Sentence(err.Error()))
			}
			for _, want := range c.want {
				if !strings.Contains(text, want) {
					t.Errorf("have %q, want %q", text, want)
				}
			}
			if strings.Contains(text, "handshake") {
				t.Errorf("a library's words: %q", text)
			}
		})
	}
}

// serve serves rooms, and returns where.
func serve(t *testing.T, public string) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	hub := rooms.NewHub(rooms.Config{})
	empty := &fstest.MapFile{}
	server, err := webbridge.New(webbridge.Config{
		Hub: hub, PublicURL: public, Log: slog.New(slog.DiscardHandler),
		Files: fstest.MapFS{"index.html": empty, "room.html": empty, "about.html": empty, "static/a.js": empty},
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- server.Serve(ctx, ln) }()
	t.Cleanup(func() {
		cancel()
		hub.Close()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return ln.Addr().String()
}
