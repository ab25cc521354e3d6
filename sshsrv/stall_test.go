package sshsrv

import (
	"bytes"
	"context"
	"errors"
	"io"
	"testing"
	"testing/synctest"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"sotto/rooms"
)

// flood is a screen that writes without end.
func flood(ended chan<- error) func(context.Context, visit) error {
	return func(ctx context.Context, v visit) error {
		page := bytes.Repeat([]byte("x"), 64<<10)
		for {
			if _, err := v.out.Write(page); err != nil {
				ended <- context.Cause(ctx)
				return err
			}
		}
	}
}

// Whoever reads nothing loses the channel after StallTimeout, also while typing,
// and others on the same connection keep theirs.
func TestDeafChannelEnds(t *testing.T) {
	for name, typing := range map[string]bool{"silent": false, "typing": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ended := make(chan error, 1)
				h := buildInMemory(t)
				h.server.screen = func(ctx context.Context, v visit) error {
					if v.room == "deaf" {
						return flood(ended)(ctx, v)
					}
					return echoScreen(ctx, v)
				}
				h.serve()
				client := h.dial()
				other := session(t, client)
				other.terminal("xterm", 80, 24)
				other.start("lobby")
				other.hears("xterm lobby")
				g := session(t, client)
				g.terminal("xterm", 80, 24)
				g.start("deaf")
				begin := time.Now()
				stop := make(chan struct{})
				if typing {
					go func() {
						for {
							select {
							case <-stop:
								return
							case <-time.After(time.Second):
								_, _ = io.WriteString(g.in, "x")
							}
						}
					}()
				}
				if cause := <-ended; cause != errStalled {
					t.Errorf("the channel ended by %v", cause)
				}
				close(stop)
				if took := time.Since(begin); took < StallTimeout || took > StallTimeout+StallGrace+time.Second {
					t.Errorf("the channel ended after %v", took)
				}
				other.says("still here")
				other.hears("still here")
			})
		})
	}
}

// A client that stops altogether, as by SIGSTOP, loses the connection.
func TestDeafConnectionEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ended := make(chan error, 1)
		h := buildInMemory(t)
		h.server.screen = flood(ended)
		h.serve()
		raw, _ := h.dialer()
		frozen := &freezer{Conn: raw, thaw: make(chan struct{})}
		defer raw.Close()
		conn, channels, requests, err := gossh.NewClientConn(frozen, "sotto", &gossh.ClientConfig{HostKeyCallback: gossh.InsecureIgnoreHostKey()})
		if err != nil {
			t.Fatal(err)
		}
		g := session(t, gossh.NewClient(conn, channels, requests))
		g.terminal("xterm", 80, 24)
		g.start("lobby")
		begin := time.Now()
		frozen.freeze.Store(true)
		<-ended
		if took := time.Since(begin); took > StallTimeout+StallGrace+time.Second {
			t.Errorf("the session ended after %v", took)
		}
		close(frozen.thaw)
		_ = conn.Wait()
	})
}

// A handshake that does not end is ended, and a connection that no longer
// answers as well.
func TestSilence(t *testing.T) {
	t.Run("before the handshake", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			h := openInMemory(t)
			raw, _ := h.dialer()
			begin := time.Now()
			_, _ = io.Copy(io.Discard, raw)
			if took := time.Since(begin); took != HandshakeTimeout {
				t.Errorf("a silent connection was held for %v", took)
			}
		})
	})
	t.Run("after it", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			ended := make(chan error, 1)
			h := buildInMemory(t)
			h.server.screen = func(ctx context.Context, v visit) error {
				<-ctx.Done()
				ended <- context.Cause(ctx)
				return nil
			}
			h.serve()
			raw, _ := h.dialer()
			frozen := &freezer{Conn: raw, thaw: make(chan struct{})}
			conn, channels, requests, err := gossh.NewClientConn(frozen, "sotto", &gossh.ClientConfig{HostKeyCallback: gossh.InsecureIgnoreHostKey()})
			if err != nil {
				t.Fatal(err)
			}
			g := session(t, gossh.NewClient(conn, channels, requests))
			g.terminal("xterm", 80, 24)
			g.start("lobby")
			time.Sleep(10 * KeepaliveEvery) // one that answers is left alone
			begin := time.Now()
			frozen.freeze.Store(true)
			<-ended
			if took := time.Since(begin); took < (KeepaliveMisses-1)*KeepaliveEvery || took > KeepaliveMisses*KeepaliveEvery {
				t.Errorf("a vanished client was kept for %v", took)
			}
			close(frozen.thaw)
			_ = conn.Wait()
		})
	})
}

// SIGTERM: those in a room hear it from the room, those on the front page soon
// after, and nobody holds the server up for longer than DrainTimeout.
func TestDrain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := openInMemory(t)
		pipe := h.run("lobby --listen")
		pipe.hears("you are")
		front := h.screen("")
		front.hears("xterm")
		begin := time.Now()
		stopped := make(chan error, 1)
		go func() { stopped <- h.stop() }()
		pipe.ends(exitEnded, "shutting down")
		if took := time.Since(begin); took > 100*time.Millisecond {
			t.Errorf("the room's people were told after %v", took)
		}
		front.ends(exitEnded, "shutting down")
		if took := time.Since(begin); took > DrainNotice+100*time.Millisecond {
			t.Errorf("the front page was told after %v", took)
		}
		if err := <-stopped; err != nil {
			t.Errorf("Serve: %v", err)
		}
		if took := time.Since(begin); took > DrainTimeout+100*time.Millisecond {
			t.Errorf("the server stopped after %v", took)
		}
	})
}

func TestDrainWithoutMercy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := buildInMemory(t)
		h.server.screen = flood(make(chan error, 1))
		h.serve()
		h.screen("lobby") // reads nothing
		synctest.Wait()   // until the screen is stuck
		begin := time.Now()
		if err := h.stop(); err != nil {
			t.Errorf("Serve: %v", err)
		}
		if took := time.Since(begin); took != DrainTimeout {
			t.Errorf("the server stopped after %v", took)
		}
	})
}

// The server's end of a seat ends its session with the reason, and the code 1.
func TestEndedBySeat(t *testing.T) {
	h := build(t)
	h.server.screen = func(context.Context, visit) error {
		return errors.Join(&rooms.Ended{Code: rooms.Slow, Message: "Too slow."})
	}
	h.serve()
	h.screen("lobby").ends(exitEnded, "Too slow.\r\n")
}

// A connection that never begins a session loses its place among those who wait
// to enter; one that did keeps it, also with nothing open.
func TestLobbyEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := openInMemory(t)
		h.server.screen = echoScreen
		idle, visitor := h.dial(), h.dial()
		ended := make(chan error, 2)
		for _, c := range []*gossh.Client{idle, visitor} {
			go func() { ended <- c.Wait() }()
		}
		begin := time.Now()
		g := session(t, visitor)
		g.terminal("xterm", 80, 24)
		g.start("lobby")
		g.hears("xterm lobby")
		<-ended
		if waited := time.Since(begin); waited != LobbyTimeout {
			t.Errorf("ended after %v, want %v", waited, LobbyTimeout)
		}
		time.Sleep(3 * LobbyTimeout)
		if len(ended) != 0 {
			t.Error("a connection with a session was ended too")
		}
		idle.Close()
		visitor.Close()
		<-ended
	})
}
