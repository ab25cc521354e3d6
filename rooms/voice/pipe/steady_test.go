package pipe_test

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
	"sotto/rooms/ogg"
	"sotto/rooms/seal/sframe"
	"sotto/rooms/voice"
	"sotto/rooms/voice/pipe"
)

// Whoever counts packets and bytes learns nothing of when somebody speaks: they come on a
// clock, all of one size, from the first word until there is nothing more to be said.
func TestSteady(t *testing.T) {
	long := append([]byte{0xf8 | 3, 3}, bytes.Repeat([]byte{9}, 36)...)
	for lasts, packet := range map[int][]byte{1: sound(9, 40), 3: long} { // times 20 ms
		synctest.Test(t, func(t *testing.T) {
			l := listener{began: time.Now()}
			told := 0
			s := pipe.NewSteady(&l, func(string) { told++ })
			ctx, cancel := context.WithCancel(t.Context())
			done := make(chan struct{})
			go func() { defer close(done); s.Run(ctx) }()
			time.Sleep(time.Second + 7*time.Millisecond)
			if synctest.Wait(); len(l.heard) != 0 {
				t.Errorf("%d packets before the first word", len(l.heard))
			}
			each := time.Duration(lasts) * 20 * time.Millisecond
			speak := func(packets int) {
				for i := range packets { // each a little later than it should, or earlier
					time.Sleep(each + time.Duration(i%3-1)*7*time.Millisecond)
					s.Say(voice.Packet{Payload: packet})
				}
			}
			speak(12)
			time.Sleep(2 * time.Second)
			speak(12)
			time.Sleep(time.Second)
			s.Say(voice.Packet{Payload: packet})
			s.Rest()
			said := 0
			for i, p := range l.heard {
				o, ok := ogg.ParseOpus(p.Payload)
				if !ok || len(p.Payload) != 80 || o.Samples != lasts*960 || p.Sequence != uint16(i) || p.Timestamp != uint32(i*lasts*960) || p.Level != 127 || p.Marker != (i == 0) {
					t.Fatalf("packet %d has %d bytes: %+v %+v", i, len(p.Payload), o, p.Packet)
				}
				if i > 0 && p.at-l.heard[i-1].at != each {
					t.Errorf("packet %d came after %v", i, p.at-l.heard[i-1].at)
				}
				if bytes.Count(p.Payload, []byte{9}) > 30 {
					said++
				}
			}
			if said != 25 {
				t.Errorf("of 25 packets %d were said", said)
			}
			before := len(l.heard)
			time.Sleep(time.Second)
			if synctest.Wait(); len(l.heard) != before {
				t.Errorf("%d packets after the last", len(l.heard)-before)
			}

			// What is larger makes all that follow as large; what is no Opus is nothing.
			l.heard = nil
			s.Say(voice.Packet{Payload: sound(9, 87)})
			s.Say(voice.Packet{Payload: sound(9, 40)})
			s.Say(voice.Packet{Payload: []byte{0xf9, 1, 2, 3}})
			s.Rest()
			if len(l.heard) != 2 || len(l.heard[0].Payload) != 87 || len(l.heard[1].Payload) != 87 || !l.heard[0].Marker || told != 0 {
				t.Errorf("%d packets, told %d times", len(l.heard), told)
			}
			cancel()
			<-done
			s.Say(voice.Packet{Payload: packet}) // and nobody waits
			s.Rest()
		})
	}
}

// However large packets are that somebody says, those that are passed on keep to the rate
// beyond which the room drops them, with all that sealing adds; what is larger is left out,
// which is told once, and what fits is said.
func TestSteadyKeepsToTheRate(t *testing.T) {
	three := func(size int) []byte { // 60 ms
		return append([]byte{0xf8 | 3, 3}, bytes.Repeat([]byte{9}, size-2)...)
	}
	for _, c := range []struct {
		name        string
		first, rest []byte
		said, told  int
	}{
		{"all are too large", sound(9, 159), sound(9, 110), 0, 1},
		{"the first is too large", sound(9, 159), sound(9, 80), 500, 1},
		{"as large as may be", sound(9, 87), sound(9, 60), 501, 0},
		{"larger by one", sound(9, 88), sound(9, 60), 500, 1},
		{"large, and with much in each", three(326), three(182), 501, 0},
		{"too large for what is in it", three(329), three(182), 500, 1},
		{"small after large, with less in each", three(326), sound(9, 60), 501, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := listener{began: time.Now()}
				told := []string{}
				s := pipe.NewSteady(&l, func(sentence string) { told = append(told, sentence) })
				ctx, cancel := context.WithCancel(t.Context())
				done := make(chan struct{})
				go func() { defer close(done); s.Run(ctx) }()
				s.Say(voice.Packet{Payload: c.first})
				for range 500 {
					s.Say(voice.Packet{Payload: c.rest})
				}
				s.Rest()
				cancel()
				<-done
				bytesIn, said := rooms.NewLimiter(voice.ByteRate, 400), 0 // no more at once than one of them
				for i, p := range l.heard {
					if bytesIn.TakeN(l.began.Add(p.at), float64(len(p.Payload)+sframe.Overhead)) > 0 {
						t.Fatalf("packet %d of %d bytes is over the rate", i, len(p.Payload))
					}
					if bytes.Count(p.Payload, []byte{9}) > 30 {
						said++
					}
				}
				if len(l.heard) != 501 || said != c.said || len(told) != c.told {
					t.Errorf("of %d packets %d were said, and told was %q", len(l.heard), said, told)
				}
				for _, sentence := range told {
					if !strings.Contains(sentence, "24 kbit/s") {
						t.Errorf("told: %s", sentence)
					}
				}
			})
		})
	}
}

// A file is said in time, and no faster: whoever says it waits.
func TestSteadyHoldsBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := listener{began: time.Now()}
		s := pipe.NewSteady(&l, quiet(t))
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { defer close(done); s.Run(ctx) }()
		if err := pipe.Say(t.Context(), bytes.NewReader(recording(t, 3000, 60)), s, func() {}, quiet(t)); err != nil {
			t.Fatal(err)
		}
		s.Rest()
		cancel()
		<-done
		if took := l.heard[len(l.heard)-1].at; len(l.heard) != 3005 || took != 3004*20*time.Millisecond {
			t.Errorf("%d packets in %v", len(l.heard), took)
		}
	})
}
