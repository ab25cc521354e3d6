package sshsrv

import (
	"io"
	"runtime"
	"runtime/pprof"
	"strings"
	"testing"
	"time"

	"sotto/sshsrv/rawssh"
)

// A connection that the library ends for what came on it, while more comes, leaves
// nothing behind: not before the client asked to be let in, not while it is, not
// afterwards.
func TestNothingIsLeftOfWhoIsSentAway(t *testing.T) {
	type conn = rawssh.Conn
	for name, c := range map[string]struct {
		before func(*conn) error
		flood  [][]byte
	}{
		"before it asks":      {nil, [][]byte{{rawssh.MsgUnknown}}},
		"as it asks":          {nil, [][]byte{rawssh.Message(rawssh.MsgServiceRequest, "ssh-strange")}},
		"when it asks":        {nil, [][]byte{rawssh.Message(rawssh.MsgServiceRequest, "ssh-userauth")}},
		"while it is let in":  {(*conn).Knock, [][]byte{{rawssh.MsgUnknown}}},
		"with too many tries": {(*conn).Knock, [][]byte{rawssh.Message(rawssh.MsgAuthRequest, "x", "ssh-connection", "strange")}},
		"let in, and on":      {(*conn).Knock, [][]byte{rawssh.Message(rawssh.MsgAuthRequest, "x", "ssh-connection", "none"), {rawssh.MsgUnknown}}},
		"inside":              {(*conn).Come, [][]byte{rawssh.Message(rawssh.MsgChannelData, 77, "for no channel")}},
		"inside, much":        {(*conn).Come, [][]byte{rawssh.Message(rawssh.MsgUnknown, strings.Repeat("x", 30_000))}},
	} {
		t.Run(name, func(t *testing.T) {
			h := open(t)
			before := runtime.NumGoroutine()
			const times = 20
			for range times {
				raw, err := h.dialer()
				if err != nil {
					t.Fatal(err)
				}
				client, err := rawssh.Exchange(raw)
				if err == nil && c.before != nil {
					err = c.before(client)
				}
				if err != nil {
					t.Fatal(err)
				}
				gone := make(chan struct{})
				go func() {
					defer close(gone)
					_, _ = io.Copy(io.Discard, raw) // what is said to it
				}()
				client.Flood(c.flood...)
				raw.Close()
				<-gone
			}
			for deadline := time.Now().Add(patience); runtime.NumGoroutine() >= before+times/2; {
				if time.Now().After(deadline) {
					var all strings.Builder
					_ = pprof.Lookup("goroutine").WriteTo(&all, 1)
					t.Fatalf("%d goroutines are left of %d connections:\n%s", runtime.NumGoroutine()-before, times, all.String())
				}
				time.Sleep(10 * time.Millisecond)
			}
		})
	}
}
