package voice

import (
	"encoding/binary"
	"io"
	"net"
	"net/netip"
	"slices"
	"sync"
	"time"

	"sotto/rooms"
)

// datagram is a packet on its way in.
type datagram struct {
	from   netip.AddrPort
	as     netip.AddrPort // what stands for that; see [line]
	n      int
	buffer [mtu]byte
}

func (d *datagram) bytes() []byte { return d.buffer[:d.n] }

// put gives it back, with nothing in it: one is always held by who waits for the next packet.
func (d *datagram) put() {
	clear(d.bytes())
	d.n, d.from, d.as = 0, netip.AddrPort{}, netip.AddrPort{}
	datagrams.Put(d)
}

var datagrams = sync.Pool{New: func() any { return new(datagram) }}

// line is one way in which packets of one answer come and go: a [net.PacketConn] that has
// its part of the ports. It takes no more than its bounds, and of what no browser has to
// send, nothing. Whoever reads and writes is told no address, but what stands for each: the
// library has it on the stacks of its goroutines, which nobody overwrites when they end.
type line struct {
	ports *Ports
	name  lineName
	in    chan *datagram
	over  chan struct{}
	once  sync.Once
	rate  rooms.Limiter

	mu       sync.Mutex
	peer     peer                       // whose packets these are
	proofs   map[netip.AddrPort]*proof  // of where checks came from by UDP
	ways     map[netip.AddrPort]*proof  // the same, by what stands for that
	streams  map[netip.AddrPort]*stream // over TCP, by what stands for where they come from
	last     uint16                     // port of what stood for a place
	speakers []uint32                   // whose sound is taken
	fixed    bool                       // they are all
}

func newLine(p *Ports, name lineName) *line {
	return &line{ports: p, name: name, in: make(chan *datagram, lineQueue), over: make(chan struct{}),
		rate: rooms.NewLimiter(lineRate, lineBurst), proofs: make(map[netip.AddrPort]*proof), ways: make(map[netip.AddrPort]*proof), streams: make(map[netip.AddrPort]*stream)}
}

// expect says whose packets come, and which streams of sound there are if that is known.
func (l *line) expect(from peer, speakers []uint32) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.peer = from
	if len(speakers) > 0 {
		l.speakers, l.fixed = speakers, true
	}
}

// deliver takes a packet, and reports whether it did.
func (l *line) deliver(d *datagram) bool {
	if !l.takes(d) || !l.name.tcp && !l.knows(d) {
		return false
	}
	select {
	case l.in <- d:
		return true
	default:
		return false
	}
}

// knows puts in a packet what stands for where it comes from, unless nothing does.
func (l *line) knows(d *datagram) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	p := l.proofs[d.from]
	if p == nil {
		return false
	}
	d.as = p.as
	return true
}

// another is what stands for one more place: an address of documents (RFC 5737, RFC 3849).
// The caller holds the lock.
func (l *line) another() netip.AddrPort {
	at := netip.AddrFrom4([4]byte{192, 0, 2, 1})
	if l.name.v6 {
		at = netip.AddrFrom16([16]byte{0x20, 0x01, 0x0d, 0xb8, 15: 1})
	}
	for {
		l.last++
		as := netip.AddrPortFrom(at, l.last)
		if l.last > 0 && l.ways[as] == nil && l.streams[as] == nil {
			return as
		}
	}
}

// takes reports whether a packet is one that a browser has to send: a check, the handshake,
// or sound. What it reports about how it hears is of no use here.
func (l *line) takes(d *datagram) bool {
	b, now := d.bytes(), time.Now()
	if l.rate.Take(now) > 0 || len(b) < 12 {
		return false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	switch first := b[0]; {
	case first < 4:
		return l.name.tcp || l.checked(b, d.from, now)
	case first >= 20 && first < 64:
		return true
	case first >= 128 && first < 192:
		if kind := b[1] & 0x7f; kind >= 64 && kind < 96 {
			return false
		}
		return l.speaks(binary.BigEndian.Uint32(b[8:]))
	}
	return false
}

// checked takes a check, or the answer to one of ours, and reports whether it is the former.
// The caller holds the lock.
func (l *line) checked(b []byte, from netip.AddrPort, now time.Time) bool {
	p := l.proofs[from]
	switch {
	case isAnswer(b):
		if p != nil {
			p.answered(b, now)
		}
		return false
	case p != nil:
	case len(l.proofs) < lineSources:
		p = &proof{addr: from, as: l.another()}
		l.proofs[from], l.ways[p.as] = p, p
	default:
		return false
	}
	p.in += len(b)
	return true
}

// speaks reports whether sound of that number is taken. The caller holds the lock.
func (l *line) speaks(speaker uint32) bool {
	switch {
	case slices.Contains(l.speakers, speaker):
		return true
	case l.fixed || len(l.speakers) >= lineSpeakers:
		return false
	}
	l.speakers = append(l.speakers, speaker)
	return true
}

// attach gives the line a TCP connection, whose first packet was read already.
func (l *line) attach(c net.Conn, first []byte) bool {
	s := &stream{conn: c, out: make(chan []byte, streamQueue), over: make(chan struct{})}
	l.mu.Lock()
	select {
	case <-l.over:
		l.mu.Unlock()
		return false
	default:
	}
	if len(l.streams) >= lineStreams {
		l.mu.Unlock()
		return false
	}
	s.as = l.another()
	l.streams[s.as] = s
	l.ports.running.Add(2)
	l.mu.Unlock()
	if known, ok := c.(interface{ Entered() }); ok {
		known.Entered() // it is somebody's who is in a room
	}
	go func() {
		defer l.ports.running.Done()
		s.write()
	}()
	go func() {
		defer l.ports.running.Done()
		s.read(l, first)
		s.close()
		l.mu.Lock()
		delete(l.streams, s.as)
		l.mu.Unlock()
	}()
	return true
}

// ReadFromAddrPort waits for a packet. The address is what stands for the sender's.
func (l *line) ReadFromAddrPort(b []byte) (int, netip.AddrPort, error) {
	select {
	case d := <-l.in:
		n, as := copy(b, d.bytes()), d.as
		d.put()
		return n, as, nil
	case <-l.over:
		return 0, netip.AddrPort{}, io.EOF
	}
}

// WriteToAddrPort sends a packet, or drops it where it would have to wait.
func (l *line) WriteToAddrPort(b []byte, to netip.AddrPort) (int, error) {
	select {
	case <-l.over:
		return 0, net.ErrClosed
	default:
	}
	if !l.name.tcp {
		return l.send(b, to)
	}
	l.mu.Lock()
	s := l.streams[to]
	l.mu.Unlock()
	if s == nil {
		return 0, net.ErrClosed
	}
	s.put(b)
	return len(b), nil
}

// send sends a packet by UDP; of sound only where it was asked for.
func (l *line) send(b []byte, to netip.AddrPort) (int, error) {
	l.mu.Lock()
	p, now := l.ways[to], time.Now()
	if p == nil || len(b) == 0 || b[0] >= 128 && !p.holds(now) {
		l.mu.Unlock()
		return len(b), nil // as if the network had lost it
	}
	fresh := !p.answers
	p.answers = true
	var ask []byte
	if b[0] < 4 {
		p.out += len(b)
		ask = p.ask(l.peer, l.name.user, now)
	}
	l.mu.Unlock()
	var n int
	var err error
	apart(func() {
		if fresh {
			l.ports.prove(p.addr, l)
		}
		n, err = l.ports.udp.WriteToUDPAddrPort(b, p.addr)
		if ask != nil && err == nil {
			_, err = l.ports.udp.WriteToUDPAddrPort(ask, p.addr)
		}
	})
	return n, err
}

// ReadFrom makes a line a [net.PacketConn], as do those below.
func (l *line) ReadFrom(b []byte) (int, net.Addr, error) {
	n, from, err := l.ReadFromAddrPort(b)
	if err != nil {
		return 0, nil, err
	}
	if l.name.tcp {
		return n, net.TCPAddrFromAddrPort(from), nil
	}
	return n, net.UDPAddrFromAddrPort(from), nil
}

func (l *line) WriteTo(b []byte, to net.Addr) (int, error) {
	with, ok := to.(interface{ AddrPort() netip.AddrPort })
	if !ok {
		return 0, net.ErrClosed
	}
	addr := with.AddrPort()
	return l.WriteToAddrPort(b, netip.AddrPortFrom(addr.Addr().Unmap(), addr.Port()))
}

// LocalAddr is what stands for this machine where nobody is told of it.
func (l *line) LocalAddr() net.Addr {
	ip := standIn4
	if l.name.v6 {
		ip = standIn6
	}
	if l.name.tcp {
		return &net.TCPAddr{IP: ip, Port: l.ports.tcpPort}
	}
	return &net.UDPAddr{IP: ip, Port: l.ports.Port()}
}

var (
	standIn4 = net.IPv4(127, 0, 0, 1).To4()
	standIn6 = net.ParseIP("fd00::1") // pion takes no loopback here
)

func (l *line) SetDeadline(time.Time) error      { return nil }
func (l *line) SetReadDeadline(time.Time) error  { return nil }
func (l *line) SetWriteDeadline(time.Time) error { return nil }

// Close ends the line, with its TCP connections.
func (l *line) Close() error {
	l.once.Do(func() {
		close(l.over)
		apart(func() { l.ports.forget(l) })
		l.mu.Lock()
		defer l.mu.Unlock()
		for _, s := range l.streams {
			s.close()
		}
	})
	return nil
}

// stream is one TCP connection.
type stream struct {
	conn net.Conn
	as   netip.AddrPort // what stands for where it comes from
	out  chan []byte
	over chan struct{}
	once sync.Once
}

// read reads until the connection ends, or says what no browser says.
func (s *stream) read(l *line, first []byte) {
	d := datagrams.Get().(*datagram)
	d.n, d.as = copy(d.buffer[:], first), s.as
	for {
		if !l.deliver(d) {
			d.put()
		}
		if s.conn.SetReadDeadline(time.Now().Add(streamIdle)) != nil {
			return
		}
		d = datagrams.Get().(*datagram)
		n, err := readFrame(s.conn, d.buffer[:])
		if err != nil {
			return
		}
		d.n, d.as = n, s.as
	}
}

// put has a packet written, or drops it.
func (s *stream) put(b []byte) {
	framed := binary.BigEndian.AppendUint16(make([]byte, 0, 2+len(b)), uint16(len(b)))
	select {
	case s.out <- append(framed, b...):
	default:
	}
}

func (s *stream) write() {
	for {
		select {
		case b := <-s.out:
			if s.conn.SetWriteDeadline(time.Now().Add(streamWrite)) != nil {
				return
			}
			if _, err := s.conn.Write(b); err != nil {
				s.close()
				return
			}
		case <-s.over:
			return
		}
	}
}

func (s *stream) close() {
	s.once.Do(func() {
		close(s.over)
		s.conn.Close()
	})
}
