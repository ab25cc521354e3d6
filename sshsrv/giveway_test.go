package sshsrv

import (
	"net"
	"testing"
	"testing/synctest"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"sotto/rooms"
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

// Who does not answer when they are asked whether they are there gives way to somebody
// who wants to come into a full room.
func TestFullRoomIsAskedForSigns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := openInMemory(t, func(c *Config) { c.Hub = rooms.NewHub(rooms.Config{RoomSize: 2}) })
		quiet := h.run("lobby --listen")
		quiet.hears("you are")
		raw, err := h.dialer()
		if err != nil {
			t.Fatal(err)
		}
		frozen := &freezer{Conn: raw, thaw: make(chan struct{})}
		conn, channels, requests, err := gossh.NewClientConn(frozen, "sotto", &gossh.ClientConfig{HostKeyCallback: gossh.InsecureIgnoreHostKey()})
		if err != nil {
			t.Fatal(err)
		}
		dead := session(t, gossh.NewClient(conn, channels, requests))
		if err := dead.session.Start("lobby --listen"); err != nil {
			t.Fatal(err)
		}
		dead.hears("you are")
		frozen.freeze.Store(true)
		h.run("lobby").ends(exitEnded, "This room is full.")
		time.Sleep(rooms.SignFor)
		newcomer := h.run("lobby --listen")
		newcomer.hears("you are")
		newcomer.says("hello")
		quiet.hears("hello") // who answered is still there
		close(frozen.thaw)
		_ = conn.Close()
	})
}
