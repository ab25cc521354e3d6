package sshsrv

import (
	"errors"
	"io"
	"net"
	"sotto/sshsrv/intake"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	gossh "golang.org/x/crypto/ssh"
)

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

// joined is an input that the intake of c knows.
func joined(raw *scripted, c *conn) *input {
	in := newInput(c.intake.Stream(raw, nil), c)
	in.stream.Join()
	return in
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
				in := joined(raw, c)
				if name != "no session ever" {
					raw.add(intake.ChunkBytes)
					<-in.Chunks()
					in.Release()
				}
				end(raw, in)
				synctest.Wait()
				for range 100 {
					raw.add(intake.Free)
					raw.errs.add(intake.Free)
					if c.intake.Came(intake.Free) {
						c.background(func() { c.intake.Sweep(c.background) })
					}
					synctest.Wait()
				}
				time.Sleep(intake.IdleAfter)
				_ = c.intake.Came(1)
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

// What comes while a reader has a chunk is counted until it is read.
func TestWhatComesMeanwhileIsCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newConn(&Server{}, memConn{in: newLink(1), out: newLink(1)})
		raw := newScripted()
		in := joined(raw, c)
		c.intake.Came(1)
		raw.add(1)
		chunks := in.Chunks()
		synctest.Wait() // the pump offers one byte
		time.Sleep(intake.IdleAfter)
		c.intake.Came(intake.Window)
		raw.add(intake.Window)
		<-chunks
		in.Release()
		synctest.Wait()
		if n := c.server.ahead.Load(); n < intake.Window/2 {
			t.Errorf("%d bytes wait, %d are counted", raw.unread(), n)
		}
		raw.end()
		in.hangUp()
		_ = c.Close()
		c.wait()
	})
}

// A client that is held back by a session which reads nothing is ended like one
// that gives no sign of life: it may be gone, and nobody would notice.
func TestHeldBackForNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newConn(&Server{}, memConn{in: newLink(1), out: newLink(1)})
		c.sessionBegun()
		joined(newScripted(), c) // of a channel without a session
		c.silent = time.AfterFunc(KeepaliveMisses*KeepaliveEvery, c.unheard)
		c.intake.Came(intake.Shared + 1)
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
		in := joined(raw, c)
		raw.add(1)
		chunks := in.Chunks()
		synctest.Wait()
		raw.end()
		raw.errs.add(intake.Free)
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
		in := joined(raw, c)
		chunks := in.Chunks()
		for range 100 {
			c.intake.Came(32 << 10)
			raw.add(32 << 10)
			for left := 32 << 10; left > 0; in.Release() {
				left -= len(<-chunks)
			}
			synctest.Wait()
			time.Sleep(intake.IdleAfter - time.Millisecond) // too soon for it to be known as idle
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

// A client that is held back and goes is noticed, though nothing is read from it:
// what it sent is read then, to the end.
func TestHeldBackAndGone(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	for name, leave := range map[string]func(*net.TCPConn) error{
		"closed": (*net.TCPConn).Close,
		"reset":  func(c *net.TCPConn) error { return errors.Join(c.SetLinger(0), c.Close()) },
	} {
		t.Run(name, func(t *testing.T) {
			client, err := net.Dial("tcp", ln.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			raw, err := ln.Accept()
			if err != nil {
				t.Fatal(err)
			}
			c := newConn(&Server{}, raw)
			defer c.Close()
			joined(newScripted(), c) // never read
			c.intake.Came(intake.Shared + 1)
			ended := make(chan error)
			go func() {
				_, err := io.Copy(io.Discard, c)
				ended <- err
			}()
			select {
			case err := <-ended:
				t.Fatalf("it is not held back: %v", err)
			case <-time.After(2 * intake.RecheckEvery):
			}
			if err := leave(client.(*net.TCPConn)); err != nil {
				t.Fatal(err)
			}
			select {
			case <-ended:
			case <-time.After(patience):
				t.Error("nobody notices that the client has gone")
			}
		})
	}
}
