package voice

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/pion/sdp/v3"

	"sotto/rooms"
)

// offer is what a browser offers, as far as anything here makes use of it.
type offer struct {
	text     string   // without what says where the browser is
	peer     peer     // who checks come from
	slots    int      // how many others it can hear at once
	speakers []uint32 // the streams of its microphone, if it names them
}

var errOffer = &rooms.Error{Code: rooms.NoVoice, Message: "That is no offer of a microphone and of places to hear others in."}

// readOffer reads an offer, or says that it is none.
func readOffer(text string) (o offer, err error) {
	if len(text) > maxOffer {
		return o, &rooms.Error{Code: rooms.NoVoice, Message: fmt.Sprintf("An offer has at most %d KiB.", maxOffer>>10)}
	}
	var s sdp.SessionDescription
	if s.UnmarshalString(text) != nil || len(s.MediaDescriptions) == 0 || len(s.MediaDescriptions) > maxSections {
		return o, errOffer
	}
	if !setup(s.Attributes) {
		return o, errOffer
	}
	if o.peer = peerOf(s.Attributes, s.MediaDescriptions[0].Attributes); len(o.peer.user) < minUser || len(o.peer.password) < minPassword {
		return o, errOffer
	}
	s.Attributes = withoutPlace(s.Attributes)
	mids := make(map[string]bool)
	for i, m := range s.MediaDescriptions {
		mid, _ := m.Attribute("mid")
		if m.MediaName.Media != "audio" || m.MediaName.Port.Value == 0 || mid == "" || mids[mid] || !setup(m.Attributes) {
			return o, errOffer
		}
		mids[mid] = true
		_, sends := m.Attribute("sendonly")
		_, hears := m.Attribute("recvonly")
		switch {
		case i == 0 && sends && !hears:
			o.speakers = speakersOf(m.Attributes)
		case i > 0 && hears && !sends:
			o.slots++
		default:
			return o, errOffer
		}
		m.Attributes = withoutPlace(m.Attributes)
		m.ConnectionInformation = nil
	}
	clean, err := s.Marshal()
	if err != nil {
		return o, errOffer
	}
	o.text = string(clean)
	return o, nil
}

// peerOf is by what a browser is known, which it says for all sections or in the first.
func peerOf(of ...[]sdp.Attribute) (p peer) {
	for _, a := range slices.Concat(of...) {
		switch a.Key {
		case "ice-ufrag":
			p.user = a.Value
		case "ice-pwd":
			p.password = a.Value
		}
	}
	return p
}

// setup reports whether a browser leaves it to this server who calls and who is called.
func setup(attributes []sdp.Attribute) bool {
	return !slices.ContainsFunc(attributes, func(a sdp.Attribute) bool { return a.Key == "setup" && a.Value != "actpass" && a.Value != "active" })
}

// withoutPlace leaves out what says where somebody is.
func withoutPlace(attributes []sdp.Attribute) []sdp.Attribute {
	return slices.DeleteFunc(attributes, func(a sdp.Attribute) bool {
		return a.Key == "candidate" || a.Key == "end-of-candidates" || a.Key == "remote-candidates" || a.Key == "rtcp"
	})
}

// speakersOf are the streams that a microphone names, at most as many as are taken.
func speakersOf(attributes []sdp.Attribute) (speakers []uint32) {
	for _, a := range attributes {
		number, _, _ := strings.Cut(a.Value, " ")
		n, err := strconv.ParseUint(number, 10, 32)
		if a.Key != "ssrc" || err != nil || slices.Contains(speakers, uint32(n)) || len(speakers) == lineSpeakers {
			continue
		}
		speakers = append(speakers, uint32(n))
	}
	return speakers
}

// withCandidates puts in place of whatever candidates an answer has those that browsers may
// know: where sound arrives. It returns the name that packets for it bear, too.
func withCandidates(answer string, udp, tcp []netip.AddrPort) (clean, user string, err error) {
	var s sdp.SessionDescription
	if err := s.UnmarshalString(answer); err != nil {
		return "", "", err
	}
	for i, m := range s.MediaDescriptions {
		m.Attributes = withoutPlace(m.Attributes)
		if i > 0 {
			continue
		}
		user, _ = m.Attribute("ice-ufrag")
		// Priorities as of RFC 8445, section 5.1.2.1: hosts, TCP after all UDP.
		for n, addr := range udp {
			m.WithValueAttribute("candidate", fmt.Sprintf("%d 1 udp %d %s %d typ host", n+1, 126<<24|uint32(65535-n)<<8|255, addr.Addr(), addr.Port()))
		}
		for n, addr := range tcp {
			m.WithValueAttribute("candidate", fmt.Sprintf("%d 1 tcp %d %s %d typ host tcptype passive", len(udp)+n+1, 90<<24|uint32(32767-n)<<8|255, addr.Addr(), addr.Port()))
		}
		m.WithPropertyAttribute("end-of-candidates")
	}
	text, err := s.Marshal()
	return string(text), user, err
}
