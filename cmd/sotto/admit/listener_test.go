package admit

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"
)

var loopback = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}

// listening returns an admitting listener on a free port.
func listening(t *testing.T, g *Gate, speech Speech) net.Listener {
	t.Helper()
	raw, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := g.Listen(raw, speech)
	t.Cleanup(func() { l.Close() })
	return l
}

// connect dials l, says hello, and returns both ends.
func connect(t *testing.T, l net.Listener, hello string) (client, server net.Conn) {
	t.Helper()
	client, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close() })
	if _, err := io.WriteString(client, hello); err != nil {
		t.Fatal(err)
	}
	server, err = l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	server.SetDeadline(time.Now().Add(10 * time.Second))
	return client, server
}

func TestProxyHeaderNamesTheSource(t *testing.T) {
	g := New(Config{Trusted: loopback})
	defer g.Close()
	l := listening(t, g, SSHSpeech)
	for _, c := range []struct{ name, header, source string }{
		{"version 1", "PROXY TCP4 203.0.113.7 192.0.2.1 4000 22\r\n", "203.0.113.7"},
		{"version 1, IPv6", "PROXY TCP6 2001:db8::1 2001:db8::2 4000 22\r\n", "2001:db8::1"},
		{"version 2", "\r\n\r\n\x00\r\nQUIT\n\x21\x11\x00\x0c\xcb\x00\x71\x07\xc0\x00\x02\x01\x0f\xa0\x00\x16", "203.0.113.7"},
		{"health check", "PROXY UNKNOWN\r\n", ""},
		{"none", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, server := connect(t, l, c.header+"SSH-2.0-test\r\n")
			line, err := bufio.NewReader(server).ReadString('\n')
			if err != nil || line != "SSH-2.0-test\r\n" {
				t.Fatalf("after the header came %q, %v", line, err)
			}
			tally := server.(*conn).slot.tally
			switch {
			case c.source == "" && tally != nil:
				t.Error("counted against a source that nobody named")
			case c.source != "" && tally != g.sources[g.key.pseudonym(networkOf(netip.MustParseAddr(c.source), 64))]:
				t.Error("not counted against the source that the proxy named")
			}
		})
	}
}

// A header from somebody who is not a proxy is just bytes.
func TestProxyHeaderOfAStrangerIsNotBelieved(t *testing.T) {
	g := New(Config{})
	defer g.Close()
	_, server := connect(t, listening(t, g, SSHSpeech), "PROXY TCP4 203.0.113.7 192.0.2.1 4000 22\r\n")
	line, _ := bufio.NewReader(server).ReadString('\n')
	if !strings.HasPrefix(line, "PROXY") || len(g.sources) != 0 {
		t.Errorf("read %q; %d sources", line, len(g.sources))
	}
}

// Behind a proxy, limits hold for whom it names.
func TestProxiedSourceIsRefused(t *testing.T) {
	g := New(Config{Trusted: loopback})
	defer g.Close()
	for range MaxConnsPerSource {
		s, err := g.take(netip.MustParseAddr("203.0.113.7"), forNobody)
		if err != nil {
			t.Fatal(err)
		}
		s.entered()
	}
	_, server := connect(t, listening(t, g, SSHSpeech), "PROXY TCP4 203.0.113.7 192.0.2.1 4000 22\r\nSSH-2.0-test\r\n")
	if n, err := server.Read(make([]byte, 100)); err != refusedSource {
		t.Errorf("read %d bytes, %v", n, err)
	}
}

func TestRefusedAreTold(t *testing.T) {
	for name, c := range map[string]struct {
		speech Speech
		hello  string
		want   string
	}{
		"ssh": {SSHSpeech, "SSH-2.0-test\r\n", "sotto: " + string(refusedWaiting) + "\r\n"},
		"web": {HTTPSpeech, "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 503 Service Unavailable"},
	} {
		t.Run(name, func(t *testing.T) {
			g := New(Config{})
			defer g.Close()
			l := listening(t, g, c.speech)
			accepting := make(chan struct{})
			go func() {
				defer close(accepting)
				for {
					if _, err := l.Accept(); err != nil {
						return
					}
				}
			}()
			for range MaxWaiting {
				s, err := g.take(netip.Addr{}, forNobody)
				if err != nil {
					t.Fatal(err)
				}
				s.heard()
			}
			client, err := net.Dial("tcp", l.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			defer client.Close()
			io.WriteString(client, c.hello)
			said, err := io.ReadAll(client)
			if err != nil || !strings.HasPrefix(string(said), c.want) || !strings.Contains(string(said), string(refusedWaiting)) {
				t.Errorf("was told %q, %v", said, err)
			}
			l.Close()
			<-accepting
		})
	}
}

func TestForwardedFor(t *testing.T) {
	for _, c := range []struct {
		name, peer string
		headers    []string
		source     string // of the request; "" when only the connection counts
	}{
		{"a proxy's", "127.0.0.1:1", []string{"203.0.113.7"}, "203.0.113.7"},
		{"the last one counts", "127.0.0.1:1", []string{"198.51.100.1, 203.0.113.7"}, "203.0.113.7"},
		{"proxies in between", "127.0.0.1:1", []string{"203.0.113.7, 127.0.0.2"}, "203.0.113.7"},
		{"two headers", "127.0.0.1:1", []string{"198.51.100.1", "203.0.113.7"}, "203.0.113.7"},
		{"a stranger's", "203.0.113.9:1", []string{"198.51.100.1"}, ""},
		{"with a port", "127.0.0.1:1", []string{"203.0.113.7:1000"}, "203.0.113.7"},
		{"with a port, IPv6", "127.0.0.1:1", []string{"198.51.100.1, [2001:db8::1]:443"}, "2001:db8::1"},
		{"in brackets", "127.0.0.1:1", []string{"[2001:db8::1]"}, "2001:db8::1"},
		{"a proxy with a port", "127.0.0.1:1", []string{"203.0.113.7, 127.0.0.2:4000"}, "203.0.113.7"},
		{"empty elements", "127.0.0.1:1", []string{"203.0.113.7, ,"}, "203.0.113.7"},
		{"a word", "127.0.0.1:1", []string{"unknown"}, "0.0.0.0"},
		{"a word after an address", "127.0.0.1:1", []string{"203.0.113.7, unknown"}, "0.0.0.0"},
		{"nonsense", "127.0.0.1:1", []string{"\x00[:]%"}, "0.0.0.0"},
		{"half a bracket", "127.0.0.1:1", []string{"[2001:db8::1"}, "0.0.0.0"},
		{"none", "127.0.0.1:1", nil, ""},
		{"only proxies", "127.0.0.1:1", []string{"127.0.0.3"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := New(Config{Trusted: loopback})
			defer g.Close()
			served := false
			handler := g.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				served = true
				if r.RemoteAddr != "" || len(r.Header) != 1 {
					t.Errorf("an address came through: %q, %v", r.RemoteAddr, r.Header)
				}
				s, _ := r.Context().Value(slotKey{}).(*slot)
				switch {
				case c.source == "" && s != nil:
					t.Error("counted against a source of its own")
				case c.source != "" && (s == nil || s.tally != g.sources[g.key.pseudonym(networkOf(netip.MustParseAddr(c.source), 64))]):
					t.Error("not counted against the forwarded source")
				case c.source != "" && s.tally.conns != 1:
					t.Errorf("%d requests are being served", s.tally.conns)
				}
			}))
			r := httptest.NewRequest("GET", "/", nil)
			r.RemoteAddr = c.peer
			r.Header = http.Header{"X-Forwarded-For": c.headers, "X-Real-Ip": {"x"}, "Accept": {"text/html"}}
			handler.ServeHTTP(httptest.NewRecorder(), r)
			if !served {
				t.Error("not served")
			}
			for _, tally := range g.sources {
				if tally.conns != 0 || tally.penalised.After(time.Now()) {
					t.Errorf("after the request: %+v", *tally)
				}
			}
		})
	}
}

func TestForwardedSourceIsRefused(t *testing.T) {
	g := New(Config{Trusted: loopback})
	defer g.Close()
	for range MaxConnsPerSource {
		if _, err := g.takeRequest(netip.MustParseAddr("203.0.113.7"), nil); err != nil {
			t.Fatal(err)
		}
	}
	r := httptest.NewRequest("GET", "/", nil)
	r.RemoteAddr = "127.0.0.1:1"
	r.Header.Set("X-Forwarded-For", "203.0.113.7")
	w := httptest.NewRecorder()
	g.Handler(http.NotFoundHandler()).ServeHTTP(w, r)
	if w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), string(refusedSource)) {
		t.Errorf("got %d, %q", w.Code, w.Body)
	}
}

// What is counted for a request lasts as long as its handler, or as whoever outlives it,
// and is given back once; also if the handler breaks.
func TestRequestOutlivesItsHandler(t *testing.T) {
	g := New(Config{Trusted: loopback})
	defer g.Close()
	conns := func() int { return g.tallyOf(netip.MustParseAddr("203.0.113.7"), time.Now()).conns }
	serve := func(handler func(ctx context.Context)) {
		defer func() { _ = recover() }()
		r := httptest.NewRequest("GET", "/ws", nil)
		r.RemoteAddr = "127.0.0.1:1"
		r.Header.Set("X-Forwarded-For", "203.0.113.7")
		g.Handler(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			if n := conns(); n != 1 {
				t.Errorf("%d requests while one is answered", n)
			}
			handler(r.Context())
		})).ServeHTTP(httptest.NewRecorder(), r)
	}
	for name, handler := range map[string]func(context.Context){
		"returns": func(context.Context) {}, "breaks": func(context.Context) { panic("of a test") },
	} {
		if serve(handler); conns() != 0 {
			t.Errorf("%s: %d requests are left", name, conns())
		}
	}
	var end func()
	serve(func(ctx context.Context) { end = g.Outlive(context.WithoutCancel(ctx)) })
	if n := conns(); n != 1 {
		t.Errorf("%d requests are counted while a socket is open", n)
	}
	if end(); conns() != 0 {
		t.Errorf("%d requests are left when it is closed", conns())
	}
	g.Outlive(context.Background())() // what nobody counts is no harm
}

// The hub's question finds the connection through the context.
func TestConnContext(t *testing.T) {
	g := New(Config{})
	defer g.Close()
	_, server := connect(t, listening(t, g, SSHSpeech), "x")
	s, _ := g.ConnContext(context.Background(), server).Value(slotKey{}).(*slot)
	if s == nil || s != server.(*conn).slot {
		t.Errorf("found %v", s)
	}
	server.(interface{ Entered() }).Entered()
	if n := g.waiting(); n != 0 {
		t.Errorf("%d are waiting after the only one entered", n)
	}
	server.Close()
	checkEmpty(t, g)
}

func FuzzForwardedFor(f *testing.F) {
	f.Add("203.0.113.7, 127.0.0.2")
	f.Add("fe80::1%eth0,::ffff:203.0.113.7")
	g := New(Config{Trusted: loopback})
	f.Fuzz(func(t *testing.T, header string) {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = "127.0.0.1:1"
		r.Header.Set("X-Forwarded-For", header)
		if addr, ok := g.forwarded(r); ok && (!addr.IsValid() || addr.Is4In6() || addr.Zone() != "" || within(addr, loopback)) {
			t.Errorf("%q names %v", header, addr)
		}
	})
}

func FuzzProxyHeader(f *testing.F) {
	f.Add([]byte("PROXY TCP4 203.0.113.7 192.0.2.1 4000 22\r\nrest"))
	f.Add([]byte("\r\n\r\n\x00\r\nQUIT\n\x21\x11\x00\x0c\xcb\x00\x71\x07\xc0\x00\x02\x01\x0f\xa0\x00\x16rest"))
	g := New(Config{Trusted: loopback})
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := g.take(netip.Addr{}, forNobody)
		if err != nil {
			t.Fatal(err)
		}
		defer s.release()
		near, far := net.Pipe()
		go func() {
			far.Write(data)
			far.Close()
		}()
		defer near.Close()
		c := &conn{Conn: near, listener: &listener{gate: g}, slot: s, ahead: bufio.NewReaderSize(near, headerBytes)}
		rest, _ := io.ReadAll(c)
		if len(rest) > len(data) {
			t.Errorf("%d bytes came of %d", len(rest), len(data))
		}
	})
}
