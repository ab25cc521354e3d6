package voice

import (
	"encoding/binary"
	"io"
	"net"
	"net/netip"
	"slices"
	"testing"
	"testing/synctest"
)

// TestManyWhoNeverGreet by TCP do not keep out who comes after them, from the same address
// too.
func TestManyWhoNeverGreet(t *testing.T) {
	w := newWorld(t)
	for range 200 {
		c, err := net.Dial("tcp", w.cfg.Ports.tcp.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if _, err := c.Write([]byte{0}); err != nil {
			t.Fatal(err)
		}
	}
	anna, bob := w.newBrowser(t, "", byTCP), w.newBrowser(t, "", byUDP)
	anna.connect()
	bob.connect()
	until(t, "bob hears anna", func() bool { return bob.hears("tea") > 0 }, func() { anna.say("tea") })
}

// TestWhoGivesWay: of those who have not said whose they are, the oldest of a source that
// has the most of them.
func TestWhoGivesWay(t *testing.T) {
	for name, c := range map[string]struct {
		before, after string // who is slow, and where many come from after it
		first         bool   // it is the one that gives way
	}{
		"many elsewhere":           {"192.0.2.1:1", "192.0.2.2:1", false},
		"many of the other kind":   {"192.0.2.1:1", "[2001:db8::1]:1", false},
		"many at the same address": {"192.0.2.1:1", "192.0.2.1:2", true},
		"many beside it":           {"[2001:db8::1]:1", "[2001:db8::2]:1", true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := &Ports{lines: make(map[lineName]*line), from: make(map[netip.AddrPort]*line), tcpPort: 1}
				take := func(from string) net.Conn {
					here, there := net.Pipe()
					p.take(&placed{Conn: here, from: netip.MustParseAddrPort(from)})
					t.Cleanup(func() { there.Close() })
					return there
				}
				slow := take(c.before)
				v6 := netip.MustParseAddrPort(c.before).Addr().Is6()
				l, err := p.open(lineName{"anna", true, v6})
				if err != nil {
					t.Fatal(err)
				}
				for range greeters {
					take(c.after)
				}
				synctest.Wait()
				if n := len(p.greets); n != greeters {
					t.Errorf("%d are about to say whose they are", n)
				}
				first := check(t, "anna", "x", "x")
				_, err = slow.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(first))), first...))
				if (err != nil) != c.first {
					t.Errorf("who is slow writes: %v", err)
				}
				synctest.Wait()
				if n := len(l.streams); (n == 0) != c.first {
					t.Errorf("%d connections are anna's", n)
				}
				l.Close()
				for _, g := range slices.Clone(p.greets) {
					g.conn.Close()
				}
				p.running.Wait()
				if n := len(p.greets); n != 0 {
					t.Errorf("%d are kept", n)
				}
				if _, err := slow.Read(make([]byte, 1)); err != io.EOF {
					t.Errorf("at the end: %v", err)
				}
			})
		})
	}
}

// placed is a connection that comes from an address.
type placed struct {
	net.Conn
	from netip.AddrPort
}

func (c *placed) RemoteAddr() net.Addr { return net.TCPAddrFromAddrPort(c.from) }
