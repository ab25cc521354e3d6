//go:build e2e

package e2e_test

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"

	"sotto/cmd/sotto/e2e"
)

// Behind a proxy that leaves something out a page can be fetched and its socket
// can't be opened: the page says which header is missing and what mends it, having
// asked nobody but its own server.
func TestThePageSaysWhatAProxyLeavesOut(t *testing.T) {
	s := e2e.Start(t)
	target, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		spoil func(*http.Request)
		says  []string
	}{
		"Upgrade": {func(r *http.Request) { r.Header.Del("Upgrade"); r.Header.Del("Connection") },
			[]string{"leaves out the header Upgrade", "proxy_set_header Upgrade $http_upgrade;"}},
		"Host": {func(r *http.Request) { r.Host = target.Host },
			[]string{"asked for as " + target.Host, "leaves out the header Host", "proxy_set_header Host $http_host;"}},
		"the address": {func(r *http.Request) {
			if r.URL.Path == "/ws" {
				r.URL.Path = "/elsewhere"
			}
		}, []string{"What answers at /ws is not the server’s WebSocket"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			through := httputil.NewSingleHostReverseProxy(target)
			proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				c.spoil(r)
				through.ServeHTTP(w, r)
			}))
			t.Cleanup(proxy.Close)
			h := at(t, e2e.Open(t, proxy.URL+"/r/den"))
			for _, part := range c.says {
				h.says("#banner", part)
			}
			for _, request := range h.Requests() {
				if !strings.HasPrefix(request, proxy.URL) && !strings.HasPrefix(request, "ws"+strings.TrimPrefix(proxy.URL, "http")) && !strings.HasPrefix(request, "data:") {
					t.Errorf("the page asked %s", request)
				}
			}
		})
	}
}
