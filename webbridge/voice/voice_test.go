package voice

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"

	"sotto/rooms"
	"sotto/rooms/voice"
	"sotto/webbridge"
)

// world is a server with its ports.
type world struct {
	*Server
	hub *rooms.Hub
}

// newWorld has ports of one number on this machine's loopback.
func newWorld(t testing.TB) *world {
	t.Helper()
	ports := newTestPorts(t)
	calls := voice.New(voice.Config{})
	t.Cleanup(calls.Close)
	s, err := New(Config{Ports: ports, Calls: calls})
	if err != nil {
		t.Fatal(err)
	}
	return &world{Server: s, hub: rooms.NewHub(rooms.Config{Voice: true})}
}

func newTestPorts(t testing.TB) *Ports {
	t.Helper()
	for range 10 {
		tcp, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		udp, err := net.ListenUDP("udp", &net.UDPAddr{IP: standIn4, Port: tcp.Addr().(*net.TCPAddr).Port})
		if err != nil {
			tcp.Close() // the number is taken by somebody else's UDP
			continue
		}
		p := NewPorts(udp, tcp, tcp.Addr().(*net.TCPAddr).Port)
		t.Cleanup(func() { p.Close() })
		return p
	}
	t.Fatal("no number is free of UDP and TCP")
	return nil
}

// browser is a member with a connection for sound.
type browser struct {
	t      testing.TB
	seat   *rooms.Seat
	talk   webbridge.Talk
	pc     *webrtc.PeerConnection
	mic    *webrtc.TrackLocalStaticRTP
	answer string
	up     chan struct{}
	at     net.IP            // where its sockets are; nil: anywhere
	gets   func(*rtp.Packet) // each packet, as it comes; nil: nobody wants to know

	mu    sync.Mutex
	heard map[string]int // by what was said first, of the track
	next  uint16
}

// way is how a browser reaches the server.
type way []webrtc.NetworkType

var (
	byUDP = way{webrtc.NetworkTypeUDP4}
	byTCP = way{webrtc.NetworkTypeTCP4}
)

// newBrowser makes a member whose connection is on its way.
func (w *world) newBrowser(t testing.TB, hello string, by way) *browser {
	t.Helper()
	return w.newBrowserAt(t, hello, by, nil)
}

func (w *world) newBrowserAt(t testing.TB, hello string, by way, at net.IP) *browser {
	t.Helper()
	seat, err := w.hub.Join(t.Context(), rooms.Visitor{Room: "den", Hello: hello})
	if err != nil {
		t.Fatal(err)
	}
	b := &browser{t: t, seat: seat, at: at, heard: make(map[string]int), up: make(chan struct{}, 1)}
	b.talk = w.Talk(seat, &net.TCPAddr{IP: standIn4, Port: 1})
	b.prepare(by)
	t.Cleanup(b.close)
	return b
}

// prepare makes the browser's end.
func (b *browser) prepare(by way) {
	media := &webrtc.MediaEngine{}
	if err := media.RegisterCodec(webrtc.RTPCodecParameters{RTPCodecCapability: Opus, PayloadType: 96}, webrtc.RTPCodecTypeAudio); err != nil {
		b.t.Fatal(err)
	}
	for _, uri := range []string{LevelURI} {
		if err := media.RegisterHeaderExtension(webrtc.RTPHeaderExtensionCapability{URI: uri}, webrtc.RTPCodecTypeAudio); err != nil {
			b.t.Fatal(err)
		}
	}
	var s webrtc.SettingEngine
	s.LoggerFactory = Silence{}
	s.SetIncludeLoopbackCandidate(true)
	s.SetNetworkTypes(by)
	if b.at != nil {
		s.SetNet(newOnlyHere(b.at))
	}
	pc, err := webrtc.NewAPI(webrtc.WithMediaEngine(media), webrtc.WithSettingEngine(s)).NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		b.t.Fatal(err)
	}
	b.pc = pc
	if b.mic, err = webrtc.NewTrackLocalStaticRTP(Opus, "mic", "mic"); err != nil {
		b.t.Fatal(err)
	}
	if _, err := pc.AddTransceiverFromTrack(b.mic, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionSendonly}); err != nil {
		b.t.Fatal(err)
	}
	for range 6 {
		if _, err := pc.AddTransceiverFromKind(webrtc.RTPCodecTypeAudio, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionRecvonly}); err != nil {
			b.t.Fatal(err)
		}
	}
	pc.OnTrack(func(track *webrtc.TrackRemote, _ *webrtc.RTPReceiver) {
		for {
			p, _, err := track.ReadRTP()
			if err != nil {
				return
			}
			if b.gets != nil {
				b.gets(p)
			}
			word, _, _ := strings.Cut(string(p.Payload), " ")
			b.mu.Lock()
			b.heard[word]++
			b.mu.Unlock()
		}
	})
	pc.OnConnectionStateChange(func(state webrtc.PeerConnectionState) {
		if state == webrtc.PeerConnectionStateConnected {
			b.up <- struct{}{}
		}
	})
}

// offer is the browser's, as the page sends it.
func (b *browser) offer() string {
	b.t.Helper()
	offer, err := b.pc.CreateOffer(nil)
	if err != nil {
		b.t.Fatal(err)
	}
	if err := b.pc.SetLocalDescription(offer); err != nil {
		b.t.Fatal(err)
	}
	return offer.SDP
}

// join asks for a part in the room's voice.
func (b *browser) join() *rooms.VoiceAnswered {
	b.t.Helper()
	answered, err := b.talk.Ask(b.t.Context(), rooms.AskVoice{On: true, Offer: b.offer()})
	if err != nil {
		b.t.Fatal(err)
	}
	b.answer = answered.Answer
	if err := b.pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: answered.Answer}); err != nil {
		b.t.Fatalf("%v\n%s", err, answered.Answer)
	}
	return answered
}

// connect joins, waits for the connection, and is not muted then.
func (b *browser) connect() {
	b.t.Helper()
	b.join()
	select {
	case <-b.up:
	case <-time.After(20 * time.Second):
		b.t.Fatalf("no connection comes of\n%s", b.answer)
	}
	b.mute(false)
}

func (b *browser) mute(on bool) {
	b.t.Helper()
	if _, err := b.talk.Ask(b.t.Context(), rooms.AskVoice{On: true, Muted: &on}); err != nil {
		b.t.Fatal(err)
	}
}

// say says a word, a packet.
func (b *browser) say(word string) {
	b.next++
	p := &rtp.Packet{Header: rtp.Header{Version: 2, SequenceNumber: b.next, Timestamp: uint32(b.next) * 960}, Payload: []byte(word + " and some air behind it")}
	_ = b.mic.WriteRTP(p)
}

func (b *browser) hears(word string) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.heard[word]
}

// until does something each 20 ms until it is so, which has to be soon.
func until(t testing.TB, what string, so func() bool, do func()) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !so(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("never: " + what)
		}
		if do != nil {
			do()
		}
	}
}

func (b *browser) close() {
	b.talk.Close()
	b.seat.Close()
	_ = b.pc.GracefulClose()
}

// TestBrowsersTalk over UDP and over TCP, in open and in sealed rooms, and nobody is told
// where anybody is.
func TestBrowsersTalk(t *testing.T) {
	for name, by := range map[string]way{"udp": byUDP, "tcp": byTCP} {
		for _, hello := range []string{"", "hello"} {
			t.Run(name+hello, func(t *testing.T) {
				w := newWorld(t)
				anna, bob := w.newBrowser(t, hello, byUDP), w.newBrowser(t, hello, by)
				anna.connect()
				bob.connect()
				until(t, "bob hears anna", func() bool { return bob.hears("tea") > 2 }, func() { anna.say("tea") })
				until(t, "anna hears bob", func() bool { return anna.hears("cake") > 2 }, func() { bob.say("cake") })
				if anna.hears("tea") > 0 {
					t.Error("anna hears herself")
				}
				var here []string
				for line := range strings.SplitSeq(bob.answer, "\r\n") {
					if strings.HasPrefix(line, "a=candidate") {
						here = append(here, line)
					}
				}
				if len(here) != 2 || strings.Count(bob.answer, "ice-lite") != 1 || !strings.Contains(bob.answer, "a=setup:passive") {
					t.Errorf("the answer is %s", bob.answer)
				}
				for _, line := range here {
					if !strings.Contains(line, fmt.Sprintf(" 127.0.0.1 %d typ host", w.cfg.Ports.Port())) {
						t.Errorf("a candidate is %s", line)
					}
				}
			})
		}
	}
}

// TestConnectionsEnd with their socket, with their seat and when asked to, within a fifth of
// a second; and whoever offers again has one.
func TestConnectionsEnd(t *testing.T) {
	w := newWorld(t)
	anna := w.newBrowser(t, "", byUDP)
	anna.connect()
	lines := func() int {
		w.cfg.Ports.mu.Lock()
		defer w.cfg.Ports.mu.Unlock()
		return len(w.cfg.Ports.lines) + len(w.cfg.Ports.from)
	}
	for name, end := range map[string]func(b *browser){
		"socket": func(b *browser) { b.talk.Close() },
		"asked": func(b *browser) {
			if _, err := b.talk.Ask(t.Context(), rooms.AskVoice{}); err != nil {
				t.Error(err)
			}
		},
		"seat": func(b *browser) { b.seat.Close() },
	} {
		before := lines()
		bob := w.newBrowser(t, "", byUDP)
		bob.connect()
		if n := w.cfg.Calls.Count(); n != 2 {
			t.Fatalf("%s: %d are in voice", name, n)
		}
		since := time.Now()
		end(bob)
		until(t, name+" ends the party", func() bool { return w.cfg.Calls.Count() == 1 }, nil)
		if took := time.Since(since); took > time.Second { // 200 ms, where nothing else has the processor
			t.Errorf("%s: it took %v", name, took)
		}
		until(t, name+" ends the connection", func() bool { return lines() == before }, nil)
	}
	again := w.newBrowser(t, "", byUDP)
	again.connect()
	_ = again.pc.Close()
	again.prepare(byUDP)
	again.connect() // whether the first has ended by now or not
	if n := w.cfg.Calls.Count(); n != 2 {
		t.Errorf("%d are in voice after anna and a second offer", n)
	}
	until(t, "anna hears them", func() bool { return anna.hears("again") > 0 }, func() { again.say("again") })
}

// TestManyOffers are refused after a few, and leave nothing behind.
func TestManyOffers(t *testing.T) {
	w := newWorld(t)
	b := w.newBrowser(t, "", byUDP)
	offer := b.offer()
	refused := 0
	for range 100 {
		_, err := b.talk.Ask(t.Context(), rooms.AskVoice{On: true, Offer: offer})
		var refusal *rooms.Error
		if errors.As(err, &refusal) && refusal.Code == rooms.RateLimited {
			refused++
		}
	}
	if refused < 100-offerBurst-1 || w.cfg.Calls.Count() != 1 {
		t.Errorf("%d of 100 offers are refused, %d are in voice", refused, w.cfg.Calls.Count())
	}
	until(t, "one connection is left", func() bool {
		w.cfg.Ports.mu.Lock()
		defer w.cfg.Ports.mu.Unlock()
		return len(w.cfg.Ports.lines) == 4
	}, nil)
}

// TestBadOffers are refused in a sentence, and nobody is in voice by them.
func TestBadOffers(t *testing.T) {
	w := newWorld(t)
	b := w.newBrowser(t, "", byUDP)
	good := b.offer()
	if _, err := readOffer(good); err != nil {
		t.Fatalf("a good one is refused: %v\n%s", err, good)
	}
	for name, bad := range map[string]string{
		"nothing":      "x",
		"half":         good[:len(good)/3],
		"video":        strings.ReplaceAll(good, "m=audio", "m=video"),
		"passive":      strings.ReplaceAll(good, "setup:actpass", "setup:passive"),
		"both ways":    strings.ReplaceAll(good, "sendonly", "sendrecv"),
		"no mic":       strings.ReplaceAll(good, "sendonly", "recvonly"),
		"many":         good + strings.Repeat(good[strings.LastIndex(good, "m=audio"):], 20),
		"long":         good + strings.Repeat("a=x\r\n", maxOffer),
		"no password":  strings.ReplaceAll(good, "ice-pwd", "x-pwd"),
		"short name":   withName(good, "x"),
		"another code": strings.ReplaceAll(good, "opus/48000/2", "PCMU/8000"),
	} {
		b.talk.(*talk).offers = rooms.NewLimiter(0, 0)
		_, err := b.talk.Ask(t.Context(), rooms.AskVoice{On: true, Offer: bad})
		var refusal *rooms.Error
		if !errors.As(err, &refusal) || refusal.Code != rooms.NoVoice || !strings.HasSuffix(refusal.Message, ".") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := w.cfg.Calls.Count(); n != 0 {
		t.Errorf("%d are in voice", n)
	}
	muted := false
	if _, err := b.talk.Ask(context.Background(), rooms.AskVoice{On: true, Muted: &muted}); err != errNotIn {
		t.Errorf("who is not in is told %v", err)
	}
}

// withName is an offer by another name.
func withName(offer, name string) string {
	return strings.ReplaceAll(offer, "ice-ufrag:"+attribute(offer, "ice-ufrag"), "ice-ufrag:"+name)
}

// TestOffersSayNoPlace: whatever a browser says of where it is, goes no further.
func TestOffersSayNoPlace(t *testing.T) {
	w := newWorld(t)
	b := w.newBrowser(t, "", byUDP)
	good := b.offer()
	placed := strings.Replace(good, "a=sendonly", "a=candidate:1 1 udp 1 192.0.2.77 9 typ host\r\na=rtcp:9 IN IP4 192.0.2.77\r\na=sendonly", 1)
	placed = strings.ReplaceAll(placed, "c=IN IP4 0.0.0.0", "c=IN IP4 192.0.2.77")
	o, err := readOffer(placed)
	if err != nil || strings.Contains(o.text, "192.0.2.77") {
		t.Errorf("%v\n%s", err, o.text)
	}
	answered, err := b.talk.Ask(t.Context(), rooms.AskVoice{On: true, Offer: placed})
	if err != nil {
		t.Fatal(err)
	}
	if all, _ := json.Marshal(answered); strings.Contains(string(all), "192.0.2.77") {
		t.Errorf("answered %s", all)
	}
}

func FuzzReadOffer(f *testing.F) {
	f.Add("v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\na=sendonly\r\na=setup:actpass\r\na=ssrc:1 cname:x\r\n")
	f.Fuzz(func(t *testing.T, text string) {
		o, err := readOffer(text)
		if err != nil {
			return
		}
		if strings.Contains(o.text, "a=candidate") || o.slots >= maxSections || len(o.speakers) > lineSpeakers {
			t.Errorf("%q is read as %+v", text, o)
		}
	})
}
