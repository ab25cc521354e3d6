//go:build e2e

package prove

import (
	"context"
	"errors"
	"io"
	"strings"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"sotto/cmd/sotto/e2e"
)

// session is a session channel with the requests that attacks need.
type session struct {
	gossh.Channel
	client *gossh.Client
}

func openSession(c *gossh.Client) (*session, error) {
	ch, requests, err := c.OpenChannel("session", nil)
	if err != nil {
		return nil, err
	}
	go gossh.DiscardRequests(requests)
	go io.Copy(io.Discard, ch)
	return &session{ch, c}, nil
}

// byteByByte sends each byte in a packet of its own.
func byteByByte(ctx context.Context, w io.Writer) error {
	for ctx.Err() == nil {
		for _, b := range []string{"x", "\n"} {
			if _, err := io.WriteString(w, b); err != nil {
				return nil
			}
		}
	}
	return nil
}

func isOpenError(err error) bool {
	var refused *gossh.OpenChannelError
	return errors.As(err, &refused)
}

func (ch *session) request(name string, payload any) error {
	_, err := ch.SendRequest(name, false, gossh.Marshal(payload))
	return err
}

func (ch *session) pty(term string, columns, rows uint32) error {
	return ch.request("pty-req", struct {
		Term                         string
		Columns, Rows, Width, Height uint32
		Modes                        string
	}{term, columns, rows, 0, 0, ""})
}

func (ch *session) resize(columns, rows uint32) error {
	return ch.request("window-change", struct{ Columns, Rows, Width, Height uint32 }{columns, rows, 0, 0})
}

// flood types as fast as the server reads. It opens a channel if there is none.
func flood(ctx context.Context, ch *session) error {
	if ch.Channel == nil {
		opened, err := openSession(ch.client)
		if err != nil {
			return err
		}
		if err := errors.Join(opened.pty("xterm", 80, 24), opened.request("exec", struct{ Line string }{"attic"})); err != nil {
			return err
		}
		ch = opened
	}
	paste := "\x1b[200~" + strings.Repeat("zalgo z̸̢̛̼͌a̷͓͝ \x1b[31m🦦\u202e ", 400)
	for ctx.Err() == nil {
		if _, err := io.WriteString(ch, paste); err != nil {
			return nil
		}
	}
	return nil
}

// windows asks for a terminal of one size and for changes to another.
func windows(columns, rows, change uint32) func(context.Context, *e2e.Server) error {
	return withChannel(func(ctx context.Context, ch *session) error {
		err := errors.Join(ch.pty("xterm", columns, rows), ch.request("exec", struct{ Line string }{"attic"}))
		for n := 0; n < 1000 && ctx.Err() == nil && err == nil; n++ {
			err = ch.resize(change, change)
		}
		return err
	})
}

// withConnection runs an attack over a few connections at once.
func withConnection(run func(context.Context, *gossh.Client) error) func(context.Context, *e2e.Server) error {
	return func(ctx context.Context, s *e2e.Server) error {
		return together(4, func(int) error {
			conn, err := dial(s.SSH)
			if err != nil {
				return err
			}
			client, err := dialSSH(conn, guest{})
			if err != nil {
				return err
			}
			defer client.Close()
			defer context.AfterFunc(ctx, func() { client.Close() })()
			ran, gone := make(chan error, 1), make(chan struct{})
			go func() { ran <- run(ctx, client) }()
			go func() {
				defer close(gone)
				_ = client.Wait()
				// The library never answers whoever opens a channel in the moment
				// in which the connection ends.
				<-time.After(goneGrace)
			}()
			select {
			case err := <-ran:
				return err
			case <-gone:
				return nil
			}
		})
	}
}

// goneGrace is how long an attack may go on after its connection has ended: it
// has seen so by then, or never will.
const goneGrace = 5 * time.Second

// withChannel runs an attack on session channels without a session.
func withChannel(run func(context.Context, *session) error) func(context.Context, *e2e.Server) error {
	return withConnection(func(ctx context.Context, c *gossh.Client) error {
		ch, err := openSession(c)
		if err != nil {
			return err
		}
		return run(ctx, ch)
	})
}

// withSession runs an attack from screens in another room.
func withSession(run func(context.Context, *session) error) func(context.Context, *e2e.Server) error {
	return withChannel(func(ctx context.Context, ch *session) error {
		return errors.Join(ch.pty("xterm", 80, 24), ch.request("exec", struct{ Line string }{"attic"}), run(ctx, ch))
	})
}
