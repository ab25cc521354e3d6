package voice

import (
	"net"
	"net/netip"
	"slices"
	"time"
)

// greeter is a TCP connection that has not said whose it is.
type greeter struct {
	conn   net.Conn
	source netip.Prefix // known as long as that alone
}

// greets are the greeters, who came last at the end.
type greets []*greeter

// leaver is who gives way to the newest when there are too many: the oldest of a source
// that has the most. So neither many from one place nor many that wait can keep out who
// says within a round trip whose it is.
func (of greets) leaver() *greeter {
	count := make(map[netip.Prefix]int)
	most := 0
	for _, g := range of {
		count[g.source]++
		most = max(most, count[g.source])
	}
	return of[slices.IndexFunc(of, func(g *greeter) bool { return count[g.source] == most })]
}

// remove reports whether a greeter was one.
func (of *greets) remove(g *greeter) bool {
	i := slices.Index(*of, g)
	if i < 0 {
		return false
	}
	*of = slices.Delete(*of, i, i+1)
	return true
}

// sourceOf is the address from which a connection comes, or of IPv6 the network, in which
// one machine has as many as it likes.
func sourceOf(c net.Conn) netip.Prefix {
	at, ok := addrOf(c)
	if !ok {
		return netip.Prefix{}
	}
	bits := 32
	if at.Addr().Is6() {
		bits = 64
	}
	source, err := at.Addr().WithZone("").Prefix(bits)
	if err != nil {
		return netip.Prefix{}
	}
	return source
}

// take has a connection say whose it is, without waiting for that.
func (p *Ports) take(c net.Conn) {
	g := &greeter{conn: c}
	apart(func() { g.source = sourceOf(c) })
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		c.Close()
		return
	}
	p.greets = append(p.greets, g)
	var leaver *greeter
	if len(p.greets) > greeters {
		apart(func() { leaver = p.greets.leaver() })
		p.greets.remove(leaver)
	}
	p.running.Go(func() { p.greet(g) })
	p.mu.Unlock()
	if leaver != nil {
		leaver.conn.Close() // by which its goroutine ends
	}
}

// greet reads whose a connection is, and gives it to them.
func (p *Ports) greet(g *greeter) {
	name, first := introduced(g.conn)
	p.mu.Lock()
	var l *line
	if p.greets.remove(g) && first != nil {
		l = p.lines[name]
	}
	p.mu.Unlock()
	if l == nil || !l.attach(g.conn, first) {
		g.conn.Close()
	}
}

// introduced reads for whom a connection is, and the packet that says so; nil: for nobody.
func introduced(c net.Conn) (lineName, []byte) {
	if c.SetReadDeadline(time.Now().Add(greetFor)) != nil {
		return lineName{}, nil
	}
	buffer := make([]byte, maxGreeting)
	n, err := readFrame(c, buffer)
	if err != nil {
		return lineName{}, nil
	}
	user := userOf(buffer[:n])
	var v6, ok bool
	apart(func() {
		addr, known := addrOf(c)
		v6, ok = addr.Addr().Is6(), known
	})
	if user == nil || !ok {
		return lineName{}, nil
	}
	return lineName{string(user), true, v6}, buffer[:n]
}
