package webbridge

import (
	"compress/gzip"
	"crypto/sha256"
	"crypto/tls"
	"encoding/base64"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"sotto/web"
)

func body(t *testing.T, response *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func wantIn(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%q is not in %s", part, text)
		}
	}
}

func TestPages(t *testing.T) {
	r := start(t)
	for path, status := range map[string]int{
		"/": 200, "/r/den": 200, "/r/DEN": 200, "/s": 200, "/s/": 200, "/about": 200, "/healthz": 200, "/robots.txt": 200, "/favicon.ico": 200,
		"/r/a%2Fb": 404, "/r/a/b": 404, "/r/%F0%9F%98%80": 404, "/r/" + strings.Repeat("x", 5000): 404, "/static/app.js": 404, "/nothing": 404, "/s/x": 404, "/s/%23KEY": 200, "/s%23KEY": 200, "/s/%23": 200, "/sx%23KEY": 404,
		"/assets/0000/app.js": 404,
	} {
		if have := r.get(path, nil).StatusCode; have != status {
			t.Errorf("%.40s: status %d, want %d", path, have, status)
		}
	}
	response := r.get("/r/DEN", nil)
	wantIn(t, body(t, response), `data-room="den"`, `data-prefix=""`, `data-server="http://`+r.addr+`"`,
		`data-ssh="ssh -t -p 2222 127.0.0.1"`, `data-host="127.0.0.1"`, `data-port="2222"`, `data-version="v0"`)
	if kept := response.Header.Get("Cache-Control"); kept != "no-store" {
		t.Errorf("a page has Cache-Control %q", kept)
	}
	wantIn(t, body(t, r.get("/s/", nil)), `data-sealed="true"`, `data-room=""`)
	wantIn(t, body(t, r.get("/s/%23KEY.", nil)), `data-sealed="true"`, `data-room=""`)
	wantIn(t, body(t, r.get("/r/<script>", nil)), `data-problem="`, `data-room=""`)
	posted, err := http.Post("http://"+r.addr+"/", "text/plain", strings.NewReader("x"))
	if err != nil {
		t.Fatal(err)
	}
	defer posted.Body.Close()
	if posted.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("a post gets status %d", posted.StatusCode)
	}
}

func TestHeaders(t *testing.T) {
	r := start(t)
	for _, path := range []string{"/", "/r/den", "/healthz", "/nothing"} {
		response := r.get(path, nil)
		for name, value := range map[string]string{
			"X-Content-Type-Options":       "nosniff",
			"Referrer-Policy":              "no-referrer",
			"Cross-Origin-Opener-Policy":   "same-origin",
			"Cross-Origin-Resource-Policy": "same-origin",
			"Cache-Control":                "no-store",
			"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self' ws://" + r.addr + " wss://" + r.addr +
				"; img-src 'self' data: blob:; media-src 'self' data:; manifest-src 'self'; frame-src 'self'; require-trusted-types-for 'script';" +
				" trusted-types 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
		} {
			if have := response.Header.Get(name); have != value {
				t.Errorf("%s: %s is %q", path, name, have)
			}
		}
		wantIn(t, response.Header.Get("Permissions-Policy"), "clipboard-write=(self)", "camera=()", "microphone=()", "geolocation=()")
		if strings.Contains(response.Header.Get("Permissions-Policy"), "web-share") {
			t.Errorf("%s: browsers warn of a policy that they don't know", path)
		}
		for _, absent := range []string{"Set-Cookie", "Server", "Access-Control-Allow-Origin"} {
			if have := response.Header.Get(absent); have != "" {
				t.Errorf("%s: %s is %q", path, absent, have)
			}
		}
	}
}

// A file that is no page has no permissions to give away, only to keep to itself.
func TestAssetHeaders(t *testing.T) {
	r := start(t)
	_, rest, _ := strings.Cut(body(t, r.get("/", nil)), `data-assets="`)
	folder, _, _ := strings.Cut(rest, `"`)
	for path, policy := range map[string]string{folder + "/app.js": "", folder + "/icons/dot.svg": "default-src 'none'", "/assets/x/y": ""} {
		header := r.get(path, nil).Header
		for name, value := range map[string]string{
			"X-Content-Type-Options": "nosniff", "Cross-Origin-Resource-Policy": "same-origin", "Content-Security-Policy": policy, "Set-Cookie": "",
		} {
			if have := header.Get(name); have != value {
				t.Errorf("%s: %s is %q", path, name, have)
			}
		}
	}
	refused := r.get(folder+"/app.js", func(req *http.Request) { req.Host = "elsewhere.example" })
	if refused.StatusCode != http.StatusForbidden {
		t.Errorf("a file for another host: status %d", refused.StatusCode)
	}
	proxied := r.get(folder+"/app.js", func(req *http.Request) { req.Header.Set("Origin", "https://chat.example") })
	if proxied.StatusCode != http.StatusOK || proxied.Header.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("a file for a page behind a proxy without Host: status %d", proxied.StatusCode)
	}
}

func TestAssets(t *testing.T) {
	r := start(t)
	page := body(t, r.get("/", nil))
	_, rest, _ := strings.Cut(page, `data-assets="`)
	folder, _, _ := strings.Cut(rest, `"`)
	get := func(name, encoding string) *http.Response {
		return r.get(folder+name, func(req *http.Request) { req.Header.Set("Accept-Encoding", encoding) })
	}
	want := string(files["static/app.js"].Data)
	plain := get("/app.js", "br")
	if plain.Header.Get("Content-Encoding") != "" || body(t, plain) != want {
		t.Error("the plain file is not what it should be")
	}
	packed := get("/app.js", "br, gzip;q=0.8")
	if packed.Header.Get("Content-Encoding") != "gzip" || packed.ContentLength >= int64(len(want)) {
		t.Errorf("not compressed: %v", packed.Header)
	}
	z, err := gzip.NewReader(packed.Body)
	if err != nil {
		t.Fatal(err)
	}
	if have, err := io.ReadAll(z); err != nil || string(have) != want {
		t.Errorf("the packed file is another: %v", err)
	}
	for name, value := range map[string]string{
		"Cache-Control": "max-age=31536000, immutable", "Vary": "Accept-Encoding", "Content-Type": "text/javascript",
	} {
		if have := packed.Header.Get(name); have != value {
			t.Errorf("%s is %q", name, have)
		}
	}
	if refused := get("/app.js", "gzip;q=0"); refused.Header.Get("Content-Encoding") != "" {
		t.Error("compressed against the browser's wish")
	}
	if small := get("/icons/small.png", "gzip"); small.Header.Get("Content-Encoding") != "" || small.Header.Get("Content-Type") != "image/png" {
		t.Errorf("a small picture has %v", small.Header)
	}
	if status := get("/../index.html", "").StatusCode; status == http.StatusOK {
		t.Error("a template can be had raw")
	}
}

func TestHashFollowsContent(t *testing.T) {
	hash := func(change func(fstest.MapFS)) string {
		copied := fstest.MapFS{}
		for name, file := range files {
			copied[name] = file
		}
		change(copied)
		a, err := loadAssets(copied)
		if err != nil {
			t.Fatal(err)
		}
		return a.hash
	}
	seen := map[string]bool{}
	for _, change := range []func(fstest.MapFS){
		func(fstest.MapFS) {},
		func(f fstest.MapFS) { f["static/app.js"] = &fstest.MapFile{Data: []byte("other")} },
		func(f fstest.MapFS) { f["static/b.js"] = f["static/app.js"]; delete(f, "static/app.js") },
		func(f fstest.MapFS) { f["static/new.css"] = &fstest.MapFile{} },
	} {
		seen[hash(change)] = true
	}
	if len(seen) != 4 {
		t.Errorf("four different sets have %d hashes", len(seen))
	}
	if hash(func(f fstest.MapFS) { f["index.html"] = &fstest.MapFile{} }) != hash(func(fstest.MapFS) {}) {
		t.Error("a page changed the assets' hash")
	}
}

// Every script, module and stylesheet that a page names comes with the hash of
// its content, and the real pages name nothing that isn't there.
func TestIntegrity(t *testing.T) {
	a, err := loadAssets(web.FS)
	if err != nil {
		t.Fatal(err)
	}
	tag := regexp.MustCompile(`<(?:script|link)[^>]*(?:src|href)="\{\{\.Assets\}\}/([^"]+\.(?:js|css))"[^>]*>`)
	for _, page := range []string{"index.html", "room.html", "about.html"} {
		text, err := web.FS.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		guarded, err := a.guard(string(text))
		if err != nil {
			t.Fatal(err)
		}
		found := tag.FindAllStringSubmatch(guarded, -1)
		if len(found) < 3 {
			t.Errorf("%s names %d files", page, len(found))
		}
		for _, f := range found {
			wantIn(t, f[0], ` integrity="`+a.files[f[1]].integrity()+`"`)
		}
	}
	content, err := web.FS.ReadFile("static/direction.js")
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(uncommented(content))
	if have, want := a.files["direction.js"].integrity(), "sha256-"+base64.StdEncoding.EncodeToString(sum[:]); have != want {
		t.Errorf("the integrity is %s, want %s", have, want)
	}
	if sum, err := AssetSum(web.FS); err != nil || len(sum) != 64 || !strings.HasPrefix(sum, a.hash) {
		t.Errorf("the sum is %q, %v; paths bear %q", sum, err, a.hash)
	}
}

func TestUnusableFiles(t *testing.T) {
	for name, f := range map[string]fs.FS{
		"nothing":          fstest.MapFS{},
		"a page missing":   fstest.MapFS{"static/a.js": {}, "index.html": {}, "room.html": {}},
		"a broken page":    fstest.MapFS{"static/a.js": {}, "index.html": {Data: []byte("{{")}, "room.html": {}, "about.html": {}},
		"a script missing": fstest.MapFS{"static/a.js": {}, "index.html": {Data: []byte(`<script src="{{.Assets}}/b.js">`)}, "room.html": {}, "about.html": {}},
		"an odd asset":     fstest.MapFS{"static/a.exe": {}, "index.html": {}, "room.html": {}, "about.html": {}},
	} {
		if _, err := New(Config{Files: f}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

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

func TestUncommented(t *testing.T) {
	source := "/* what it is */\na { b: c; } /* why */\n\n\t// said\n  /* two\n  lines */\nx = \"//\"; // here\ny = \" // kept\";\n/* a */ .b { } /* c */\n"
	want := "a { b: c; } /* why */\nx = \"//\";\ny = \" // kept\";\n/* a */ .b { } /* c */\n"
	if got := string(uncommented([]byte(source))); got != want {
		t.Errorf("got %q, want %q", got, want)
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

// Whoever asks for what can't be a room is shown the one that was perhaps meant; a
// program is told in a sentence that there is nothing.
func TestWhatIsNotThere(t *testing.T) {
	r := start(t, func(cfg *Config) { cfg.Files = web.FS })
	html := func(req *http.Request) { req.Header.Set("Accept", "text/html,*/*") }
	for path, want := range map[string][]string{
		"/r/Mein%20Zimmer":     {`value="mein-zimmer"`, "A room name is"},
		"/r/%F0%9F%98%80":      {`value=""`, "A room name is"},
		"/r/a1+No_Good":        {`value="a1, no-good"`, "Name 2 of these 2 is none of a room. A room name is"},
		"/r/a1+%F0%9F%98%80+b": {`value=""`, "Name 2 of these 3 is none of a room."},
		"/r/a1+":               {`value="a1"`},
		"/r/a+b+c+d+e+f+g+h+i": {`value="a, b, c, d, e, f, g, h, i"`, "One window holds 8 rooms at most, and this names 9."},
		"/r/%22%3E%3Cx":        {`value="x"`},
		"/r/chat.example%2Fs%2F%23AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwd_h8": {`value=""`, "This server has now seen its key"},
		"/nothing": {`value=""`, "There is nothing here."},
		"/s/x":     {`value=""`, "There is nothing here."},
	} {
		response := r.get(path, html)
		if response.StatusCode != http.StatusNotFound {
			t.Errorf("%s: status %d", path, response.StatusCode)
		}
		wantIn(t, body(t, response), append(want, `id="name"`)...)
	}
	if text := body(t, r.get("/nothing", nil)); text != "There is nothing here. Rooms are at /r/NAME.\n" {
		t.Errorf("a program is told %q", text)
	}
}
