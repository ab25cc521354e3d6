package admit

import (
	"cmp"
	"fmt"
	"io"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"sotto/rooms"
)

// source is the n-th of many.
func source(n int) netip.Addr { return netip.AddrFrom4([4]byte{198, 18, byte(n >> 8), byte(n)}) }

var local = netip.MustParseAddr("127.0.0.1")

// brought brings a connection to a phase.
func brought(s *slot, to phase) *slot {
	switch to {
	case knocking:
		s.heard()
	case idle:
		s.asks()
		s.answered()
	case asking:
		s.asks()
	case settled:
		s.seated()
	}
	return s
}

// Whoever says nothing keeps nobody out, however many they are and however fast
// they come; the one who has been silent for longest goes, and is told.
func TestSilenceKeepsNobodyOut(t *testing.T) {
	for _, addr := range []netip.Addr{local, netip.MustParseAddr("10.0.0.1"), {}} {
		inBubble(t, Config{}, func(t *testing.T, g *Gate) {
			var told []int
			take := func(n int) {
				if _, err := g.take(addr, func(why refusal) {
					if why != refusedWaiting {
						t.Errorf("told %q", why)
					}
					told = append(told, n)
				}); err != nil {
					t.Fatal(err)
				}
			}
			for n := range MaxWaiting {
				take(n)
			}
			honest := mustTake(t, g, addr)
			honest.heard()
			for n := range 2 * MaxWaiting {
				take(MaxWaiting + n)
			}
			if honest.released || len(told) != 1+2*MaxWaiting || !slices.IsSorted(told) {
				t.Errorf("who speaks had to go: %v; of those who were silent did %v", honest.released, told)
			}
			if n := g.waiting(); n != MaxWaiting {
				t.Errorf("%d are waiting", n)
			}
		})
	}
}

// Many who are just coming in keep out others of whom nothing more is known for a
// moment, since otherwise none would ever get through; and nobody from elsewhere.
func TestKnockingKeepsOutForAMoment(t *testing.T) {
	inBubble(t, Config{Trusted: loopback}, func(t *testing.T, g *Gate) {
		private := netip.MustParseAddr("10.0.0.1")
		for range MaxWaiting {
			mustTake(t, g, private).heard()
		}
		wantRefused(t, g, private, refusedWaiting)
		mustTake(t, g, stranger).heard()
		mustTake(t, g, local).heard() // a proxy, of whom it is not known yet whom it brings
		time.Sleep(KnockGrace)
		mustTake(t, g, private)
	})
}

// Five sources hold all connections that there may be, and have come as far as
// into rooms with them: newcomers from elsewhere get in, each in the place of one
// of theirs.
func TestFewSourcesFillTheServer(t *testing.T) {
	for _, to := range []phase{idle, asking, settled} {
		inBubble(t, Config{}, func(t *testing.T, g *Gate) {
			var told []refusal
			for i := range MaxConns {
				s, err := g.take(source(i%5), func(why refusal) { told = append(told, why) })
				if err != nil {
					t.Fatal(err)
				}
				brought(s, to)
			}
			honest := brought(mustTake(t, g, source(100)), settled)
			for i := range 40 {
				brought(mustTake(t, g, source(101+i)), to)
			}
			if len(told) != 41 || told[0] != refusedFull || honest.released {
				t.Errorf("phase %d: %d had to go, the honest one: %v", to, len(told), honest.released)
			}
			if g.total != MaxConns {
				t.Errorf("phase %d: %d connections", to, g.total)
			}
			for i := range 5 {
				if n := g.tallyOf(source(i), time.Now()).conns; n > MaxConns/5+1-8 {
					t.Errorf("phase %d: source %d still has %d connections", to, i, n)
				}
			}
		})
	}
}

// Who gives way to a newcomer of a full server, of people that are described.
func TestWhoGivesWay(t *testing.T) {
	type someone struct {
		addr  netip.Addr
		phase phase
		age   time.Duration
	}
	minute := time.Minute
	for _, c := range []struct {
		name     string
		people   []someone
		newcomer netip.Addr
		leaves   int // -1: nobody
	}{
		{"the one who came less far", []someone{{source(1), settled, minute}, {source(2), asking, minute}, {source(3), idle, minute}, {source(4), asking, minute}}, source(9), 2},
		{"the one from where most are", []someone{{source(1), idle, minute}, {source(2), idle, 0}, {source(2), idle, 1}, {source(3), idle, minute}}, source(9), 2},
		{"of a source the oldest stranger", []someone{{source(2), asking, 1}, {source(2), asking, minute}, {source(2), asking, 2}}, source(9), 1},
		{"of a source the latest who is in a room", []someone{{source(2), settled, minute}, {source(2), settled, 1}, {source(2), settled, minute}}, source(9), 1},
		{"nobody who is in a room, for an equal", []someone{{source(1), settled, minute}, {source(2), settled, minute}, {source(3), settled, minute}}, source(9), -1},
		{"nobody who is in a room, for one more of the same", []someone{{source(1), settled, minute}, {source(1), settled, minute}}, source(1), -1},
		{"one's own who asks for nothing", []someone{{source(1), settled, minute}, {source(1), idle, 0}}, source(1), 1},
		{"not one's own who has just asked", []someone{{source(1), settled, minute}, {source(1), asking, AskGrace - 1}}, source(1), -1},
		{"one's own who asked long ago", []someone{{source(1), settled, minute}, {source(1), asking, AskGrace}}, source(1), 1},
		{"nobody who is in a room and shares an address with many", []someone{{local, settled, minute}, {local, settled, minute}, {local, settled, minute}}, source(9), -1},
		{"who shares an address and asks for nothing", []someone{{local, settled, minute}, {local, idle, 0}, {local, settled, minute}}, local, 1},
		{"not the largest source's people for those of unknown ones who have more", []someone{{source(1), settled, minute}, {source(1), settled, minute}, {local, settled, minute}}, local, -1},
	} {
		t.Run(c.name, func(t *testing.T) {
			inBubble(t, Config{}, func(t *testing.T, g *Gate) {
				people := make([]*slot, len(c.people))
				order := make([]int, len(c.people)) // the oldest comes first
				for i := range order {
					order[i] = i
				}
				slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(c.people[j].age, c.people[i].age) })
				for n, i := range order {
					if n > 0 {
						time.Sleep(c.people[order[n-1]].age - c.people[i].age)
					}
					people[i] = brought(mustTake(t, g, c.people[i].addr), c.people[i].phase)
				}
				time.Sleep(c.people[order[len(order)-1]].age)
				who := &g.others
				if c.newcomer != local {
					who = &g.tallyOf(c.newcomer, time.Now()).crowd
				}
				leaver := g.leaver(who, g.regular, settled, time.Now())
				for i, s := range people {
					if (s == leaver) != (i == c.leaves) {
						t.Errorf("person %d gives way: %v", i, s == leaver)
					}
				}
			})
		})
	}
}

// Whatever connections do, the counts are those of the list, no limit is passed,
// and a source that has nothing yet is let in.
func TestCountsAgree(t *testing.T) {
	inBubble(t, Config{Trusted: loopback}, func(t *testing.T, g *Gate) {
		r := rand.New(rand.NewPCG(1, 2))
		var held, visits []*slot
		pick := func(from []*slot) *slot { return from[r.IntN(len(from))] }
		for n := range 60_000 {
			switch what := r.IntN(20); {
			case what < 9:
				addr := []netip.Addr{source(r.IntN(8)), local, netip.MustParseAddr("10.0.0.1")}[r.IntN(3)]
				if s, err := g.take(addr, forNobody); err == nil {
					held = append(held, s)
				}
			case len(held) == 0:
			case what < 11:
				pick(held).heard()
			case what < 12:
				pick(held).entered()
			case what < 14:
				pick(held).asks()
			case what < 15:
				if s := pick(held); s.requests > 0 {
					s.answered()
				}
			case what < 16:
				pick(held).seated()
			case what < 17:
				if s := pick(held); s.proxied && s.tally == nil {
					_ = g.identify(s, source(r.IntN(8)))
				}
			case what < 18:
				if s := pick(held); s.proxied && s.requests > 0 {
					if v, err := g.takeRequest(source(r.IntN(8)), s); err == nil {
						visits = append(visits, v)
					}
				}
			case what < 19 && len(visits) > 0:
				i := r.IntN(len(visits))
				if r.IntN(2) == 0 {
					visits[i].seated()
				}
				visits[i].release()
				visits = append(visits[:i], visits[i+1:]...)
			case r.IntN(8) == 0:
				i := r.IntN(len(held))
				held[i].release()
				held = append(held[:i], held[i+1:]...)
			}
			time.Sleep(time.Duration(r.IntN(20)) * time.Millisecond)
			if n%500 == 0 {
				recount(t, g)
				s := mustTake(t, g, source(1000+n))
				s.seated()
				held = append(held, s)
			}
			if t.Failed() {
				t.Fatalf("after %d steps", n)
			}
		}
		for _, v := range visits {
			v.release()
		}
		for _, s := range held {
			s.release()
		}
		checkEmpty(t, g)
	})
}

// recount compares the gate's counts to its lines.
func recount(t *testing.T, g *Gate) {
	t.Helper()
	total, in := 0, [phases]int{}
	for i, c := range g.crowds {
		sum := 0
		for phase, l := range c.in {
			length := 0
			var last *slot
			for s := l.first; s != nil; s = s.behind {
				if s.before != last || s.crowd() != c || int(s.phase) != phase || !s.counted || last != nil && s.since.Before(last.since) {
					t.Errorf("a slot in the wrong queue: %+v", s)
				}
				last = s
				length++
			}
			if length != l.length || last != l.last {
				t.Errorf("a queue of %d says that it has %d", length, l.length)
			}
			in[phase] += length
			sum += length
		}
		if sum != c.total || sum == 0 || c.number != i {
			t.Errorf("crowd %d has %d: %+v", i, sum, c)
		}
		total += sum
	}
	if total != g.total || in != g.in {
		t.Errorf("there are %d, %v; counted %d, %v", total, in, g.total, g.in)
	}
	unnamed, beyond := g.unnamedWaiting(), g.beyond.total
	if g.total-beyond > MaxConns || beyond > Reserve || g.waiting()-unnamed > MaxWaiting || unnamed > MaxProxied {
		t.Errorf("%d connections, %d of them beyond, %d of all waiting, %d without a name", g.total, beyond, g.waiting(), unnamed)
	}
}

// BenchmarkFull is what a newcomer costs a full server, where one has to give way.
func BenchmarkFull(b *testing.B) {
	for _, sources := range []int{5, MaxConns} {
		b.Run(fmt.Sprint(sources, " sources"), func(b *testing.B) {
			g := New(Config{})
			defer g.Close()
			for i := range MaxConns {
				s, err := g.take(source(i%sources), forNobody)
				if err != nil {
					b.Fatal(err)
				}
				brought(s, idle)
			}
			for i := 0; b.Loop(); i++ {
				s, err := g.take(source(i%sources), forNobody)
				if err != nil {
					b.Fatal(err)
				}
				brought(s, idle)
			}
		})
	}
}

// Whoever gives way is told in the way that there is: by a door that knows one, or
// in words as long as nothing else was said.
func TestGivingWayIsTold(t *testing.T) {
	for name, c := range map[string]struct {
		speech  Speech
		prepare func(*conn)
		told    string
	}{
		"web, before a request":   {HTTPSpeech, func(*conn) {}, "HTTP/1.1 503 Service Unavailable\r\n"},
		"ssh, before the version": {SSHSpeech, func(*conn) {}, "sotto: " + string(refusedWaiting) + "\r\n"},
		"ssh, after it":           {SSHSpeech, func(c *conn) { c.Write([]byte("SSH-2.0-OpenSSH\r\n")) }, "SSH-2.0-OpenSSH\r\n"},
		"by the door": {HTTPSpeech, func(c *conn) {
			c.GiveWay(func(sentence string) { c.Write([]byte("bye: " + sentence)) })
		}, "bye: " + rooms.Sentence(string(refusedWaiting))},
	} {
		t.Run(name, func(t *testing.T) {
			g := New(Config{})
			defer g.Close()
			client, server := connect(t, listening(t, g, c.speech), "")
			c.prepare(server.(*conn))
			for range MaxWaiting {
				mustTake(t, g, local)
			}
			client.SetReadDeadline(time.Now().Add(10 * time.Second))
			said, err := io.ReadAll(client)
			if err != nil || !strings.HasPrefix(string(said), c.told) {
				t.Errorf("was told %q, %v", said, err)
			}
			if name != "by the door" {
				if _, err := server.Write([]byte("more")); err == nil {
					t.Error("something else is said after that")
				}
			}
			server.Close()
			if g.total != MaxWaiting {
				t.Errorf("%d connections are counted", g.total)
			}
		})
	}
}

// Connections of a proxy that have not told yet whom they serve keep nobody out, by the
// proxy or beside it, and are bounded themselves.
func TestUnnamedKeepNobodyOut(t *testing.T) {
	proxy := netip.MustParseAddr("192.0.2.1")
	inBubble(t, Config{Trusted: []netip.Prefix{netip.PrefixFrom(proxy, 32)}}, func(t *testing.T, g *Gate) {
		for range MaxWaiting {
			mustTake(t, g, proxy).heard()
		}
		mustTake(t, g, proxy).heard()
		for n := range MaxWaiting {
			mustTake(t, g, source(n)).heard()
		}
		for range MaxProxied - MaxWaiting - 1 {
			mustTake(t, g, proxy).heard()
		}
		if _, err := g.take(proxy, nil); err != refusedWaiting {
			t.Errorf("one more by the proxy: %v", err)
		}
		if _, err := g.take(source(MaxWaiting), nil); err != refusedWaiting {
			t.Errorf("one more beside it: %v", err)
		}
		time.Sleep(KnockGrace)
		mustTakeInTurn(t, g, proxy)
		mustTakeInTurn(t, g, source(MaxWaiting))

		// Whom the proxy names is one of the others.
		s := mustTake(t, g, proxy)
		if err := g.identify(s, source(MaxWaiting+1)); err != nil {
			t.Errorf("who is named: %v", err)
		}
		recount(t, g)
	})
}

// mustTakeInTurn takes one for whom another has to give way.
func mustTakeInTurn(t *testing.T, g *Gate, addr netip.Addr) {
	t.Helper()
	before := g.total
	mustTake(t, g, addr)
	if g.total != before {
		t.Errorf("with %v there are %d connections, before %d", addr, g.total, before)
	}
}
