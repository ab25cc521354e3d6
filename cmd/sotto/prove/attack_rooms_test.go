//go:build e2e

package prove

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"sotto/cmd/sotto/e2e"
	"sotto/rooms"
)

// Attacks on who may be where and who has to listen to what: places, connections,
// other people's outboxes, answers, and names.
var shareAttacks = []attack{
	{name: "a room of 500 joined and abandoned", run: abandon("hall", ""), from: strangers(1), room: "hall"},
	{name: "the same, acknowledged", run: abandon("hall", ack), from: strangers(1), room: "hall"},
	{name: "the same, from nowhere", run: abandon("hall", ack), room: "hall", stays: rooms.ResumeWindow + backWithin},
	{name: "a room of 500 taken by one source", gather: occupy("hall", 500, ack), from: strangers(1), room: "hall"},
	{name: "a sealed room joined and abandoned", gather: sealedOut, from: strangers(1)},
	{name: "all connections kept alive and silent by five sources", gather: keepAlive, from: strangers(5)},
	{name: "silent connections again and again", run: silence},

	{name: "the largest sealed bodies, to lines of all rates", gather: outshout(sealedBodies, 1)},
	{name: "the longest messages from 7 seats, to lines of all rates", gather: outshout(longWords, 7)},
	{name: "the longest messages from 64 seats, to lines of all rates", gather: outshout(longWords, 64)},
	{name: "notes for files from 1 seat, to lines of all rates", gather: outshout(notes, 1)},
	{name: "notes for files from 60 seats, to lines of all rates", gather: outshout(notes, 60)},

	{name: "bad frames", run: inVain("den", "hello")},
	{name: "bad frames before a join", run: inVain("", "hello")},
	{name: "unknown types", run: inVain("den", `{"t":"dance"}`)},
	{name: "bad rooms", run: inVain("", `{"t":"join","room":"a b"}`)},
	{name: "forged tickets", run: inVain("", `{"t":"join","ticket":"forged","seq":0,"wseq":0}`)},
	{name: "nothing but line breaks", run: inVain("den", strings.Repeat("\n", 60_000))},
	{name: "messages without anything", run: inVain("den", "")},
	{name: "asking what is held", run: inVain("den", `{"t":"held"}`)},
	{name: "barriers without end", run: inVain("den", strings.Repeat(`{"t":"sync","id":"x"}`+"\n", 1000))},
	{name: "saying more than may be said", run: inVain("loud", strings.Repeat(`{"t":"say","text":"x"}`+"\n", 1000))},
	{name: "acks of 60 KiB", run: inVain("den", `{"t":"ack","seq":0`+strings.Repeat(" ", 60_000)+`}`)},

	{name: "asking which rooms there are", run: guess, from: strangers(1)},

	// The last, since its places wait for a minute after it.
	{name: "more places abandoned than may wait", gather: pushOut, stays: rooms.ResumeWindow + backWithin},
}

const ack = `{"t":"ack","seq":0,"wseq":0}`

// visit enters a room, says something that is no word, and returns the socket.
func visit(ctx context.Context, s *e2e.Server, join e2e.Frame, word string) (*frames, error) {
	conn, err := dial(s.Web)
	if err != nil {
		return nil, err
	}
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	c, err := upgrade(conn, s)
	if err == nil {
		err = c.send(join)
	}
	if err == nil {
		_, err = c.await("welcome")
	}
	if err == nil && word != "" {
		err = c.write(true, text, []byte(word))
	}
	if err != nil {
		abort(conn)
		return nil, err
	}
	return c, nil
}

// leaveBehind abandons places, one after the other, until ctx ends or there are n.
func leaveBehind(ctx context.Context, s *e2e.Server, n int, join func(i int) e2e.Frame, word string) {
	for i := 0; i < n && ctx.Err() == nil; i++ {
		if c, err := visit(ctx, s, join(i), word); err == nil {
			abort(c.conn)
		}
	}
}

// abandon takes the places of a room and leaves them behind.
func abandon(room, word string) func(context.Context, *e2e.Server) error {
	return func(ctx context.Context, s *e2e.Server) error {
		join := func(int) e2e.Frame { return e2e.Frame{"t": "join", "room": room, "resume": true} }
		leaveBehind(ctx, s, 100_000, join, word)
		return nil
	}
}

// occupy takes n places of a room and keeps them, with a connection each. What is
// taken from it, it takes again.
func occupy(room string, n int, word string) func(context.Context, *e2e.Server) (func(context.Context, *e2e.Server) error, error) {
	return func(ctx context.Context, s *e2e.Server) (func(context.Context, *e2e.Server) error, error) {
		return hold(ctx, n, func(ctx context.Context, opened func()) {
			c, err := visit(ctx, s, e2e.Frame{"t": "join", "room": room}, word)
			if err != nil {
				<-time.After(tryEvery)
				return
			}
			opened()
			defer abort(c.conn)
			defer context.AfterFunc(ctx, func() { c.conn.Close() })()
			_, _ = io.Copy(io.Discard, c.r)
		}), nil
	}
}

// hold does something n times at once, again whenever one of them is over, until
// what it returns is: that is when each has had an opening.
func hold(ctx context.Context, n int, do func(ctx context.Context, opened func())) func(context.Context, *e2e.Server) error {
	ctx, stop := context.WithCancel(ctx)
	var all, first sync.WaitGroup
	for range n {
		first.Add(1)
		opened := sync.OnceFunc(first.Done)
		all.Go(func() {
			for ctx.Err() == nil {
				do(ctx, opened)
			}
		})
		<-time.After(time.Millisecond) // only so many may knock at a time
	}
	first.Wait()
	return func(until context.Context, _ *e2e.Server) error {
		<-until.Done()
		stop()
		all.Wait()
		return nil
	}
}

// pushOut has somebody lose their connection, abandons more places than may wait,
// and has them come back.
func pushOut(ctx context.Context, s *e2e.Server) (func(context.Context, *e2e.Server) error, error) {
	honest := &listener{gone: make(chan struct{})}
	if err := honest.enter(s, e2e.Frame{"t": "join", "room": "honest", "resume": true}); err != nil {
		return nil, err
	}
	go honest.follow()
	if err := honest.conn.write(true, text, []byte(ack)); err != nil {
		return nil, err
	}
	return func(ctx context.Context, s *e2e.Server) error {
		abort(honest.conn.conn)
		<-honest.gone
		join := func(i int) e2e.Frame {
			return e2e.Frame{"t": "join", "room": fmt.Sprint("left-", i/40), "resume": true}
		}
		leaveBehind(context.WithoutCancel(ctx), s, 4400, join, ack)
		return honest.returns(s)
	}, nil
}

// returns comes back by the ticket, and leaves.
func (l *listener) returns(s *e2e.Server) error {
	if err := l.enter(s, e2e.Frame{"t": "join", "ticket": l.ticket, "seq": l.seq.Load(), "wseq": 0}); err != nil {
		return fmt.Errorf("an honest place is gone: %w", err)
	}
	defer abort(l.conn.conn)
	if err := l.conn.send(e2e.Frame{"t": "leave"}); err != nil {
		return err
	}
	_, _ = l.conn.await("bye")
	return nil
}

// sealedOut takes all places of a sealed room while people from elsewhere want to
// come in.
func sealedOut(context.Context, *e2e.Server) (func(context.Context, *e2e.Server) error, error) {
	const room = "5ea1ed5ea1ed5ea1ed5ea1ed5ea1ed00"
	join := func(int) e2e.Frame { return e2e.Frame{"t": "join", "room": room, "resume": true, "hello": "AQIDBA"} }
	return func(ctx context.Context, s *e2e.Server) error {
		var attacking sync.WaitGroup
		defer attacking.Wait()
		attacking.Go(func() { leaveBehind(ctx, s, 100_000, join, ack) })
		for n := 1; ctx.Err() == nil; n++ {
			began := time.Now()
			for {
				c, err := honestly(s, fmt.Sprint("198.51.100.", n%250+1), join(0))
				if err == nil {
					_ = c.send(e2e.Frame{"t": "leave"}) // whether it is heard is not asked
					abort(c.conn)
					break
				}
				if time.Since(began) > welcomeFor {
					return fmt.Errorf("newcomer %d got no place in %v: %w", n, time.Since(began), err)
				}
				<-time.After(tryEvery)
			}
			<-time.After(newcomerEvery)
		}
		return nil
	}, nil
}

// honestly enters as somebody from elsewhere.
func honestly(s *e2e.Server, source string, join e2e.Frame) (*frames, error) {
	conn, err := dialAs(source, s.Web)
	if err != nil {
		return nil, err
	}
	_ = conn.SetDeadline(time.Now().Add(welcomeFor)) // fails when the next write does
	c, err := upgrade(conn, s)
	if err == nil {
		err = c.send(join)
	}
	for err == nil {
		var payload []byte
		if payload, err = c.read(); err == nil {
			if strings.Contains(string(payload), `"t":"welcome"`) {
				return c, nil
			}
			err = fmt.Errorf("got %s", payload)
		}
	}
	abort(conn)
	return nil, err
}

// keepAlive holds as many connections as there may be, each after one request and
// asking again before its time is over.
func keepAlive(ctx context.Context, s *e2e.Server) (func(context.Context, *e2e.Server) error, error) {
	const connections, every = 4096, 2 * time.Second
	request := fmt.Appendf(nil, "GET /healthz HTTP/1.1\r\nHost: %s\r\n\r\n", s.Web)
	return hold(ctx, connections, func(ctx context.Context, opened func()) {
		conn, err := dial(s.Web)
		if err != nil {
			return
		}
		defer abort(conn)
		defer context.AfterFunc(ctx, func() { conn.Close() })()
		for r := bufio.NewReader(conn); ; {
			if _, err := conn.Write(request); err != nil {
				return
			}
			response, err := http.ReadResponse(r, nil)
			if err != nil {
				return
			}
			_, _ = io.Copy(io.Discard, response.Body) // fails when the next read does
			opened()
			select {
			case <-time.After(every):
			case <-ctx.Done():
				return
			}
		}
	}), nil
}

// silence holds 600 connections on which nothing is said, at both doors, and opens
// others for those that are closed.
func silence(ctx context.Context, s *e2e.Server) error {
	return together(600, func(i int) error {
		door := []string{s.SSH, s.Web}[i%2]
		for ctx.Err() == nil {
			c, err := dial(door)
			if err != nil {
				return err
			}
			stop := context.AfterFunc(ctx, func() { c.Close() })
			_, _ = io.Copy(io.Discard, c)
			stop()
			abort(c)
		}
		return nil
	})
}
