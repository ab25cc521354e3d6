//go:build e2e

package prove

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync/atomic"

	gossh "golang.org/x/crypto/ssh"

	"sotto/cmd/sotto/e2e"
	"sotto/rooms"
)

// What is taken here is memory, as much of it as the server can be made to hold. It
// may come near its limit, and must be able to go on.
var memoryAttacks = []attack{
	{name: "screens of one source that hoard", gather: screens, from: someOf("192.0.2.", 1, 1), grows: memoryLimit},
	{name: "screens of five sources that hoard", gather: screens, from: someOf("192.0.2.", 11, 5), grows: memoryLimit},
	{name: "screens that hoard, of no source", gather: screens, grows: memoryLimit},
	{name: "pipes that hoard", gather: pipes, from: someOf("192.0.2.", 21, 1), grows: memoryLimit},
	{name: "sockets that hoard", gather: sockets, from: someOf("192.0.2.", 31, 3), grows: memoryLimit, stays: rooms.ResumeWindow + backWithin},
	{name: "idle members", gather: idleMembers},
	{name: "joins into a hall", gather: fullHall, room: "hall0"},
	{name: "resumes", gather: resumers},
}

// screens opens connections with four screens each, in rooms of their own, and then
// has every screen take what it can be made to hold: a full composer, cut, undone,
// said, again and again; lines of sotto's own; a paste that does not end.
func screens(ctx context.Context, s *e2e.Server) (func(context.Context, *e2e.Server) error, error) {
	return sessions(s, "xterm", func(ctx context.Context, ch *session) error {
		for n := 0; ctx.Err() == nil; n++ {
			for range 15 {
				if err := ch.write("\x1b[200~" + strings.Repeat(fmt.Sprint(n, " kept "), 450) + "\x1b[201~k"); err != nil {
					return err
				}
			}
			if err := ch.write("\x15\x19\x15said\r" + strings.Repeat("/topic\r", 50)); err != nil {
				return err
			}
		}
		return ch.write("\x1b[200~" + strings.Repeat("x", 60_000))
	})
}

// pipes are the same without a terminal: lines that can't be said as fast as they
// come, and one that does not end.
func pipes(ctx context.Context, s *e2e.Server) (func(context.Context, *e2e.Server) error, error) {
	return sessions(s, "", func(ctx context.Context, ch *session) error {
		for ctx.Err() == nil {
			if err := ch.write(strings.Repeat("a line\n", 500) + strings.Repeat("x", 15_000)); err != nil {
				return err
			}
		}
		return nil
	})
}

// sessions opens connections with four sessions each, and has every one hold what
// it can.
func sessions(s *e2e.Server, term string, hold func(context.Context, *session) error) (func(context.Context, *e2e.Server) error, error) {
	open := make([]*session, 4*hoarders)
	few := make(chan struct{}, 16) // no more may wait to come in
	err := together(hoarders, func(i int) error {
		few <- struct{}{}
		defer func() { <-few }()
		conn, err := dial(s.SSH)
		if err != nil {
			return err
		}
		client, err := dialSSH(conn, guest{})
		if err != nil {
			return nil // refused: there are as many as there may be
		}
		for n := 4 * i; n < 4*i+4; n++ {
			open[n] = sitDown(client, term, fmt.Sprint("hoard", n/40))
		}
		return nil
	})
	return func(ctx context.Context, s *e2e.Server) error {
		return together(len(open), func(n int) error {
			if ch := open[n]; ch != nil {
				defer context.AfterFunc(ctx, func() { ch.client.Close() })()
				_ = hold(ctx, ch) // fails when it is told to give way
			}
			return nil
		})
	}, err
}

// sitDown opens a session, or none if it is refused.
func sitDown(client *gossh.Client, term, room string) *session {
	ch, err := openSession(client)
	if err == nil && term != "" {
		err = ch.pty(term, 80, 24)
	}
	if err == nil {
		err = ch.request("exec", struct{ Line string }{room})
	}
	if err != nil {
		return nil
	}
	return ch
}

func (ch *session) write(what string) error {
	_, err := io.WriteString(ch, what)
	return err
}

// sockets take places in rooms of twenty, and whisper in pairs to each other what nobody
// acknowledges, beside a frame that does not end. In the long form their places may
// be taken back, and so stay for a minute with what waits for them.
func sockets(ctx context.Context, s *e2e.Server) (func(context.Context, *e2e.Server) error, error) {
	type pair struct {
		at [2]*frames
		id [2]string
	}
	pairs := make([]pair, 2*hoarders)
	few := make(chan struct{}, 16)
	err := together(len(pairs), func(i int) error {
		few <- struct{}{}
		defer func() { <-few }()
		for n := range 2 {
			conn, err := dial(s.Web)
			if err != nil {
				return err
			}
			c, err := upgrade(conn, s)
			if err == nil {
				err = c.send(e2e.Frame{"t": "join", "room": fmt.Sprint("pairs", i/10), "resume": long})
			}
			var welcome e2e.Frame
			if err == nil {
				welcome, err = c.await("welcome")
			}
			if err != nil {
				abort(conn)
				return nil // refused
			}
			pairs[i].at[n] = c
			you, _ := welcome["you"].(map[string]any)
			pairs[i].id[n], _ = you["id"].(string)
		}
		return nil
	})
	return func(ctx context.Context, s *e2e.Server) error {
		return together(2*len(pairs), func(n int) error {
			p := pairs[n/2]
			c, to := p.at[n%2], p.id[1-n%2]
			if c == nil || to == "" {
				return nil
			}
			defer context.AfterFunc(ctx, func() { abort(c.conn) })()
			go io.Copy(io.Discard, c.r)
			whisper := e2e.Frame{"t": "whisper", "to": to, "text": strings.Repeat("w", 3900)}
			for range 60 {
				if c.send(whisper) != nil {
					return nil
				}
			}
			_ = c.write(false, text, []byte(strings.Repeat("x", 60_000)))
			<-ctx.Done()
			return nil
		})
	}, err
}

// idleMembers are 450 people who sit with the five and say nothing.
func idleMembers(ctx context.Context, s *e2e.Server) (func(context.Context, *e2e.Server) error, error) {
	members := make([]*listener, 450)
	err := gatherIn(s, members, "den", false)
	return func(ctx context.Context, s *e2e.Server) error {
		<-ctx.Done()
		return nil
	}, err
}

// gatherIn brings people into a room, who listen.
func gatherIn(s *e2e.Server, members []*listener, room string, resume bool) error {
	few := make(chan struct{}, 32)
	return together(len(members), func(i int) error {
		few <- struct{}{}
		defer func() { <-few }()
		l := &listener{room: room, gone: make(chan struct{})}
		members[i] = l
		if err := l.enter(s, e2e.Frame{"t": "join", "room": room, "resume": resume}); err != nil {
			return err
		}
		go l.follow()
		return nil
	})
}

// fullHall is a hall of nearly as many as fit, into which others come and from which
// they go again as fast as they can.
func fullHall(ctx context.Context, s *e2e.Server) (func(context.Context, *e2e.Server) error, error) {
	hall := make([]*listener, 480)
	err := gatherIn(s, hall, "hall0", false)
	return func(ctx context.Context, s *e2e.Server) error {
		return together(8, func(int) error {
			return again(ctx, s, func(c *frames) {
				if c.send(e2e.Frame{"t": "join", "room": "hall0"}) == nil {
					_, _ = c.await("welcome")
				}
			})
		})
	}, err
}

// resumers lose their connections and take their places back, again and again.
func resumers(ctx context.Context, s *e2e.Server) (func(context.Context, *e2e.Server) error, error) {
	hall := make([]*listener, 64)
	err := gatherIn(s, hall, "lift", true)
	var resumed atomic.Int64
	return func(ctx context.Context, s *e2e.Server) error {
		err := together(len(hall), func(i int) error {
			l := hall[i]
			for ctx.Err() == nil {
				abort(l.conn.conn)
				<-l.gone
				if err := l.enter(s, e2e.Frame{"t": "join", "ticket": l.ticket, "seq": l.seq.Load(), "wseq": 0}); err != nil {
					return err
				}
				resumed.Add(1)
				l.gone = make(chan struct{})
				go l.follow()
			}
			abort(l.conn.conn)
			return nil
		})
		if err == nil && resumed.Load() < int64(len(hall)) {
			err = errors.New("hardly any place was taken back")
		}
		return err
	}, err
}
