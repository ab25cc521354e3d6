package voice

import (
	"testing"
	"time"

	"github.com/pion/ice/v4"
	"github.com/pion/stun/v4"
)

// nominates is a check by which a browser says that it goes on from there.
func nominates(t testing.TB, user string, from peer) []byte {
	t.Helper()
	m, err := stun.Build(stun.BindingRequest, stun.TransactionID, stun.NewUsername(user+":"+from.user), ice.AttrControlling(7),
		ice.PriorityAttr(1<<31-1), ice.UseCandidate(), stun.NewShortTermIntegrity(from.password), stun.Fingerprint)
	if err != nil {
		t.Fatal(err)
	}
	return m.Raw
}

// TestNobodyElseIsSentSound: a member whose checks seem to come from a stranger's address has
// no sound sent there, and less than the checks take.
func TestNobodyElseIsSentSound(t *testing.T) {
	w := newWorld(t)
	anna, mallory := w.newBrowser(t, "", byUDP), w.newBrowser(t, "", byUDP)
	anna.connect()
	mallory.connect()
	anna.mute(false)
	anna.say("early")
	until(t, "mallory hears anna", func() bool { return mallory.hears("early") > 0 }, func() { anna.say("early") })

	stranger := attacker(t, w)
	answer, mine := mallory.pc.RemoteDescription().SDP, mallory.pc.LocalDescription().SDP
	user, password := attribute(answer, "ice-ufrag"), attribute(answer, "ice-pwd")
	in, out := 0, 0
	buffer := make([]byte, mtu)
	for range 50 {
		packet := nominates(t, user, peer{attribute(mine, "ice-ufrag"), password})
		in += len(packet)
		if _, err := stranger.Write(packet); err != nil {
			t.Fatal(err)
		}
		for range 10 {
			anna.say("for the stranger")
		}
		_ = stranger.SetReadDeadline(time.Now().Add(20 * time.Millisecond))
		for {
			n, err := stranger.Read(buffer)
			if err != nil {
				break
			}
			if out += n; buffer[0] >= 128 {
				t.Fatal("a stranger is sent sound")
			}
		}
	}
	if out == 0 || out > in {
		t.Errorf("%d bytes went to a stranger for %d that seemed to be theirs", out, in)
	}
}

// TestProof: an address is proven by what only who reads there can know, for a while, and is
// asked again in time.
func TestProof(t *testing.T) {
	now := time.Now()
	var p proof
	from := peer{"anna", "a password of enough letters"}
	if p.ask(from, "server", now) != nil {
		t.Error("asked before anything came")
	}
	p.in = 1000
	asked := p.ask(from, "server", now)
	if asked == nil || p.ask(from, "server", now) != nil {
		t.Fatal("not asked once")
	}
	m := &stun.Message{Raw: asked}
	if err := m.Decode(); err != nil {
		t.Fatal(err)
	}
	if p.answered(stun.MustBuild(stun.TransactionID, stun.BindingSuccess).Raw, now); p.holds(now) {
		t.Error("proven by the answer to something else")
	}
	good := stun.MustBuild(stun.NewTransactionIDSetter(m.TransactionID), stun.BindingSuccess).Raw
	if p.answered(good, now); !isAnswer(good) || !p.holds(now) || p.holds(now.Add(provenFor)) {
		t.Error("the answer proves nothing, or for ever")
	}
	if p.ask(from, "server", now.Add(time.Second)) != nil || p.ask(from, "server", now.Add(provenFor/2)) == nil {
		t.Error("asked again too soon, or not in time")
	}
	if p.answered(good, now.Add(provenFor)); p.holds(now.Add(provenFor)) {
		t.Error("proven by an old answer")
	}
}
