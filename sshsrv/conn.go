package sshsrv

import (
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"sotto/rooms"
	"sotto/sshsrv/intake"
)

// Why a session was ended from below, as the cause of its context. The ones
// that the server decided are said to the person.
var (
	errGone    = errors.New("the client closed the channel, or reads no more")
	errStalled = &rooms.Ended{Code: rooms.Slow, Message: "Nothing was read for ten seconds, so this session ends.", Retry: true}
	errFlood   = &rooms.Ended{Code: rooms.TooMany, Message: "Too many requests on this connection, so it ends."}
)

// A conn is one TCP connection. It hides the peer's address from everything
// above it, ends a write that makes no progress, and counts channels, refused
// channels and global requests. The tags say what a field is held for; /privacy
// shows them.
type conn struct {
	net.Conn `held:"your connection; its far end is known to the kernel and to nothing here"`
	tcp      *net.TCPConn `held:"the same, to ask whether its far end is there"`
	server   *Server      `held:"the server"`

	letIn   atomic.Bool    `held:"whether the handshake is over"`
	lobby   *time.Timer    `held:"ends a connection that begins no session"`
	cutting atomic.Bool    `held:"whether it is being cut for breaking a limit"`
	closed  chan struct{}  `held:"tells that the connection has ended"`
	intake  *intake.Intake `held:"how many bytes came, how many of them may wait to be read, and since when"`
	running sync.WaitGroup `held:"what is at work for this connection"`

	ssh     gossh.ConnMetadata `held:"the library's side of your connection, to free it in the end"` // set by asks
	globals bucket             `held:"how fast requests come, to end a flood"`                       // owned by whoever answers them
	renewed atomic.Int64       `held:"when a write last got its time, to end a stall"`               // Unix nanoseconds; written by Write, read for /privacy

	mu       sync.Mutex            `held:"guards what follows"`
	shut     bool                  `held:"whether it was closed"`
	over     bool                  `held:"whether nothing new may start on it"`
	rejected int                   `held:"how many channels were refused, to end a flood"`
	channels map[*channel]struct{} `held:"the sessions on this connection"`
	silent   *time.Timer           `held:"ends a connection whose client gives no sign of life"`
	peer     gossh.Conn            `held:"the connection as the SSH library knows it, to ask for one"`
	seats    int                   `held:"how many rooms its screens are in, to end at eight"`
	opens    bucket                `held:"how fast sessions come, to end a flood"`
}

func newConn(s *Server, c net.Conn) *conn {
	tcp := tcpOf(c)
	if tcp != nil {
		_ = tcp.SetWriteBuffer(SendBuffer)
	}
	conn := &conn{
		Conn:     c,
		tcp:      tcp,
		server:   s,
		closed:   make(chan struct{}),
		channels: make(map[*channel]struct{}),
		opens:    bucket{rate: SessionRate, burst: SessionBurst},
		globals:  bucket{rate: RequestRate, burst: RequestBurst},
		intake:   intake.New(&s.ahead),
	}
	if y, ok := c.(yielding); ok {
		y.GiveWay(func(sentence string) {
			conn.hangUp(&rooms.Ended{Code: rooms.TooMany, Retry: true, Message: sentence})
		})
	}
	conn.lobby = time.AfterFunc(HandshakeTimeout+LobbyTimeout, func() { _ = conn.Close() })
	return conn
}

// tcpOf finds the TCP connection below wrappers that have a NetConn method, as
// those of crypto/tls do; nil if there is none.
func tcpOf(c net.Conn) *net.TCPConn {
	for {
		switch t := c.(type) {
		case *net.TCPConn:
			return t
		case interface{ NetConn() net.Conn }:
			c = t.NetConn()
		default:
			return nil
		}
	}
}

// nobody is the address that libraries see instead of the peer's.
type nobody struct{}

func (nobody) Network() string { return "tcp" }
func (nobody) String() string  { return "nobody" }

// RemoteAddr tells nothing: nothing above needs to know who is there.
func (c *conn) RemoteAddr() net.Addr { return nobody{} }

// asks notes that the client has asked to be let in. The library calls it in the
// goroutine that serves the connection.
func (c *conn) asks(ssh gossh.ConnMetadata) {
	c.ssh = ssh
	c.Conn.(*newcomer).asks()
}

// handshakeOver notes that the handshake is over. A session has to begin within
// [LobbyTimeout].
func (c *conn) handshakeOver() {
	c.letIn.Store(true)
	c.lobby.Reset(LobbyTimeout)
}

// A listener may count those who have not come in yet, hold it against a source
// when a limit is broken, and need a connection for somebody else. Both sides hear
// of it by methods of its connections.
type (
	counted   interface{ Entered() }
	penalised interface{ Offend() }
	yielding  interface {
		GiveWay(do func(sentence string))
	}
)

// sessionBegun says that a session has begun.
func (c *conn) sessionBegun() {
	c.lobby.Stop()
	if l, ok := c.Conn.(counted); ok {
		l.Entered()
	}
}

// offend says that a limit was broken.
func (c *conn) offend() {
	if l, ok := c.Conn.(penalised); ok {
		l.Offend()
	}
}

// SetDeadline is called by the server library, for the handshake. Once that is
// over, writes have their own deadline.
func (c *conn) SetDeadline(t time.Time) error {
	if c.letIn.Load() {
		return c.Conn.SetReadDeadline(t)
	}
	return c.Conn.SetDeadline(t)
}

// Read leaves outside what its intake does not take. It reads nothing more from a
// connection that is being cut: its last words go out, and its flood stays
// outside.
func (c *conn) Read(p []byte) (int, error) {
	c.intake.Wait(func() bool { return hungUp(c.tcp) })
	n, err := c.Conn.Read(p)
	if c.intake.Came(n) {
		c.background(func() { c.intake.Sweep(c.background) })
	}
	if c.cutting.Load() {
		<-c.closed
		return 0, net.ErrClosed
	}
	return n, err
}

// Write writes p in steps, each of which must get into the kernel's buffer
// within [StallTimeout], or [DeadlineEvery] less. An error closes the
// connection: half a packet is no use to anybody, and readers must not wait for
// a peer that can't be answered. The SSH library calls it one at a time.
func (c *conn) Write(p []byte) (n int, err error) {
	defer c.intake.Written()
	for n < len(p) {
		now := time.Now()
		c.intake.Writing(now)
		if c.letIn.Load() && now.UnixNano()-c.renewed.Load() >= int64(DeadlineEvery) {
			_ = c.Conn.SetWriteDeadline(now.Add(StallTimeout))
			c.renewed.Store(now.UnixNano())
		}
		k, err := c.Conn.Write(p[n:min(len(p), n+WriteChunk)])
		n += k
		if err != nil {
			_ = c.Close()
			return n, err
		}
	}
	return n, nil
}

// Close closes the connection, once or more. Whoever counts connections is told
// without a lock: they may be just asking what this one holds.
func (c *conn) Close() error {
	if !c.closing() {
		return nil
	}
	return c.Conn.Close()
}

// closing notes that the connection is being closed, and reports whether it was not
// before.
func (c *conn) closing() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.shut {
		return false
	}
	c.shut = true
	c.lobby.Reset(0) // lets go of the connection, as in probe
	close(c.closed)
	c.intake.Close()
	return true
}

// closeWrite says that nothing more will come, so that a client which has read
// everything hangs up by itself. What it still sends is read, since unread
// input would make the kernel throw our last words away.
func (c *conn) closeWrite() {
	if c.tcp != nil {
		_ = c.tcp.CloseWrite()
		return
	}
	_ = c.Close()
}

// open counts a session channel in. It is refused with a sentence when there
// are too many, or when the connection ends.
func (c *conn) open(ch *channel) (refusal string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.over || c.cutting.Load():
		return "This connection ends."
	case len(c.channels) >= MaxChannels:
		return "This connection has four sessions already. Open another connection."
	case !c.opens.take(time.Now(), 1):
		return "Sessions come too fast on this connection. Wait for a while."
	}
	c.channels[ch] = struct{}{}
	c.running.Add(1)
	return ""
}

// done counts a session channel out.
func (c *conn) done(ch *channel) {
	if ch.in != nil {
		ch.in.stream.Leave()
	}
	c.mu.Lock()
	delete(c.channels, ch)
	c.mu.Unlock()
	c.running.Done()
}

// reject refuses a channel, and cuts a connection that does nothing but ask.
func (c *conn) reject(ch gossh.NewChannel, why gossh.RejectionReason, sentence string) {
	c.mu.Lock()
	c.rejected++
	flood := c.rejected >= MaxRejects
	c.mu.Unlock()
	if flood {
		c.cut(errFlood)
	}
	_ = ch.Reject(why, sentence)
}

// global answers a global request: with no, always, since nothing that can be
// asked for is granted. Asking too fast cuts the connection.
func (c *conn) global(payload []byte) {
	c.intake.Handled(len(payload))
	if !c.globals.take(time.Now(), countOf(len(payload))) {
		c.cut(errFlood)
	}
}

// cut ends a connection for an offence, of which the listener hears before the client
// can.
func (c *conn) cut(cause error) {
	if !c.cutting.Swap(true) {
		c.offend()
		c.part(cause)
	}
}

// hangUp ends a connection that did nothing wrong.
func (c *conn) hangUp(cause error) {
	if !c.cutting.Swap(true) {
		c.part(cause)
	}
}

// part ends every session of the connection for cause and closes it after [CutGrace],
// or at once when there is no session to tell.
func (c *conn) part(cause error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	grace := time.Duration(0)
	for ch := range c.channels {
		ch.end(cause)
		grace = CutGrace
	}
	time.AfterFunc(grace, func() { _ = c.Close() })
}

// wait waits for everything that works for the connection, which must be
// closed. Nothing starts after it.
func (c *conn) wait() {
	c.mu.Lock()
	c.over = true
	c.mu.Unlock()
	c.running.Wait()
}

// background runs f in a goroutine that wait waits for, unless the connection is
// over.
func (c *conn) background(f func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.over {
		c.running.Go(f)
	}
}

// keepalive starts asking the client for a sign of life, unless that was begun
// before. Until the first request there is nothing but TCP's own keepalive.
func (c *conn) keepalive(peer gossh.Conn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.silent != nil || c.over {
		return
	}
	c.silent, c.peer = time.AfterFunc(KeepaliveMisses*KeepaliveEvery, c.unheard), peer
	c.running.Go(func() { c.probe(peer) })
}

// answering has a seat, if it is one, know how its client can be asked for a sign of life.
func (c *conn) answering(seat *rooms.Seat) *rooms.Seat {
	if seat != nil {
		seat.AskBy(c.ask)
	}
	return seat
}

// ask asks the client for a sign of life at once, without waiting for it. One that is
// not listened to is taken to give it.
func (c *conn) ask(answered func()) {
	c.mu.Lock()
	peer := c.peer
	c.mu.Unlock()
	c.background(func() {
		if peer == nil || c.intake.HeldBack(KeepaliveMisses*KeepaliveEvery) {
			answered()
			return
		}
		if _, _, err := peer.SendRequest("keepalive@openssh.com", true, nil); err == nil {
			answered()
		}
	})
}

// probe asks until the connection ends. Any answer will do (RFC 4254, section 4).
func (c *conn) probe(peer gossh.Conn) {
	defer c.allowSilence(0) // a timer that was stopped would hold the connection until its time
	// Asked on the full second, connections are asked together, and the process
	// wakes up once for many of them.
	next := func() time.Duration { return time.Until(time.Now().Add(KeepaliveEvery).Truncate(time.Second)) }
	due := time.NewTimer(next())
	defer due.Stop()
	for ; ; due.Reset(next()) {
		select {
		case <-c.closed:
			return
		case <-due.C:
		}
		if _, _, err := peer.SendRequest("keepalive@openssh.com", true, nil); err != nil {
			return
		}
		c.allowSilence(KeepaliveMisses * KeepaliveEvery)
	}
}

// allowSilence lets the client be silent for so long from now.
func (c *conn) allowSilence(patience time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.silent.Reset(patience)
}

// unheard ends a connection from which no answer came for too long. One that was
// not listened to meanwhile may have given it.
func (c *conn) unheard() {
	if c.intake.HeldBack(KeepaliveMisses * KeepaliveEvery) {
		c.allowSilence(KeepaliveMisses * KeepaliveEvery)
		return
	}
	_ = c.Close()
}
