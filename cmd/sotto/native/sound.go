package native

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/pion/ice/v4"
	"github.com/pion/interceptor"
	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"

	"sotto/rooms/voice"
	webvoice "sotto/webbridge/voice"
)

const (
	// connectFor is how long the connection for sound may take to come about: some
	// packets each way, of which each may be lost.
	connectFor = 20 * time.Second
	// lostAfter and endAfter are after what silence a connection for sound is taken for
	// lost, and how much later it ends; aliveEvery is how often a sign of life is sent.
	lostAfter  = 10 * time.Second
	endAfter   = 15 * time.Second
	aliveEvery = 2 * time.Second
	// replayWindow is how many packets may overtake one another.
	replayWindow = 512
	// mtu is the largest packet, in bytes.
	mtu = 1500
)

var (
	errNoSound   = errors.New("the server can't be reached for sound: neither UDP nor TCP gets through to where it says that sound arrives")
	errSoundLost = errors.New("the connection for sound was lost")
	errSound     = errors.New("no connection for sound can be made of what the server answers")
)

// sound is this end's connection for sound. It asks no server where it is and tells nobody.
type sound struct {
	pc    *webrtc.PeerConnection
	mouth *webrtc.TrackLocalStaticRTP
	level uint8         // of the header extension; 0: none was agreed on
	up    chan struct{} // closed once it is there
	over  chan struct{} // closed once it is lost
}

// newSound makes one that hears so many others at once: hear is given each packet of each, and
// may keep nothing of it. levels are said in open rooms alone.
func newSound(slots int, levels bool, hear func(slot int, p *rtp.Packet)) (*sound, error) {
	media, err := webvoice.Media(levels, webrtc.RTPTransceiverDirectionSendonly)
	if err != nil {
		return nil, err
	}
	var settings webrtc.SettingEngine
	settings.LoggerFactory = webvoice.Silence{}
	settings.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled)
	settings.SetIncludeLoopbackCandidate(true) // the server may be on this machine
	settings.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4, webrtc.NetworkTypeUDP6, webrtc.NetworkTypeTCP4, webrtc.NetworkTypeTCP6})
	settings.SetICETimeouts(lostAfter, endAfter, aliveEvery)
	settings.SetSRTPReplayProtectionWindow(replayWindow)
	api := webrtc.NewAPI(webrtc.WithMediaEngine(media), webrtc.WithSettingEngine(settings), webrtc.WithInterceptorRegistry(&interceptor.Registry{}))
	pc, err := api.NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		return nil, err
	}
	s := &sound{pc: pc, up: make(chan struct{}), over: make(chan struct{})}
	if err := s.prepare(slots, hear); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

func (s *sound) prepare(slots int, hear func(slot int, p *rtp.Packet)) (err error) {
	if s.mouth, err = webrtc.NewTrackLocalStaticRTP(webvoice.Opus, "mouth", "mouth"); err != nil {
		return err
	}
	if _, err := s.pc.AddTransceiverFromTrack(s.mouth, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionSendonly}); err != nil {
		return err
	}
	slot := make(map[*webrtc.RTPReceiver]int, slots)
	for i := range slots {
		t, err := s.pc.AddTransceiverFromKind(webrtc.RTPCodecTypeAudio, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionRecvonly})
		if err != nil {
			return err
		}
		slot[t.Receiver()] = i
	}
	s.pc.OnTrack(func(track *webrtc.TrackRemote, from *webrtc.RTPReceiver) {
		i, ours := slot[from]
		if !ours {
			return
		}
		buffer := make([]byte, mtu)
		var packet rtp.Packet
		for {
			n, _, err := track.Read(buffer)
			if err != nil {
				return
			}
			if packet.Unmarshal(buffer[:n]) == nil {
				hear(i, &packet)
			}
		}
	})
	up, over := sync.OnceFunc(func() { close(s.up) }), sync.OnceFunc(func() { close(s.over) })
	s.pc.OnConnectionStateChange(func(state webrtc.PeerConnectionState) {
		switch state {
		case webrtc.PeerConnectionStateConnected:
			up()
		case webrtc.PeerConnectionStateFailed, webrtc.PeerConnectionStateClosed:
			over()
		}
	})
	return nil
}

// offer is what the server is asked with. It says nothing of where this end is.
func (s *sound) offer() (string, error) {
	offer, err := s.pc.CreateOffer(nil)
	if err != nil {
		return "", err
	}
	return offer.SDP, s.pc.SetLocalDescription(offer) // looks for candidates after the offer was made
}

// answer takes the server's answer, and waits for the connection.
func (s *sound) answer(ctx context.Context, answer string) error {
	if s.pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: answer}) != nil {
		return errSound
	}
	ctx, cancel := context.WithTimeout(ctx, connectFor)
	defer cancel()
	select {
	case <-s.up:
	case <-s.over:
		return errNoSound
	case <-ctx.Done():
		return errNoSound
	}
	s.level = webvoice.LevelID(s.pc.GetSenders()[0].GetParameters().RTPParameters)
	return nil
}

// say sends a packet. What can't be sent is lost, as on any network.
func (s *sound) say(said voice.Packet, payload []byte) {
	packet := rtp.Packet{
		Header:  rtp.Header{Version: 2, Marker: said.Marker, SequenceNumber: said.Sequence, Timestamp: said.Timestamp},
		Payload: payload,
	}
	if s.level > 0 && packet.SetExtension(s.level, []byte{said.Level & 0x7f}) != nil {
		return
	}
	_ = s.mouth.WriteRTP(&packet)
}

// close ends it, and waits for what is at work.
func (s *sound) close() {
	_ = s.pc.GracefulClose() // says only what it could not close
}
