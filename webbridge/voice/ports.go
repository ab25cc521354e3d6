package voice

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"sync"
	"time"
)

// Ports are where sound arrives.
type Ports struct {
	udp     *net.UDPConn
	tcp     net.Listener // nil: connections are handed over by another, see Beside
	tcpPort int          // at which they come; 0: at none

	running sync.WaitGroup

	mu     sync.Mutex
	closed bool
	lines  map[lineName]*line       // of the answers that are good
	from   map[netip.AddrPort]*line // UDP addresses that proved whose they are
	greets greets                   // TCP connections that have not yet
}

// lineName is which way packets of one answer come.
type lineName struct {
	user    string
	tcp, v6 bool
}

// NewPorts takes a socket and a listener, and owns them. The listener is nil where
// connections of that number come by [Ports.Beside]; the number is 0 where none come.
func NewPorts(udp *net.UDPConn, tcp net.Listener, tcpPort int) *Ports {
	_ = udp.SetReadBuffer(1 << 20) // else it is what the system gives
	p := &Ports{udp: udp, tcp: tcp, tcpPort: tcpPort, lines: make(map[lineName]*line), from: make(map[netip.AddrPort]*line)}
	p.running.Go(p.receive)
	if tcp != nil {
		p.running.Go(p.accept)
	}
	return p
}

// Port is the number at which packets arrive.
func (p *Ports) Port() int { return p.udp.LocalAddr().(*net.UDPAddr).Port }

// TCPPort is the number at which connections do, too; 0: at none.
func (p *Ports) TCPPort() int { return p.tcpPort }

// Close closes both, and all that came over them, and waits for what was at work.
func (p *Ports) Close() error {
	p.mu.Lock()
	p.closed = true
	var lines []*line
	for _, l := range p.lines {
		lines = append(lines, l)
	}
	for _, g := range p.greets {
		g.conn.Close()
	}
	p.mu.Unlock()
	for _, l := range lines {
		l.Close()
	}
	err := p.udp.Close()
	if p.tcp != nil {
		err = errors.Join(err, p.tcp.Close())
	}
	p.running.Wait()
	return err
}

// open makes the line of an answer that goes by that name.
func (p *Ports) open(name lineName) (*line, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil, net.ErrClosed
	}
	if p.lines[name] != nil {
		return nil, fmt.Errorf("a line is opened twice")
	}
	l := newLine(p, name)
	p.lines[name] = l
	return l, nil
}

// forget lets packets find a line no more.
func (p *Ports) forget(l *line) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.lines[l.name] == l {
		delete(p.lines, l.name)
	}
	for addr, of := range p.from {
		if of == l {
			delete(p.from, addr)
		}
	}
}

// prove notes that an address is that of a line, which has answered it.
func (p *Ports) prove(addr netip.AddrPort, l *line) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.lines[l.name] == l {
		p.from[addr] = l
	}
}

// lineOf is whose a packet is that came by UDP, or nil.
func (p *Ports) lineOf(addr netip.AddrPort, packet []byte) *line {
	p.mu.Lock()
	defer p.mu.Unlock()
	if l := p.from[addr]; l != nil {
		return l
	}
	if user := userOf(packet); user != nil {
		return p.lines[lineName{string(user), false, addr.Addr().Is6()}]
	}
	return nil
}

// receive is the goroutine of the socket.
func (p *Ports) receive() {
	open := true
	one := func() { open = p.receiveOne() }
	for open {
		apart(one)
	}
}

// receiveOne takes a packet, and reports whether there may be another.
func (p *Ports) receiveOne() bool {
	d := datagrams.Get().(*datagram)
	n, addr, err := p.udp.ReadFromUDPAddrPort(d.buffer[:])
	if errors.Is(err, net.ErrClosed) {
		return false
	}
	if err != nil { // of one packet, as that an earlier one could not be delivered
		d.put()
		return true
	}
	d.n, d.from = n, netip.AddrPortFrom(addr.Addr().Unmap(), addr.Port())
	if l := p.lineOf(d.from, d.bytes()); l == nil || !l.deliver(d) {
		d.put()
	}
	return true
}

// accept is the goroutine of the listener.
func (p *Ports) accept() {
	for {
		c, err := p.tcp.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			time.Sleep(10 * time.Millisecond) // of files, mostly, of which there will be some again
			continue
		}
		p.take(c)
	}
}

// addrOf is the far end of a TCP connection.
func addrOf(c net.Conn) (netip.AddrPort, bool) {
	tcp, ok := c.RemoteAddr().(*net.TCPAddr)
	if !ok {
		return netip.AddrPort{}, false
	}
	addr := tcp.AddrPort()
	return netip.AddrPortFrom(addr.Addr().Unmap(), addr.Port()), true
}

// readFrame reads one packet of a TCP connection, as RFC 4571 frames them.
func readFrame(c io.Reader, into []byte) (int, error) {
	var size [2]byte
	if _, err := io.ReadFull(c, size[:]); err != nil {
		return 0, err
	}
	n := int(binary.BigEndian.Uint16(size[:]))
	if n > len(into) {
		return 0, io.ErrShortBuffer
	}
	return io.ReadFull(c, into[:n])
}

// userOf is the name of the answer that a STUN request is for, or nil if it is none.
func userOf(packet []byte) []byte {
	const header, cookie, request, username = 20, 0x2112a442, 0x0001, 0x0006
	if len(packet) < header || binary.BigEndian.Uint16(packet) != request || binary.BigEndian.Uint32(packet[4:]) != cookie {
		return nil
	}
	rest := packet[header:]
	if int(binary.BigEndian.Uint16(packet[2:])) != len(rest) {
		return nil
	}
	for len(rest) >= 4 {
		kind, size := binary.BigEndian.Uint16(rest), int(binary.BigEndian.Uint16(rest[2:]))
		rest = rest[4:]
		if size > len(rest) {
			return nil
		}
		if kind == username {
			for i, c := range rest[:size] {
				if c == ':' {
					return rest[:i]
				}
			}
			return nil
		}
		rest = rest[min((size+3)&^3, len(rest)):]
	}
	return nil
}
