package webbridge

import (
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"io/fs"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"sotto/web"
)

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

func TestUncommented(t *testing.T) {
	source := "/* what it is */\na { b: c; } /* why */\n\n\t// said\n  /* two\n  lines */\nx = \"//\"; // here\ny = \" // kept\";\n/* a */ .b { } /* c */\n"
	want := "a { b: c; } /* why */\nx = \"//\";\ny = \" // kept\";\n/* a */ .b { } /* c */\n"
	if got := string(uncommented([]byte(source))); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
