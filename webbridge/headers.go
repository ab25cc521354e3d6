package webbridge

import (
	"net/http"
	"strings"
)

// protect sets what every page and file carries, and refuses requests that are not
// meant for this server. Only its health is told to whoever asks, because load
// balancers ask by address.
func (s *Server) protect(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		if r.URL.Path == "/ws" {
			if err := s.names.check(r); err != nil {
				http.Error(w, err.Error()+"\n"+hostLine(r), http.StatusForbidden)
				return
			}
			next.ServeHTTP(w, r) // a socket is no page, and would keep its headers
			return
		}
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		// Files are everybody's. Behind a proxy that leaves the Host out, a browser names
		// an Origin that is none of ours; a page without its files could not say so.
		if strings.HasPrefix(r.URL.Path, "/assets/") && s.names.own(r) {
			// What a page may do is the page's to say, and a picture's by itself. A
			// page has many files by and by, whose headers would weigh as much as they do.
			switch {
			case strings.HasSuffix(r.URL.Path, ".svg"):
				h.Set("Content-Security-Policy", "default-src 'none'")
			case strings.HasSuffix(r.URL.Path, voiceWorker): // which is none of the page's
				h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'")
			}
			next.ServeHTTP(w, r)
			return
		}
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Permissions-Policy", s.mayListen(r))
		if r.URL.Path != "/healthz" {
			if err := s.names.check(r); err != nil {
				h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
				http.Error(w, err.Error(), http.StatusForbidden)
				return
			}
		}
		h.Set("Content-Security-Policy", s.policy(r))
		next.ServeHTTP(w, r)
	})
}

// policy is what pages may do: run and show this server's own files, talk to
// its socket, and nothing else. The socket is named beside 'self' because not
// every browser counts it in. A blob is a picture that came as a file and moves, from the
// page's own memory.
func (s *Server) policy(r *http.Request) string {
	sockets := ""
	switch {
	case s.names.scheme == "https":
		sockets = " wss://" + s.names.host
	case s.names.scheme == "http":
		sockets = " ws://" + s.names.host
	case plainHost(r.Host):
		sockets = " ws://" + r.Host + " wss://" + r.Host
	}
	workers, types := "worker-src 'none'", "trusted-types 'none'"
	if s.voice != nil && isSealed(r) {
		workers, types = "worker-src 'self'", "trusted-types voice" // which names one worker
	}
	return strings.Join([]string{
		"default-src 'none'",
		"script-src 'self'",
		"style-src 'self'",
		"connect-src 'self'" + sockets,
		"img-src 'self' data: blob:",
		"media-src 'self' data:",
		"manifest-src 'self'",
		"frame-src 'self'", // several rooms in one window are a page in a page
		workers,
		"require-trusted-types-for 'script'",
		types,
		"base-uri 'none'",
		"form-action 'none'",
		"frame-ancestors 'self'",
	}, "; ")
}

// voiceWorker seals and opens the voice of a sealed room.
const voiceWorker = "/sealed/voiceworker.js"

// permissions closes what a browser might offer to a page, but for copying an
// invitation. The system's share sheet is not named: the page itself has it unless it is
// closed, and Chromium warns of a name that it doesn't know.
var permissions = "clipboard-write=(self), " + strings.Join([]string{
	"accelerometer=()", "autoplay=()", "browsing-topics=()", "camera=()", "clipboard-read=()", "display-capture=()",
	"encrypted-media=()", "fullscreen=()", "gamepad=()", "geolocation=()", "gyroscope=()", "hid=()", "idle-detection=()",
	"local-fonts=()", "magnetometer=()", "microphone=()", "midi=()", "payment=()", "picture-in-picture=()",
	"publickey-credentials-get=()", "screen-wake-lock=()", "serial=()", "storage-access=()", "usb=()",
	"window-management=()", "xr-spatial-tracking=()",
}, ", ")
