package voice

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/netip"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pion/ice/v4"
	"github.com/pion/stun/v4"
	"github.com/pion/webrtc/v4"

	"sotto/rooms"
)

// attribute is what stands in an answer behind that name.
func attribute(sdp, name string) string {
	_, rest, _ := strings.Cut(sdp, "a="+name+":")
	value, _, _ := strings.Cut(rest, "\r\n")
	return value
}

// check is a STUN request for an answer, with that password.
func check(t testing.TB, user, from, password string) []byte {
	t.Helper()
	m, err := stun.Build(stun.BindingRequest, stun.TransactionID, stun.NewUsername(user+":"+from), ice.AttrControlling(7), stun.NewShortTermIntegrity(password), stun.Fingerprint)
	if err != nil {
		t.Fatal(err)
	}
	return m.Raw
}

// attacker is a socket of somebody who is in no room.
func attacker(t testing.TB, w *world) *net.UDPConn {
	t.Helper()
	c, err := net.DialUDP("udp", nil, &net.UDPAddr{IP: standIn4, Port: w.cfg.Ports.Port()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// TestNothingIsAnswered to who is in no room: garbage, checks for nobody, for somebody with
// another password, half a handshake, sound; and those in voice hear each other all the same.
func TestNothingIsAnswered(t *testing.T) {
	w := newWorld(t)
	anna, bob := w.newBrowser(t, "", byUDP), w.newBrowser(t, "", byUDP)
	anna.connect()
	bob.connect()
	user, from := attribute(anna.answer, "ice-ufrag"), attribute(anna.pc.LocalDescription().SDP, "ice-ufrag")
	c := attacker(t, w)
	random := rand.New(rand.NewPCG(1, 2))
	garbage := func(first byte, n int) []byte {
		b := make([]byte, n)
		for i := range b {
			b[i] = byte(random.Uint32())
		}
		b[0] = first
		return b
	}
	bad := [][]byte{
		{0}, check(t, "nobody", from, "x"), check(t, user, from, "not the password"), check(t, user, "another", "x"),
		check(t, user, from, "x")[:24], bytes.Repeat([]byte{0}, 1400),
	}
	for _, first := range []byte{0, 1, 3, 20, 22, 63, 64, 128, 144, 191, 192, 255} {
		for _, n := range []int{1, 12, 20, 100, 1200, 1500, 4000} {
			bad = append(bad, garbage(first, n))
		}
	}
	for range 50 {
		for _, b := range bad {
			_, _ = c.Write(b) // what the system's queue has no room for is no attack
		}
		anna.say("tea")
	}
	until(t, "bob hears anna", func() bool { return bob.hears("tea") > 2 }, func() { anna.say("tea") })
	if err := c.SetReadDeadline(time.Now().Add(500 * time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	if n, err := c.Read(make([]byte, 1500)); n > 0 || err == nil {
		t.Errorf("an attacker gets %d bytes", n)
	}
	w.cfg.Ports.mu.Lock()
	defer w.cfg.Ports.mu.Unlock()
	if n := len(w.cfg.Ports.from); n > 2*lineSources {
		t.Errorf("%d addresses are known", n)
	}
}

// TestStrangersByTCP get nothing either, and are closed.
func TestStrangersByTCP(t *testing.T) {
	w := newWorld(t)
	for name, first := range map[string][]byte{
		"nobody's":  check(t, "nobody", "x", "x"),
		"garbage":   []byte("garbage, and no check at all"),
		"too large": make([]byte, maxGreeting+1),
	} {
		c, err := net.Dial("tcp", w.cfg.Ports.tcp.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(first))), first...)); err != nil {
			t.Fatal(err)
		}
		if said, _ := io.ReadAll(c); len(said) > 0 {
			t.Errorf("%s: gets %d bytes", name, len(said))
		}
		c.Close()
	}
}

// TestLinesAreBounded: of one person no more than a rate is taken, nothing but what a browser
// has to send, from no more addresses and of no more streams than one has.
func TestLinesAreBounded(t *testing.T) {
	p := newTestPorts(t)
	l, err := p.open(lineName{user: "anna"})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	packet := func(first, second byte, speaker uint32) *datagram {
		d := &datagram{n: 100}
		d.buffer[0], d.buffer[1] = first, second
		binary.BigEndian.PutUint32(d.buffer[8:], speaker)
		return d
	}
	takes := func(d *datagram) bool {
		l.rate = rooms.NewLimiter(0, 0)
		return l.takes(d)
	}
	for _, c := range []struct {
		what          string
		first, second byte
		speaker       uint32
		takes         bool
	}{
		{"a check", 0, 1, 0, true}, {"a handshake", 22, 254, 0, true}, {"sound", 128, 111, 7, true}, {"sound of another stream", 128, 111, 8, true},
		{"a third stream", 128, 111, 9, false}, {"the first again", 128, 239, 7, true},
		{"a report", 128, 200, 7, false}, {"a goodbye", 129, 203, 7, false}, {"feedback", 129, 205, 7, false},
		{"what is nothing", 64, 0, 0, false}, {"what is nothing, too", 255, 0, 0, false},
	} {
		if takes(packet(c.first, c.second, c.speaker)) != c.takes {
			t.Errorf("%s is taken: %v", c.what, !c.takes)
		}
	}
	l.expect(peer{}, []uint32{42})
	if takes(packet(128, 111, 7)) || !takes(packet(128, 111, 42)) {
		t.Error("another stream than the one that was offered is taken")
	}
	l.rate = rooms.NewLimiter(lineRate, lineBurst)
	taken := 0
	for range 10_000 {
		if l.takes(packet(128, 111, 42)) {
			taken++
		}
	}
	if taken > lineBurst+lineRate {
		t.Errorf("%d packets at once are taken", taken)
	}
	l.rate = rooms.NewLimiter(0, 0)
	for range 10 * lineQueue {
		l.deliver(packet(128, 111, 42))
	}
	if n := len(l.in); n > lineQueue {
		t.Errorf("%d packets wait", n)
	}
	if _, err := p.open(lineName{user: "anna"}); err == nil {
		t.Error("a line is opened twice")
	}
}

// TestAnotherFingerprint: who does not have the key that an offer was made with gets no
// connection, and is not in voice for long.
func TestAnotherFingerprint(t *testing.T) {
	w := newWorld(t)
	b := w.newBrowser(t, "", byUDP)
	offer := b.offer()
	print := attribute(offer, "fingerprint")
	changed := []byte(print)
	if last := len(changed) - 1; changed[last] == '0' {
		changed[last] = '1'
	} else {
		changed[last] = '0'
	}
	answered, err := b.talk.Ask(t.Context(), rooms.AskVoice{On: true, Offer: strings.ReplaceAll(offer, print, string(changed))})
	if err != nil {
		t.Fatal(err)
	}
	if err := b.pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: answered.Answer}); err != nil {
		t.Fatal(err)
	}
	until(t, "the party ends", func() bool { return w.cfg.Calls.Count() == 0 }, nil)
}

// TestWhoNeverReadsByTCP misses what they do not read, and nobody else waits for them.
func TestWhoNeverReadsByTCP(t *testing.T) {
	here, there := net.Pipe() // takes nothing that is not read
	defer there.Close()
	s := &stream{conn: here, out: make(chan []byte, streamQueue), over: make(chan struct{})}
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.write()
	}()
	packet := make([]byte, 1200)
	since := time.Now()
	for range 100 * streamQueue {
		s.put(packet)
	}
	if took := time.Since(since); took > 5*time.Second {
		t.Errorf("to put packets took %v", took)
	}
	if n := len(s.out); n > streamQueue {
		t.Errorf("%d packets wait", n)
	}
	s.close()
	<-done
}

// TestMemoryComesBack: people who join and leave leave nothing, whatever they sent.
func TestMemoryComesBack(t *testing.T) {
	w := newWorld(t)
	round := func() {
		b := w.newBrowser(t, "", byUDP)
		b.connect()
		for range 20 {
			b.say("tea")
		}
		b.close()
	}
	round()
	settle := func() (goroutines int, heap uint64) {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return runtime.NumGoroutine(), m.HeapAlloc
	}
	goroutines, heap := settle()
	for range 10 {
		round()
	}
	until(t, "goroutines come back", func() bool { n, _ := settle(); return n <= goroutines }, nil)
	until(t, "memory comes back", func() bool { _, now := settle(); return now < heap+(2<<20) }, nil)
	if n := w.cfg.Calls.Count(); n != 0 {
		t.Errorf("%d are in voice", n)
	}
}

// twice is a network that brings every packet to the server two times more, a little later.
func twice(t testing.TB, to *net.UDPAddr) netip.AddrPort {
	t.Helper()
	inside, err := net.DialUDP("udp", nil, to)
	if err != nil {
		t.Fatal(err)
	}
	outside, err := net.ListenUDP("udp", &net.UDPAddr{IP: standIn4})
	if err != nil {
		t.Fatal(err)
	}
	var running sync.WaitGroup
	var browser atomic.Pointer[net.UDPAddr]
	running.Go(func() {
		buffer := make([]byte, mtu)
		for {
			n, from, err := outside.ReadFromUDP(buffer)
			if err != nil {
				return
			}
			browser.Store(from)
			for range 3 {
				_, _ = inside.Write(buffer[:n])
			}
		}
	})
	running.Go(func() {
		buffer := make([]byte, mtu)
		for {
			n, err := inside.Read(buffer)
			if errors.Is(err, net.ErrClosed) {
				return
			}
			if to := browser.Load(); err == nil && to != nil {
				_, _ = outside.WriteToUDP(buffer[:n], to)
			}
		}
	})
	t.Cleanup(func() {
		inside.Close()
		outside.Close()
		running.Wait()
	})
	return outside.LocalAddr().(*net.UDPAddr).AddrPort()
}

// TestReplay: what is sent again by somebody on the way is heard once.
func TestReplay(t *testing.T) {
	w := newWorld(t)
	anna := w.newBrowser(t, "", byUDP)
	anna.talk.(*talk).at = addresses{udp: []netip.AddrPort{twice(t, &net.UDPAddr{IP: standIn4, Port: w.cfg.Ports.Port()})}}
	bob := w.newBrowser(t, "", byUDP)
	anna.connect()
	bob.connect()
	until(t, "bob hears anna", func() bool { return bob.hears("first") > 0 }, func() { anna.say("first") })
	said := 0
	until(t, "anna has said it", func() bool { return said == 20 }, func() {
		anna.say(fmt.Sprint("word", said))
		said++
	})
	until(t, "bob hears the end", func() bool { return bob.hears("last") > 0 }, func() { anna.say("last") })
	heard := 0
	for i := range said {
		n := bob.hears(fmt.Sprint("word", i))
		if heard += n; n > 1 {
			t.Errorf("word %d is heard %d times", i, n)
		}
	}
	if heard < said/2 {
		t.Errorf("%d words of %d are heard", heard, said)
	}
}
