package native

import (
	"net"
	"strings"
	"testing"

	"github.com/pion/rtp"

	webvoice "sotto/webbridge/voice"
)

// What the server is offered says nothing of where this machine is, on which of its networks
// it has addresses, or what program it is.
func TestOfferSaysNothingOfThisMachine(t *testing.T) {
	for _, levels := range []bool{true, false} {
		s, err := newSound(3, levels, func(int, *rtp.Packet) {})
		if err != nil {
			t.Fatal(err)
		}
		defer s.close()
		offer, err := s.offer()
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(offer, "candidate") || strings.Contains(strings.ToLower(offer), "pion") {
			t.Errorf("the offer says too much:\n%s", offer)
		}
		addresses, err := net.InterfaceAddrs()
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range addresses {
			if ip := a.(*net.IPNet).IP.String(); strings.Contains(offer, " "+ip) {
				t.Errorf("the offer has %s in it:\n%s", ip, offer)
			}
		}
		if got := strings.Count(offer, "a=recvonly"); got != 3 || strings.Count(offer, "a=sendonly") != 1 {
			t.Errorf("%d places to hear others in:\n%s", got, offer)
		}
		if strings.Contains(offer, webvoice.LevelURI) != levels {
			t.Errorf("levels %v:\n%s", levels, offer)
		}
	}
}

func TestVoiceWords(t *testing.T) {
	for want, v := range map[string]Visit{
		"den --voice": {Address: Address{Room: "den"}},
		"den --voice --listen --host --nick=zoe --invite=abc": {Address: Address{Room: "den", Invite: "abc"}, Listen: true, Host: true, Nick: "zoe"},
	} {
		if got := v.voiceWords(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
