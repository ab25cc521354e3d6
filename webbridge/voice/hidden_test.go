package voice

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"sync"
	"testing"

	"github.com/pion/interceptor"
	"github.com/pion/rtp"
	"github.com/pion/stun/v4"

	"sotto/rooms"
)

// found is all that somebody gets, by what it is.
type found struct {
	mu      sync.Mutex
	texts   map[string][]byte // what people and programs read
	packets [][]byte          // as they come from the network
	clear   [][]byte          // RTP and RTCP, opened
	way     netip.AddrPort    // where they send to, which they know
}

func (f *found) text(what string, b []byte) {
	f.mu.Lock()
	defer f.mu.Unlock()
	b = bytes.ReplaceAll(b, []byte(strconv.Itoa(int(f.way.Port()))), nil)
	f.texts[what] = append(append(f.texts[what], b...), '\n')
}

func (f *found) packet(b []byte) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.packets = append(f.packets, bytes.Clone(b))
}

func (f *found) plain(b []byte) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.clear = append(f.clear, bytes.Clone(b))
}

// cookie is what STUN hides addresses with from those who rewrite them.
var cookie = []byte{0x21, 0x12, 0xa4, 0x42}

// forms are those in which an address and its port stand in packets. An address alone is
// looked for only where nothing is drawn by chance.
func forms(at netip.AddrPort) (whole, alone [][]byte) {
	ip := at.Addr().As4()
	port := binary.BigEndian.AppendUint16(nil, at.Port())
	hidden, hiddenPort := bytes.Clone(ip[:]), bytes.Clone(port)
	for i := range hidden {
		hidden[i] ^= cookie[i]
	}
	for i := range hiddenPort {
		hiddenPort[i] ^= cookie[i]
	}
	join := func(a, b []byte) []byte { return append(bytes.Clone(a), b...) }
	whole = [][]byte{join(ip[:], port), join(port, ip[:]), join(hidden, hiddenPort), join(hiddenPort, hidden), []byte(at.String())}
	return whole, [][]byte{ip[:], hidden, []byte(at.Addr().String())}
}

// says returns in what an address is found, or nothing.
func (f *found) says(at netip.AddrPort) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	words := regexp.MustCompile(`(^|[^0-9.])` + regexp.QuoteMeta(at.Addr().String()) + `([^0-9]|$)|(port"?[:=]|[0-9]:| )` + strconv.Itoa(int(at.Port())) + `([^0-9]|$)`)
	whole, alone := forms(at)
	for what, text := range f.texts {
		if words.Match(text) || has(text, whole) {
			return what
		}
	}
	for _, p := range f.packets {
		if has(p, whole) {
			return "a packet"
		}
		m := &stun.Message{Raw: p}
		if !stun.IsMessage(p) || m.Decode() != nil {
			continue
		}
		for _, a := range m.Attributes {
			if a.Type != stun.AttrMessageIntegrity && a.Type != stun.AttrFingerprint && has(a.Value, alone) {
				return "STUN " + a.Type.String()
			}
		}
	}
	for _, p := range f.clear {
		if has(p, whole) || has(p, alone) {
			return "sound or a report"
		}
	}
	return ""
}

// looked is how many messages of STUN and how many packets of sound and reports came.
func (f *found) looked() (checks, opened int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, p := range f.packets {
		if stun.IsMessage(p) {
			checks++
		}
	}
	return checks, len(f.clear)
}

func has(in []byte, any [][]byte) bool {
	for _, each := range any {
		if bytes.Contains(in, each) {
			return true
		}
	}
	return false
}

// throughTCP is a way to a server's listener from an address.
func throughTCP(t *testing.T, to net.Addr, from net.IP, tap func([]byte)) netip.AddrPort {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var running sync.WaitGroup
	running.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			dialer := net.Dialer{LocalAddr: &net.TCPAddr{IP: from}}
			there, err := dialer.DialContext(t.Context(), "tcp", to.String())
			if err != nil {
				c.Close()
				return
			}
			running.Go(func() {
				_, _ = io.Copy(there, c)
				there.Close()
			})
			running.Go(func() {
				defer c.Close()
				buffer := make([]byte, mtu)
				for {
					n, err := readFrame(there, buffer)
					if err != nil {
						return
					}
					tap(buffer[:n])
					framed := binary.BigEndian.AppendUint16(nil, uint16(n))
					if _, err := c.Write(append(framed, buffer[:n]...)); err != nil {
						return
					}
				}
			})
		}
	})
	t.Cleanup(func() {
		l.Close()
		running.Wait()
	})
	return l.Addr().(*net.TCPAddr).AddrPort()
}

// output has what this process writes on standard output and error, and logs, kept too.
func output(t *testing.T) (all func() []byte) {
	t.Helper()
	name := filepath.Join(t.TempDir(), "output")
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	stdout, stderr := os.Stdout, os.Stderr
	os.Stdout, os.Stderr = f, f
	log.SetOutput(f)
	t.Cleanup(func() {
		os.Stdout, os.Stderr = stdout, stderr
		log.SetOutput(stderr)
		f.Close()
	})
	return func() []byte {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
}

// TestAddressesAreFound in whatever form, by what the next test looks for them with.
func TestAddressesAreFound(t *testing.T) {
	at := netip.MustParseAddrPort("127.0.0.5:40123")
	whole, alone := forms(at)
	stunned := stun.MustBuild(stun.BindingSuccess, stun.RawAttribute{Type: 0x8000, Value: append([]byte{0, 1, 9, 9}, alone[1]...)})
	for name, f := range map[string]*found{
		"an address":           {texts: map[string][]byte{"x": []byte("a=candidate:1 1 udp 1 127.0.0.5 9 typ host")}},
		"a port":               {texts: map[string][]byte{"x": []byte(`{"port":40123}`)}},
		"in a packet":          {packets: [][]byte{append([]byte{22, 254}, whole[0]...)}},
		"hidden in a packet":   {packets: [][]byte{append([]byte{22, 254}, whole[3]...)}},
		"an attribute of STUN": {packets: [][]byte{stunned.Raw}},
		"a report":             {clear: [][]byte{append([]byte{128, 200}, alone[0]...)}},
	} {
		if f.says(at) == "" {
			t.Errorf("%s is not found", name)
		}
	}
	none := &found{texts: map[string][]byte{"x": []byte(`127.0.0.50 127.0.0.51:401234 1127.0.0.5 {"bytes":40123}`)}}
	if what := none.says(at); what != "" {
		t.Errorf("%s is taken for another's", what)
	}
}

// TestNobodyLearnsAnAddress: of eight members with addresses of their own, none gets anything
// in which anybody's address or port stands as the server sees it, in whatever form: in answers,
// events, statistics, packets and what opens of them; and this process writes nothing of any.
func TestNobodyLearnsAnAddress(t *testing.T) {
	written := output(t)
	for hello, people := range map[string]int{"": 8, "hello": 7} { // in a sealed room with slots for six others
		t.Run("hello "+hello, func(t *testing.T) {
			w := newWorld(t)
			server := &net.UDPAddr{IP: standIn4, Port: w.cfg.Ports.Port()}
			type member struct {
				*browser
				*found
				tcp bool
			}
			var all []*member
			var reading sync.WaitGroup
			t.Cleanup(reading.Wait)
			for i := range people {
				ip := net.IPv4(127, 0, 0, byte(2+i)).To4()
				m := &member{found: &found{texts: make(map[string][]byte)}, tcp: i%4 == 3}
				by := byUDP
				if m.tcp {
					by = byTCP
				}
				m.browser = w.newBrowserAt(t, hello, by, ip)
				m.gets = func(p *rtp.Packet) {
					if b, err := p.Marshal(); err == nil {
						m.plain(b)
					}
				}
				if m.tcp {
					m.way = throughTCP(t, w.cfg.Ports.tcp.Addr(), ip, m.packet)
					m.talk.(*talk).at = addresses{tcp: []netip.AddrPort{m.way}}
				} else {
					m.way = (&rough{from: ip, tap: m.packet}).through(t, server)
					m.talk.(*talk).at = addresses{udp: []netip.AddrPort{m.way}}
				}
				for _, part := range m.pc.GetTransceivers() {
					if from := part.Receiver(); from != nil {
						reading.Go(func() { reports(from.Read, m.plain) })
					}
					if to := part.Sender(); to != nil {
						reading.Go(func() { reports(to.Read, m.plain) })
					}
				}
				reading.Go(func() {
					for {
						events, err := m.seat.Next(t.Context())
						if err != nil {
							return
						}
						for _, e := range events {
							m.text("events", fmt.Appendf(nil, "%+v", e))
							if b, err := json.Marshal(e); err == nil {
								m.text("events", b)
							}
						}
					}
				})
				m.connect()
				m.text("the answer", []byte(m.answer))
				all = append(all, m)
			}
			for i, m := range all {
				word := fmt.Sprint("word", i)
				next := all[(i+1)%len(all)]
				until(t, "they hear each other", func() bool { return next.hears(word) > 2 }, func() { m.say(word) })
			}
			for _, m := range all {
				b, err := json.Marshal(m.pc.GetStats())
				if err != nil {
					t.Fatal(err)
				}
				m.text("statistics", bytes.ReplaceAll(b, []byte(m.at.String()), nil))
				answered, err := m.talk.Ask(t.Context(), rooms.AskVoice{On: true, Muted: new(bool)})
				if err != nil {
					t.Fatal(err)
				}
				b, err = json.Marshal(answered)
				if err != nil {
					t.Fatal(err)
				}
				m.text("the answer", b)
			}

			places := w.seen()
			if len(places) != len(all) {
				t.Fatalf("the server knows %d places of %d members", len(places), len(all))
			}
			logged := &found{texts: map[string][]byte{"output": written()}}
			for at := range places {
				if what := logged.says(at); what != "" {
					t.Errorf("this process writes %v", at)
				}
				for _, m := range all {
					if what := m.says(at); what != "" {
						t.Errorf("%v learns of %v, by %s", m.at, at, what)
					}
				}
			}
			for _, m := range all {
				if checks, opened := m.looked(); checks == 0 || opened == 0 {
					t.Errorf("of what %v got, %d checks and %d packets of sound were looked at", m.at, checks, opened)
				}
			}
		})
	}
}

// reports hands on what is reported about a stream.
func reports(read func([]byte) (int, interceptor.Attributes, error), to func([]byte)) {
	buffer := make([]byte, mtu)
	for {
		n, _, err := read(buffer)
		if err != nil {
			return
		}
		to(buffer[:n])
	}
}

// seen are the places that the server sends sound to.
func (w *world) seen() map[netip.AddrPort]bool {
	places := make(map[netip.AddrPort]bool)
	w.cfg.Ports.mu.Lock()
	defer w.cfg.Ports.mu.Unlock()
	for at := range w.cfg.Ports.from {
		places[at] = true
	}
	for _, l := range w.cfg.Ports.lines {
		l.mu.Lock()
		for _, s := range l.streams {
			places[s.conn.RemoteAddr().(*net.TCPAddr).AddrPort()] = true
		}
		l.mu.Unlock()
	}
	return places
}
