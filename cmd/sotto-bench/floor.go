package main

import (
	"bufio"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"
	"golang.org/x/crypto/ssh"

	"sotto/cmd/sotto/forget"
)

// serveFloor is the least that a chat over this transport can be: who sends a
// line sends it to everybody in the room, as it is. It collects as sotto does, if it is
// to.
func serveFloor(ctx context.Context, kind string, collect bool) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	f := &floor{rooms: map[string][]*seat{}}
	if collect {
		go forget.NewKeeper(slog.New(slog.DiscardHandler)).Run(ctx, f.said.Load)
	}
	context.AfterFunc(ctx, func() { listener.Close() })
	switch kind {
	case "ssh":
		fmt.Fprintf(os.Stderr, "floor: ssh on %s\n", listener.Addr())
		return f.serveSSH(listener)
	case "web":
		fmt.Fprintf(os.Stderr, "floor: web on http://%s\n", listener.Addr())
		return http.Serve(listener, http.HandlerFunc(f.serveWeb))
	}
	return fmt.Errorf("there is no floor %q: ssh or web", kind)
}

type floor struct {
	said  atomic.Uint64
	mu    sync.Mutex
	rooms map[string][]*seat
}

// seat is where one connection's lines wait: few, so that it weighs little.
type seat struct{ lines chan []byte }

func (f *floor) sit(room string) *seat {
	f.mu.Lock()
	defer f.mu.Unlock()
	s := &seat{make(chan []byte, 64)}
	f.rooms[room] = append(f.rooms[room], s)
	return s
}

func (f *floor) say(room string, line []byte) {
	f.said.Add(1)
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, s := range f.rooms[room] {
		s.lines <- line
	}
}

func (f *floor) serveSSH(listener net.Listener) error {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	signer, err := ssh.NewSignerFromKey(key)
	if err != nil {
		return err
	}
	config := &ssh.ServerConfig{NoClientAuth: true}
	config.AddHostKey(signer)
	for {
		conn, err := listener.Accept()
		if err != nil {
			return nil // the process was told to stop
		}
		go f.serveSSHConn(conn, config)
	}
}

func (f *floor) serveSSHConn(conn net.Conn, config *ssh.ServerConfig) {
	_, channels, requests, err := ssh.NewServerConn(conn, config)
	if err != nil {
		return
	}
	go ssh.DiscardRequests(requests)
	for channel := range channels {
		session, requests, err := channel.Accept()
		if err != nil {
			return
		}
		for request := range requests {
			_ = request.Reply(true, nil)
			if request.Type != "exec" {
				continue
			}
			go ssh.DiscardRequests(requests)
			var command struct{ Room string }
			if ssh.Unmarshal(request.Payload, &command) == nil {
				f.talk(session, command.Room)
			}
		}
	}
}

// talk passes lines in both directions.
func (f *floor) talk(session ssh.Channel, room string) {
	s := f.sit(room)
	go func() {
		for line := range s.lines {
			_, _ = session.Write(line)
		}
	}()
	in := bufio.NewReaderSize(session, 256)
	for {
		line, err := in.ReadString('\r')
		if err != nil {
			return
		}
		f.say(room, []byte("brave-otter  "+strings.TrimSuffix(line, "\r")+"\r\n"))
	}
}

func (f *floor) serveWeb(w http.ResponseWriter, r *http.Request) {
	socket, err := websocket.Accept(w, r, &websocket.AcceptOptions{
		Subprotocols: []string{"sotto.v1"}, InsecureSkipVerify: true,
	})
	if err != nil {
		return
	}
	_, hello, err := socket.Read(r.Context())
	if err != nil {
		return
	}
	s := f.sit(string(hello))
	s.lines <- []byte(`{"t":"welcome"}`)
	go func() {
		for line := range s.lines {
			_ = socket.Write(context.WithoutCancel(r.Context()), websocket.MessageText, line)
		}
	}()
	for n := 1; ; n++ {
		_, line, err := socket.Read(r.Context())
		if err != nil {
			return
		}
		_, text, _ := strings.Cut(string(line), `"text":`)
		f.say(string(hello), fmt.Appendf(nil,
			`{"t":"said","seq":%d,"at":%d,"from":{"id":"8d5e2a9c41b7f306","nick":"brave-otter"},"text":%s`,
			n, time.Now().UnixMilli(), text))
	}
}
