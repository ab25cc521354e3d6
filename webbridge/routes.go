package webbridge

import (
	"fmt"
	"io"
	"net/http"
	"path"
	"sotto/rooms"
	"strings"
)

// routes are all that a browser can ask for. They are the same below the path
// prefix and without it, since a proxy may take the prefix away.
func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.front)
	mux.HandleFunc("GET /r/{room}", s.room)
	mux.HandleFunc("GET /r/{room}/{$}", s.roomBelow)
	mux.HandleFunc("GET /r/{$}", func(w http.ResponseWriter, _ *http.Request) { moved(w, "../") })
	mux.HandleFunc("GET /r", func(w http.ResponseWriter, _ *http.Request) { moved(w, "./") })
	mux.HandleFunc("GET /s", s.sealed)
	mux.HandleFunc("GET /s/{$}", s.sealed)
	mux.HandleFunc("GET /about", s.about)
	mux.HandleFunc("GET /about/{$}", func(w http.ResponseWriter, _ *http.Request) { moved(w, "../about") })
	mux.HandleFunc("GET /healthz", s.healthz)
	mux.Handle("GET /ws", upgraded(s.socket))
	mux.HandleFunc("GET /assets/{hash}/{name...}", s.assets.serve)
	mux.HandleFunc("GET /favicon.ico", s.icon)
	mux.HandleFunc("GET /robots.txt", robots)
	mux.HandleFunc("GET /", s.nothing)
	return s.contained(s.unprefixed(s.protect(mux)))
}

// contained survives a panic, and closes its connection.
func (s *Server) contained(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !rooms.Survive(s.log, broke, func() { next.ServeHTTP(w, r) }) {
			panic(http.ErrAbortHandler) // net/http closes the connection and says nothing
		}
	})
}

func (s *Server) unprefixed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rest, below := strings.CutPrefix(r.URL.Path, s.names.prefix)
		if below && s.names.prefix != "" && (rest == "" || rest[0] == '/') {
			if rest == "" {
				rest = "/"
			}
			r.URL.Path, r.URL.RawPath = rest, strings.TrimPrefix(r.URL.RawPath, s.names.prefix)
		}
		// The mux would send whoever wrote a slash too many to an address without
		// the prefix. One that is encoded is none.
		if r.URL.RawPath == "" {
			r.URL.Path = cleaned(r.URL.Path)
		}
		next.ServeHTTP(w, r)
	})
}

// cleaned is path.Clean that leaves one slash at the end where it is: from there
// the relative addresses of moved lead on.
func cleaned(p string) string {
	clean := path.Clean("/" + p)
	if clean != "/" && strings.HasSuffix(p, "/") && !strings.HasSuffix(p, "//") {
		clean += "/"
	}
	return clean
}

// healthz says whether people should be sent here, and nothing else.
func (s *Server) healthz(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	switch {
	case s.isDraining():
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = io.WriteString(w, "draining\n")
	case !s.health():
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = io.WriteString(w, "unhealthy\n")
	default:
		_, _ = io.WriteString(w, "ok\n")
	}
}

// icon is for browsers that ask for one before they have read the page.
func (s *Server) icon(w http.ResponseWriter, r *http.Request) {
	for _, name := range []string{"favicon.ico", "favicon.svg", "icons/favicon.svg"} {
		if file, ok := s.assets.files[name]; ok {
			w.Header().Set("Cache-Control", "public, max-age=86400")
			file.serve(w, r, http.StatusOK)
			return
		}
	}
	notFound(w, r)
}

func robots(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	fmt.Fprint(w, "User-agent: *\nDisallow: /\n")
}

// moved sends on to an address that is relative to the one that was asked for: which
// prefix a proxy has taken away is not known here.
func moved(w http.ResponseWriter, to string) {
	w.Header().Set("Location", to)
	w.WriteHeader(http.StatusPermanentRedirect)
}

const nothingHere = "There is nothing here. Rooms are at /r/NAME."

// nothing answers people with the front page, and programs with a sentence. Whoever
// followed a link into a sealed room whose "#" somebody encoded is told what that means
// by the page itself.
func (s *Server) nothing(w http.ResponseWriter, r *http.Request) {
	if rest, ok := strings.CutPrefix(r.URL.Path, "/s"); ok && strings.HasPrefix(strings.TrimPrefix(rest, "/"), "#") {
		s.sealed(w, r)
		return
	}
	if !strings.Contains(r.Header.Get("Accept"), "text/html") {
		notFound(w, r)
		return
	}
	s.show(w, r, http.StatusNotFound, "index.html", Page{Problem: nothingHere})
}

func notFound(w http.ResponseWriter, _ *http.Request) {
	http.Error(w, nothingHere, http.StatusNotFound)
}
