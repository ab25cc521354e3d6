package sshsrv

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"sync"
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
	for name, pool := range map[string]int64{"alone": AheadPool, "beside another session": AheadShared} {
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
					for at := 0; ; at += InputChunk {
						select {
						case <-time.After(KeepaliveEvery):
							if _, err := io.ReadFull(v.in, all[at:at+InputChunk]); err != nil {
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
				if pool == AheadShared {
					beside := session(t, client)
					beside.terminal("xterm", 80, 24)
					beside.start("lobby")
				}
				time.Sleep(IdleAfter)
				for i := range text {
					if _, err := slow.in.Write(text[i : i+1]); err != nil {
						t.Fatal(err)
					}
				}
				synctest.Wait()
				if taken := len(text) - up.waiting()/36; taken < AheadFree/40 || taken > 2*AheadFree/36 {
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
		h.server.ahead.Store(AheadPool + 1)
		client := h.dial()
		slow, other := session(t, client), session(t, client)
		for room, g := range map[string]*guest{"slow": slow, "lobby": other} {
			g.terminal("xterm", 80, 24)
			g.start(room)
		}
		time.Sleep(IdleAfter)
		go func() { _, _ = slow.in.Write(make([]byte, 2*libraryWindow)) }()
		synctest.Wait()
		if n := h.server.ahead.Load() - AheadPool - 1; n < libraryWindow {
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
			if _, err := ch.Stderr().Write(make([]byte, libraryWindow)); err != nil {
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

// A scripted channel gives what came before its end, and what came after.
type scripted struct {
	gossh.Channel
	mu   sync.Mutex
	more sync.Cond
	left int
	eof  bool
	errs *scripted // the client's error stream
}

func newScripted() *scripted {
	c := &scripted{errs: new(scripted)}
	c.more.L, c.errs.more.L = &c.mu, &c.errs.mu
	return c
}

func (c *scripted) add(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.left += n
	c.more.Broadcast()
}

// end ends both streams, as the library does.
func (c *scripted) end() {
	for _, c := range []*scripted{c, c.errs} {
		c.mu.Lock()
		c.eof = true
		c.more.Broadcast()
		c.mu.Unlock()
	}
}

func (c *scripted) Read(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for c.left == 0 {
		if c.eof {
			return 0, io.EOF
		}
		c.more.Wait()
	}
	n := min(len(p), c.left)
	c.left -= n
	return n, nil
}

func (c *scripted) Stderr() io.ReadWriter {
	return struct {
		io.Reader
		io.Writer
	}{c.errs, nil}
}

func (c *scripted) unread() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.left
}

// What comes after the end of input, or for a session that is over, is thrown
// away, and nothing of it stays counted.
func TestNothingStaysUnread(t *testing.T) {
	for name, end := range map[string]func(*scripted, *input){
		"end of input":    func(raw *scripted, in *input) { raw.end(); <-in.Chunks() },
		"end of session":  func(_ *scripted, in *input) { in.hangUp() },
		"no session ever": func(raw *scripted, in *input) { in.hangUp() },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newConn(&Server{}, memConn{in: newLink(1), out: newLink(1)})
				raw := newScripted()
				in := newInput(raw, c)
				if name != "no session ever" {
					raw.add(InputChunk)
					<-in.Chunks()
					in.Release()
				}
				end(raw, in)
				synctest.Wait()
				for range 100 {
					raw.add(AheadFree)
					raw.errs.add(AheadFree)
					if c.intake.add(AheadFree) {
						c.background(func() { c.intake.sweep(c.background) })
					}
					synctest.Wait()
				}
				time.Sleep(IdleAfter)
				_ = c.intake.add(1)
				if n, counted := raw.unread()+raw.errs.unread(), c.server.ahead.Load(); n != 0 || counted != 0 {
					t.Errorf("%d bytes stay, %d are counted", n, counted)
				}
				raw.end()
				_ = c.Close()
				c.wait()
			})
		})
	}
}

// A session that never catches up, but reads as fast as it is sent to, is not
// counted as if nothing had been read, however long it goes on.
func TestLongStreamsAreNotCountedTwice(t *testing.T) {
	c := newConn(&Server{}, memConn{in: newLink(1), out: newLink(1)})
	defer c.Close()
	in := newInput(newScripted(), c)
	for range 100 * libraryWindow / InputChunk {
		c.intake.add(InputChunk)
		c.intake.took(in, InputChunk, false)
		if n := c.server.ahead.Load(); n > 2*(libraryWindow+InputChunk) {
			t.Fatalf("%d bytes are counted as unread", n)
		}
	}
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
		h.server.ahead.Store(AheadShared + 1)
		g := session(t, h.dial())
		g.terminal("xterm", 80, 24)
		g.start("slow")
		go func() { _, _ = g.in.Write(make([]byte, size)) }() // in packets of 32 KiB
		synctest.Wait()
		came := time.Now()
		close(begin)
		select {
		case err := <-got:
			if took := time.Since(came); err != nil || took > RecheckEvery {
				t.Errorf("%v after %v", err, took)
			}
		case <-time.After(time.Minute):
			t.Error("it is held back for good")
			_ = h.stop()
			<-got
		}
	})
}

// What comes while a reader has a chunk is counted until it is read.
func TestWhatComesMeanwhileIsCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newConn(&Server{}, memConn{in: newLink(1), out: newLink(1)})
		raw := newScripted()
		in := newInput(raw, c)
		c.intake.add(1)
		raw.add(1)
		chunks := in.Chunks()
		synctest.Wait() // the pump offers one byte
		time.Sleep(IdleAfter)
		c.intake.add(libraryWindow)
		raw.add(libraryWindow)
		<-chunks
		in.Release()
		synctest.Wait()
		if n := c.server.ahead.Load(); n < libraryWindow/2 {
			t.Errorf("%d bytes wait, %d are counted", raw.unread(), n)
		}
		raw.end()
		in.hangUp()
		_ = c.Close()
		c.wait()
	})
}

// Whoever is held back goes on when others have caught up.
func TestHeldBackUntilThePoolFalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newConn(&Server{}, memConn{in: newLink(1), out: newLink(1)})
		newInput(newScripted(), c) // never read
		c.intake.add(AheadFree + 1)
		c.server.ahead.Add(AheadPool)
		free := make(chan struct{})
		go func() { c.intake.wait(); close(free) }()
		time.Sleep(time.Minute)
		select {
		case <-free:
			t.Fatal("it is not held back")
		default:
		}
		c.server.ahead.Add(-AheadPool)
		<-free
		_ = c.Close()
	})
}

// A client that is held back by a session which reads nothing is ended like one
// that gives no sign of life: it may be gone, and nobody would notice.
func TestHeldBackForNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newConn(&Server{}, memConn{in: newLink(1), out: newLink(1)})
		c.visited()
		newInput(newScripted(), c) // of a channel without a session
		c.silent = time.AfterFunc(KeepaliveMisses*KeepaliveEvery, c.unheard)
		c.intake.add(AheadShared + 1)
		go func() { _, _ = c.Read(make([]byte, 1)) }()
		time.Sleep(2 * KeepaliveMisses * KeepaliveEvery)
		select {
		case <-c.closed:
		default:
			t.Error("it is open still")
			_ = c.Close()
		}
		if n := c.server.ahead.Load(); n != 0 {
			t.Errorf("%d bytes stay counted", n)
		}
	})
}

// An error stream that goes on after the end of input is thrown away also where
// the end was read late.
func TestErrorStreamAfterTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newConn(&Server{}, memConn{in: newLink(1), out: newLink(1)})
		raw := newScripted()
		in := newInput(raw, c)
		raw.add(1)
		chunks := in.Chunks()
		synctest.Wait()
		raw.end()
		raw.errs.add(AheadFree)
		<-chunks
		in.Release()
		<-chunks // the end
		synctest.Wait()
		if n := raw.errs.unread(); n != 0 {
			t.Errorf("%d bytes stay", n)
		}
		_ = c.Close()
		c.wait()
	})
}

// Who keeps up is not counted, however large what is sent at a time.
func TestKeepingUpIsNotCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newConn(&Server{}, memConn{in: newLink(1), out: newLink(1)})
		raw := newScripted()
		in := newInput(raw, c)
		chunks := in.Chunks()
		for range 100 {
			c.intake.add(32 << 10)
			raw.add(32 << 10)
			for left := 32 << 10; left > 0; in.Release() {
				left -= len(<-chunks)
			}
			synctest.Wait()
			time.Sleep(IdleAfter - time.Millisecond) // too soon for it to be known as idle
			if n := c.server.ahead.Load(); n != 0 {
				t.Fatalf("%d bytes are counted as unread", n)
			}
		}
		raw.end()
		in.hangUp()
		_ = c.Close()
		c.wait()
	})
}

// While nothing can be answered, what comes is counted even where a session
// waits: it may be requests.
func TestStuckWriteCounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newConn(&Server{}, memConn{in: newLink(1), out: newLink(1)})
		raw := newScripted()
		in := newInput(raw, c)
		in.Chunks()
		var writing sync.WaitGroup
		writing.Go(func() { _, _ = c.Write(make([]byte, 2)) }) // one byte gets out
		for range 10 {
			time.Sleep(IdleAfter)
			c.intake.add(AheadFree)
		}
		if n := c.server.ahead.Load(); n < 9*AheadFree {
			t.Errorf("%d bytes are counted", n)
		}
		_ = c.Close()
		writing.Wait()
		raw.end()
		in.hangUp()
		c.wait()
	})
}

// What was a request does not put the next sweep off.
func TestRequestsDoNotPutASweepOff(t *testing.T) {
	c := newConn(&Server{}, memConn{in: newLink(1), out: newLink(1)})
	defer c.Close()
	c.intake.sweeping = true
	c.intake.add(10 * SweepEvery)
	c.intake.sweeping = false
	c.intake.add(0) // a sweep is due, and done
	c.intake.sweeping = false
	c.intake.handled(10 * SweepEvery)
	if !c.intake.add(SweepEvery) {
		t.Error("no sweep is due")
	}
}

// A client that is held back by one session loses no other, however long nobody
// reads that it took what that one writes.
func TestHeldBackIsNotStalled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := buildInMemory(t)
		begin, held := make(chan struct{}), make(chan error)
		h.server.screen = func(ctx context.Context, v visit) error {
			if v.room == "slow" {
				for b := make([]byte, InputChunk); ; time.Sleep(time.Second) {
					if _, err := io.ReadFull(v.in, b); err != nil {
						return err
					}
				}
			}
			v.in.Chunks() // it waits for keys
			<-begin
			_, err := v.out.Write(make([]byte, 2*libraryWindow))
			held <- err
			return err
		}
		h.serve()
		h.server.ahead.Store(AheadShared + 1)
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
