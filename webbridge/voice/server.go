package voice

import (
	"net"
	"net/netip"

	"github.com/pion/webrtc/v4"

	"sotto/rooms"
	"sotto/rooms/voice"
	"sotto/webbridge"
)

// Config is what a server needs to know.
type Config struct {
	Ports *Ports
	Calls *voice.Calls
	// Public is where browsers send sound to; empty: to the address at which they arrived,
	// and the number of the ports.
	Public []netip.AddrPort
}

// Server carries sound between browsers and rooms.
type Server struct {
	cfg          Config
	open, sealed *webrtc.API
}

var _ webbridge.Voice = (*Server)(nil)

// New returns a server; its ports are whoever's who made them.
func New(cfg Config) (s *Server, err error) {
	s = &Server{cfg: cfg}
	if s.open, err = newAPI(cfg.Ports, true); err != nil {
		return nil, err
	}
	if s.sealed, err = newAPI(cfg.Ports, false); err != nil {
		return nil, err
	}
	return s, nil
}

// Talk is as of [webbridge.Voice].
func (s *Server) Talk(seat *rooms.Seat, arrived net.Addr) webbridge.Talk {
	return &talk{
		server: s, seat: seat, at: s.addressesFor(arrived),
		offers: rooms.NewLimiter(offerRate, offerBurst), asks: rooms.NewLimiter(askRate, askBurst),
	}
}

// addresses are where somebody sends sound to.
type addresses struct{ udp, tcp []netip.AddrPort }

// addressesFor are those for who arrived at that address.
func (s *Server) addressesFor(arrived net.Addr) addresses {
	ports := s.cfg.Ports
	at := s.cfg.Public
	if len(at) == 0 {
		bound := ports.udp.LocalAddr().(*net.UDPAddr).AddrPort().Addr().Unmap()
		if tcp, ok := arrived.(*net.TCPAddr); ok && bound.IsUnspecified() {
			bound = tcp.AddrPort().Addr().Unmap()
		}
		at = []netip.AddrPort{netip.AddrPortFrom(bound.WithZone(""), uint16(ports.Port()))}
	}
	p := addresses{udp: at}
	if ports.TCPPort() == 0 {
		return p
	}
	for _, addr := range at {
		if len(s.cfg.Public) == 0 {
			addr = netip.AddrPortFrom(addr.Addr(), uint16(ports.tcpPort))
		}
		p.tcp = append(p.tcp, addr)
	}
	return p
}

// apiFor is what connections of that kind of room are made of.
func (s *Server) apiFor(kind rooms.Kind) *webrtc.API {
	if kind == rooms.KindSealed {
		return s.sealed
	}
	return s.open
}
