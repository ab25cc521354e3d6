package sshsrv

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"sotto/sshsrv/intake"
	"testing"
	"testing/synctest"
	"time"

	gossh "golang.org/x/crypto/ssh"
)

// typed is what a client types, byte by byte, as far as it gets.
func typed(n int) []byte {
	var all []byte
	for i := 0; len(all) < n; i++ {
		all = fmt.Appendf(all, "%d ", i)
	}
	return all[:n]
}

// When much is unread everywhere, a client that types far ahead of its session
// is held back, and nobody else is. It is not taken for gone meanwhile, and what
// it typed is read in the end, all of it.
func TestTypingAheadIsHeldBack(t *testing.T) {
	for name, pool := range map[string]int64{"alone": intake.Pool, "beside another session": intake.Shared} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				begin, got := make(chan struct{}), make(chan []byte)
				text := typed(20_000)
				h := buildInMemory(t)
				h.server.screen = func(ctx context.Context, v visit) error {
					if v.room != "slow" {
						return echoScreen(ctx, v)
					}
					all := make([]byte, len(text))
					for at := 0; ; at += intake.ChunkBytes {
						select {
						case <-time.After(KeepaliveEvery):
							if _, err := io.ReadFull(v.in, all[at:at+intake.ChunkBytes]); err != nil {
								return err
							}
						case <-begin:
							_, err := io.ReadFull(v.in, all[at:])
							got <- all
							return err
						}
					}
				}
				h.serve()
				h.server.ahead.Store(pool + 1)
				other := h.screen("lobby")
				up, down := newLink(64<<20), newLink(SendBuffer) // a client that never has to wait
				h.listener.(*memListener).conns <- memConn{in: up, out: down}
				client := shake(t, memConn{in: down, out: up})
				slow := session(t, client)
				slow.terminal("xterm", 80, 24)
				slow.start("slow")
				if pool == intake.Shared {
					beside := session(t, client)
					beside.terminal("xterm", 80, 24)
					beside.start("lobby")
				}
				time.Sleep(intake.IdleAfter)
				for i := range text {
					if _, err := slow.in.Write(text[i : i+1]); err != nil {
						t.Fatal(err)
					}
				}
				synctest.Wait()
				if taken := len(text) - up.waiting()/36; taken < intake.Free/40 || taken > 2*intake.Free/36 {
					t.Errorf("%d bytes were taken, one in a packet of 36 or more", taken)
				}
				other.says("still here")
				other.hears("still here")
				time.Sleep(2 * KeepaliveMisses * KeepaliveEvery)
				close(begin)
				if all := <-got; !bytes.Equal(all, text) {
					t.Error("it read something else than was typed")
				}
				_ = h.stop()
				if n := h.server.ahead.Load(); n != pool+1 {
					t.Errorf("%d bytes stay counted as unread", n-pool-1)
				}
			})
		})
	}
}

// A session that reads nothing does not keep those it shares its connection with
// from typing, also where a client with one session is held back.
func TestSlowSessionSharesItsConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := buildInMemory(t)
		h.server.screen = func(ctx context.Context, v visit) error {
			if v.room != "slow" {
				return echoScreen(ctx, v)
			}
			<-ctx.Done()
			return nil
		}
		h.serve()
		h.server.ahead.Store(intake.Pool + 1)
		client := h.dial()
		slow, other := session(t, client), session(t, client)
		for room, g := range map[string]*guest{"slow": slow, "lobby": other} {
			g.terminal("xterm", 80, 24)
			g.start(room)
		}
		time.Sleep(intake.IdleAfter)
		go func() { _, _ = slow.in.Write(make([]byte, 2*intake.Window)) }()
		synctest.Wait()
		if n := h.server.ahead.Load() - intake.Pool - 1; n < intake.Window {
			t.Errorf("%d bytes are counted as unread", n)
		}
		other.says("still here")
		other.hears("still here")
	})
}

// What a client sends as an error stream is thrown away: its window stays open.
func TestErrorStreamOfAClientIsThrownAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := buildInMemory(t)
		h.serve()
		client := h.dial()
		ch, requests, err := client.OpenChannel("session", nil)
		if err != nil {
			t.Fatal(err)
		}
		go gossh.DiscardRequests(requests)
		go io.Copy(io.Discard, ch)
		if _, err := ch.SendRequest("exec", true, gossh.Marshal(struct{ Line string }{"lobby --listen"})); err != nil {
			t.Fatal(err)
		}
		for range 3 {
			if _, err := ch.Stderr().Write(make([]byte, intake.Window)); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// shake connects over a connection that is there.
func shake(t *testing.T, raw net.Conn) *gossh.Client {
	t.Helper()
	conn, channels, requests, err := gossh.NewClientConn(raw, "sotto", &gossh.ClientConfig{HostKeyCallback: gossh.InsecureIgnoreHostKey()})
	if err != nil {
		t.Fatal(err)
	}
	return gossh.NewClient(conn, channels, requests)
}

// waiting is how many bytes were written and not read yet.
func (l *link) waiting() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.buf)
}

// A client that sends whole buffers is not taken to be behind for ever.
func TestWholeChunksAreReadToTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const size = 1 << 20
		begin, got := make(chan struct{}), make(chan error)
		h := buildInMemory(t)
		h.server.screen = func(ctx context.Context, v visit) error {
			<-begin
			_, err := io.CopyN(io.Discard, v.in, size)
			got <- err
			return err
		}
		h.serve()
		h.server.ahead.Store(intake.Shared + 1)
		g := session(t, h.dial())
		g.terminal("xterm", 80, 24)
		g.start("slow")
		go func() { _, _ = g.in.Write(make([]byte, size)) }() // in packets of 32 KiB
		synctest.Wait()
		came := time.Now()
		close(begin)
		select {
		case err := <-got:
			if took := time.Since(came); err != nil || took > intake.RecheckEvery {
				t.Errorf("%v after %v", err, took)
			}
		case <-time.After(time.Minute):
			t.Error("it is held back for good")
			_ = h.stop()
			<-got
		}
	})
}

// A client that is held back by one session loses no other, however long nobody
// reads that it took what that one writes.
func TestHeldBackIsNotStalled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := buildInMemory(t)
		begin, held := make(chan struct{}), make(chan error)
		h.server.screen = func(ctx context.Context, v visit) error {
			if v.room == "slow" {
				for b := make([]byte, intake.ChunkBytes); ; time.Sleep(time.Second) {
					if _, err := io.ReadFull(v.in, b); err != nil {
						return err
					}
				}
			}
			v.in.Chunks() // it waits for keys
			<-begin
			_, err := v.out.Write(make([]byte, 2*intake.Window))
			held <- err
			return err
		}
		h.serve()
		h.server.ahead.Store(intake.Shared + 1)
		up, down := newLink(64<<20), newLink(SendBuffer) // a client that never has to wait
		h.listener.(*memListener).conns <- memConn{in: up, out: down}
		client := shake(t, memConn{in: down, out: up})
		slow, other := session(t, client), session(t, client)
		for room, g := range map[string]*guest{"slow": slow, "lobby": other} {
			g.terminal("xterm", 80, 24)
			g.start(room)
		}
		go io.Copy(io.Discard, other.out)
		if _, err := slow.in.Write(make([]byte, 160<<10)); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		close(begin)
		if err := <-held; err != nil {
			t.Errorf("what it wrote: %v", err)
		}
		_ = h.stop()
	})
}

// A channel on which no session begins is ended, and told.
func TestChannelWithoutASession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := buildInMemory(t)
		h.serve()
		client := h.dial()
		g := session(t, client)
		g.terminal("xterm", 80, 24)
		g.start("lobby")
		ch, requests, err := client.OpenChannel("session", nil)
		if err != nil {
			t.Fatal(err)
		}
		go gossh.DiscardRequests(requests)
		opened := time.Now()
		said, _ := io.ReadAll(ch.Stderr())
		if took := time.Since(opened); took != LobbyTimeout || len(said) == 0 {
			t.Errorf("after %v it ends with %q", took, said)
		}
		g.says("still here")
		g.hears("still here")
	})
}

// What is sent on a channel before its session is read by nobody. Where it keeps
// the connection from being read, the channel is ended at once, and told; the
// others go on.
func TestMuchBeforeASession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := buildInMemory(t)
		h.server.screen = echoScreen
		h.serve()
		h.server.ahead.Store(intake.Shared)
		up, down := newLink(64<<20), newLink(SendBuffer) // a client that never has to wait
		h.listener.(*memListener).conns <- memConn{in: up, out: down}
		client := shake(t, memConn{in: down, out: up})
		beside := session(t, client)
		beside.terminal("xterm", 80, 24)
		beside.start("lobby")
		ch, requests, err := client.OpenChannel("session", nil)
		if err != nil {
			t.Fatal(err)
		}
		go gossh.DiscardRequests(requests)
		for _, b := range typed(2 * intake.Free / 36) {
			if _, err := ch.Write([]byte{b}); err != nil {
				t.Fatal(err)
			}
		}
		began := time.Now()
		said, _ := io.ReadAll(ch.Stderr())
		if took := time.Since(began); took > intake.UnbegunFor+2*intake.RecheckEvery || !bytes.Contains(said, []byte("nothing is read before")) {
			t.Errorf("after %v it ends with %q", took, said)
		}
		beside.says("still here")
		beside.hears("still here")
		h.server.ahead.Store(0)
	})
}
