package sframe

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

var anna = Member{1}

// Two members whose key has one id are two all the same: what opens decides, and a key that
// somebody passes off as theirs opens nothing of whom it is.
func TestOneIDOfTwo(t *testing.T) {
	ring := NewRing()
	a, b := NewSender(anna[:]), NewSender([]byte("bob"))
	b.tag = a.tag
	b.derive()
	if ring.Add(anna, anna[:], a.Key()) != nil || ring.Add(Member{2}, []byte("bob"), b.Key()) != nil || ring.Add(Member{3}, []byte("mallory"), a.Key()) != nil {
		t.Fatal("a key was refused")
	}
	for sender, want := range map[*Sender]Member{a: anna, b: {2}} {
		frame, err := sender.Seal(nil, []byte("x"))
		if err != nil {
			t.Fatal(err)
		}
		if _, from, err := ring.Receiver().Open(nil, frame, 0); err != nil || from != want {
			t.Errorf("it is %v's: %v", from, err)
		}
	}
}

// An end that is over neither seals nor opens, and holds no key.
func TestClosed(t *testing.T) {
	ring, s := NewRing(), NewSender(anna[:])
	if err := ring.Add(anna, anna[:], s.Key()); err != nil {
		t.Fatal(err)
	}
	track := ring.Receiver()
	frame, err := s.Seal(nil, []byte("x"))
	if err != nil {
		t.Fatal(err)
	}
	g, k := ring.talkers[anna].generations[0], s.Fresh()
	s.Close()
	ring.Close()
	if _, err := s.Seal(nil, nil); !errors.Is(err, ErrClosed) {
		t.Errorf("it seals: %v", err)
	}
	if out, _, err := track.Open(nil, frame, 0); !errors.Is(err, ErrClosed) || out != nil {
		t.Errorf("it opens %x: %v", out, err)
	}
	if err := ring.Add(anna, anna[:], k); !errors.Is(err, ErrClosed) {
		t.Errorf("it takes a key: %v", err)
	}
	var zeros [BaseBytes]byte
	if g.base != zeros || g.sealer.aead != nil || s.base != zeros || s.pending != nil || s.sealer.aead != nil {
		t.Error("keys are left")
	}
	s.Turn()
	if s.Ratchet() || s.base != zeros {
		t.Error("it went on")
	}
}

// However many send keys, and how often: the newest two generations of each are held, and of
// so many members.
func TestRingIsBounded(t *testing.T) {
	ring := NewRing()
	for n := range MaxSenders + 1 {
		m := Member{byte(n), 1}
		s := NewSender(nil)
		for range 5 {
			if err := ring.Add(m, nil, s.Fresh()); (err == nil) != (n < MaxSenders) {
				t.Fatalf("member %d: %v", n, err)
			}
		}
	}
	for _, talker := range ring.talkers {
		if len(talker.generations) != maxGenerations {
			t.Fatalf("%d generations", len(talker.generations))
		}
	}
	if ring.Add(anna, nil, Key{KID: MaxKID + 1}) == nil || ring.Add(anna, nil, Key{Counter: MaxCounter + 1}) == nil {
		t.Error("a number that no program holds is taken")
	}
	if out, _, err := ring.Receiver().Open(nil, make([]byte, MaxFrame+Overhead+1), 0); !errors.Is(err, ErrBroken) || out != nil {
		t.Errorf("too long a frame: %v", err)
	}
	if _, err := NewSender(nil).Seal(nil, make([]byte, MaxFrame+1)); err == nil {
		t.Error("too long a frame is sealed")
	}
}

// Counters go up whatever is sealed how fast, and stand behind no pause.
func TestCounters(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := NewSender(nil)
		var last uint64
		for n := range 1000 {
			frame, err := s.Seal(nil, nil)
			if errors.Is(err, ErrFast) {
				time.Sleep(FrameTime)
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			h, _ := ReadHeader(frame)
			if n > 0 && h.Counter <= last {
				t.Fatalf("counter %d behind %d", h.Counter, last)
			}
			last = h.Counter
			switch {
			case n%100 == 0:
				time.Sleep(time.Minute)
			case n%3 == 0:
				time.Sleep(FrameTime)
			}
			if n%50 == 0 && !s.Ratchet() {
				s.Fresh()
				s.Turn()
			}
		}
		if k := s.Key(); k.Counter < uint64(5*time.Minute/FrameTime) {
			t.Errorf("the time stands at %d", k.Counter)
		}
	})
}

func BenchmarkOpen(b *testing.B) {
	s, ring := NewSender(anna[:]), NewRing()
	if err := ring.Add(anna, anna[:], s.Key()); err != nil {
		b.Fatal(err)
	}
	track, frame, sealed, plain := ring.Receiver(), make([]byte, 60), []byte(nil), []byte(nil)
	b.ReportAllocs()
	for b.Loop() {
		s.next = s.counter() // however fast
		sealed, _ = s.Seal(sealed[:0], frame)
		plain, _, _ = track.Open(plain[:0], sealed, 0)
	}
}
