package sshsrv

import (
	"net"
	"testing"
)

// full is a listener that needs a connection for somebody else.
type full struct {
	net.Listener
	asked chan func(sentence string)
}

type fullConn struct {
	net.Conn
	asked chan func(string)
}

func (c fullConn) GiveWay(do func(string)) { c.asked <- do }

func (c fullConn) Offend() { panic("whoever gives way has done nothing") }

func (f full) Accept() (net.Conn, error) {
	raw, err := f.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return fullConn{raw, f.asked}, nil
}

// Who has to make room for another connection is told, in a room and before it.
func TestGivingWay(t *testing.T) {
	ln := newMemListener()
	f := full{ln, make(chan func(string), 1)}
	h := buildOn(t, f, func() (net.Conn, error) { return ln.dial(), nil }).serve()
	inside := h.run("lobby --listen")
	inside.line()
	(<-f.asked)("make room")
	inside.ends(exitEnded, "make room")

	client := h.dial()
	(<-f.asked)("make room")
	if err := client.Wait(); err == nil {
		t.Error("a connection without a session ended as if nothing had been")
	}
}
