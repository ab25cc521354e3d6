//go:build e2e

package prove

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"sotto/cmd/sotto/e2e"
	"sotto/rooms"
)

var webAttacks = []attack{
	{name: "10,000 idle connections", run: idle(webDoor, "")},
	{name: "slow headers", run: drip("GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ")},
	{name: "slow bodies", run: drip("POST /ws HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n")},
	{name: "headers without end", run: func(ctx context.Context, s *e2e.Server) error {
		return pour(ctx, s.Web, "GET / HTTP/1.1\r\n", strings.Repeat("X-Long: "+strings.Repeat("x", 500)+"\r\n", 16))
	}},
	{name: "requests without reading", run: func(ctx context.Context, s *e2e.Server) error {
		return pour(ctx, s.Web, "", strings.Repeat("GET / HTTP/1.1\r\nHost: "+s.Web+"\r\n\r\n", 50))
	}},
	{name: "silent sockets", run: withSocket(func(ctx context.Context, c *frames) error {
		<-ctx.Done()
		return nil
	})},
	{name: "fragments without end", run: withSocket(func(ctx context.Context, c *frames) error {
		err := c.write(false, text, []byte("{"))
		for err == nil {
			err = c.write(false, continuation, []byte(strings.Repeat("x", 4096)))
		}
		return nil
	})},
	{name: "frames that promise more than there is", run: withSocket(func(ctx context.Context, c *frames) error {
		header := binary.BigEndian.AppendUint64([]byte{0x80 | text, 0x80 | 127}, 1<<40)
		_, err := c.conn.Write(append(header, 0, 0, 0, 0, 'x'))
		<-ctx.Done()
		return err
	})},
	{name: "compression bombs", run: withSocket(func(ctx context.Context, c *frames) error {
		if c.response.Header.Get("Sec-WebSocket-Extensions") != "" {
			return errors.New("compression is on")
		}
		for c.writeRaw(0x80|0x40|text, []byte(strings.Repeat("\x00", 4096))) == nil { // RSV1: compressed
		}
		return nil
	})},
	{name: "WebSocket ping flood", run: withSocket(func(ctx context.Context, c *frames) error {
		for c.write(true, ping, []byte(strings.Repeat("x", 125))) == nil {
		}
		return nil
	})},
	{name: "nested JSON", run: withSocket(func(ctx context.Context, c *frames) error {
		deep := []byte(`{"t":"say","text":` + strings.Repeat("[", 60_000))
		for c.write(true, text, deep) == nil {
		}
		return nil
	})},
	{name: "invalid UTF-8 split over frames", run: func(ctx context.Context, s *e2e.Server) error {
		return again(ctx, s, func(c *frames) {
			_ = c.write(false, text, []byte("{\"t\":\"say\",\"text\":\"\xf0\x9f"))
			_ = c.write(true, continuation, []byte("\xff\"}"))
		})
	}},
	{name: "never reading in a browser", run: func(ctx context.Context, s *e2e.Server) error {
		return together(9, func(i int) error {
			if i == 8 {
				return lecture(ctx, s, "lecture")
			}
			conn, err := dialNarrow(s.Web, narrow)
			if err != nil {
				return err
			}
			defer conn.Close()
			c, err := upgrade(conn, s)
			if err == nil {
				err = c.send(e2e.Frame{"t": "join", "room": "lecture", "resume": i%2 == 0})
			}
			<-ctx.Done()
			return err
		})
	}},
}

var roomAttacks = []attack{
	{name: "room-creation flood", run: func(ctx context.Context, s *e2e.Server) error {
		n := 0
		return again(ctx, s, func(c *frames) {
			n++
			_ = c.send(e2e.Frame{"t": "join", "room": fmt.Sprint("flood-", n), "nick": "x"})
			_, _ = c.await("welcome")
		})
	}},
	{name: "nick flood", run: inTheDen(func(ctx context.Context, c *frames) error {
		for n := 0; c.send(e2e.Frame{"t": "nick", "nick": fmt.Sprint("name", n)}) == nil; n++ {
		}
		return nil
	})},
	{name: "topic flood", run: inTheDen(func(ctx context.Context, c *frames) error {
		// Every topic is a line on everybody's screen, and the words of the five have
		// to be seen there before they are pushed off: the most come to nothing.
		next := time.NewTicker(100 * time.Millisecond)
		defer next.Stop()
		about := strings.Repeat("x", 300)
		for n := 0; c.send(e2e.Frame{"t": "topic", "text": about}) == nil; n++ {
			select {
			case <-next.C:
				about = fmt.Sprint("about ", n)
			default:
				about = strings.Repeat("x", 300)
			}
		}
		return nil
	})},
	{name: "typing and sync flood", run: inTheDen(func(ctx context.Context, c *frames) error {
		for n := 0; c.send(e2e.Frame{"t": "typing"}) == nil && c.send(e2e.Frame{"t": "sync", "id": "x"}) == nil; n++ {
		}
		return nil
	})},
	{name: "join storm", run: func(ctx context.Context, s *e2e.Server) error {
		return again(ctx, s, func(c *frames) {
			_ = c.send(e2e.Frame{"t": "join", "room": "den"})
			_, _ = c.await("welcome")
		})
	}},
	// What connections leave behind is collected later.
	{name: "reconnect storm", gather: reconnect, hurries: true, grows: 96 << 20},
	// Each of them leaves a place that waits for a minute, and keeps what is said.
	{name: "reconnect storm of people who stay away", run: abscond, grows: 96 << 20, stays: rooms.ResumeWindow + backWithin},
}

// Opcodes of RFC 6455, section 5.2.
const (
	continuation = 0
	text         = 1
	ping         = 9
)

// frames is a WebSocket whose every byte is the attacker's own.
type frames struct {
	conn     net.Conn
	r        *bufio.Reader
	response *http.Response
}

// upgrade makes conn a WebSocket.
func upgrade(conn net.Conn, s *e2e.Server) (*frames, error) {
	named := ""
	if late, ok := conn.(namedLate); ok {
		named = late.header
	}
	_, err := fmt.Fprintf(conn, "GET /ws HTTP/1.1\r\nHost: %s\r\n%sConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"+
		"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: sotto.v1\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n", s.Web, named)
	if err != nil {
		return nil, err
	}
	r := bufio.NewReader(conn)
	response, err := http.ReadResponse(r, nil)
	if err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusSwitchingProtocols {
		return nil, fmt.Errorf("no WebSocket: %s", response.Status)
	}
	return &frames{conn, r, response}, nil
}

func (c *frames) writeRaw(first byte, payload []byte) error {
	header := []byte{first, 0x80 | 126, byte(len(payload) >> 8), byte(len(payload)), 0, 0, 0, 0}
	if len(payload) < 126 {
		header = []byte{first, 0x80 | byte(len(payload)), 0, 0, 0, 0}
	}
	_, err := c.conn.Write(append(header, payload...))
	return err
}

func (c *frames) write(final bool, opcode byte, payload []byte) error {
	if final {
		opcode |= 0x80
	}
	return c.writeRaw(opcode, payload)
}

func (c *frames) send(f e2e.Frame) error {
	data, err := json.Marshal(f)
	if err != nil {
		return err
	}
	return c.write(true, text, data)
}

// await reads until a frame of this type comes. Its error says with what else the server
// took leave.
func (c *frames) await(kind string) (e2e.Frame, error) {
	for {
		payload, err := c.read()
		if err != nil {
			return nil, err
		}
		for line := range strings.Lines(string(payload)) {
			var f e2e.Frame
			switch {
			case json.Unmarshal([]byte(line), &f) != nil:
			case f.Type() == kind:
				return f, nil
			case f.Type() == "bye":
				return nil, fmt.Errorf("the server says %s", line)
			}
		}
	}
}

func (c *frames) read() ([]byte, error) {
	var header [2]byte
	if _, err := io.ReadFull(c.r, header[:]); err != nil {
		return nil, err
	}
	size := uint64(header[1])
	if more := map[uint64]int{126: 2, 127: 8}[size]; more > 0 {
		var wide [8]byte
		if _, err := io.ReadFull(c.r, wide[8-more:]); err != nil {
			return nil, err
		}
		size = binary.BigEndian.Uint64(wide[:])
	}
	payload := make([]byte, min(size, 1<<20))
	_, err := io.ReadFull(c.r, payload)
	return payload, err
}

// withSocket runs an attack over a few WebSockets at once, and reads what they
// are sent.
func withSocket(run func(context.Context, *frames) error) func(context.Context, *e2e.Server) error {
	return func(ctx context.Context, s *e2e.Server) error {
		return together(8, func(int) error {
			conn, err := dial(s.Web)
			if err != nil {
				return err
			}
			defer context.AfterFunc(ctx, func() { conn.Close() })()
			defer conn.Close()
			c, err := upgrade(conn, s)
			if err != nil {
				return err
			}
			go io.Copy(io.Discard, c.r)
			return run(ctx, c)
		})
	}
}

// inTheDen runs an attack from within the room of the five.
func inTheDen(run func(context.Context, *frames) error) func(context.Context, *e2e.Server) error {
	return withSocket(func(ctx context.Context, c *frames) error {
		if err := c.send(e2e.Frame{"t": "join", "room": "den"}); err != nil {
			return err
		}
		return run(ctx, c)
	})
}

// again opens a WebSocket, does something and vanishes, over and over.
func again(ctx context.Context, s *e2e.Server, do func(*frames)) error {
	for ctx.Err() == nil {
		conn, err := dial(s.Web)
		if err != nil {
			return err
		}
		stop := context.AfterFunc(ctx, func() { conn.Close() })
		if c, err := upgrade(conn, s); err == nil {
			do(c)
		}
		stop()
		abort(conn)
	}
	return nil
}

// drip sends a beginning and then a byte now and then, over many connections.
func drip(first string) func(context.Context, *e2e.Server) error {
	return func(ctx context.Context, s *e2e.Server) error {
		return together(300, func(int) error {
			c, err := dial(s.Web)
			if err != nil {
				return err
			}
			defer abort(c)
			_, err = io.WriteString(c, first)
			tick := time.NewTicker(200 * time.Millisecond)
			defer tick.Stop()
			for err == nil && ctx.Err() == nil {
				_, err = io.WriteString(c, "x")
				select {
				case <-tick.C:
				case <-ctx.Done():
				}
			}
			return nil
		})
	}
}
