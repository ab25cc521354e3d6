package client_test

import (
	"bytes"
	"net"
	"sync"
	"time"
)

// buffered gives an end of a [net.Pipe] what a kernel gives to a connection: a
// write returns before the peer has read, and what was written before Close
// still arrives. Without it two peers that answer each other's pings at one
// instant would wait for each other.
type buffered struct {
	net.Conn
	queue  chan []byte
	closed chan struct{}
	once   sync.Once
}

func newBuffered(c net.Conn) *buffered {
	b := &buffered{Conn: c, queue: make(chan []byte, 256), closed: make(chan struct{})}
	go b.pump()
	return b
}

func (b *buffered) Write(p []byte) (int, error) {
	select {
	case <-b.closed:
		return 0, net.ErrClosed
	case b.queue <- bytes.Clone(p):
		return len(p), nil
	}
}

func (b *buffered) pump() {
	defer b.Conn.Close()
	for {
		select {
		case p := <-b.queue:
			if _, err := b.Conn.Write(p); err != nil {
				return
			}
			continue
		default:
		}
		select {
		case p := <-b.queue:
			if _, err := b.Conn.Write(p); err != nil {
				return
			}
		case <-b.closed:
			return
		}
	}
}

// Close gives what is still queued a second to arrive.
func (b *buffered) Close() error {
	b.once.Do(func() {
		close(b.closed)
		b.Conn.SetReadDeadline(time.Now())
		b.Conn.SetWriteDeadline(time.Now().Add(time.Second))
	})
	return nil
}
