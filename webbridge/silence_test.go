package webbridge

import (
	"context"
	"io"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coder/websocket"

	"sotto/rooms"
	"sotto/rooms/wire"
)

// memory is a network in memory, for tests about time.
type memory struct {
	conns chan net.Conn
	done  chan struct{}
}

func (m *memory) Accept() (net.Conn, error) {
	select {
	case c := <-m.conns:
		return c, nil
	case <-m.done:
		return nil, net.ErrClosed
	}
}

func (m *memory) Close() error {
	select {
	case <-m.done:
	default:
		close(m.done)
	}
	return nil
}

func (m *memory) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 3000} }

func (m *memory) dial(context.Context, string, string) (net.Conn, error) {
	here, there := net.Pipe()
	m.conns <- there
	return here, nil
}

func startInMemory(t *testing.T, change ...func(*Config)) *rig {
	m := &memory{conns: make(chan net.Conn), done: make(chan struct{})}
	return startOn(t, m, m.dial, change...)
}

func TestJoinTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := startInMemory(t)
		p := r.open()
		begun := time.Now()
		time.AfterFunc(wire.JoinTimeout-time.Second, func() { p.send(`{"t":"join","room":"a/b"}`) })
		p.wantRefused(rooms.BadRoom, "")
		frames := p.wantClosed(websocket.StatusNormalClosure)
		if len(frames) != 1 || frames[0]["t"] != "bye" || frames[0]["code"] != "timeout" {
			t.Errorf("the last frames are %v", frames)
		}
		if waited := time.Since(begun); waited != wire.JoinTimeout {
			t.Errorf("ended after %v", waited)
		}
	})
}

func TestNoSignOfLife(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := startInMemory(t)
		quiet, _ := r.join("den", "quiet") // reads, and so answers pings
		dead, _ := r.join("den", "dead")
		go io.Copy(io.Discard, dead.raw) // takes everything and answers nothing
		begun := time.Now()
		for {
			left, err := quiet.nextWithin(10 * time.Minute)
			if err != nil {
				t.Fatal(err)
			}
			if left["t"] != "left" {
				continue
			}
			waited := time.Since(begun)
			if want := (1 + PingMisses) * PingEvery; left["reason"] != "lost" || waited < want || waited > want+WriteTimeout {
				t.Errorf("left is %v after %v", left, waited)
			}
			break
		}
	})
}

// Who does not answer a ping gives way when somebody wants to come into a full room,
// though they acknowledged what they got; who does stays.
func TestFullRoomIsAskedForSigns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := startInMemory(t, func(c *Config) { c.Hub = rooms.NewHub(rooms.Config{RoomSize: 2}) })
		quiet, _ := r.join("den", "quiet") // reads, and so answers pings
		dead, _ := r.join("den", "dead")
		for _, p := range []*peer{quiet, dead} {
			p.send(`{"t":"say","text":"x"}`)
		}
		go io.Copy(io.Discard, dead.raw)
		gone := make(chan frame)
		go func() {
			defer close(gone)
			for {
				heard, err := quiet.nextWithin(time.Minute)
				if err != nil {
					t.Errorf("who answers pings ended with %v", err)
					return
				}
				if heard["t"] == "left" {
					gone <- heard
					return
				}
			}
		}()
		synctest.Wait() // what was said was a sign of life
		p := r.open()
		p.send(`{"t":"join","room":"den","nick":"newcomer"}`)
		p.wantRefused(rooms.RoomFull, "")
		time.Sleep(rooms.SignFor)
		p.send(`{"t":"join","room":"den","nick":"newcomer"}`)
		p.await("welcome")
		if left := <-gone; left["reason"] != "lost" {
			t.Errorf("left is %v", left)
		}
	})
}
