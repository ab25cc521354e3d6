package client

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/coder/websocket"

	"sotto/rooms/wire"
)

// WebSocket returns how to connect to the server at an address: http, https, ws
// or wss, with the server's path prefix. with makes the connections; nil:
// [http.DefaultClient].
func WebSocket(address string, with *http.Client) (func(context.Context) (Conn, error), error) {
	socket, err := socketURL(address)
	if err != nil {
		return nil, err
	}
	with = wiping(with)
	return func(ctx context.Context) (Conn, error) {
		conn, answer, err := websocket.Dial(ctx, socket, &websocket.DialOptions{
			HTTPClient: with, Subprotocols: []string{wire.Subprotocol}, CompressionMode: websocket.CompressionDisabled,
		})
		switch {
		case err != nil && answer != nil:
			return nil, diagnose(socket, answer)
		case err != nil:
			return nil, Reason("the server can't be reached", err)
		}
		conn.SetReadLimit(wire.MaxFrameBytes)
		return webSocket{conn, new(bytes.Buffer)}, nil
	}, nil
}

// wiping is a client whose WebSockets keep nothing in the read buffer of the library that
// was taken from it.
func wiping(with *http.Client) *http.Client {
	if with == nil {
		with = http.DefaultClient
	}
	wiping := *with
	wiping.Transport = wipingTransport{with.Transport}
	return &wiping
}

type wipingTransport struct{ http.RoundTripper }

func (t wipingTransport) RoundTrip(request *http.Request) (*http.Response, error) {
	if t.RoundTripper == nil {
		t.RoundTripper = http.DefaultTransport
	}
	answer, err := t.RoundTripper.RoundTrip(request)
	if err != nil {
		return nil, err
	}
	if stream, ok := answer.Body.(io.ReadWriteCloser); ok { // it was upgraded
		answer.Body = wipingStream{stream}
	}
	return answer, nil
}

// wipingStream wipes what it is given to read into. A buffered reader gives it all of its
// buffer that holds nothing more to be taken, before it waits for what comes next.
type wipingStream struct{ io.ReadWriteCloser }

func (s wipingStream) Read(p []byte) (int, error) {
	clear(p)
	return s.ReadWriteCloser.Read(p)
}

// socketURL is the address of the WebSocket of the server at base.
func socketURL(base string) (string, error) {
	u, err := url.Parse(base)
	if err != nil || u.Host == "" {
		return "", fmt.Errorf("%q is not an address like https://chat.example", base)
	}
	switch u.Scheme {
	case "http", "ws":
		u.Scheme = "ws"
	case "https", "wss":
		u.Scheme = "wss"
	default:
		return "", fmt.Errorf("an address begins with https:// or http://, not with %q", u.Scheme)
	}
	u.Path, u.RawQuery, u.Fragment = strings.TrimRight(u.Path, "/")+"/ws", "", ""
	return u.String(), nil
}

// webSocket is a WebSocket as a [Conn].
type webSocket struct {
	conn    *websocket.Conn
	message *bytes.Buffer // the last, until the next is asked for; grown to the largest, which the read limit bounds
}

func (w webSocket) Read(ctx context.Context) ([]byte, error) {
	clear(w.message.Bytes()) // what was said may be meant to be forgotten, and the next may be shorter
	w.message.Reset()
	_, r, err := w.conn.Reader(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := w.message.ReadFrom(r); err != nil {
		return nil, err
	}
	return w.message.Bytes(), nil
}

func (w webSocket) Write(ctx context.Context, message []byte) error {
	return w.conn.Write(ctx, websocket.MessageText, message)
}

// Close says only that it was closed already.
func (w webSocket) Close() { _ = w.conn.CloseNow() }
