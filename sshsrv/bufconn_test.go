package sshsrv

import (
	"io"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// A link is one direction of an in-memory connection with a bounded buffer, as
// a socket has: a writer waits when nobody reads. It works in a synctest bubble.
type link struct {
	mu       sync.Mutex
	cond     *sync.Cond
	buf      []byte
	closed   bool
	readBy   time.Time
	writeBy  time.Time
	capacity int
}

func newLink(capacity int) *link {
	l := &link{capacity: capacity}
	l.cond = sync.NewCond(&l.mu)
	return l
}

func (l *link) read(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for len(l.buf) == 0 {
		switch {
		case l.closed:
			return 0, io.EOF
		case past(l.readBy):
			return 0, os.ErrDeadlineExceeded
		}
		l.cond.Wait()
	}
	n := copy(p, l.buf)
	l.buf = l.buf[n:]
	l.cond.Broadcast()
	return n, nil
}

func (l *link) write(p []byte) (n int, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for len(p) > 0 {
		switch {
		case l.closed:
			return n, io.ErrClosedPipe
		case past(l.writeBy):
			return n, os.ErrDeadlineExceeded
		case len(l.buf) == l.capacity:
			l.cond.Wait()
			continue
		}
		k := min(len(p), l.capacity-len(l.buf))
		l.buf = append(l.buf, p[:k]...)
		p, n = p[k:], n+k
		l.cond.Broadcast()
	}
	return n, nil
}

func (l *link) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	l.cond.Broadcast()
}

// by sets a deadline and arms its wake-up.
func (l *link) by(deadline *time.Time, t time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	*deadline = t
	l.cond.Broadcast()
	if !t.IsZero() {
		time.AfterFunc(time.Until(t), l.cond.Broadcast)
	}
}

func past(t time.Time) bool { return !t.IsZero() && !time.Now().Before(t) }

// memConn is one end of a connection.
type memConn struct{ in, out *link }

func (c memConn) Read(p []byte) (int, error)  { return c.in.read(p) }
func (c memConn) Write(p []byte) (int, error) { return c.out.write(p) }
func (c memConn) Close() error {
	if c.in != nil { // else it is no end of anything, and its time is over
		c.in.close()
		c.out.close()
	}
	return nil
}
func (c memConn) LocalAddr() net.Addr                { return &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 2222} }
func (c memConn) RemoteAddr() net.Addr               { return &net.TCPAddr{IP: net.IPv4(192, 0, 2, 2), Port: 4000} }
func (c memConn) SetReadDeadline(t time.Time) error  { c.in.by(&c.in.readBy, t); return nil }
func (c memConn) SetWriteDeadline(t time.Time) error { c.out.by(&c.out.writeBy, t); return nil }
func (c memConn) SetDeadline(t time.Time) error {
	_ = c.SetReadDeadline(t)
	return c.SetWriteDeadline(t)
}

// memListener accepts what dial makes.
type memListener struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func newMemListener() *memListener {
	return &memListener{conns: make(chan net.Conn), closed: make(chan struct{})}
}

func (l *memListener) dial() net.Conn {
	up, down := newLink(SendBuffer), newLink(SendBuffer)
	select {
	case l.conns <- memConn{in: up, out: down}:
		return memConn{in: down, out: up}
	case <-l.closed:
		panic("the listener is closed")
	}
}

func (l *memListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *memListener) Close() error   { l.once.Do(func() { close(l.closed) }); return nil }
func (l *memListener) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 2222} }

// A freezer is a client's connection that can stop to read, as a stopped
// process does, until it thaws.
type freezer struct {
	net.Conn
	freeze atomic.Bool
	thaw   chan struct{}
}

func (f *freezer) Read(p []byte) (int, error) {
	n, err := f.Conn.Read(p)
	if f.freeze.Load() {
		<-f.thaw
	}
	return n, err
}
