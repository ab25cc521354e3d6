package sshsrv

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	gossh "golang.org/x/crypto/ssh"
)

func TestWindowChangesCoalesce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := buildInMemory(t)
		seen := visits(h)
		h.serve()
		g := h.screen("lobby")
		v := <-seen
		<-v.resize.sizes // the size at the start
		begin := time.Now()
		for i := range 1000 {
			if err := g.session.WindowChange(1, i+1); err != nil {
				t.Fatal(err)
			}
		}
		if err := g.session.WindowChange(50, 1<<30); err != nil {
			t.Fatal(err)
		}
		last, got := Window{}, 0
		for last != (Window{Width: MaxColumns, Height: 50}) {
			last = <-v.resize.sizes
			got++
		}
		if limit := 2 + int(time.Since(begin)/ResizeEvery); got > limit {
			t.Errorf("%d sizes in %v", got, time.Since(begin))
		}
	})
}

// Whoever changes the window on and on is drawn for once a second, and a size that
// stays is drawn once; the newest is never lost.
func TestEndlessWindowChanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newResizer()
		defer r.stop()
		got := 0
		for i := range 600 { // a minute
			r.set(Window{Width: 299 + i%2, Height: 100})
			time.Sleep(ResizeEvery + 5*time.Millisecond)
			select {
			case <-r.sizes:
				got++
			default:
			}
		}
		if most := ResizeBurst + 66; got > most || got < 60 {
			t.Errorf("drawn for %d times in a minute, want 60 to %d", got, most)
		}
		r.set(Window{Width: 80, Height: 24})
		time.Sleep(2 * ResizeRest)
		if last := <-r.sizes; last != (Window{Width: 80, Height: 24}) {
			t.Errorf("the last is %v", last)
		}
		for range 10 {
			r.set(Window{Width: 80, Height: 24})
			time.Sleep(2 * ResizeRest)
		}
		if len(r.sizes) > 0 {
			t.Error("drawn anew for a size that stays")
		}
	})
}

// More window changes than any screen shows frames end the connection.
func TestFloodOfWindowChanges(t *testing.T) {
	h := open(t)
	g := h.screen("lobby")
	var err error
	for i := 0; i < 2*WindowBurst && err == nil; i++ {
		err = g.session.WindowChange(50, 100+i%2)
	}
	if err == nil {
		err = g.session.Wait()
	}
	if err == nil {
		t.Error("a flood of window changes goes on")
	}
}

// A window that becomes unknown, as when a multiplexer lets go of it, is none of
// no cells.
func TestWindowChangesToUnknown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := buildInMemory(t)
		seen := visits(h)
		h.serve()
		g := h.screen("lobby")
		v := <-seen
		<-v.resize.sizes // the size at the start
		if err := g.session.WindowChange(30, 100); err != nil {
			t.Fatal(err)
		}
		<-v.resize.sizes
		if err := g.session.WindowChange(0, 0); err != nil {
			t.Fatal(err)
		}
		if got := <-v.resize.sizes; got != (Window{Width: 80, Height: 24}) {
			t.Errorf("got %v", got)
		}
	})
}

// Once the burst is used up, requests may come at RequestRate and no faster.
func TestRequestRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := buildInMemory(t)
		h.serve()
		g := h.screen("lobby")
		g.hears("xterm lobby")
		ask := func(n int) error { // evenly, in a minute
			for range n {
				time.Sleep(time.Minute / time.Duration(n))
				if err := g.session.Signal("INT"); err != nil {
					return err
				}
			}
			return nil
		}
		for range RequestBurst - 1 {
			_ = g.session.Signal("INT")
		}
		if err := ask(60 * RequestRate); err != nil {
			t.Fatalf("at the rate: %v", err)
		}
		if err := ask(60 * (RequestRate + 1)); err != nil {
			t.Logf("above it: %v", err)
		}
		g.ends(exitEnded, errFlood.Message)
	})
}

// Floods end with the connection, and whoever sends one is told.
func TestFloods(t *testing.T) {
	asked := func(payload []byte, times int) func(*testing.T, *house, *gossh.Client, *guest) {
		return func(t *testing.T, h *house, client *gossh.Client, g *guest) {
			g.terminal("xterm", 80, 24)
			g.start("lobby")
			g.hears("xterm lobby")
			for range times {
				if _, _, err := client.SendRequest("keepalive@openssh.com", false, payload); err != nil {
					break
				}
			}
			g.ends(exitEnded, errFlood.Message)
		}
	}
	tests := map[string]func(t *testing.T, h *house, client *gossh.Client, g *guest){
		"environment": func(t *testing.T, h *house, client *gossh.Client, g *guest) {
			payload := gossh.Marshal(struct{ Name, Value string }{"LC_ALL", strings.Repeat("x", 30_000)})
			for range MaxRequestsBeforeShell / countOf(len(payload)) {
				if _, err := g.session.SendRequest("env", false, payload); err != nil {
					t.Fatalf("cut before the limit: %v", err)
				}
			}
			_, _ = g.session.SendRequest("env", false, payload)
		},
		"window changes before the shell": func(t *testing.T, h *house, client *gossh.Client, g *guest) {
			for range MaxRequestsBeforeShell + 1 {
				_ = g.session.WindowChange(24, 80)
			}
		},
		"signals": func(t *testing.T, h *house, client *gossh.Client, g *guest) {
			g.terminal("xterm", 80, 24)
			g.start("lobby")
			g.hears("xterm lobby")
			for range RequestBurst + 50 {
				_ = g.session.Signal("INT")
			}
			g.ends(exitEnded, errFlood.Message)
		},
		"global requests":       asked(nil, RequestBurst+50),
		"large global requests": asked(make([]byte, 10*RequestBytes), RequestBurst/countOf(10*RequestBytes)+1),
		"channels beside a session": func(t *testing.T, h *house, client *gossh.Client, g *guest) {
			g.terminal("xterm", 80, 24)
			g.start("lobby")
			g.hears("xterm lobby")
			for range MaxRejects {
				go func() { _, _, _ = client.OpenChannel("direct-tcpip", nil) }()
			}
			g.ends(exitEnded, errFlood.Message)
		},
		"sessions one after the other": func(t *testing.T, h *house, client *gossh.Client, g *guest) {
			for range SessionBurst + MaxRejects + 1 {
				if ch, _, err := client.OpenChannel("session", nil); err == nil {
					_ = ch.Close()
				}
			}
		},
		"channels": func(t *testing.T, h *house, client *gossh.Client, g *guest) {
			for range 5000 {
				_, _, err := client.OpenChannel("direct-tcpip", nil)
				var refused *gossh.OpenChannelError
				if !errors.As(err, &refused) {
					return
				}
			}
			t.Error("5000 channels were asked for")
		},
	}
	for name, flood := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := openInMemory(t)
				witness := h.screen("lobby")
				witness.hears("xterm lobby")
				client := h.dial()
				g := session(t, client)
				flood(t, h, client, g)
				if err := client.Wait(); err == nil {
					t.Error("the connection ended in peace")
				}
				witness.says("still here")
				witness.hears("still here")
			})
		})
	}
}
