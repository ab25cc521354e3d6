//go:build e2e

package e2e

import (
	"io"
	"net"
	"sync"
	"testing"
)

// Relay lies between whoever talks and the server's voice, at one number for UDP and TCP.
type Relay struct {
	Addr string // what the server is told to be at, by --public-voice

	t    testing.TB
	as   Source
	tap  func(packet []byte)
	udp  *net.UDPConn
	tcp  net.Listener
	open sync.WaitGroup

	mu      sync.Mutex
	target  string
	state   UDPState
	sources []int // ports from which somebody came
	streams int   // how many came over TCP
	conns   []io.Closer
}

// Source is where the server sees them come from; nil: from this machine's loopback.
type Source struct{ UDP, TCP net.IP }

// UDPState is what becomes of packets.
type UDPState int

const (
	Passes  UDPState = iota // they pass
	Shut                    // those of newcomers are lost
	Nothing                 // all are lost
)

// NewRelay leads from a free number of an address to the server, once [Relay.Lead] has said
// where that is. tap is given what is sent to it by UDP; nil: nobody is.
func NewRelay(t testing.TB, at net.IP, as Source, tap func(packet []byte)) *Relay {
	t.Helper()
	for range 20 {
		udp, err := net.ListenUDP("udp", &net.UDPAddr{IP: at})
		if err != nil {
			t.Fatal(err)
		}
		tcp, err := net.Listen("tcp", udp.LocalAddr().String())
		if err != nil {
			udp.Close() // the number is taken by somebody else's TCP
			continue
		}
		r := &Relay{Addr: udp.LocalAddr().String(), t: t, as: as, tap: tap, udp: udp, tcp: tcp}
		r.open.Go(r.packets)
		r.open.Go(r.accept)
		t.Cleanup(func() {
			udp.Close()
			tcp.Close()
			r.mu.Lock()
			for _, c := range r.conns {
				c.Close()
			}
			r.mu.Unlock()
			r.open.Wait()
		})
		return r
	}
	t.Fatal("no number is free for UDP and TCP")
	return nil
}

// Lead has who comes from now on led there.
func (r *Relay) Lead(target string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.target = target
}

// Set changes what becomes of packets.
func (r *Relay) Set(state UDPState) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.state = state
}

// Came says from which ports somebody came, and how many of them over TCP.
func (r *Relay) Came() (sources []int, streams int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append(sources, r.sources...), r.streams
}

func (r *Relay) passes() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.state != Nothing
}

// dial connects to the server for somebody who came from a port, or returns nil.
func (r *Relay) dial(network string, as net.Addr, port int) net.Conn {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.state != Passes && network == "udp" {
		return nil
	}
	c, err := (&net.Dialer{LocalAddr: as}).Dial(network, r.target)
	if err != nil {
		return nil
	}
	r.sources, r.conns = append(r.sources, port), append(r.conns, c)
	return c
}

func (r *Relay) packets() {
	ways := map[string]net.Conn{}
	buffer := make([]byte, 2048)
	for {
		n, from, err := r.udp.ReadFromUDP(buffer)
		if err != nil {
			return
		}
		way := ways[from.String()]
		if way == nil {
			if way = r.dial("udp", &net.UDPAddr{IP: r.as.UDP}, from.Port); way == nil {
				continue
			}
			ways[from.String()] = way
			r.open.Go(func() { r.answers(way, from) })
		}
		if !r.passes() {
			continue
		}
		if r.tap != nil {
			r.tap(buffer[:n])
		}
		_, _ = way.Write(buffer[:n]) // or it is lost
	}
}

func (r *Relay) answers(way net.Conn, to *net.UDPAddr) {
	buffer := make([]byte, 2048)
	for {
		n, err := way.Read(buffer)
		if err != nil {
			return
		}
		if r.passes() {
			_, _ = r.udp.WriteToUDP(buffer[:n], to) // or it is lost
		}
	}
}

func (r *Relay) accept() {
	for {
		c, err := r.tcp.Accept()
		if err != nil {
			return
		}
		way := r.dial("tcp", &net.TCPAddr{IP: r.as.TCP}, c.RemoteAddr().(*net.TCPAddr).Port)
		if way == nil {
			c.Close()
			continue
		}
		r.mu.Lock()
		r.conns, r.streams = append(r.conns, c), r.streams+1
		r.mu.Unlock()
		for _, ends := range [][2]net.Conn{{c, way}, {way, c}} {
			r.open.Go(func() {
				_, _ = io.Copy(ends[0], ends[1]) // until either end closes
				ends[0].Close()
				ends[1].Close()
			})
		}
	}
}
