package webbridge

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/coder/websocket"

	"sotto/rooms/wire"
)

// asksToUpgrade makes a request that of a browser for a WebSocket.
func asksToUpgrade(req *http.Request) {
	req.Header.Set("Connection", "keep-alive, Upgrade")
	req.Header.Set("Upgrade", "websocket")
	req.Header.Set("Sec-WebSocket-Version", "13")
	req.Header.Set("Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAA==")
	req.Header.Set("Sec-WebSocket-Protocol", "other, sotto.v1")
}

// What a proxy left out is named, with what mends it, and by which Host one came.
func TestWhatAProxyLeftOutIsNamed(t *testing.T) {
	r := start(t)
	port := r.addr[strings.LastIndex(r.addr, ":"):]
	for name, c := range map[string]struct {
		change func(*http.Request)
		status int
		says   []string
	}{
		"no Upgrade":    {func(r *http.Request) { r.Header.Del("Upgrade") }, http.StatusUpgradeRequired, []string{"without the header Upgrade: websocket", "proxy_set_header Upgrade $http_upgrade;", "\nHost: 127.0.0.1" + port}},
		"no Connection": {func(r *http.Request) { r.Header.Set("Connection", "close") }, http.StatusUpgradeRequired, []string{"without the header Connection: upgrade"}},
		"asked plainly": {func(r *http.Request) { clear(r.Header) }, http.StatusBadRequest, []string{"subprotocol sotto.v1", "\nHost: 127.0.0.1" + port + "\n"}},
		"no Host": {func(r *http.Request) { r.Header.Set("Origin", "https://chat.example") }, http.StatusForbidden,
			[]string{"leaves the header Host out", "proxy_set_header Host $http_host;", "\nHost: 127.0.0.1" + port + "\n"}},
		"a Host of signs": {func(r *http.Request) { r.Host = "a b" }, http.StatusForbidden, []string{"--public-url", "pass the header Host on", "\nHost: -\n"}},
	} {
		t.Run(name, func(t *testing.T) {
			response := r.get("/ws", func(req *http.Request) { asksToUpgrade(req); c.change(req) })
			if response.StatusCode != c.status {
				t.Errorf("status %d, want %d", response.StatusCode, c.status)
			}
			if kind := response.Header.Get("Content-Type"); kind != "text/plain; charset=utf-8" || response.Header.Get("X-Content-Type-Options") != "nosniff" {
				t.Errorf("it is %q", kind)
			}
			wantIn(t, body(t, response), c.says...)
		})
	}
}

func TestHandshakeRefusals(t *testing.T) {
	r := start(t)
	for name, c := range map[string]struct {
		change func(*http.Request)
		status int
	}{
		"as it should be":     {func(*http.Request) {}, http.StatusSwitchingProtocols},
		"own origin":          {func(r *http.Request) { r.Header.Set("Origin", "http://"+r.URL.Host) }, http.StatusSwitchingProtocols},
		"no subprotocol":      {func(r *http.Request) { r.Header.Del("Sec-WebSocket-Protocol") }, http.StatusBadRequest},
		"another subprotocol": {func(r *http.Request) { r.Header.Set("Sec-WebSocket-Protocol", "sotto.v2") }, http.StatusBadRequest},
		"no upgrade":          {func(r *http.Request) { r.Header.Del("Upgrade") }, http.StatusUpgradeRequired},
		"foreign origin":      {func(r *http.Request) { r.Header.Set("Origin", "https://evil.example") }, http.StatusForbidden},
		"opaque origin":       {func(r *http.Request) { r.Header.Set("Origin", "null") }, http.StatusForbidden},
		"two origins":         {func(r *http.Request) { r.Header["Origin"] = []string{"http://" + r.URL.Host, "http://" + r.URL.Host} }, http.StatusForbidden},
		"rebound name": {func(r *http.Request) {
			r.Host = "evil.example:3000"
			r.Header.Set("Origin", "http://evil.example:3000")
		}, http.StatusForbidden},
	} {
		t.Run(name, func(t *testing.T) {
			response := r.get("/ws", func(req *http.Request) { asksToUpgrade(req); c.change(req) })
			if response.StatusCode != c.status {
				t.Errorf("status %d, want %d", response.StatusCode, c.status)
			}
		})
	}
}

func TestCompressionIsOff(t *testing.T) {
	r := start(t)
	conn, response, err := websocket.Dial(context.Background(), "ws://"+r.addr+"/ws", &websocket.DialOptions{
		Subprotocols: []string{wire.Subprotocol}, CompressionMode: websocket.CompressionContextTakeover,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.CloseNow()
	if extensions := response.Header.Get("Sec-WebSocket-Extensions"); extensions != "" {
		t.Errorf("the server agreed to %q", extensions)
	}
}
