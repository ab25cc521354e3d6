package intake

import (
	"fmt"
	"io"
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// A bench is the intake of one connection, without one.
type bench struct {
	*Intake
	pool atomic.Int64
}

func newBench() *bench {
	b := &bench{}
	b.Intake = New(&b.pool)
	return b
}

// An input has what came and was not read yet.
type input int

func (s *input) Read(p []byte) (int, error) {
	n := min(len(p), int(*s))
	*s -= input(n)
	return n, nil
}

func (s *input) Stderr() io.ReadWriter { return nil }

// join counts a channel in.
func (b *bench) join() (*input, *Stream) {
	from := new(input)
	s := b.Stream(from, nil)
	s.Join()
	return from, s
}

// Whatever comes on several channels and is read of it, no less is counted than is
// unread, and nothing once all was read.
func TestNoLessIsCountedThanIsUnread(t *testing.T) {
	for seed := range uint64(30) {
		random := rand.New(rand.NewPCG(seed, 0))
		b := newBench()
		var inputs []*input
		var streams []*Stream
		for range 1 + random.IntN(3) {
			from, s := b.join()
			inputs, streams = append(inputs, from), append(streams, s)
		}
		buf := make([]byte, Window/64)
		for range 100 {
			i := random.IntN(len(streams))
			switch random.IntN(4) {
			case 0:
				n := random.IntN(2 * Window)
				if *inputs[i]+input(n) > Window { // the library lets no more through
					n = Window - int(*inputs[i])
				}
				b.Came(n + random.IntN(100)) // with what it is wrapped in
				*inputs[i] += input(n)
			default:
				for range random.IntN(128) {
					_, _ = streams[i].Read(buf)
				}
			}
			most := 0
			for _, from := range inputs {
				most = max(most, int(*from))
			}
			if counted := b.Unread(); counted < most {
				t.Fatalf("seed %d: %d bytes are unread on one channel, %d are counted", seed, most, counted)
			}
			if counted, in := b.Unread(), b.pool.Load(); counted > Free && in != int64(counted) || counted <= Free && in != 0 {
				t.Fatalf("seed %d: %d bytes are counted, %d in the pool", seed, counted, in)
			}
		}
		for i, s := range streams {
			for *inputs[i] > 0 {
				_, _ = s.Read(buf)
			}
			_, _ = s.Read(buf)
		}
		if n := b.Unread(); n != 0 {
			t.Fatalf("seed %d: all was read, %d bytes are counted", seed, n)
		}
	}
}

// A session that never catches up, but reads as fast as it is sent to, is not
// counted as if nothing had been read, however long it goes on.
func TestLongStreamsAreNotCountedTwice(t *testing.T) {
	b := newBench()
	from, s := b.join()
	*from = Window // never less
	buf := make([]byte, ChunkBytes)
	for range 100 * Window / ChunkBytes {
		b.Came(ChunkBytes)
		*from += ChunkBytes
		_, _ = s.Read(buf)
		if n := b.Unread(); n > 2*(Window+ChunkBytes) {
			t.Fatalf("%d bytes are counted as unread", n)
		}
	}
}

// Whoever is held back goes on when others have caught up.
func TestHeldBackUntilThePoolFalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench()
		b.join() // never read
		b.Came(Free + 1)
		b.pool.Add(Pool)
		free := make(chan struct{})
		go func() { b.Wait(stays); close(free) }()
		time.Sleep(time.Minute)
		select {
		case <-free:
			t.Fatal("it is not held back")
		default:
		}
		b.pool.Add(-Pool)
		<-free
	})
}

// stays is a client that does.
func stays() bool { return false }

// A lobbyist is on a channel without a session until it is told why it has to go.
type lobbyist struct{ told string }

func (l *lobbyist) Begun() bool       { return l.told != "" }
func (l *lobbyist) GiveUp(why string) { l.told = why }

// A client that is held back by what nobody will ever read is let go by the end of that
// channel, and of no other.
func TestNobodyReadsBeforeASession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench()
		b.pool.Add(Shared)
		first, second := &lobbyist{}, &lobbyist{}
		one := b.Stream(new(input), first)
		one.Join()
		b.Came(Free + 1)
		two := b.Stream(new(input), second) // nothing came for it
		two.Join()
		began := time.Now()
		b.Wait(func() bool {
			if first.told != "" {
				one.Leave()
			}
			return false
		})
		if took := time.Since(began); took < UnbegunFor || took > UnbegunFor+3*RecheckEvery || first.told == "" || second.told != "" {
			t.Errorf("after %v the first was told %q, the second %q", took, first.told, second.told)
		}
	})
}

// While nothing can be answered, what comes is counted even where a session
// waits: it may be requests.
func TestStuckWriteCounts(t *testing.T) {
	for stuck, most := range map[bool]int{false: 0, true: 10 * Free} {
		t.Run(fmt.Sprint(stuck), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench()
				_, s := b.join()
				s.begin() // finds nothing
				if stuck {
					b.Writing(time.Now())
				}
				for range 10 {
					time.Sleep(IdleAfter)
					b.Came(Free)
				}
				b.Written()
				if n := int(b.pool.Load()); n != most {
					t.Errorf("%d bytes are counted, want %d", n, most)
				}
			})
		})
	}
}

// What was a request does not put the next sweep off.
func TestRequestsDoNotPutASweepOff(t *testing.T) {
	b := newBench()
	swept := func(func()) {}
	b.Came(10 * SweepEvery)
	b.Sweep(swept)
	b.Handled(10 * SweepEvery)
	if !b.Came(SweepEvery) {
		t.Error("no sweep is due")
	}
}
