//go:build e2e

package e2e

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/coder/websocket"
)

// Hostile is a server that does to a page whatever a test wants: it stands between
// the page and a real server. Pages and what belongs to them pass as they are; of what
// goes over the WebSocket each frame passes through the test's own hands. Numbers it
// gives anew, so that nothing that was dropped leaves a hole, and what was injected is
// in its turn.
type Hostile struct {
	URL string // where the page comes from, without a slash at its end

	t      testing.TB
	server *Server
	front  *httptest.Server
	ctx    context.Context
	relays sync.WaitGroup

	mu       sync.Mutex
	toPage   func(Frame) []Frame
	toServer func(Frame) []Frame
	page     *websocket.Conn // nil: none is connected
	seq      float64         // of the newest frame that the page was sent
	wseq     float64
	theirs   [2]float64             // the same in numbers of the server
	was      [2]map[float64]float64 // number at the page → at the server then
	said     []Frame                // what the server has sent so far, in its own numbers
	sent     []Frame                // what the page has
}

// NewHostile stands before a server.
func NewHostile(t testing.TB, s *Server) *Hostile {
	t.Helper()
	target, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	pass := func(f Frame) []Frame { return []Frame{f} }
	h := &Hostile{t: t, server: s, toPage: pass, toServer: pass}
	h.was = [2]map[float64]float64{{}, {}}
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(target)
		r.Out.Host = r.In.Host
	}}
	var cancel context.CancelFunc
	h.ctx, cancel = context.WithCancel(context.Background())
	h.front = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/ws" {
			h.relay(w, r)
			return
		}
		proxy.ServeHTTP(w, r)
	}))
	h.URL = h.front.URL
	t.Cleanup(func() {
		cancel()
		h.front.CloseClientConnections()
		h.front.Close()
		h.relays.Wait()
	})
	return h
}

// relay connects a page with the server until one of them has enough.
func (h *Hostile) relay(w http.ResponseWriter, r *http.Request) {
	h.relays.Add(1)
	defer h.relays.Done()
	page, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: []string{"sotto.v1"}})
	if err != nil {
		return // a page that was closed meanwhile
	}
	defer page.CloseNow()
	server, _, err := websocket.Dial(h.ctx, "ws"+strings.TrimPrefix(h.server.URL, "http")+"/ws",
		&websocket.DialOptions{Subprotocols: []string{"sotto.v1"}})
	if err != nil {
		return
	}
	defer server.CloseNow()
	page.SetReadLimit(128 << 10)
	server.SetReadLimit(128 << 10)
	h.mu.Lock()
	h.page = page
	h.mu.Unlock()
	ctx, cancel := context.WithCancel(h.ctx)
	var up sync.WaitGroup
	up.Go(func() {
		defer cancel()
		h.pump(ctx, page, func(f Frame) error { return h.up(ctx, server, f) })
	})
	h.pump(ctx, server, h.down)
	cancel()
	up.Wait()
	h.mu.Lock()
	if h.page == page {
		h.page = nil
	}
	h.mu.Unlock()
}

// pump takes frames until there are no more.
func (h *Hostile) pump(ctx context.Context, from *websocket.Conn, take func(Frame) error) {
	for {
		_, data, err := from.Read(ctx)
		if err != nil {
			return
		}
		for line := range strings.SplitSeq(string(data), "\n") {
			var f Frame
			if line == "" || json.Unmarshal([]byte(line), &f) != nil {
				continue
			}
			if take(f) != nil {
				return
			}
		}
	}
}

// up passes on what the page sends. What it has received it says in numbers of ours.
func (h *Hostile) up(ctx context.Context, server *websocket.Conn, f Frame) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.sent = append(h.sent, f)
	for _, each := range h.toServer(f) {
		seq, counts := each["seq"].(float64)
		if wseq, _ := each["wseq"].(float64); counts {
			if each.Type() == "join" { // what was on its way is lost
				h.seq, h.wseq, h.theirs = seq, wseq, [2]float64{h.was[0][seq], h.was[1][wseq]}
			}
			each = each.With("seq", h.was[0][seq]).With("wseq", h.was[1][wseq])
		}
		data, err := json.Marshal(each)
		if err != nil {
			return err
		}
		if err := server.Write(ctx, websocket.MessageText, data); err != nil {
			return err
		}
	}
	return nil
}

// down passes on what the server sends.
func (h *Hostile) down(f Frame) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.said = append(h.said, f)
	passed := h.toPage(f)
	if len(passed) > 0 && f.Type() != "welcome" { // otherwise it is to come once more, if the page comes back
		for i, key := range []string{"seq", "wseq"} {
			if n, numbered := f[key].(float64); numbered {
				h.theirs[i] = n
			}
		}
	}
	return h.give(passed...)
}

// give sends frames to the page, in numbers that fit.
func (h *Hostile) give(frames ...Frame) error {
	for _, f := range frames {
		n, numbered := f["seq"].(float64)
		switch {
		case !numbered:
		case f.Type() != "welcome":
			h.seq++
			f = f.With("seq", h.seq)
		case f["resumed"] == true:
			f = f.With("seq", h.seq)
		default:
			h.seq, h.wseq, h.theirs = n, 0, [2]float64{n, 0}
		}
		if _, numbered := f["wseq"].(float64); numbered {
			h.wseq++
			f = f.With("wseq", h.wseq)
		}
		h.was[0][h.seq], h.was[1][h.wseq] = h.theirs[0], h.theirs[1]
		data, err := json.Marshal(f)
		if err != nil {
			return err
		}
		if err := h.write(string(data)); err != nil {
			return err
		}
	}
	return nil
}

func (h *Hostile) write(text string) error {
	if h.page == nil {
		return nil
	}
	return h.page.Write(h.ctx, websocket.MessageText, []byte(text))
}

// With is a copy of the frame with another value in a field.
func (f Frame) With(key string, value any) Frame {
	other := make(Frame, len(f)+1)
	for k, v := range f {
		other[k] = v
	}
	other[key] = value
	return other
}

// ToPage says what becomes of each frame that the server sends from now on.
func (h *Hostile) ToPage(meddle func(Frame) []Frame) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.toPage = meddle
}

// ToServer says what becomes of each frame that the page sends from now on.
func (h *Hostile) ToServer(meddle func(Frame) []Frame) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.toServer = meddle
}

// Inject sends the page frames that the server did not.
func (h *Hostile) Inject(frames ...Frame) {
	h.t.Helper()
	h.mu.Lock()
	defer h.mu.Unlock()
	if err := h.give(frames...); err != nil {
		h.t.Fatalf("injecting: %v", err)
	}
}

// Raw sends the page text as it is, frame or not, in no number of ours.
func (h *Hostile) Raw(text string) {
	h.t.Helper()
	h.mu.Lock()
	defer h.mu.Unlock()
	if err := h.write(text); err != nil {
		h.t.Fatalf("injecting: %v", err)
	}
}

// Cut ends the page's connection without a word.
func (h *Hostile) Cut() {
	h.mu.Lock()
	page := h.page
	h.mu.Unlock()
	if page != nil {
		page.CloseNow()
	}
}

// Said are the frames that the server has sent so far, and Sent those of the page.
func (h *Hostile) Said() []Frame {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]Frame(nil), h.said...)
}

// Sent are the frames that the page has sent so far.
func (h *Hostile) Sent() []Frame {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]Frame(nil), h.sent...)
}
