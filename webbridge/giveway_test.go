package webbridge

import (
	"net"
	"testing"

	"github.com/coder/websocket"
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

func (c fullConn) GiveWay(do func(string)) {
	if do != nil {
		c.asked <- do
	}
}

func (f full) Accept() (net.Conn, error) {
	raw, err := f.Listener.Accept()
	return fullConn{raw, f.asked}, err
}

// Who has to make room for another connection is told, with or without a place.
func TestGivingWay(t *testing.T) {
	raw, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ln := full{raw, make(chan func(string), 1)}
	r := startOn(t, ln, (&net.Dialer{}).DialContext)
	for name, message := range map[string]string{
		"before the join": "",
		"in a room":       `{"t":"join","room":"den","resume":true}`,
	} {
		t.Run(name, func(t *testing.T) {
			p := r.open()
			if message != "" {
				p.send(message)
				p.await("welcome")
			}
			giveWay := <-ln.asked
			giveWay("make room")
			if bye := p.await("bye"); bye["code"] != "too_many" || bye["retry"] != true || bye["message"] != "make room" {
				t.Errorf("bye is %v", bye)
			}
			p.wantClosed(websocket.StatusNormalClosure)
			r.wantSockets(0)
			giveWay("too late") // and harms nothing
		})
	}
}
