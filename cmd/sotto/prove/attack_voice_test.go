//go:build e2e

package prove

import (
	"context"
	"fmt"
	"net"
	"strings"
	"time"

	"sotto/cmd/sotto/e2e"
)

// What strangers send to where sound arrives is looked at and dropped, and what members do
// with offers is theirs alone to wait for.
var voiceAttacks = []attack{
	{name: "garbage where sound arrives", run: datagrams(strings.Repeat("\x80garbage", 150))},
	{name: "checks of nobody's names", run: datagrams(checkFor("aaaaaaaaaaaaaaaa:bbbb"))},
	{name: "half handshakes for sound", run: datagrams("\x16\xfe\xfd" + strings.Repeat("\x00", 200))},
	{name: "sound by TCP of nobody's", run: func(ctx context.Context, s *e2e.Server) error {
		return pour(ctx, s.Web, "\x01\xf4", strings.Repeat("x", 4096))
	}},
	{name: "offers without end", run: inTheDen(func(_ context.Context, c *frames) error {
		for c.send(e2e.Frame{"t": "voice", "on": true, "offer": "v=0\r\n" + strings.Repeat("a=x\r\n", 4000)}) == nil {
		}
		return nil
	})},
}

// checkFor is a STUN request for whoever goes by that name, with nothing that proves it.
func checkFor(name string) string {
	return "\x00\x01\x00" + string(rune(4+len(name))) + "\x21\x12\xa4\x42" + strings.Repeat("i", 12) + "\x00\x06\x00" + string(rune(len(name))) + name
}

// datagrams sends a packet to where sound arrives, as fast as it goes from two sockets, which
// is faster than it is taken, and finds out whether anything is answered.
func datagrams(packet string) func(context.Context, *e2e.Server) error {
	return func(ctx context.Context, s *e2e.Server) error {
		return together(2, func(int) error {
			c, err := net.Dial("udp", s.Web)
			if err != nil {
				return err
			}
			defer c.Close()
			for ctx.Err() == nil {
				_, _ = c.Write([]byte(packet)) // what the system has no room for it drops
			}
			if err := c.SetReadDeadline(time.Now().Add(time.Second)); err != nil {
				return err
			}
			if n, err := c.Read(make([]byte, 2048)); err == nil {
				return fmt.Errorf("%d bytes were answered", n)
			}
			return nil
		})
	}
}
