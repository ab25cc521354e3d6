//go:build e2e

package prove

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"sotto/cmd/sotto/e2e"
	"sotto/rooms"
)

// lineRates are those of who listens, in bits a second.
var lineRates = []float64{1e6, 16e6, 50e6, 100e6, 300e6}

// lineBuffer is what the end of a line holds, in bytes. With less the kernel's own
// pauses make a line of any rate carry less than a megabit a second.
const lineBuffer = 32 << 10

// A shout is something large, or small and many times, that is said to listeners: so
// often in one write.
type shout struct {
	join  e2e.Frame
	times int
	frame func(listeners []any) e2e.Frame
}

var (
	// longWords are the longest messages.
	longWords = shout{e2e.Frame{"t": "join", "room": "loud"}, 10, func([]any) e2e.Frame {
		return e2e.Frame{"t": "say", "text": strings.Repeat("x", 4000)}
	}}
	// sealedBodies are the largest of a sealed room.
	sealedBodies = shout{e2e.Frame{"t": "join", "room": "10adead10adead10adead10adead10ad", "hello": "AQIDBA"}, 128, func(listeners []any) e2e.Frame {
		var wraps []e2e.Frame
		for _, id := range listeners {
			wraps = append(wraps, e2e.Frame{"to": id, "wrap": "AAAAAA"})
		}
		return e2e.Frame{"t": "seal", "body": base64.RawURLEncoding.EncodeToString(make([]byte, 32<<10+128)), "wraps": wraps}
	}}
	// notes are what asks for pieces of files, as many as may pass.
	notes = shout{e2e.Frame{"t": "join", "room": "loud"}, rooms.PassBurst, func(listeners []any) e2e.Frame {
		return e2e.Frame{"t": "pass", "to": listeners, "body": base64.RawURLEncoding.EncodeToString(make([]byte, rooms.PassNoteBytes))}
	}}
)

// outshout has people listen by lines of all rates while others shout, as fast as they
// can. Nobody who listens may be ended.
func outshout(shout shout, seats int) func(context.Context, *e2e.Server) (func(context.Context, *e2e.Server) error, error) {
	return func(ctx context.Context, s *e2e.Server) (func(context.Context, *e2e.Server) error, error) {
		var listening, shouting []*frames
		var listeners []any
		for range lineRates {
			conn, err := dialNarrow(s.Web, lineBuffer)
			if err != nil {
				return nil, err
			}
			c, err := upgrade(conn, s)
			if err == nil {
				err = c.send(shout.join)
			}
			var welcome e2e.Frame
			if err == nil {
				welcome, err = c.await("welcome")
			}
			if err != nil {
				return nil, err
			}
			you, _ := welcome["you"].(map[string]any)
			listeners = append(listeners, you["id"])
			listening = append(listening, c)
		}
		for range seats {
			c, err := visit(ctx, s, shout.join, "")
			if err != nil {
				return nil, err
			}
			go io.Copy(io.Discard, c.r)
			shouting = append(shouting, c)
		}
		message, err := json.Marshal(shout.frame(listeners))
		if err != nil {
			return nil, err
		}
		burst := bytes.Repeat(appendMessage(nil, message), shout.times)
		return func(ctx context.Context, s *e2e.Server) error {
			ended := make(chan error, len(listening))
			for i, c := range listening {
				go func() { ended <- c.listen(ctx, lineRates[i]) }()
			}
			_ = together(len(shouting), func(i int) error {
				stop := context.AfterFunc(ctx, func() { shouting[i].conn.Close() })
				defer stop()
				for {
					if _, err := shouting[i].conn.Write(burst); err != nil {
						return err // ended for it, or the time is over
					}
					<-time.After(100 * time.Millisecond)
				}
			})
			var failed error
			for range listening {
				failed = errors.Join(failed, <-ended)
			}
			for _, c := range append(listening, shouting...) {
				abort(c.conn)
			}
			return failed
		}, nil
	}
}

// appendMessage appends a text message as one frame, masked with zeros.
func appendMessage(to, message []byte) []byte {
	to = append(to, 0x80|text, 0x80|126, byte(len(message)>>8), byte(len(message)), 0, 0, 0, 0)
	return append(to, message...)
}

// listen reads as a line of so many bits a second does, until ctx ends. An error
// says that the server ended it before.
func (c *frames) listen(ctx context.Context, rate float64) error {
	stop := context.AfterFunc(ctx, func() { c.conn.Close() })
	defer stop()
	for free := time.Now(); ; {
		payload, err := c.read()
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil:
			return fmt.Errorf("who listens with %.0f Mbit/s was cut off: %w", rate/1e6, err)
		case strings.Contains(string(payload), `{"t":"bye"`):
			return fmt.Errorf("who listens with %.0f Mbit/s is told %s", rate/1e6, payload[strings.LastIndex(string(payload), `{"t":"bye"`):])
		}
		if now := time.Now(); free.Before(now) {
			free = now
		}
		free = free.Add(time.Duration(float64(8*len(payload)) / rate * float64(time.Second)))
		<-time.After(time.Until(free))
	}
}

// inVain sends one message over and over, on many connections, in a room or, without
// the name of one, before a join: half of them read what they get as fast as they
// can, half of them slowly.
func inVain(room, message string) func(context.Context, *e2e.Server) error {
	// answered is how much may be answered to one connection in all, in bytes: its
	// welcome, what is said in its room meanwhile, and some answers.
	answered := 1<<20 + int64((rooms.PaceRate+rooms.LightRate)*attackFor().Seconds())
	return func(ctx context.Context, s *e2e.Server) error {
		return together(64, func(i int) error {
			for ctx.Err() == nil {
				conn, err := dial(s.Web)
				if err != nil {
					return err
				}
				stop := context.AfterFunc(ctx, func() { conn.Close() })
				c, err := upgrade(conn, s)
				if err == nil && room != "" {
					err = c.send(e2e.Frame{"t": "join", "room": room, "nick": fmt.Sprint("vain", i)})
				}
				if err == nil {
					got := make(chan int64)
					go func() {
						var from io.Reader = c.r
						if i%2 == 0 {
							from = slowReader{c.r}
						}
						n, _ := io.Copy(io.Discard, from)
						got <- n
					}()
					for err == nil {
						err = c.write(true, text, []byte(message))
					}
					abort(conn)
					if n := <-got; n > answered {
						stop()
						return fmt.Errorf("%.40q was answered by %d bytes", message, n)
					}
				}
				stop()
				abort(conn)
			}
			return nil
		})
	}
}

// slowReader takes a KiB now and then.
type slowReader struct{ io.Reader }

func (r slowReader) Read(p []byte) (int, error) {
	<-time.After(20 * time.Millisecond)
	return r.Reader.Read(p[:min(len(p), 1<<10)])
}

// guess asks for rooms by their names, in both kinds and as fast as it can, and
// compares the answers for one that is there to those for one that is not.
func guess(ctx context.Context, s *e2e.Server) error {
	const refused = "too_many"
	asked, let := 0, 0
	for ctx.Err() == nil {
		for _, hello := range []any{nil, "AQIDBA"} {
			asked++
			there, err := ask(ctx, s, e2e.Frame{"t": "join", "room": "den", "hello": hello})
			if err != nil {
				return nil // the source is refused altogether
			}
			notThere, err := ask(ctx, s, e2e.Frame{"t": "join", "room": fmt.Sprint("not-there-", asked), "hello": hello})
			if err != nil {
				return nil
			}
			answers := []string{there, notThere}
			if there != "welcome" && there != refused || there == "welcome" && notThere != "welcome" && notThere != refused {
				return fmt.Errorf("a room that is there answers %v, one that is not %v", there, notThere)
			}
			if !slices.Contains(answers, refused) {
				let++
			}
		}
	}
	if asked > 200 && let > asked/2 {
		return fmt.Errorf("%d of %d pairs of names were looked into", let, asked)
	}
	return nil
}

// ask joins and says what comes of it: welcome, or the code of an error or a bye.
func ask(ctx context.Context, s *e2e.Server, join e2e.Frame) (string, error) {
	conn, err := dial(s.Web)
	if err != nil {
		return "", err
	}
	defer abort(conn)
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	c, err := upgrade(conn, s)
	if err == nil {
		err = c.send(join)
	}
	for err == nil {
		var payload []byte
		if payload, err = c.read(); err != nil {
			break
		}
		switch text := string(payload); {
		case strings.Contains(text, `{"t":"welcome"`):
			return "welcome", nil
		case strings.Contains(text, `"code":"`):
			_, code, _ := strings.Cut(text, `"code":"`)
			code, _, _ = strings.Cut(code, `"`)
			return code, nil
		}
	}
	return "", err
}
