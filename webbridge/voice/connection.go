package voice

import (
	"fmt"
	"sync"

	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"

	"sotto/rooms"
	"sotto/rooms/voice"
)

// connection is one browser's, in both ways.
type connection struct {
	pc     *webrtc.PeerConnection
	tracks []*webrtc.TrackLocalStaticRTP // one for each slot
	over   chan struct{}
	once   sync.Once
	joined chan struct{} // closed once there is a party
	levels bool          // a browser may say how loud it is

	party *voice.Party // set before joined is closed
}

// unknownLevel is how loud somebody is taken to be whose browser does not say: as loud as
// speech is.
const unknownLevel = 40

// answer makes a connection of an offer.
func (s *Server) answer(o offer, kind rooms.Kind, at addresses) (c *connection, answer string, err error) {
	pc, err := s.apiFor(kind).NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		return nil, "", err
	}
	c = &connection{pc: pc, over: make(chan struct{}), joined: make(chan struct{}), levels: kind != rooms.KindSealed}
	if answer, err = c.negotiate(o, s.cfg.Ports, at); err != nil {
		_ = pc.Close() // says only what it could not close
		return nil, "", err
	}
	return c, answer, nil
}

func (c *connection) negotiate(o offer, ports *Ports, at addresses) (string, error) {
	pc := c.pc
	for i := range o.slots {
		track, err := webrtc.NewTrackLocalStaticRTP(Opus, fmt.Sprint("slot", i), fmt.Sprint("slot", i))
		if err != nil {
			return "", err
		}
		if _, err := pc.AddTransceiverFromTrack(track, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionSendonly}); err != nil {
			return "", err
		}
		c.tracks = append(c.tracks, track)
	}
	var first sync.Once
	pc.OnTrack(func(track *webrtc.TrackRemote, from *webrtc.RTPReceiver) {
		first.Do(func() { c.listen(track, from) })
	})
	pc.OnConnectionStateChange(func(state webrtc.PeerConnectionState) {
		switch state {
		case webrtc.PeerConnectionStateConnected: // and its DTLS, which proves whose it is
			c.connected()
		case webrtc.PeerConnectionStateFailed, webrtc.PeerConnectionStateClosed:
			c.end()
		}
	})
	if err := pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeOffer, SDP: o.text}); err != nil {
		return "", err
	}
	answer, err := pc.CreateAnswer(nil)
	if err != nil {
		return "", err
	}
	gathered := webrtc.GatheringCompletePromise(pc)
	if err := pc.SetLocalDescription(answer); err != nil {
		return "", err
	}
	<-gathered
	clean, user, err := withCandidates(pc.LocalDescription().SDP, at.udp, at.tcp)
	if err == nil {
		ports.expect(user, o.peer, o.speakers)
	}
	return clean, err
}

// join gives the connection its party.
func (c *connection) join(party *voice.Party) {
	c.party = party
	close(c.joined)
}

// connected tells the party that sound can come and go, once there is one.
func (c *connection) connected() {
	select {
	case <-c.joined:
		c.party.Connected()
	case <-c.over:
	}
}

// run waits for the end of the connection or of its party, and ends the other.
func (c *connection) run() {
	select {
	case <-c.over:
	case <-c.joined:
		select {
		case <-c.over:
		case <-c.party.Ended():
			c.end()
		}
	}
	_ = c.pc.Close()         // cuts what the next would wait for; both say only what they could not close
	_ = c.pc.GracefulClose() // waits for what is at work
}

// end ends the connection, and its party with it. It does not wait.
func (c *connection) end() {
	c.once.Do(func() { close(c.over) })
	select {
	case <-c.joined:
		c.party.Close()
	default:
	}
}

func (c *connection) isOver() bool {
	select {
	case <-c.over:
		return true
	case <-c.party.Ended():
		return true
	default:
		return false
	}
}

// listen hands what comes from the microphone to the party.
func (c *connection) listen(track *webrtc.TrackRemote, from *webrtc.RTPReceiver) {
	select {
	case <-c.joined:
	case <-c.over:
		return
	}
	level := LevelID(from.GetParameters())
	buffer := make([]byte, mtu)
	var packet rtp.Packet
	for {
		n, _, err := track.Read(buffer)
		if err != nil {
			return
		}
		if packet.Unmarshal(buffer[:n]) != nil {
			continue
		}
		loud := uint8(127)
		if c.levels {
			loud = unknownLevel
			if e := packet.GetExtension(level); level > 0 && len(e) > 0 {
				loud = e[0] & 0x7f
			}
		}
		c.party.Say(voice.Packet{
			Sequence: packet.SequenceNumber, Timestamp: packet.Timestamp, Marker: packet.Marker, Level: loud, Payload: packet.Payload,
		})
	}
}

// Hear is as of [voice.Receiver].
func (c *connection) Hear(slot int, _ string, p voice.Packet) {
	if slot >= len(c.tracks) {
		return
	}
	_ = c.tracks[slot].WriteRTP(&rtp.Packet{
		Header:  rtp.Header{Version: 2, Marker: p.Marker, SequenceNumber: p.Sequence, Timestamp: p.Timestamp},
		Payload: p.Payload,
	}) // what can't be sent is lost, as on any network
}
