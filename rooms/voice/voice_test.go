package voice

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
)

// ear keeps what it hears.
type ear struct {
	mu      sync.Mutex
	heard   map[string]int
	streams map[int][]Packet
}

func (e *ear) Hear(slot int, from string, p Packet) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.heard == nil {
		e.heard = make(map[string]int)
	}
	if e.streams == nil {
		e.streams = make(map[int][]Packet)
	}
	e.heard[from]++
	p.Payload = append([]byte(nil), p.Payload...)
	e.streams[slot] = append(e.streams[slot], p)
}

// take returns how much was heard of whom since it was last asked.
func (e *ear) take() map[string]int {
	e.mu.Lock()
	defer e.mu.Unlock()
	heard := e.heard
	e.heard = nil
	return heard
}

// talker is somebody in voice.
type talker struct {
	*Party
	ear
	seat     *rooms.Seat
	sequence uint16
	time     uint32
}

// hello is what makes a room sealed, or not.
func enter(t *testing.T, h *rooms.Hub, hello string) *rooms.Seat {
	t.Helper()
	seat, err := h.Join(t.Context(), rooms.Visitor{Room: "den", Hello: hello, Host: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { seat.Close() })
	return seat
}

func talk(t *testing.T, c *Calls, h *rooms.Hub, hello string) *talker {
	t.Helper()
	k := &talker{seat: enter(t, h, hello), sequence: 65530}
	var err error
	if k.Party, err = c.Join(t.Context(), k.seat, 15, k); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(k.Close)
	k.Connected()
	k.Mute(false)
	return k
}

// spoken is a packet in which somebody speaks, as far as its size says, and quiet is Opus for
// silence.
var spoken, quiet = make([]byte, 60), []byte{0xf8, 0xff, 0xfe}

// say says a packet of that level.
func (k *talker) say(level uint8) {
	k.sequence++
	k.time += frame
	k.Say(Packet{Sequence: k.sequence, Timestamp: k.time, Level: level, Payload: spoken})
}

// within says how many rounds fit a time, and lets it pass.
func rounds(d time.Duration, do func()) {
	for range d / (20 * time.Millisecond) {
		do()
		time.Sleep(20 * time.Millisecond)
	}
}

// TestEverybodyHearsTheOthers: muted at first, and neither oneself nor another room.
func TestEverybodyHearsTheOthers(t *testing.T) {
	for _, hello := range []string{"", "hello"} {
		synctest.Test(t, func(t *testing.T) {
			h, c := rooms.NewHub(rooms.Config{}), New(Config{})
			anna, bob := talk(t, c, h, hello), talk(t, c, h, hello)
			other := &talker{}
			seat, err := h.Join(t.Context(), rooms.Visitor{Room: "elsewhere", Hello: hello})
			if err != nil {
				t.Fatal(err)
			}
			defer seat.Close()
			if other.Party, err = c.Join(t.Context(), seat, 6, other); err != nil {
				t.Fatal(err)
			}
			defer other.Close()
			anna.Mute(true)
			anna.say(10)
			if heard := bob.take(); len(heard) > 0 {
				t.Errorf("who is muted is heard: %v", heard)
			}
			anna.Mute(false)
			anna.say(10)
			if heard := bob.take(); heard[anna.seat.ID()] != 1 || len(anna.take())+len(other.take()) > 0 {
				t.Errorf("heard %v, and elsewhere more", heard)
			}
			if others := bob.Others(); len(others) != 1 || others[0].Member != anna.seat.ID() || others[0].Muted {
				t.Errorf("the others are %+v", others)
			}
			anna.Close()
			<-anna.Ended()
			anna.say(10)
			if heard := bob.take(); len(heard) > 0 || anna.Why() == nil {
				t.Errorf("who has left is heard: %v", heard)
			}
			if c.Count() != 2 {
				t.Errorf("%d are in voice", c.Count())
			}
		})
	}
}

// TestTheLoudestAreHeard: six of the others in an open room, an answer at once, a cough never.
func TestTheLoudestAreHeard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, c := rooms.NewHub(rooms.Config{}), New(Config{})
		var all []*talker
		for range 10 {
			all = append(all, talk(t, c, h, ""))
		}
		everybody := func(levels ...uint8) func() {
			return func() {
				for i, level := range levels {
					if level < 127 {
						all[i].say(level)
					}
				}
			}
		}
		rounds(time.Second, everybody(127, 20, 20, 20, 20, 20, 20, 25, 25, 60))
		all[0].take()
		rounds(time.Second, everybody(127, 20, 20, 20, 20, 20, 20, 25, 25, 60))
		heard := all[0].take()
		if len(heard) != 6 || heard[all[9].seat.ID()] > 0 {
			t.Errorf("one hears %v", heard)
		}
		for from, n := range heard {
			if n < 49 {
				t.Errorf("of %s %d packets in a second", from, n)
			}
		}
		// One stops; who is next is heard within half a second.
		rounds(600*time.Millisecond, everybody(127, 127, 20, 20, 20, 20, 20, 25, 127, 60))
		all[0].take()
		rounds(time.Second, everybody(127, 127, 20, 20, 20, 20, 20, 25, 127, 60))
		if heard := all[0].take(); len(heard) != 6 || heard[all[7].seat.ID()] < 49 {
			t.Errorf("then %v", heard)
		}
		// Whatever happened, each slot is one stream: numbers without a gap, time without a leap.
		for slot, packets := range all[0].streams {
			for i := 1; i < len(packets); i++ {
				before, p := packets[i-1], packets[i]
				if p.Sequence != before.Sequence+1 || p.Timestamp-before.Timestamp < frame || p.Timestamp-before.Timestamp > Clock {
					t.Fatalf("slot %d goes from %d at %d to %d at %d", slot, before.Sequence, before.Timestamp, p.Sequence, p.Timestamp)
				}
			}
		}
	})
}

// TestSealedRoomsHearAll: every other in a slot of their own, and no level is told.
func TestSealedRoomsHearAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, c := rooms.NewHub(rooms.Config{}), New(Config{Size: 32})
		var all []*talker
		for range SealedSize {
			all = append(all, talk(t, c, h, "hello"))
		}
		rounds(time.Second, func() {
			for _, k := range all[1:] {
				k.say(3)
			}
		})
		if len(all[0].heard) != 15 || len(all[0].streams) != 15 {
			t.Errorf("%d are heard in %d slots", len(all[0].heard), len(all[0].streams))
		}
		for _, packets := range all[0].streams {
			if len(packets) != 50 || packets[7].Level != 127 {
				t.Errorf("%d packets, level %d", len(packets), packets[7].Level)
			}
		}
		if all[0].Others()[0].Speaking {
			t.Error("the server tells who speaks")
		}
		_, err := c.Join(t.Context(), enter(t, h, "hello"), 15, &ear{})
		if err == nil || !strings.HasPrefix(err.Error(), "16 people") {
			t.Errorf("a seventeenth is told %v", err)
		}
	})
}

// TestVoiceEndsWithTheSeat within a fifth of a second, for every end that there is; and a
// second connection of the same member is its only one.
func TestVoiceEndsWithTheSeat(t *testing.T) {
	for name, end := range map[string]func(h *rooms.Hub, host, k *talker, cancel func()){
		"leave": func(_ *rooms.Hub, _, k *talker, _ func()) { _ = k.seat.Do(context.Background(), rooms.Leave{}) },
		"lost":  func(_ *rooms.Hub, _, k *talker, _ func()) { k.seat.Close() },
		"removed": func(_ *rooms.Hub, host, k *talker, _ func()) {
			_ = host.seat.Do(context.Background(), rooms.Remove{To: k.seat.ID()})
		},
		"burned":  func(_ *rooms.Hub, host, _ *talker, _ func()) { _ = host.seat.Do(context.Background(), rooms.Burn{}) },
		"context": func(_ *rooms.Hub, _, _ *talker, cancel func()) { cancel() },
		"server":  func(h *rooms.Hub, _, _ *talker, _ func()) { h.Close() },
	} {
		synctest.Test(t, func(t *testing.T) {
			h, c := rooms.NewHub(rooms.Config{}), New(Config{})
			host := talk(t, c, h, "")
			k := &talker{seat: enter(t, h, "")}
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			var err error
			if k.Party, err = c.Join(ctx, k.seat, 6, k); err != nil {
				t.Fatal(err)
			}
			end(h, host, k, cancel)
			time.Sleep(200 * time.Millisecond)
			synctest.Wait()
			if !k.isOver() {
				t.Errorf("%s: goes on", name)
			}
			host.Close()
			k.Close()
			if c.Count() != 0 {
				t.Errorf("%s: %d are left", name, c.Count())
			}
		})
	}
	synctest.Test(t, func(t *testing.T) {
		h, c := rooms.NewHub(rooms.Config{}), New(Config{Size: 2})
		anna, bob := talk(t, c, h, ""), talk(t, c, h, "")
		again, err := c.Join(t.Context(), anna.seat, 6, &ear{})
		if err != nil {
			t.Fatal(err)
		}
		defer again.Close()
		if <-anna.Ended(); anna.Why() != errReplaced || c.Count() != 2 || len(bob.Others()) != 1 {
			t.Errorf("the first ended with %v, %d are left", anna.Why(), c.Count())
		}
		if _, err := c.Join(t.Context(), enter(t, h, ""), 6, &ear{}); err == nil || !strings.HasPrefix(err.Error(), "2 people") {
			t.Errorf("a third is told %v", err)
		}
	})
}

// TestVoiceIsBounded: too much, too large and nothing are dropped, and what is muted by a
// host's rule is silent within a fifth of a second.
func TestVoiceIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, c := rooms.NewHub(rooms.Config{}), New(Config{})
		host, k := talk(t, c, h, ""), talk(t, c, h, "")
		for range 1000 {
			k.say(10)
		}
		if n := host.take()[k.seat.ID()]; n > PacketBurst {
			t.Errorf("%d packets at once are passed on", n)
		}
		time.Sleep(10 * time.Second)
		for range 100 {
			k.Say(Packet{Payload: make([]byte, MaxPayload+1)})
			k.Say(Packet{})
		}
		if heard := host.take(); len(heard) > 0 {
			t.Errorf("what is no sound is heard: %v", heard)
		}
		bytes := 0
		rounds(10*time.Second, func() {
			k.sequence++
			k.time += frame
			before := len(host.streams[0])
			k.Say(Packet{Sequence: k.sequence, Timestamp: k.time, Payload: make([]byte, MaxPayload)})
			bytes += MaxPayload * (len(host.streams[0]) - before)
		})
		if bytes > 10*ByteRate+ByteBurst {
			t.Errorf("%d bytes are passed on in 10 seconds", bytes)
		}
		if err := host.seat.Do(t.Context(), rooms.SetRules{Quiet: new(true)}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(200 * time.Millisecond)
		host.take()
		k.say(10)
		if heard := host.take(); len(heard) > 0 || !host.Others()[0].Muted {
			t.Errorf("who may not speak is heard: %v", heard)
		}
		host.say(10)
		if heard := k.take(); heard[host.seat.ID()] != 1 {
			t.Errorf("of a host %v is heard", heard)
		}
	})
}

// TestWhoSpeaksIsTold, at most twice a second, and anew every ten seconds.
func TestWhoSpeaksIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, c := rooms.NewHub(rooms.Config{}), New(Config{})
		k := talk(t, c, h, "")
		reader := enter(t, h, "")
		told := func() (marks []string) {
			for {
				events, err := reader.Take()
				if err != nil || len(events) == 0 {
					return marks
				}
				for _, e := range events {
					if v, ok := e.(*rooms.VoiceNow); ok {
						marks = append(marks, fmt.Sprint(v.In, v.Muted, v.Speaking))
					}
				}
			}
		}
		time.Sleep(time.Second)
		if marks := told(); len(marks) == 0 || marks[len(marks)-1] != "true false false" {
			t.Errorf("at first it is told %q", marks)
		}
		rounds(time.Second, func() { k.say(20) })
		if marks := told(); len(marks) != 1 || marks[0] != "true false true" {
			t.Errorf("of who speaks is told %q", marks)
		}
		n := 0
		rounds(10*time.Second, func() {
			n++
			if n/10%2 == 0 { // a fifth of a second loud, a fifth quiet
				k.say(20)
			} else {
				k.say(127)
			}
			synctest.Wait()
		})
		if marks := told(); len(marks) > 20 {
			t.Errorf("%d marks in 10 seconds", len(marks))
		}
		k.Mute(true)
		time.Sleep(muteEvery + tick)
		if marks := told(); len(marks) == 0 || marks[len(marks)-1] != "true true false" {
			t.Errorf("of who is muted is told %q", marks)
		}
		time.Sleep(2 * rooms.VoiceFor)
		if marks := told(); len(marks) > 0 {
			t.Errorf("who is still there is told of: %q", marks)
		}
	})
}

// TestSlotsGoOn whatever a speaker's numbers do.
func TestSlotsGoOn(t *testing.T) {
	var s slot
	now := time.Unix(1, 0)
	first, _ := s.next(Packet{Sequence: 7, Timestamp: 70}, now)
	for i, c := range []struct {
		sequence uint16
		time     uint32
		after    time.Duration
		ahead    int16 // of the first, in numbers
		passes   bool
	}{
		{8, 70 + frame, 20, 1, true},
		{10, 70 + 3*frame, 40, 3, true}, // one was lost
		{9, 70 + 2*frame, 1, 2, true},   // or late
		{6, 70, 1, 0, false},            // older than all
		{40000, 1 << 31, 20, 4, true},   // another stream
		{40001, 1<<31 + frame, 20, 5, true},
		{39999, 1<<31 - frame, 1, 0, false},
		{40002, 5, 20, 6, true}, // its time leaps
	} {
		now = now.Add(c.after * time.Millisecond)
		p, ok := s.next(Packet{Sequence: c.sequence, Timestamp: c.time}, now)
		if ok != c.passes || ok && int16(p.Sequence-first.Sequence) != c.ahead {
			t.Errorf("%d: %d passes %v, as %d", i, c.sequence, ok, p.Sequence-first.Sequence)
		}
		if lapse := p.Timestamp - first.Timestamp; ok && lapse > 10*frame {
			t.Errorf("%d: %d comes %d ticks after the first", i, c.sequence, lapse)
		}
	}
}

// TestHearDoesNotAllocate: what is passed on costs no memory.
func TestHearDoesNotAllocate(t *testing.T) {
	h, c := rooms.NewHub(rooms.Config{}), New(Config{})
	k := talk(t, c, h, "")
	deaf, err := c.Join(t.Context(), enter(t, h, ""), 6, silence{})
	if err != nil {
		t.Fatal(err)
	}
	defer deaf.Close()
	payload := []byte("opus")
	if n := testing.AllocsPerRun(100, func() {
		k.sequence++
		k.Say(Packet{Sequence: k.sequence, Payload: payload})
	}); n > 0 {
		t.Errorf("%v allocations a packet", n)
	}
}

type silence struct{}

func (silence) Hear(int, string, Packet) {}

// TestCallsEnd: once they are closed nobody is in voice, nobody gets in, and no goroutine of
// theirs is left.
func TestCallsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, c := rooms.NewHub(rooms.Config{}), New(Config{})
		anna, bob := talk(t, c, h, ""), talk(t, c, h, "")
		late := enter(t, h, "")
		c.Close()
		anna.say(10)
		if heard := bob.take(); len(heard) > 0 {
			t.Errorf("bob hears %v", heard)
		}
		if <-anna.Ended(); anna.Why() != errClosed || c.Count() != 0 {
			t.Errorf("anna is told %v, %d are in voice", anna.Why(), c.Count())
		}
		if _, err := c.Join(t.Context(), late, 6, &ear{}); err != errClosed {
			t.Errorf("who comes late is told %v", err)
		}
		c.Close()
	})
}
