package voice

import (
	"context"
	"net"

	"github.com/pion/ice/v4"
	"github.com/pion/interceptor"
	"github.com/pion/interceptor/pkg/report"
	"github.com/pion/transport/v5"
	"github.com/pion/transport/v5/stdnet"
	"github.com/pion/webrtc/v4"
)

// newAPI makes what connections are made of. Levels are asked for in open rooms alone.
func newAPI(p *Ports, levels bool) (*webrtc.API, error) {
	media, err := Media(levels, webrtc.RTPTransceiverDirectionRecvonly)
	if err != nil {
		return nil, err
	}
	var s webrtc.SettingEngine
	s.LoggerFactory = Silence{}
	if err := s.SetAnsweringDTLSRole(webrtc.DTLSRoleServer); err != nil {
		return nil, err
	}
	s.SetNet(newOnlyHere(standIn4, standIn6))
	s.SetLite(true)
	s.SetIncludeLoopbackCandidate(true)
	s.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled)
	s.DisableActiveTCP(true)
	s.SetICEUDPMux(udpMux{p})
	types := []webrtc.NetworkType{webrtc.NetworkTypeUDP4, webrtc.NetworkTypeUDP6}
	if p.TCPPort() != 0 {
		s.SetICETCPMux(tcpMux{p})
		types = append(types, webrtc.NetworkTypeTCP4, webrtc.NetworkTypeTCP6)
	}
	s.SetNetworkTypes(types)
	s.SetICETimeouts(lostAfter, endAfter, aliveEvery)
	s.SetSRTPReplayProtectionWindow(replayWindow)
	s.SetDTLSConnectContextMaker(func() (context.Context, func()) {
		return context.WithTimeout(context.Background(), connectFor)
	})
	reports, err := report.NewReceiverInterceptor(report.ReceiverInterval(reportEvery), report.WithReceiverLoggerFactory(Silence{}))
	if err != nil {
		return nil, err
	}
	var around interceptor.Registry
	around.Add(reports)
	return webrtc.NewAPI(webrtc.WithMediaEngine(media), webrtc.WithSettingEngine(s), webrtc.WithInterceptorRegistry(&around)), nil
}

// udpMux and tcpMux give the ports to connections.
type udpMux struct{ ports *Ports }

func (m udpMux) GetConn(user string, addr net.Addr) (net.PacketConn, error) {
	udp, ok := addr.(*net.UDPAddr)
	if !ok {
		return nil, net.ErrClosed
	}
	return m.ports.open(lineName{user, false, udp.IP.To4() == nil})
}

func (m udpMux) RemoveConnByUfrag(user string) { m.ports.end(user, false) }
func (m udpMux) Close() error                  { return nil }

// GetListenAddresses are one of each kind: which they are, nobody is told.
func (m udpMux) GetListenAddresses() []net.Addr {
	return []net.Addr{&net.UDPAddr{IP: standIn4, Port: m.ports.Port()}, &net.UDPAddr{IP: standIn6, Port: m.ports.Port()}}
}

type tcpMux struct{ ports *Ports }

func (m tcpMux) GetConnByUfrag(user string, v6 bool, _ net.IP) (net.PacketConn, error) {
	return m.ports.open(lineName{user, true, v6})
}

func (m tcpMux) RemoveConnByUfrag(user string) { m.ports.end(user, true) }
func (m tcpMux) Close() error                  { return nil }

// end ends the lines of an answer.
func (p *Ports) end(user string, tcp bool) {
	for _, v6 := range []bool{false, true} {
		p.mu.Lock()
		l := p.lines[lineName{user, tcp, v6}]
		p.mu.Unlock()
		if l != nil {
			l.Close()
		}
	}
}

// expect says whose packets come for an answer, and which streams of sound.
func (p *Ports) expect(user string, from peer, speakers []uint32) {
	for _, name := range []lineName{{user, false, false}, {user, false, true}, {user, true, false}, {user, true, true}} {
		p.mu.Lock()
		l := p.lines[name]
		p.mu.Unlock()
		if l != nil {
			l.expect(from, speakers)
		}
	}
}

// onlyHere is a network of some addresses. The system is not asked which there are: a
// process that is locked down may not, and where the answer is its own it need not.
type onlyHere struct {
	stdnet.Net
	here *transport.Interface
}

func newOnlyHere(addrs ...net.IP) *onlyHere {
	here := transport.NewInterface(net.Interface{Index: 1, MTU: mtu, Name: "here", Flags: net.FlagUp})
	for _, ip := range addrs {
		here.AddAddress(&net.IPNet{IP: ip, Mask: net.CIDRMask(8*len(ip), 8*len(ip))})
	}
	return &onlyHere{here: here}
}

func (o *onlyHere) Interfaces() ([]*transport.Interface, error) {
	return []*transport.Interface{o.here}, nil
}
