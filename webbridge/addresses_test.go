package webbridge

import (
	"crypto/tls"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestPathPrefix(t *testing.T) {
	r := start(t, func(c *Config) {
		c.PublicURL, c.PublicSSH = "https://chat.example/a/chat/", "ssh.example"
	})
	at := func(host string) func(*http.Request) { return func(req *http.Request) { req.Host = host } }
	for _, path := range []string{"/a/chat", "/a/chat/", "/a/chat/r/den", "/a/chat/s", "/a/chat/s/", "/a/chat/about", "/a/chat/healthz", "/", "/r/den"} {
		if status := r.get(path, at("chat.example")).StatusCode; status != http.StatusOK {
			t.Errorf("%s: status %d", path, status)
		}
	}
	for _, path := range []string{"/a/chatter", "/a", "/a/chat/a/chat/about"} {
		if status := r.get(path, at("chat.example")).StatusCode; status != http.StatusNotFound {
			t.Errorf("%s: status %d", path, status)
		}
	}
	response := r.get("/a/chat/r/den", at("chat.example:443"))
	page := body(t, response)
	wantIn(t, page, `data-prefix="/a/chat"`, `data-server="https://chat.example/a/chat"`, `data-assets="/a/chat/assets/`,
		`data-ssh="ssh -t ssh.example"`, `data-port=""`)
	wantIn(t, response.Header.Get("Content-Security-Policy"), "connect-src 'self' wss://chat.example;")
	_, rest, _ := strings.Cut(page, `data-assets="`)
	folder, _, _ := strings.Cut(rest, `"`)
	if status := r.get(folder+"/app.js", at("chat.example")).StatusCode; status != http.StatusOK {
		t.Errorf("an asset gets status %d", status)
	}
}

func TestHostAndOrigin(t *testing.T) {
	local := names{hostname: "tower"}
	public, err := parseNames("https://chat.example:8443/x", "", 22)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		names        names
		host, origin string
		ok           bool
	}{
		{local, "127.0.0.1:3000", "", true},
		{local, "127.0.0.1:3000", "http://127.0.0.1:3000", true},
		{local, "127.0.0.1:3000", "https://127.0.0.1:3000", true}, // TLS ended by a proxy
		{local, "[::1]:3000", "http://[::1]:3000", true},
		{local, "192.168.1.5", "http://192.168.1.5", true},
		{local, "192.168.1.5", "http://192.168.1.5:80", true},
		{local, "localhost:3000", "http://localhost:3000", true},
		{local, "sotto.localhost", "", true},
		{local, "tower:3000", "http://tower:3000", true},
		{local, "Raspberry.LOCAL:3000", "http://raspberry.local:3000", true},
		{local, "nas.lan", "", true},
		{local, "chat.home.arpa.", "", true},
		{local, "127.0.0.1:3000", "http://127.0.0.1:3001", false},
		{local, "127.0.0.1:3000", "http://localhost:3000", false},
		{local, "127.0.0.1:3000", "null", false},
		{local, "127.0.0.1:3000", "", true},
		{local, "evil.example:3000", "http://evil.example:3000", false},
		{local, "evil.example", "", false},
		{local, "tower.evil.example", "", false},
		{local, "127.0.0.1.evil.example", "", false},
		{local, "evil.example;script-src *", "", false},
		{local, "", "", false},
		{public, "chat.example:8443", "https://chat.example:8443", true},
		{public, "CHAT.example:8443", "", true},
		{public, "chat.example:8443", "http://chat.example:8443", false},
		{public, "chat.example:8443", "https://evil.example", false},
		{public, "chat.example", "", false},
		{public, "127.0.0.1:3000", "", false},
		{public, "localhost", "http://localhost", false},
	} {
		r := &http.Request{Host: c.host, Header: http.Header{}}
		if c.origin != "" {
			r.Header.Set("Origin", c.origin)
		}
		if err := c.names.check(r); (err == nil) != c.ok {
			t.Errorf("host %q, origin %q: %v", c.host, c.origin, err)
		}
	}
	if _, err := parseNames("ftp://x", "", 0); err == nil {
		t.Error("ftp is an address")
	}
	if _, err := parseNames("http://a;b/", "", 0); err == nil {
		t.Error("a; is a host")
	}
}

func TestSSHCommand(t *testing.T) {
	for _, c := range []struct {
		publicURL, publicSSH string
		port                 int
		host, want           string
	}{
		{"", "", 2222, "192.168.1.5:3000", "ssh -t -p 2222 192.168.1.5"},
		{"", "", 22, "[::1]:3000", "ssh -t ::1"},
		{"", "", 0, "127.0.0.1:3000", ""},
		{"https://chat.example", "", 2222, "chat.example", "ssh -t -p 2222 chat.example"},
		{"https://chat.example", "ssh.example", 2222, "chat.example", "ssh -t ssh.example"},
		{"", "ssh.example:2200", 2222, "127.0.0.1:3000", "ssh -t -p 2200 ssh.example"},
	} {
		n, err := parseNames(c.publicURL, c.publicSSH, c.port)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, have := n.ssh(&http.Request{Host: c.host}); have != c.want {
			t.Errorf("%+v: %q", c, have)
		}
	}
}

func TestBaseURL(t *testing.T) {
	for _, c := range []struct {
		public string
		tls    *tls.ConnectionState
		want   string
	}{
		{"", nil, "http://10.0.0.1:3000"},
		{"", &tls.ConnectionState{}, "https://10.0.0.1:3000"},
		{"https://chat.example/x/", nil, "https://chat.example/x"},
	} {
		n, err := parseNames(c.public, "", 0)
		if err != nil {
			t.Fatal(err)
		}
		if have := n.base(&http.Request{Host: "10.0.0.1:3000", TLS: c.tls}); have != c.want {
			t.Errorf("%+v: %q", c, have)
		}
	}
}

// An address with a slash too many leads where it was meant to lead, below a prefix
// too, whether a proxy takes it away or not.
func TestAddressesAreMended(t *testing.T) {
	for _, c := range []struct {
		prefix   string // of what people see
		stripped bool   // a proxy takes it away
	}{{"", false}, {"/chat", false}, {"/chat", true}, {"/a/b", true}} {
		r := start(t, func(cfg *Config) {
			if c.prefix != "" {
				cfg.PublicURL = "http://example.org" + c.prefix
			}
		})
		// ask is what a browser comes to that asks for an address.
		ask := func(address string) (path string, response *http.Response) {
			at, err := url.Parse("http://example.org" + address)
			if err != nil {
				t.Fatal(err)
			}
			for range 3 {
				path := at.EscapedPath()
				if c.stripped {
					path = strings.TrimPrefix(path, c.prefix)
				}
				response = r.get(path, func(req *http.Request) {
					if c.prefix != "" {
						req.Host = "example.org"
					}
				})
				to := response.Header.Get("Location")
				if to == "" {
					break
				}
				if at, err = at.Parse(to); err != nil {
					t.Fatal(err)
				}
			}
			return at.EscapedPath(), response
		}
		for address, want := range map[string]string{
			"/r/den/": "/r/den", "/r/den+ops/": "/r/den+ops", "/r/DEN/": "/r/den", "/r/": "/", "/r": "/", "/about/": "/about",
			"/r/Mein%20Zimmer/": "/r/Mein%20Zimmer/", "/r/a%2F%2Fevil.example/": "/r/a%2F%2Fevil.example/",
		} {
			path, response := ask(c.prefix + address)
			if path != c.prefix+want {
				t.Errorf("%+v: %s leads to %s, want %s", c, address, path, c.prefix+want)
			}
			if kept := response.Header.Get("Cache-Control"); kept != "no-store" {
				t.Errorf("%+v: %s has Cache-Control %q", c, address, kept)
			}
		}
		for _, address := range []string{"//r/den", "/r//den", "/./r/den", "/x/../r/den", "/r/den//"} {
			if path, response := ask(c.prefix + address); response.StatusCode != http.StatusOK || !strings.HasPrefix(path, c.prefix+"/") {
				t.Errorf("%+v: %s leads to %s with status %d", c, address, path, response.StatusCode)
			} else {
				wantIn(t, body(t, response), `data-room="den"`)
			}
		}
	}
}
