package webbridge

import (
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// Every phase of a request has its time, whoever lets it pass is cut off, and
// headers have their size.
func TestPhases(t *testing.T) {
	const request = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n"
	for _, phase := range []struct {
		name, sent string
		begins     string // how the answer begins; empty: there is none
		after      time.Duration
	}{
		{"nothing is asked", "", "", HeaderTimeout},
		{"a header does not end", request + "X-Slow: a", "", HeaderTimeout},
		{"nothing is asked any more", request + "\r\n", "HTTP/1.1 200 ", IdleTimeout},
		{"a header is too large", request + "X-Large: " + strings.Repeat("a", 2*MaxHeaderBytes), "HTTP/1.1 431 ", 500 * time.Millisecond},
	} {
		t.Run(phase.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				conn := dialInMemory(t)
				begun := time.Now()
				go io.WriteString(conn, phase.sent)
				answer, _ := io.ReadAll(conn) // until it is cut off
				if !strings.HasPrefix(string(answer), phase.begins) || phase.begins == "" && len(answer) > 0 {
					t.Errorf("the answer is %q", answer)
				}
				if took := time.Since(begun); took != phase.after {
					t.Errorf("cut off after %v, want %v", took, phase.after)
				}
			})
		})
	}
}

// An answer waits for its reader, but not for ever.
func TestUnreadAnswer(t *testing.T) {
	for _, slow := range []struct {
		wait time.Duration
		cut  bool
	}{{ResponseTimeout - time.Second, false}, {ResponseTimeout + time.Second, true}} {
		synctest.Test(t, func(t *testing.T) {
			conn := dialInMemory(t)
			go io.WriteString(conn, "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
			time.Sleep(slow.wait)
			answer, _ := io.ReadAll(conn)
			if whole := strings.HasPrefix(string(answer), "HTTP/1.1 200 "); whole == slow.cut {
				t.Errorf("read after %v, %d bytes came", slow.wait, len(answer))
			}
		})
	}
}

// dialInMemory starts a server on a network in memory and connects to it.
func dialInMemory(t *testing.T) net.Conn {
	t.Helper()
	m := &memory{conns: make(chan net.Conn), done: make(chan struct{})}
	startOn(t, m, m.dial)
	conn, err := m.dial(t.Context(), "", "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}
