package sshsrv

import (
	"context"
	"net"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
)

// countingListener is a listener as the program's gate is one: it wants to hear
// who came in and who broke a limit, and to find its connection again.
type countingListener struct {
	net.Listener
	entered, offended atomic.Int32
}

type countedConn struct {
	net.Conn
	l *countingListener
}

func (l *countingListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return countedConn{c, l}, nil
}

func (c countedConn) NetConn() net.Conn { return c.Conn }
func (c countedConn) Entered()          { c.l.entered.Add(1) }
func (c countedConn) Offend()           { c.l.offended.Add(1) }

func TestListenerHears(t *testing.T) {
	type sourceKey struct{}
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ln := &countingListener{Listener: inner}
	admitted := make(chan any, 1)
	h := buildOn(t, ln, func() (net.Conn, error) { return net.Dial("tcp", inner.Addr().String()) }, func(c *Config) {
		c.ConnContext = func(ctx context.Context, c net.Conn) context.Context {
			return context.WithValue(ctx, sourceKey{}, c.(countedConn).l)
		}
		c.Hub = rooms.NewHub(rooms.Config{Admit: func(ctx context.Context, _ rooms.Arrival) error {
			admitted <- ctx.Value(sourceKey{})
			return &rooms.Ended{Code: rooms.TooMany, Message: "This source has made enough rooms."}
		}})
	}).serve()
	client := h.dial()
	if n := ln.entered.Load(); n != 0 {
		t.Errorf("a connection without a session has entered %d times", n)
	}
	g := session(t, client)
	g.start("lobby")
	g.ends(exitEnded, "This source has made enough rooms.\n")
	if ln.entered.Load() == 0 || <-admitted != ln {
		t.Error("the listener did not hear of an arrival, or did not find its connection")
	}
	for range RequestBurst + 50 {
		_, _, _ = client.SendRequest("canary", false, nil)
	}
	_ = client.Wait()
	if n := ln.offended.Load(); n != 1 {
		t.Errorf("a flood was told %d times", n)
	}
}

// Libraries that ask for the peer's address get none.
func TestAddressStaysBelow(t *testing.T) {
	c := newConn(&Server{}, memConn{})
	if got := c.RemoteAddr().String(); got != "nobody" {
		t.Errorf("the address is %s", got)
	}
}

// /privacy says of every field what it is held for, and holds no login name, no
// address and no version.
func TestHeld(t *testing.T) {
	for _, v := range []any{channel{}, conn{}} {
		for i := range reflect.TypeOf(v).NumField() {
			if f := reflect.TypeOf(v).Field(i); f.Tag.Get("held") == "" {
				t.Errorf("%T.%s is held for no reason", v, f.Name)
			}
		}
	}
	h := build(t)
	seen := visits(h)
	h.serve()
	g := h.screen("lobby --nick zoe --tz asia/tokyo --times on --notify all --fold off --theme light")
	_ = g
	var all strings.Builder
	for _, f := range (<-seen).held() {
		all.WriteString(f.Name + ": " + f.Value + "\n")
	}
	for _, want := range []string{"term: xterm\n", "command: lobby --nick zoe --tz asia/tokyo --times on --notify all --fold off --theme light\n", "settings.Zone: Asia/Tokyo\n", "settings.Times: on\n", "settings.Notify: all\n", "settings.Fold: off\n", "settings.Theme: light\n", "conn.channels: 1 of them\n", "noColor: false\n"} {
		if !strings.Contains(all.String(), want) {
			t.Errorf("%q is not in\n%s", want, &all)
		}
	}
	for _, never := range []string{"canary-login", "127.0.0.1", "SSH-2.0"} {
		if strings.Contains(all.String(), never) {
			t.Errorf("%q is in\n%s", never, &all)
		}
	}
}

// What /privacy lists is read while others write it: under the race detector this
// finds a field that nothing guards.
func TestHeldIsReadBesideItsWriters(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := buildInMemory(t)
		seen := visits(h)
		h.serve()
		client := h.dial()
		defer client.Close()
		g := session(t, client)
		g.terminal("xterm", 80, 24)
		g.start("lobby")
		first := <-seen
		var asking sync.WaitGroup
		asking.Go(func() {
			for range 20 {
				time.Sleep(DeadlineEvery)
				first.held()
			}
		})
		for range 20 {
			time.Sleep(DeadlineEvery)
			_, _, _ = client.SendRequest("unknown", true, nil)
		}
		asking.Wait()
	})
}

// Whatever way somebody came, the answer to what is held about them has every
// field of the structures that hold it.
func TestHeldInEveryDoor(t *testing.T) {
	var names []string
	for _, f := range (&channel{conn: &conn{}}).held() {
		names = append(names, f.Name)
	}
	if len(names) < reflect.TypeFor[channel]().NumField()+reflect.TypeFor[conn]().NumField() {
		t.Fatalf("the door has only %q", names)
	}
	names = append(names, "nick", "room", "via", "out.entries", "passes.tokens", "expiry")
	missing := func(door, text string) {
		t.Helper()
		for _, name := range names {
			if !strings.Contains(text, "-- "+name+": ") {
				t.Errorf("%s: nothing about %s in %s", door, name, text)
			}
		}
	}
	h := open(t)
	fields := func(g *guest) string {
		event[*rooms.Welcome](g)
		g.says(`{"t":"held","id":"h"}`)
		held := event[*rooms.Held](g)
		have := ""
		for _, f := range held.Fields {
			have += "-- " + f.Name + ": " + f.Value + "\n"
			if f.Why == "" {
				t.Errorf("nobody says what %s is held for", f.Name)
			}
		}
		if held.ID != "h" {
			t.Errorf("the answer to h is that to %q", held.ID)
		}
		return have
	}
	missing("--json", fields(h.run("lobby --json")))
	sub := h.subsystem()
	sub.says(`{"t":"join","room":"lobby","via":"native"}`)
	missing("the subsystem", fields(sub))

	plain := session(t, h.dial())
	plain.terminal("dumb", 80, 24)
	plain.start("lobby")
	plain.hears("-- you are ")
	plain.typed("/privacy\r")
	var all strings.Builder
	for line := ""; !strings.HasPrefix(line, "-- What it never took:"); line = plain.line() {
		all.WriteString(line + "\n")
	}
	missing("--plain", all.String())
}

func TestBucket(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := bucket{rate: 20, burst: 200}
		passed := func() (n int) {
			for b.take(time.Now(), 1) {
				n++
			}
			return n
		}
		for _, step := range []struct {
			wait time.Duration
			want int
		}{{0, 200}, {0, 0}, {time.Second, 20}, {50 * time.Millisecond, 1}, {time.Hour, 200}} {
			time.Sleep(step.wait)
			if got := passed(); got != step.want {
				t.Errorf("after %v %d pass, want %d", step.wait, got, step.want)
			}
		}
	})
}
