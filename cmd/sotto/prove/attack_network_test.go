//go:build e2e

package prove

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"time"

	"sotto/cmd/sotto/e2e"
)

// crowdKeeps is what Go keeps of goroutines, their stacks and tables once it had those of
// thousands of sockets, in bytes. A second crowd adds nothing to it.
const crowdKeeps = 32 << 20

// One person with many addresses, or with none that can be read, takes what there is
// for everybody.
var networkAttacks = []attack{
	{name: "a room of 500 taken by one network of 48 bits", gather: occupy("hall", 500, ack), from: network("2001:db8:1", 500), room: "hall"},
	{name: "connections in rooms, from one network of 48 bits", gather: takeSeats(1500, ack, 0), from: network("2001:db8:2", 1500), grows: memoryLimit, keeps: crowdKeeps},
	{name: "all connections in rooms, of no source", gather: takeSeats(4096, "", 0), grows: memoryLimit, keeps: crowdKeeps},
	{name: "messages that do not end, from one network of 48 bits", gather: takeSeats(1000, ack, 60_000), from: network("2001:db8:3", 1000), grows: memoryLimit, keeps: crowdKeeps},
	{name: "messages that do not end, from one of 56 bits", gather: takeSeats(1000, ack, 60_000), from: network("2001:db8:4", 256), grows: memoryLimit, keeps: crowdKeeps},
	{name: "a room of 500 taken by unreadable addresses", gather: occupy("hall", 500, ack), from: misnamed(500), room: "hall", keeps: crowdKeeps},
	{name: "a room of 500 taken by people of no source who spoke", gather: occupy("hall", 500, `{"t":"say","text":"x"}`), room: "hall", keeps: crowdKeeps},
}

// network is n addresses, each of another network of 64 bits in one of 48.
func network(of string, n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprintf("%s:%x::1", of, i)
	}
	return all
}

// misnamed are what a proxy that was not set up well names as visitors.
func misnamed(n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprintf("%s198.51.100.7, visitor%d", forwarded, i)
	}
	return all
}

// takeSeats has n sockets take places in rooms of twenty, say one word that is none, and
// begin a message of so many bytes that does not end, if there is to be one. What is
// taken from them they take again.
func takeSeats(n int, word string, unfinished int) func(context.Context, *e2e.Server) (func(context.Context, *e2e.Server) error, error) {
	return func(ctx context.Context, s *e2e.Server) (func(context.Context, *e2e.Server) error, error) {
		var come atomic.Int64
		return hold(ctx, n, func(ctx context.Context, opened func()) {
			defer opened() // refused is enough of a try
			c, err := visit(ctx, s, e2e.Frame{"t": "join", "room": fmt.Sprint("crowd", come.Add(1)%int64(n/20))}, word)
			if err != nil {
				<-time.After(newcomerEvery)
				return
			}
			opened()
			defer abort(c.conn)
			defer context.AfterFunc(ctx, func() { c.conn.Close() })()
			if unfinished > 0 {
				_ = c.write(false, text, []byte(strings.Repeat("x", unfinished)))
			}
			_, _ = io.Copy(io.Discard, c.r)
		}), nil
	}
}
