package webbridge

import (
	"io"
	"net/http"
	"strings"
	"testing"

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
				"; img-src 'self' data: blob:; media-src 'self' data:; manifest-src 'self'; frame-src 'self'; worker-src 'none'; require-trusted-types-for 'script';" +
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

// Where there is voice, pages of rooms may use a microphone, and no others.
func TestMicrophone(t *testing.T) {
	r := start(t)
	for _, path := range []string{"/r/den", "/s"} {
		wantIn(t, r.get(path, nil).Header.Get("Permissions-Policy"), "microphone=()")
	}
	r.web.voice = silent{}
	for path, want := range map[string]string{"/r/den": "microphone=(self)", "/s": "microphone=(self)", "/": "microphone=()", "/about": "microphone=()", "/nothing": "microphone=()"} {
		wantIn(t, r.get(path, nil).Header.Get("Permissions-Policy"), want, "camera=()")
	}
}

// Where there is voice, the page of a sealed room may have the worker that seals it, which
// may do nothing but that, and no other page may have any.
func TestVoiceWorker(t *testing.T) {
	r := start(t)
	policy := func(path string) string { return r.get(path, nil).Header.Get("Content-Security-Policy") }
	wantIn(t, policy("/s/"), "worker-src 'none'", "trusted-types 'none'")
	r.web.voice = silent{}
	wantIn(t, policy("/s/"), "worker-src 'self'", "trusted-types voice;")
	for _, path := range []string{"/", "/r/den", "/nothing"} {
		wantIn(t, policy(path), "worker-src 'none'", "trusted-types 'none'")
	}
	if have := policy("/assets/x" + voiceWorker); have != "default-src 'none'; script-src 'self'" {
		t.Errorf("the worker may do %q", have)
	}
}

// silent carries nothing.
type silent struct{ Voice }

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
