package admit

import (
	"context"
	"net/netip"
	"slices"
	"testing"
	"time"

	"sotto/rooms"
)

// hoarder is a holder whose size is given.
type hoarder struct {
	bytes, spare int
	shed         int // how often it was asked
	why          *rooms.Ended
	letGo        func()
}

func (h *hoarder) Holds() (int, int)        { return h.bytes, h.spare }
func (h *hoarder) Shed()                    { h.shed++ }
func (h *hoarder) GiveWay(why *rooms.Ended) { h.why = why }

// lets counts a hoarder of so many bytes, on a connection of its own.
func lets(t *testing.T, g *Gate, from netip.Addr, bytes, spare int) *hoarder {
	t.Helper()
	s := mustTake(t, g, from)
	s.entered()
	h := &hoarder{bytes: bytes, spare: spare}
	h.letGo = g.Hold(context.WithValue(t.Context(), slotKey{}, s), h)
	return h
}

// who tells which of them were told to give way.
func who(all ...*hoarder) (gone []int) {
	for i, h := range all {
		if h.why != nil {
			gone = append(gone, i)
		}
	}
	return gone
}

const mebi = 1 << 20

// The connection that holds the most, of the source that does, gives way first,
// until there is enough again. The small are left alone, and so is who is alone
// large where many are small together: their source holds more.
func TestLargestGivesWayFirst(t *testing.T) {
	inBubble(t, Config{}, func(t *testing.T, g *Gate) {
		var crowd []*hoarder
		for i := range 100 {
			crowd = append(crowd, lets(t, g, stranger, (1+i%2)*mebi, 0))
		}
		alone, neighbour := lets(t, g, other, 60*mebi, 0), lets(t, g, local, mebi, 0)
		inUse(g, most(PressedShare+0.01), 0) // of 1 GiB, a tenth and a bit must go
		if again := g.relieve(); again != MemoryEvery {
			t.Errorf("looks again in %v", again)
		}
		gone := who(crowd...)
		for _, i := range gone {
			if crowd[i].bytes != 2*mebi {
				t.Errorf("the %dth, of %d bytes, gives way while larger ones stay", i, crowd[i].bytes)
			}
		}
		// 150 MiB are with the crowd, 60 with the other: the crowd gives way first,
		// and once it holds as little, both.
		if n := len(gone); n != 45 && n != 46 {
			t.Errorf("%d of the crowd give way", n)
		}
		if alone.why == nil || neighbour.why != nil {
			t.Errorf("the large one gives way: %v, the neighbour: %v", alone.why != nil, neighbour.why != nil)
		}
		if why := alone.why; why != nil && (why.Code != rooms.TooMany || !why.Retry || why.Message == "") {
			t.Errorf("it is told %+v", why)
		}
	})
}

// What was asked to go is not gone at once. Nobody else has to while it is on its
// way; if it does not go, others do.
func TestWhoGivesWayIsWaitedFor(t *testing.T) {
	inBubble(t, Config{}, func(t *testing.T, g *Gate) {
		var all []*hoarder
		for _, size := range []int{60, 55, 50} {
			all = append(all, lets(t, g, local, size*mebi, 0))
		}
		inUse(g, most(PressedShare+0.01), 0) // the first two are what must go
		g.relieve()
		time.Sleep(GiveWayFor - time.Second)
		g.relieve()
		if gone := who(all...); !slices.Equal(gone, []int{0, 1}) {
			t.Fatalf("%v give way", gone)
		}
		time.Sleep(2 * time.Second)
		g.relieve()
		if gone := who(all...); !slices.Equal(gone, []int{0, 1, 2}) {
			t.Errorf("after %v %v give way", GiveWayFor, gone)
		}
		for _, h := range all {
			h.letGo()
		}
		if len(g.holding) != 0 {
			t.Errorf("%d connections hold something after everybody let go", len(g.holding))
		}
	})
}

// Before somebody has to go, they are asked to do without what they can, once.
func TestShedsFirst(t *testing.T) {
	inBubble(t, Config{}, func(t *testing.T, g *Gate) {
		large := []*hoarder{lets(t, g, local, 60*mebi, 58*mebi), lets(t, g, local, 60*mebi, 58*mebi)}
		small := lets(t, g, local, mebi, ShedLeast-1)
		inUse(g, most(PressedShare+0.01), 0)
		g.relieve()
		g.relieve() // they have some time for that
		for i, h := range large {
			if h.shed != 1 || h.why != nil {
				t.Fatalf("the %dth is asked %d times, and gives way: %v", i, h.shed, h.why != nil)
			}
			h.bytes, h.spare = 2*mebi, 0
		}
		time.Sleep(time.Second)
		inUse(g, most(MemoryShare), 0)
		g.relieve()
		if gone := who(append(large, small)...); len(gone) > 0 || small.shed > 0 {
			t.Errorf("what was shed was enough, and yet %v give way", gone)
		}
		large[0].bytes, large[0].spare = 60*mebi, 58*mebi
		inUse(g, most(PressedShare+0.01), 0)
		time.Sleep(time.Second)
		g.relieve()
		if h := large[0]; h.shed != 1 || h.why == nil {
			t.Errorf("who filled up again is asked %d times, and gives way: %v", h.shed, h.why != nil)
		}
	})
}

// A crowd without a source that does nothing but be there keeps its places until
// there is no other way; newcomers have to wait. A crowd of one source does not.
func TestWhoIsJustThereStays(t *testing.T) {
	inBubble(t, Config{}, func(t *testing.T, g *Gate) {
		var ours, theirs []*hoarder
		for range 100 {
			ours = append(ours, lets(t, g, local, PlainBytes, 0))
			theirs = append(theirs, lets(t, g, stranger, PlainBytes, 0))
		}
		inUse(g, most(PressedShare+0.01), 0)
		g.relieve()
		// The crowd of one source keeps what one that has filled nothing may hold.
		if gone, others := who(ours...), who(theirs...); len(gone) != 0 || len(others) != 100-int(limit*SmallShare/PlainBytes) {
			t.Errorf("%d and %d give way", len(gone), len(others))
		}
		time.Sleep(time.Minute)
		inUse(g, most(UrgentShare+0.01), 0)
		g.relieve()
		if gone := who(ours...); len(gone) != 100 {
			t.Errorf("%d give way where there is no other way", len(gone))
		}
	})
}

// There is no time for that where the limit is near.
func TestUrgentShortage(t *testing.T) {
	inBubble(t, Config{}, func(t *testing.T, g *Gate) {
		h := lets(t, g, local, 60*mebi, 50*mebi)
		inUse(g, most(UrgentShare+0.01), 0)
		g.relieve()
		if h.shed != 0 || h.why == nil {
			t.Errorf("asked %d times, and gives way: %v", h.shed, h.why != nil)
		}
	})
}

// Whoever has listened for long holds more than those who come in a crowd and fill the
// memory, but most of it they could do without, and had it before.
func TestUrgentShortageFindsWhoMadeIt(t *testing.T) {
	inBubble(t, Config{}, func(t *testing.T, g *Gate) {
		member := lets(t, g, local, 6*mebi, 5*mebi)
		inUse(g, limit/2, 0)
		g.relieve()
		var crowd []*hoarder
		for range 100 {
			crowd = append(crowd, lets(t, g, local, 3*mebi, mebi))
		}
		inUse(g, most(UrgentShare+0.01), 0)
		g.relieve()
		if member.why != nil {
			t.Error("the member gives way")
		}
		if n := len(who(crowd...)); n == 0 || n == len(crowd) {
			t.Errorf("%d of the crowd give way", n)
		}
	})
}

// One source may hold SourceShare, and one connection ConnShare, whether memory is
// short or not. Those who share an address are no source.
func TestSharesOfMemory(t *testing.T) {
	inBubble(t, Config{}, func(t *testing.T, g *Gate) {
		var theirs, ours []*hoarder
		const each = int(limit*ConnShare) - 1
		for range 10 { // which is more than SourceShare
			theirs = append(theirs, lets(t, g, stranger, each, 0))
			ours = append(ours, lets(t, g, local, each, 0))
		}
		large := lets(t, g, local, each+2, 0)
		inUse(g, limit/2, 0)
		g.relieve()
		if gone := who(theirs...); len(gone) != 4 {
			t.Errorf("%d of a source's ten give way", len(gone))
		}
		if gone := who(ours...); len(gone) != 0 {
			t.Errorf("%d who have no source give way", len(gone))
		}
		if large.why == nil {
			t.Error("a connection may hold any amount")
		}
	})
}

// Between two looks whoever is let in counts, so that a storm is no way around.
func TestArrivalsCountBetweenLooks(t *testing.T) {
	inBubble(t, Config{}, func(t *testing.T, g *Gate) {
		inUse(g, limit/2, 0)
		g.relieve()
		s := mustTake(t, g, stranger)
		n := 0
		for wants(t, g, s, rooms.ToRoom) == nil {
			n++
		}
		if want := int(most(SourceFull))/ArrivalBytes + 1; n != want {
			t.Errorf("%d come in at once, want %d", n, want)
		}
		inUse(g, limit/10, 0)
		g.memory.next = time.Time{}
		if again := g.relieve(); again != CalmEvery {
			t.Errorf("with little in use it looks again in %v", again)
		}
		if err := wants(t, g, s, rooms.ToRoom); err != nil {
			t.Errorf("with little in use: %v", err)
		}
	})
}

// A place that waits to be taken back is held for whoever took it, though their
// connection is gone.
func TestHoldsOutliveTheirConnection(t *testing.T) {
	inBubble(t, Config{}, func(t *testing.T, g *Gate) {
		s := mustTake(t, g, stranger)
		h := &hoarder{bytes: 500 * mebi}
		letGo := g.Hold(context.WithValue(t.Context(), slotKey{}, s), h)
		s.release()
		inUse(g, limit/2, 0)
		g.relieve()
		if h.why == nil {
			t.Error("it is not counted any more")
		}
		letGo()
		letGo()
		if len(g.holding) != 0 {
			t.Error("it is counted for ever")
		}
	})
}

// Watch looks by itself, until it is told to end.
func TestWatch(t *testing.T) {
	inBubble(t, Config{}, func(t *testing.T, g *Gate) {
		h := lets(t, g, local, 200*mebi, 0)
		inUse(g, limit/10, 0)
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() { defer close(ended); g.Watch(ctx) }()
		time.Sleep(time.Minute)
		g.memory.mu.Lock()
		g.memory.read = func() usage { return usage{limit: limit, used: limit} }
		g.memory.mu.Unlock()
		time.Sleep(CalmEvery)
		cancel()
		<-ended
		if h.why == nil {
			t.Error("nobody gives way")
		}
	})
}

func BenchmarkRelieve(b *testing.B) {
	g := New(Config{})
	defer g.Close()
	for i := range MaxConns {
		s, _ := g.take(netip.AddrFrom4([4]byte{198, 51, byte(i >> 6), byte(i)}), forNobody)
		s.entered()
		g.Hold(context.WithValue(b.Context(), slotKey{}, s), &hoarder{bytes: i})
	}
	inUse(g, limit/2, 0)
	for b.Loop() {
		g.relieve()
	}
}

// Whoever holds next to nothing, and comes from where next to nothing is held, stays
// however urgent it is, also where what is charged does not account for what is in
// use; who holds more, or has filled it with many, goes.
func TestSmallStay(t *testing.T) {
	inBubble(t, Config{}, func(t *testing.T, g *Gate) {
		var honest, theirs, large []*hoarder
		for i := range 5 {
			honest = append(honest, lets(t, g, source(i), LeastBytes, 0), lets(t, g, local, LeastBytes, 0))
			large = append(large, lets(t, g, source(100+i), PlainBytes+1, 0))
		}
		for i := range 1000 {
			theirs = append(theirs, lets(t, g, part(i, 1), LeastBytes, 0))
		}
		inUse(g, most(UrgentShare+0.02), 0)
		for range 10 {
			g.relieve()
			time.Sleep(GiveWayFor + time.Second)
		}
		if gone := who(honest...); len(gone) > 0 {
			t.Errorf("of those who hold next to nothing %v give way", gone)
		}
		if n, all := len(who(theirs...)), len(who(large...)); n < 200 || all != len(large) {
			t.Errorf("%d of a thousand of one network give way, and %d of those who hold much", n, all)
		}
	})
}
