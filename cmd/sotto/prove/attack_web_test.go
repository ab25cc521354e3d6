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
)

var webAttacks = []attack{
	{"10,000 idle connections", idle(webDoor, "")},
	{"slow headers", drip("GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ")},
	{"slow bodies", drip("POST /ws HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n")},
	{"headers without end", func(ctx context.Context, s *e2e.Server) error {
		return pour(ctx, s.Web, "GET / HTTP/1.1\r\n", strings.Repeat("X-Long: "+strings.Repeat("x", 500)+"\r\n", 16))
	}},
	{"requests without reading", func(ctx context.Context, s *e2e.Server) error {
		return pour(ctx, s.Web, "", strings.Repeat("GET / HTTP/1.1\r\nHost: "+s.Web+"\r\n\r\n", 50))
	}},
	{"silent sockets", withSocket(func(ctx context.Context, c *frames) error {
		<-ctx.Done()
		return nil
	})},
	{"fragments without end", withSocket(func(ctx context.Context, c *frames) error {
		err := c.write(false, text, []byte("{"))
		for err == nil {
			err = c.write(false, continuation, []byte(strings.Repeat("x", 4096)))
		}
		return nil
	})},
	{"frames that promise more than there is", withSocket(func(ctx context.Context, c *frames) error {
		header := binary.BigEndian.AppendUint64([]byte{0x80 | text, 0x80 | 127}, 1<<40)
		_, err := c.conn.Write(append(header, 0, 0, 0, 0, 'x'))
		<-ctx.Done()
		return err
	})},
	{"compression bombs", withSocket(func(ctx context.Context, c *frames) error {
		if c.response.Header.Get("Sec-WebSocket-Extensions") != "" {
			return errors.New("compression is on")
		}
		for c.writeRaw(0x80|0x40|text, []byte(strings.Repeat("\x00", 4096))) == nil { // RSV1: compressed
		}
		return nil
	})},
	{"WebSocket ping flood", withSocket(func(ctx context.Context, c *frames) error {
		for c.write(true, ping, []byte(strings.Repeat("x", 125))) == nil {
		}
		return nil
	})},
	{"nested JSON", withSocket(func(ctx context.Context, c *frames) error {
		deep := []byte(`{"t":"say","text":` + strings.Repeat("[", 60_000))
		for c.write(true, text, deep) == nil {
		}
		return nil
	})},
	{"invalid UTF-8 split over frames", func(ctx context.Context, s *e2e.Server) error {
		return again(ctx, s, func(c *frames) {
			_ = c.write(false, text, []byte("{\"t\":\"say\",\"text\":\"\xf0\x9f"))
			_ = c.write(true, continuation, []byte("\xff\"}"))
		})
	}},
	{"never reading in a browser", func(ctx context.Context, s *e2e.Server) error {
		return together(9, func(i int) error {
			if i == 8 {
				return lecture(ctx, s, "lecture")
			}
			conn, err := dialNarrow(s.Web)
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
	{"room-creation flood", func(ctx context.Context, s *e2e.Server) error {
		n := 0
		return again(ctx, s, func(c *frames) {
			n++
			_ = c.send(e2e.Frame{"t": "join", "room": fmt.Sprint("flood-", n), "nick": "x"})
			_, _ = c.await("welcome")
		})
	}},
	{"nick flood", inTheDen(func(ctx context.Context, c *frames) error {
		for n := 0; c.send(e2e.Frame{"t": "nick", "nick": fmt.Sprint("name", n)}) == nil; n++ {
		}
		return nil
	})},
	{"topic flood", inTheDen(func(ctx context.Context, c *frames) error {
		for n := 0; c.send(e2e.Frame{"t": "topic", "text": fmt.Sprint("about ", n)}) == nil; n++ {
		}
		return nil
	})},
	{"typing and sync flood", inTheDen(func(ctx context.Context, c *frames) error {
		for n := 0; c.send(e2e.Frame{"t": "typing"}) == nil && c.send(e2e.Frame{"t": "sync", "id": "x"}) == nil; n++ {
		}
		return nil
	})},
	{"join storm", func(ctx context.Context, s *e2e.Server) error {
		return again(ctx, s, func(c *frames) {
			_ = c.send(e2e.Frame{"t": "join", "room": "den"})
			_, _ = c.await("welcome")
		})
	}},
	{"reconnect storm", reconnect},
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
	_, err := fmt.Fprintf(conn, "GET /ws HTTP/1.1\r\nHost: %s\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"+
		"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: sotto.v1\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n", s.Web)
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

// await reads until a frame of this type comes.
func (c *frames) await(kind string) (e2e.Frame, error) {
	for {
		payload, err := c.read()
		if err != nil {
			return nil, err
		}
		for line := range strings.Lines(string(payload)) {
			var f e2e.Frame
			if json.Unmarshal([]byte(line), &f) == nil && f.Type() == kind {
				return f, nil
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
			conn, err := net.Dial("tcp", s.Web)
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
		conn, err := net.Dial("tcp", s.Web)
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
			c, err := net.Dial("tcp", s.Web)
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

// reconnect lets a lecture hall's browsers vanish and come back all at once.
func reconnect(ctx context.Context, s *e2e.Server) error {
	hall := 300
	if long {
		hall = 2000
	}
	tickets := make([]string, hall)
	seat := func(i int, join e2e.Frame) (err error) {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		for ctx.Err() == nil { // who is refused tries again
			conn, err := net.Dial("tcp", s.Web)
			if err != nil {
				return err
			}
			c, err := upgrade(conn, s)
			var welcome e2e.Frame
			if err == nil {
				err = c.send(join)
			}
			if err == nil {
				welcome, err = c.await("welcome")
			}
			if err == nil {
				tickets[i], _ = welcome["ticket"].(string)
				if join["ticket"] != nil && welcome["resumed"] != true {
					err = errors.New("came back to another place")
				}
				if join["ticket"] != nil {
					err = errors.Join(err, c.send(e2e.Frame{"t": "leave"}))
					_, _ = c.await("bye")
				}
				abort(conn)
				return err
			}
			abort(conn)
		}
		return errors.New("a place could not be had")
	}
	if err := together(hall, func(i int) error {
		return seat(i, e2e.Frame{"t": "join", "room": fmt.Sprint("hall", i/400), "resume": true})
	}); err != nil {
		return err
	}
	return together(hall, func(i int) error {
		return seat(i, e2e.Frame{"t": "join", "ticket": tickets[i], "seq": 0, "wseq": 0})
	})
}
