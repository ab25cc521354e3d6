package native

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/coder/websocket"

	"sotto/rooms"
	"sotto/rooms/wire"
	"sotto/webbridge"
	"sotto/webbridge/client"
)

// writeTimeout is how long a message may take to leave a relay, either way.
const writeTimeout = 10 * time.Second

// ServeWeb serves the web client from this program, to this machine alone, until
// ctx ends. Frames go to the address's server and back untouched; the code of
// the page comes from this program and not from that server. told is given the
// page's address once it is there.
func (v Visit) ServeWeb(ctx context.Context, files fs.FS, version string, told func(url string)) error {
	h, err := v.reach(ctx)
	if err != nil {
		return err
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("can't serve the web client on this machine: %w", err)
	}
	defer ln.Close() // Serve does, if it comes to that
	r := &relay{connect: h.connect}
	config := webbridge.Config{
		Files: files, Version: version, Log: slog.New(slog.DiscardHandler),
		Socket: r, InviteURL: v.Address.Server.String(),
	}
	if v.Address.Server.Scheme == "ssh" {
		config.PublicSSH = v.Address.Server.Host
	}
	server, err := webbridge.New(config)
	if err != nil {
		return err
	}
	r.ctx = ctx
	defer r.running.Wait()
	told(localLink(v.Address, ln.Addr()))
	return server.Serve(ctx, ln)
}

// localLink is an address on the local server.
func localLink(a Address, local net.Addr) string {
	u := *a.Server
	u.Scheme, u.Host, u.Path = "http", local.String(), ""
	a.Server = &u
	return a.Link()
}

// relay passes the messages of local pages on to the server, and back.
type relay struct {
	ctx     context.Context // every relay ends with it
	connect func(context.Context) (client.Conn, error)
	running sync.WaitGroup
}

func (r *relay) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	r.running.Add(1)
	defer r.running.Done()
	ctx, cancel := context.WithCancel(r.ctx)
	defer cancel()
	entering, entered := context.WithTimeout(ctx, enterTimeout)
	there, err := r.connect(entering)
	entered()
	if err != nil {
		http.Error(w, rooms.Sentence(err.Error()), http.StatusBadGateway)
		return
	}
	defer there.Close()
	here, err := websocket.Accept(w, req, &websocket.AcceptOptions{
		Subprotocols:       []string{wire.Subprotocol},
		InsecureSkipVerify: true, // the server of the page has checked Host and Origin
		CompressionMode:    websocket.CompressionDisabled,
	})
	if err != nil {
		return // Accept has answered
	}
	here.SetReadLimit(wire.MaxFrameBytes)
	var up sync.WaitGroup
	up.Go(func() {
		defer cancel()
		for {
			_, message, err := here.Read(ctx)
			if err != nil || r.pass(ctx, there.Write, message) != nil {
				return
			}
		}
	})
	for {
		message, err := there.Read(ctx)
		if err != nil || r.pass(ctx, func(ctx context.Context, m []byte) error { return here.Write(ctx, websocket.MessageText, m) }, message) != nil {
			break
		}
	}
	_ = here.Close(websocket.StatusNormalClosure, "") // says only how the page took it
	cancel()
	up.Wait()
}

// pass writes one message within [writeTimeout]; nothing is read meanwhile, so
// each end is as slow as the other.
func (r *relay) pass(ctx context.Context, write func(context.Context, []byte) error, message []byte) error {
	ctx, cancel := context.WithTimeout(ctx, writeTimeout)
	defer cancel()
	return write(ctx, message)
}
