package sshsrv

import (
	"io"
	"runtime"
	"testing"
	"time"
	"weak"
)

// endedFor is how long what belonged to a connection may be held after its end: the
// promise about memory.
const endedFor = 10 * time.Second

// Nothing holds a connection that has ended, and with it what was sent on its
// channels and not read: no timer, of a channel on which no session was begun or
// of one that was, of a stalled writer, of a sign of life that did not come.
func TestNothingHoldsAnEndedConnection(t *testing.T) {
	h := open(t)
	// The runtime looks for timers that were stopped where there are few others. On
	// a server that is in use there are many.
	for range 100 * runtime.GOMAXPROCS(0) {
		defer time.AfterFunc(time.Hour, func() {}).Stop()
		runtime.Gosched()
	}
	for name, visit := range map[string]func(g *guest){
		"nothing begun": func(g *guest) {
			if _, err := io.WriteString(g.in, "typed before the shell"); err != nil {
				t.Fatal(err)
			}
		},
		"a screen": func(g *guest) {
			g.terminal("xterm", 80, 24)
			g.start("den")
			if _, err := g.out.ReadByte(); err != nil {
				t.Fatal(err)
			}
		},
		"a pipe": func(g *guest) {
			g.start("den")
			g.says("hello")
		},
	} {
		t.Run(name, func(t *testing.T) {
			before := h.server.held()
			client := h.dial()
			visit(session(t, client))
			var conn weak.Pointer[conn]
			for c := range h.server.held() {
				if _, old := before[c]; !old {
					conn = c
				}
			}
			if conn.Value() == nil {
				t.Fatal("there is no connection to end")
			}
			client.Close()
			for deadline := time.Now().Add(endedFor); conn.Value() != nil; runtime.GC() {
				if time.Now().After(deadline) {
					t.Fatalf("%v after its end something holds the connection", endedFor)
				}
			}
		})
	}
}

// held are the connections that are open, held by nothing here.
func (s *Server) held() map[weak.Pointer[conn]]struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	open := make(map[weak.Pointer[conn]]struct{})
	for c := range s.open {
		open[weak.Make(c)] = struct{}{}
	}
	return open
}
