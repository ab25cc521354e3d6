package webbridge

import (
	"context"
	"crypto/tls"
	"encoding/binary"
	"io"
	"net"
	"net/http/httptest"
	"runtime"
	"testing"
	"time"
)

// endedFor is how long a connection that has ended may be held: the promise about
// memory.
const endedFor = 10 * time.Second

// watched tells when nothing holds a connection any more.
type watched struct {
	net.Listener
	freed chan struct{}
}

type watchedConn struct{ net.Conn }

func (w watched) Accept() (net.Conn, error) {
	raw, err := w.Listener.Accept()
	if err != nil {
		return nil, err
	}
	conn := &watchedConn{raw}
	runtime.AddCleanup(conn, func(freed chan struct{}) { freed <- struct{}{} }, w.freed)
	return conn, nil
}

// A browser that vanishes in the middle of a request leaves nothing behind: no
// timer of HTTP/2 holds the connection, and with it what its headers said.
func TestNothingHoldsAnEndedConnection(t *testing.T) {
	t.Parallel()
	ready := httptest.NewUnstartedServer(nil)
	ready.StartTLS()
	certificates := ready.TLS.Certificates
	ready.Close()
	raw, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	freed := make(chan struct{}, 1)
	ln := tls.NewListener(watched{raw, freed}, &tls.Config{Certificates: certificates, NextProtos: []string{"h2"}})
	startOn(t, ln, (&net.Dialer{}).DialContext)

	vanish(t, raw.Addr().String())
	// The promise is about memory that is collected every so often; here it is at
	// once, again and again.
	deadline := time.NewTimer(endedFor)
	defer deadline.Stop()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		runtime.GC()
		select {
		case <-freed:
			return
		case <-tick.C:
		case <-deadline.C:
			t.Fatalf("%v after its end something holds the connection", endedFor)
		}
	}
}

// vanish asks for a page over HTTP/2, takes nothing of its body, and is gone once
// the answer has begun.
func vanish(t *testing.T, addr string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	conn, err := (&tls.Dialer{Config: &tls.Config{InsecureSkipVerify: true, NextProtos: []string{"h2"}}}).DialContext(ctx, "tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	const settings, headers = 0x4, 0x1 // types of frames (RFC 9113, section 6)
	hello := []byte("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
	hello = appendFrame(hello, settings, 0, 0, []byte{0, 0x4, 0, 0, 0, 0}) // no body may come: INITIAL_WINDOW_SIZE is 0
	// GET, https, / and :authority, by HPACK's static table (RFC 7541, appendix A).
	ask := append([]byte{0x82, 0x87, 0x84, 0x41, byte(len(addr))}, addr...)
	hello = appendFrame(hello, headers, 0x5, 1, ask) // END_STREAM, END_HEADERS
	if _, err := conn.Write(hello); err != nil {
		t.Fatal(err)
	}
	for {
		var head [9]byte
		if _, err := io.ReadFull(conn, head[:]); err != nil {
			t.Fatal(err)
		}
		body := make([]byte, int(head[0])<<16|int(head[1])<<8|int(head[2]))
		if _, err := io.ReadFull(conn, body); err != nil {
			t.Fatal(err)
		}
		if kind, flags := head[3], head[4]; kind == headers {
			if flags&0x1 != 0 || body[0] != 0x88 { // END_STREAM; :status 200
				t.Fatalf("the answer is %x, flags %x", body, flags)
			}
			return
		}
	}
}

// appendFrame appends an HTTP/2 frame.
func appendFrame(to []byte, kind, flags byte, stream uint32, body []byte) []byte {
	to = append(to, 0, byte(len(body)>>8), byte(len(body)), kind, flags)
	return append(binary.BigEndian.AppendUint32(to, stream), body...)
}
