package webbridge

import (
	"net/http"
	"net/http/httputil"
	"regexp"
	"testing"

	"sotto/web"
)

// The most bytes that a first load may take on the wire, status lines and
// headers of HTTP/1.1 counted: what is asked for on demand comes later.
const (
	roomWeight  = 60_000
	frontWeight = 25_000
)

// atOnce are the files that a browser fetches as soon as it reads a page.
var atOnce = regexp.MustCompile(`<(?:script|link rel="(?:stylesheet|modulepreload|icon)")[^>]* (?:src|href)="([^"]+)"`)

func TestFirstLoadIsLight(t *testing.T) {
	r := start(t, func(c *Config) { c.Files = web.FS })
	// In whole bytes: what comes for a request as browsers put it.
	weigh := func(path string) (content, wire int, page string) {
		response := r.get(path, func(req *http.Request) { req.Header.Set("Accept-Encoding", "gzip, deflate") })
		if response.StatusCode != http.StatusOK {
			t.Fatalf("%s: status %d", path, response.StatusCode)
		}
		dump, err := httputil.DumpResponse(response, true)
		if err != nil {
			t.Fatal(err)
		}
		return int(response.ContentLength), len(dump), body(t, r.get(path, nil))
	}
	for path, most := range map[string]int{"/r/den": roomWeight, "/": frontWeight} {
		content, wire, page := weigh(path)
		files := atOnce.FindAllStringSubmatch(page, -1)
		for _, file := range files {
			more, onWire, _ := weigh(file[1])
			content, wire = content+more, wire+onWire
		}
		t.Logf("%s: the page and %d files, %d bytes of content, %d on the wire", path, len(files), content, wire)
		if len(files) < 5 {
			t.Errorf("%s names only %d files: does the test still find them?", path, len(files))
		}
		if wire > most {
			t.Errorf("%s: a first load takes %d bytes, at most %d are allowed", path, wire, most)
		}
	}
}
