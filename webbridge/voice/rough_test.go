package voice

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pion/rtp"

	"sotto/rooms"
	"sotto/rooms/ogg"
	"sotto/rooms/seal/sframe"
	"sotto/rooms/voice/pipe"
)

// rough is a network between a browser and the server that, once it is so, loses one packet
// in twenty and takes up to 200 ms more for the others, each way.
type rough struct {
	is   atomic.Bool
	from net.IP       // as whom the server sees the browser; nil: this machine
	tap  func([]byte) // is given what comes from the server; nil: nobody

	mu     sync.Mutex
	chance *rand.Rand
}

// send sends a packet as such a network does.
func (r *rough) send(packet []byte, send func([]byte)) {
	if !r.is.Load() {
		send(packet)
		return
	}
	r.mu.Lock()
	lost, takes := r.chance.IntN(20) == 0, time.Duration(r.chance.IntN(201))*time.Millisecond
	r.mu.Unlock()
	if !lost {
		packet = slices.Clone(packet)
		time.AfterFunc(takes, func() { send(packet) })
	}
}

// through puts the network before a server's port, and returns where browsers send to.
func (r *rough) through(t testing.TB, to *net.UDPAddr) netip.AddrPort {
	t.Helper()
	inside, err := net.DialUDP("udp", &net.UDPAddr{IP: r.from}, to)
	if err != nil {
		t.Fatal(err)
	}
	outside, err := net.ListenUDP("udp", &net.UDPAddr{IP: standIn4})
	if err != nil {
		t.Fatal(err)
	}
	var running sync.WaitGroup
	var browser atomic.Pointer[net.UDPAddr]
	carry := func(from *net.UDPConn, send func([]byte)) {
		buffer := make([]byte, mtu)
		for {
			n, addr, err := from.ReadFromUDP(buffer)
			switch {
			case errors.Is(err, net.ErrClosed):
				return
			case err != nil: // nobody is there any more
				continue
			case from == outside:
				browser.Store(addr)
			}
			r.send(buffer[:n], send)
		}
	}
	running.Go(func() { carry(outside, func(b []byte) { _, _ = inside.Write(b) }) })
	running.Go(func() {
		carry(inside, func(b []byte) {
			if r.tap != nil {
				r.tap(b)
			}
			if to := browser.Load(); to != nil {
				_, _ = outside.WriteToUDP(b, to)
			}
		})
	})
	t.Cleanup(func() {
		inside.Close()
		outside.Close()
		running.Wait()
	})
	return outside.LocalAddr().(*net.UDPAddr).AddrPort()
}

// frameOf is what is said as the i-th: Opus as far as its first byte says.
func frameOf(i int) []byte {
	frame := make([]byte, 60)
	frame[0] = 0xf8
	binary.BigEndian.PutUint32(frame[1:], uint32(i))
	rand.NewChaCha8([32]byte{byte(i), byte(i >> 8), byte(i >> 16)}).Read(frame[5:])
	return frame
}

// indexOf is the number of what was said, or -1 if it was not said so.
func indexOf(frame []byte) int {
	if len(frame) != 60 {
		return -1
	}
	i := int(binary.BigEndian.Uint32(frame[1:]))
	if !bytes.Equal(frame, frameOf(i)) {
		return -1
	}
	return i
}

// arrivals are the packets that come to one listener.
type arrivals struct {
	mu      sync.Mutex
	packets []*rtp.Packet
	opened  [][]byte // in a sealed room: what of each opened
}

func (a *arrivals) last() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.packets) == 0 {
		return 0
	}
	return indexOf(a.opened[len(a.opened)-1])
}

// TestRoughNetwork: by a network that loses one packet in twenty and takes up to 200 ms more
// for the others, from whoever speaks and again to whoever hears, what comes is what was said;
// what is lost or out of order can be told by its number; times never drift from the speaker's;
// in a sealed room nothing of it counts as the server's doing; and a terminal's stream has
// right times and no growing delay.
func TestRoughNetwork(t *testing.T) {
	for name, hello := range map[string]string{"open": "", "sealed": "hello"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			roughly(t, hello, 6*time.Second)
		})
	}
}

func roughly(t *testing.T, hello string, lasts time.Duration) {
	w := newWorld(t)
	server := &net.UDPAddr{IP: standIn4, Port: w.cfg.Ports.Port()}
	there, back := &rough{chance: rand.New(rand.NewPCG(1, 1))}, &rough{chance: rand.New(rand.NewPCG(2, 2))}
	anna, bob := w.newBrowser(t, hello, byUDP), w.newBrowser(t, hello, byUDP)
	anna.talk.(*talk).at = addresses{udp: []netip.AddrPort{there.through(t, server)}}
	bob.talk.(*talk).at = addresses{udp: []netip.AddrPort{back.through(t, server)}}

	id := sframe.Member{1}
	sender, ring := sframe.NewSender(id[:]), sframe.NewRing()
	if err := ring.Add(id, id[:], sender.Key()); err != nil {
		t.Fatal(err)
	}
	track := ring.Receiver()
	var heard arrivals
	bob.gets = func(p *rtp.Packet) {
		frame := p.Payload
		if hello != "" {
			opened, _, err := track.Open(nil, p.Payload, p.Timestamp)
			if err != nil {
				return // which is counted
			}
			frame = opened
		}
		heard.mu.Lock()
		defer heard.mu.Unlock()
		heard.packets, heard.opened = append(heard.packets, p), append(heard.opened, frame)
	}
	if hello != "" { // a place whose program never says who it is lasts a minute
		for _, b := range []*browser{anna, bob} {
			if err := b.seat.Do(t.Context(), rooms.Seal{ID: "1", Body: []byte("body"), Wraps: map[string][]byte{anna.seat.ID(): []byte("wrap"), bob.seat.ID(): []byte("wrap")}}); err != nil {
				t.Fatal(err)
			}
		}
	}
	anna.connect()
	bob.connect()
	var terminal *terminal
	if hello == "" {
		terminal = w.newTerminal(t)
	}

	said, times := 0, []time.Time{{}}
	say := func() {
		said++
		times = append(times, time.Now())
		payload := frameOf(said)
		if hello != "" {
			sealed, err := sender.Seal(nil, payload)
			if errors.Is(err, sframe.ErrFast) { // this machine was busy
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			payload = sealed
		}
		_ = anna.mic.WriteRTP(&rtp.Packet{Header: rtp.Header{Version: 2, SequenceNumber: uint16(said), Timestamp: uint32(said) * 960}, Payload: payload})
	}
	until(t, "bob hears anna", func() bool { return heard.last() > 0 }, say)
	there.is.Store(true)
	back.is.Store(true)
	first := said
	ticks := time.NewTicker(20 * time.Millisecond)
	defer ticks.Stop()
	for range lasts / (20 * time.Millisecond) {
		<-ticks.C
		say()
	}
	last := said
	until(t, "what was said last comes", func() bool { return heard.last() >= last }, say)
	bob.talk.Close() // after which nothing comes
	_ = bob.pc.GracefulClose()

	heard.mu.Lock()
	defer heard.mu.Unlock()
	base, i0 := heard.packets[0], indexOf(heard.opened[0])
	came, reordered, newest := make(map[int]bool), 0, 0
	for n, p := range heard.packets {
		i := indexOf(heard.opened[n])
		if i < 0 || came[i] {
			t.Fatalf("packet %d is nothing that was said, or came again: %d", n, i)
		}
		came[i] = true
		if i < newest {
			reordered++
		}
		newest = max(newest, i)
		if number, at := p.SequenceNumber-base.SequenceNumber, p.Timestamp-base.Timestamp; number != uint16(i-i0) || at != uint32(i-i0)*960 {
			t.Fatalf("what was said %d after the first has number %d and time %d after it", i-i0, number, at/960)
		}
	}
	got := 0
	for i := first; i <= last; i++ {
		if came[i] {
			got++
		}
	}
	all := last - first + 1
	t.Logf("%d of %d came, %d out of order", got, all, reordered)
	if got < all*4/5 || got > all*39/40 || reordered < all/10 {
		t.Errorf("%d of %d came, %d out of order: that is no rough network's doing", got, all, reordered)
	}
	if c := ring.Counts(id); hello != "" && (c.Changed != 0 || c.Late*100 > c.Opened || int(c.Opened) != len(heard.packets)) {
		t.Errorf("of %d packets %d opened, %d were changed and %d late", len(heard.packets), c.Opened, c.Changed, c.Late)
	}
	if terminal != nil {
		terminal.check(t, times[:last+1], first)
	}
}

// terminal hears by a pipe, as a visitor over ssh does.
type terminal struct {
	ear   *pipe.Ear
	began time.Time

	mu      sync.Mutex
	written bytes.Buffer
	end     func()
}

func (o *terminal) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.written.Write(b)
}

func (w *world) newTerminal(t *testing.T) *terminal {
	t.Helper()
	seat, err := w.hub.Join(t.Context(), rooms.Visitor{Room: "den"})
	if err != nil {
		t.Fatal(err)
	}
	o := &terminal{ear: pipe.NewEar(func(string) {}), began: time.Now()}
	party, err := w.cfg.Calls.Join(t.Context(), seat, pipe.Slots, o.ear)
	if err != nil {
		t.Fatal(err)
	}
	party.Connected()
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() {
		if err := o.ear.Run(ctx, o); err != nil {
			t.Error(err)
		}
	})
	o.end = sync.OnceFunc(func() {
		cancel()
		running.Wait()
		party.Close()
		seat.Close()
	})
	t.Cleanup(o.end)
	return o
}

// granule is the time at which the stream ends, and pages how often it was said.
func (o *terminal) granule(t *testing.T) (granule uint64, pages int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	b := o.written.Bytes()
	for len(b) > 27 {
		if string(b[:4]) != "OggS" {
			t.Fatal("a page does not begin where another ends")
		}
		at := binary.LittleEndian.Uint64(b[6:])
		if at < granule || at-granule > 960 {
			t.Fatalf("page %d is of the time %d behind %d", pages, at, granule)
		}
		granule, pages = at, pages+1
		n := 27 + int(b[26])
		for _, size := range b[27 : 27+int(b[26])] {
			n += int(size)
		}
		b = b[n:]
	}
	return granule, pages
}

// check ends it, and looks at what it heard of what was said at those times, from first on.
func (o *terminal) check(t *testing.T, said []time.Time, first int) {
	until(t, "the stream has come as far as the clock", func() bool {
		granule, _ := o.granule(t)
		return time.Duration(granule)*time.Second/48_000 > time.Since(o.began)-200*time.Millisecond
	}, nil)
	o.end()
	took := time.Since(o.began)
	granule, pages := o.granule(t)
	if length := time.Duration(granule) * time.Second / 48_000; length > took+400*time.Millisecond || int(granule) != (pages-2)*960 {
		t.Errorf("%d pages are %v of sound after %v", pages, length, took)
	}
	r := ogg.NewReader(&o.written)
	newest, at := 0, time.Duration(0)
	var lags []time.Duration // how much later than it was said something stands in the stream
	for {
		packet, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if i := indexOf(packet.Data); i >= first && i < len(said) {
			if i <= newest {
				t.Fatalf("%d is written behind %d", i, newest)
			}
			newest = i
			lags = append(lags, at-said[i].Sub(o.began))
		}
		at += time.Duration(packet.Samples) * time.Second / ogg.Rate
	}
	if all := len(said) - first; len(lags) < all/2 { // nearly all, where nothing else has the processor
		t.Errorf("%d of %d are written", len(lags), all)
		return
	}
	early, late := lags[:len(lags)/4], lags[len(lags)*3/4:]
	slices.Sort(early)
	slices.Sort(late)
	before, after := early[len(early)/2], late[len(late)/2]
	t.Logf("%d are written, %v and %v after they were said", len(lags), before, after)
	if after > before+300*time.Millisecond {
		t.Errorf("the stream was %v late and is %v", before, after)
	}
}
