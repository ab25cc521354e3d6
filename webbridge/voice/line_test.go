package voice

import (
	"net"
	"net/netip"
	"testing"
	"time"
)

// Whoever has a line is told what stands for an address, and reaches it by that; and what was
// read leaves nothing in the buffer that it came in.
func TestLinesTellNoAddress(t *testing.T) {
	ports := newTestPorts(t)
	for _, v6 := range []bool{false, true} {
		l, err := ports.open(lineName{"user", false, v6})
		if err != nil {
			t.Fatal(err)
		}
		seen := make(map[netip.AddrPort]bool)
		for range 3 {
			home, err := net.ListenUDP("udp", &net.UDPAddr{IP: standIn4})
			if err != nil {
				t.Fatal(err)
			}
			defer home.Close()
			from := home.LocalAddr().(*net.UDPAddr).AddrPort()
			d := &datagram{n: 100, from: from}
			d.buffer[1], d.buffer[99] = 1, 7 // a check
			if !l.deliver(d) {
				t.Fatal("a check is not taken")
			}
			buffer := make([]byte, mtu)
			n, as, err := l.ReadFromAddrPort(buffer)
			if err != nil || n != 100 || buffer[99] != 7 {
				t.Fatalf("%d bytes came: %v", n, err)
			}
			if seen[as] || as.Addr() == from.Addr() || as.Addr().Is6() != v6 {
				t.Errorf("%v comes as %v", from, as)
			}
			seen[as] = true
			if *d != (datagram{}) {
				t.Error("what was read is still in its buffer")
			}
			if _, err := l.WriteToAddrPort([]byte{1, 1, 9}, as); err != nil {
				t.Error(err)
			}
			if err := home.SetReadDeadline(time.Now().Add(20 * time.Second)); err != nil {
				t.Fatal(err)
			}
			if n, err := home.Read(buffer); err != nil || n != 3 || buffer[2] != 9 {
				t.Errorf("%d bytes go where it came from: %v", n, err)
			}
		}
		l.Close()
	}
}
