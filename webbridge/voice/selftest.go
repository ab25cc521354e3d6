package voice

import (
	"context"
	"errors"
	"net"
	"net/netip"

	"github.com/pion/ice/v4"
	"github.com/pion/webrtc/v4"

	"sotto/rooms"
)

// errUnreached says that a self-test came to nothing.
var errUnreached = errors.New("no packet came through")

// Test makes a connection to these ports as a browser does, where one is that is sent there,
// and returns once it is up. It opens a socket of its own, so it comes before the process is
// locked down.
func (s *Server) Test(ctx context.Context, at netip.AddrPort) error {
	ctx, cancel := context.WithTimeout(ctx, testFor)
	defer cancel()
	media, err := Media(false, webrtc.RTPTransceiverDirectionSendonly)
	if err != nil {
		return err
	}
	var settings webrtc.SettingEngine
	settings.LoggerFactory = Silence{}
	from, ok := sourceTo(ctx, at)
	if !ok {
		return nil // a service whose sockets are counted out can't be tested from within
	}
	settings.SetNet(newOnlyHere(from))
	settings.SetIncludeLoopbackCandidate(true)
	settings.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled)
	settings.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4, webrtc.NetworkTypeUDP6})
	pc, err := webrtc.NewAPI(webrtc.WithMediaEngine(media), webrtc.WithSettingEngine(settings)).NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		return err
	}
	defer func() {
		_ = pc.Close()
		_ = pc.GracefulClose()
	}()
	up := make(chan struct{}, 1)
	pc.OnConnectionStateChange(func(state webrtc.PeerConnectionState) {
		if state == webrtc.PeerConnectionStateConnected {
			up <- struct{}{}
		}
	})
	if _, err := pc.AddTransceiverFromKind(webrtc.RTPCodecTypeAudio, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionSendonly}); err != nil {
		return err
	}
	local, err := pc.CreateOffer(nil)
	if err != nil {
		return err
	}
	if err := pc.SetLocalDescription(local); err != nil {
		return err
	}
	o, err := readOffer(local.SDP)
	if err != nil {
		return err
	}
	c, answer, err := s.answer(o, rooms.KindOpen, addresses{udp: []netip.AddrPort{at}})
	if err != nil {
		return err
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		c.run()
	}()
	defer func() {
		c.end()
		<-done
	}()
	if err := pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: answer}); err != nil {
		return err
	}
	select {
	case <-up:
		return nil
	case <-ctx.Done():
		return errUnreached
	}
}

// sourceTo is the address from which this machine sends to another, if a socket can be had
// there.
func sourceTo(ctx context.Context, at netip.AddrPort) (net.IP, bool) {
	var dialer net.Dialer
	c, err := dialer.DialContext(ctx, "udp", at.String())
	if err != nil {
		return nil, false
	}
	defer c.Close()
	from := c.LocalAddr().(*net.UDPAddr).IP
	if from.To4() != nil {
		from = from.To4()
	}
	own, err := net.ListenUDP("udp", &net.UDPAddr{IP: from})
	if err != nil {
		return nil, false
	}
	defer own.Close()
	return from, true
}

// Here is where a self-test reaches the ports from this machine.
func (s *Server) Here() netip.AddrPort {
	addr := s.cfg.Ports.udp.LocalAddr().(*net.UDPAddr).AddrPort()
	if addr.Addr().IsUnspecified() {
		return netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), addr.Port())
	}
	return netip.AddrPortFrom(addr.Addr().Unmap(), addr.Port())
}

// IsLoopback reports whether the ports are at an address that nobody but this machine has.
func (s *Server) IsLoopback() bool {
	return s.cfg.Ports.udp.LocalAddr().(*net.UDPAddr).IP.IsLoopback()
}
