package webbridge

import (
	"context"
	"fmt"
	"net"
	"strings"
	"testing"

	"github.com/coder/websocket"

	"sotto/rooms"
)

// What makes no sense is answered a few times, before a join and after it; then
// the socket ends with a bye, whose peer need not read for that.
func TestAskingInVain(t *testing.T) {
	for name, message := range map[string]string{
		"no JSON":            `hello`,
		"an unknown type":    `{"t":"dance"}`,
		"a bad room":         `{"t":"join","room":"a b"}`, // in a room, a second join
		"a forged ticket":    `{"t":"join","ticket":"forged","seq":0}`,
		"many in a message":  strings.Repeat("{}\n", 100),
		"only line breaks":   strings.Repeat("\n", 60_000),
		"a few of them":      strings.Repeat("\n", 300),
		"nothing at all":     "",
		"air around a frame": `{"t":"typing"}` + strings.Repeat(" ", 5000),
	} {
		for _, joined := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, joined %v", name, joined), func(t *testing.T) {
				r := start(t)
				p := r.open()
				if joined {
					p.send(`{"t":"join","room":"den","resume":true,"host":false}`)
					p.await("welcome")
				}
				go func() {
					for p.conn.Write(t.Context(), websocket.MessageText, []byte(message)) == nil {
					}
				}()
				answers := 0
				for {
					f, err := p.next()
					if err != nil {
						t.Fatalf("after %d answers without a bye: %v", answers, err)
					}
					if f["t"] == "bye" {
						if f["code"] != "too_many" || f["retry"] != false || f["message"] != rooms.ErrInVain.Message {
							t.Errorf("bye is %v", f)
						}
						break
					}
					answers++
				}
				if answers > rooms.VainBurst+1 {
					t.Errorf("%d answers", answers)
				}
				p.conn.CloseNow()
				r.wantSockets(0)
			})
		}
	}
}

// A source hears of it when somebody of it had to be ended, by the context of the
// connection.
func TestAskingInVainIsAnOffence(t *testing.T) {
	offences := make(chan struct{}, 10)
	from := rooms.NewSource(1, nil, func() { offences <- struct{}{} })
	raw, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	hub := rooms.NewHub(rooms.Config{Source: sourceOf})
	r := startOn(t, raw, (&net.Dialer{}).DialContext, func(c *Config) {
		c.Hub, c.ConnContext = hub, withSource(from)
	})
	for _, join := range []string{"", `{"t":"join","room":"den"}`} {
		p := r.open()
		if join != "" {
			p.send(join)
		}
		p.send(strings.Repeat("x\n", 2*rooms.VainBurst))
		p.await("bye")
		<-offences
	}
}

type sourceKey struct{}

func sourceOf(ctx context.Context) *rooms.Source {
	from, _ := ctx.Value(sourceKey{}).(*rooms.Source)
	return from
}

func withSource(from *rooms.Source) func(context.Context, net.Conn) context.Context {
	return func(ctx context.Context, _ net.Conn) context.Context {
		return context.WithValue(ctx, sourceKey{}, from)
	}
}
