package sshsrv

import (
	"bytes"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sotto/sshsrv/rawssh"
)

// After its new keys a client may send as much as the library's queue takes, however
// its bytes come, and whatever stands before its version. Then it has to wait, until
// it asks to be let in, or for a moment.
func TestOpening(t *testing.T) {
	newKeys := rawssh.Packet([]byte{rawssh.MsgNewKeys}, false)
	exchange := append(rawssh.Packet(rawssh.KexInit(), false), rawssh.Packet(rawssh.Message(rawssh.MsgExchange, strings.Repeat("q", 1216)), false)...)
	for name, clear := range map[string]string{
		"usual":              "SSH-2.0-x\r\n" + string(exchange) + string(newKeys),
		"lines before":       "hello\r\nSSH\r\n\nSSH-2.0-x\n" + string(exchange) + string(newKeys),
		"a wrong guess":      "SSH-2.0-x\r\n" + string(exchange) + string(exchange) + string(newKeys),
		"no exchange at all": "SSH-2.0-x\r\n" + string(newKeys),
		"an empty packet":    "SSH-2.0-x\r\n\x00\x00\x00\x00\x00\x00",
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				far, near := net.Pipe()
				defer far.Close()
				defer near.Close()
				n := newNewcomer(near, make(chan struct{}, 1))
				sealed := strings.Repeat("s", 3*OpeningBytes)
				go far.Write([]byte(clear + sealed))
				var got []byte
				var began time.Time
				read := func(until int) {
					t.Helper()
					for len(got) < until {
						piece := make([]byte, 4096)
						k, err := n.Read(piece)
						if err != nil {
							t.Fatal(err)
						}
						got = append(got, piece[:k]...)
					}
				}
				read(len(clear))
				began = time.Now()
				read(len(clear) + OpeningBytes)
				if len(got) != len(clear)+OpeningBytes || time.Since(began) > 0 {
					t.Errorf("%d bytes came after its keys, in %v", len(got)-len(clear), time.Since(began))
				}
				read(len(clear) + 2*OpeningBytes)
				if took := time.Since(began); took != OpeningPause || len(got) != len(clear)+2*OpeningBytes {
					t.Errorf("%d bytes came after its keys, in %v", len(got)-len(clear), took)
				}
				n.asks()
				read(len(clear) + len(sealed))
				if took := time.Since(began); took != OpeningPause || !bytes.Equal(got, []byte(clear+sealed)) {
					t.Errorf("the rest came after %v, all as it was sent: %v", took, bytes.Equal(got, []byte(clear+sealed)))
				}
			})
		})
	}
}

// A client that sends much before it asks, such as a signature by RSA that nobody
// wanted to see, gets in all the same.
func TestLongFirstRequest(t *testing.T) {
	h := open(t)
	raw, err := h.dialer()
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	c, err := rawssh.Exchange(raw)
	if err == nil {
		err = c.Knock()
	}
	if err == nil {
		err = c.Send(rawssh.Message(rawssh.MsgAuthRequest, "x", "ssh-connection", "password", false, strings.Repeat("p", 4*OpeningBytes)))
	}
	if err == nil {
		_, err = c.Await(rawssh.MsgAuthSuccess)
	}
	if err != nil {
		t.Error(err)
	}
}

// A connection that is closed does not wait.
func TestOpeningEndsWithItsConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		far, near := net.Pipe()
		defer far.Close()
		n := newNewcomer(near, make(chan struct{}, 1))
		n.opening.stage = sealed
		began := time.Now()
		time.AfterFunc(OpeningPause/2, func() { n.Close() })
		if _, err := n.Read(make([]byte, 1)); err == nil || time.Since(began) != OpeningPause/2 {
			t.Errorf("after %v: %v", time.Since(began), err)
		}
	})
}

// Whoever waits in an opening reads nothing more from a connection that is closed
// meanwhile, while that goes on.
func TestNothingIsReadWhileItCloses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		far, near := net.Pipe()
		defer far.Close()
		go far.Write(make([]byte, 10*OpeningBytes)) // until it is closed
		n := newNewcomer(slowToClose{near}, make(chan struct{}, 1))
		n.opening.stage = sealed
		time.AfterFunc(OpeningPause/2, func() { n.Close() })
		if k, err := n.Read(make([]byte, OpeningBytes)); k > 0 || err == nil {
			t.Errorf("read %d bytes: %v", k, err)
		}
	})
}

type slowToClose struct{ net.Conn }

func (c slowToClose) Close() error {
	time.Sleep(OpeningPause / 4)
	return c.Conn.Close()
}
