package pipe_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms/ogg"
	"sotto/rooms/voice"
	"sotto/rooms/voice/pipe"
)

// player reads what an ear writes, and notes which packets come when.
type player struct {
	began   time.Time
	packets [][]byte
	at      []time.Duration
	samples int
}

// play reads a stream to its end.
func (p *player) play(from io.Reader) {
	r := ogg.NewReader(from)
	for {
		packet, err := r.Next()
		if err != nil {
			return
		}
		p.packets = append(p.packets, bytes.Clone(packet.Data))
		p.at = append(p.at, time.Since(p.began))
		p.samples += packet.Samples
	}
}

// listen runs an ear until the function that it returns is called, which returns what was
// played.
func listen(t *testing.T, tell func(string)) (ear *pipe.Ear, end func() *player) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ear = pipe.NewEar(tell)
	out, in := io.Pipe()
	p := &player{began: time.Now()}
	var running sync.WaitGroup
	running.Go(func() { p.play(out) })
	running.Go(func() {
		if err := ear.Run(ctx, in); err != nil {
			t.Error(err)
		}
		in.Close()
	})
	synctest.Wait()
	return ear, func() *player {
		synctest.Wait()
		cancel()
		running.Wait()
		return p
	}
}

// count is how many packets there are of one that was said, by its second byte.
func (p *player) count(n byte) (count int) {
	for _, packet := range p.packets {
		if len(packet) > 3 && packet[1] == n {
			count++
		}
	}
	return count
}

// begins is the silence with which a stream begins, and ends that of its end.
const begins, ends = 4 * 960, 960

// Silence is written on a clock, and the stream is never much longer or shorter than the
// time it took.
func TestSilenceOnAClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, end := listen(t, quiet(t))
		time.Sleep(10 * time.Second)
		p := end()
		if n := p.samples - begins - ends; n < 48_000*99/10 || n > 480_000 {
			t.Errorf("%d samples in ten seconds", n)
		}
		for i := 6; i < len(p.at)-1; i++ {
			if gap := p.at[i] - p.at[i-1]; gap != 20*time.Millisecond {
				t.Fatalf("silence after %v", gap)
			}
		}
	})
}

// What is said is there at once, between silence and silence, however late some of it is;
// the stream keeps time.
func TestHeardAtOnceAndInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ear, end := listen(t, quiet(t))
		time.Sleep(time.Second)
		began := time.Now()
		for i := range 50 * 60 { // a minute, with packets that are up to 40 ms late
			due := began.Add(time.Duration(i)*20*time.Millisecond + time.Duration(i*7%5)*10*time.Millisecond)
			time.Sleep(time.Until(due))
			ear.Hear(0, "x", voice.Packet{Sequence: uint16(i), Timestamp: uint32(i) * 960, Payload: sound(9, 60)})
		}
		time.Sleep(time.Second)
		p := end()
		if n := p.count(9); n != 3000 {
			t.Errorf("%d of 3000 packets were written", n)
		}
		if n := p.samples - begins - ends; n < 48_000*619/10 || n > 48_000*622/10 {
			t.Errorf("%d samples in 62 seconds", n)
		}
	})
}

// A packet that comes is written in the same instant.
func TestNoDelay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ear, end := listen(t, quiet(t))
		time.Sleep(333 * time.Millisecond)
		ear.Hear(0, "x", voice.Packet{Payload: sound(9, 60)})
		p := end()
		for i, packet := range p.packets {
			if len(packet) == 60 && p.at[i] != 333*time.Millisecond {
				t.Errorf("written at %v", p.at[i])
			}
		}
		if p.count(9) != 1 {
			t.Error("it was not written")
		}
	})
}

// What was held up comes at once, and no more of it is kept than a moment: the rest of the
// call is not later for it.
func TestWhatWasHeldUpDoesNotDelay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ear, end := listen(t, quiet(t))
		time.Sleep(3 * time.Second)
		for i := range 40 { // less than a second of it, at once
			ear.Hear(0, "x", voice.Packet{Sequence: uint16(i), Timestamp: uint32(i) * 960, Payload: sound(9, 60)})
		}
		time.Sleep(10 * time.Millisecond)
		p := end()
		if n := p.count(9); n < 10 || n > 14 {
			t.Errorf("%d packets were written, want what is up to 200 ms ahead", n)
		}
	})
}

// A small hole is the decoder's to hide, packet by packet.
func TestHolesAreHidden(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ear, end := listen(t, quiet(t))
		ear.Hear(0, "x", voice.Packet{Timestamp: 0, Payload: sound(9, 60)})
		time.Sleep(60 * time.Millisecond)
		ear.Hear(0, "x", voice.Packet{Timestamp: 3 * 960, Payload: sound(9, 60)})
		p := end()
		var sizes []int
		for _, packet := range p.packets[4:] {
			sizes = append(sizes, len(packet))
		}
		if len(sizes) < 4 || sizes[0] != 60 || sizes[1] != 1 || sizes[2] != 1 || sizes[3] != 60 {
			t.Errorf("sizes of packets: %v", sizes)
		}
	})
}

// Whoever plays nothing holds up nobody: what they miss is dropped, which is told once, and
// later they hear what is said then.
func TestNobodyReads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var told []string
		ear := pipe.NewEar(func(s string) {
			mu.Lock()
			defer mu.Unlock()
			told = append(told, s)
		})
		ctx, cancel := context.WithCancel(t.Context())
		out, in := io.Pipe()
		done := make(chan error)
		go func() {
			err := ear.Run(ctx, in)
			in.Close()
			done <- err
		}()
		said := func(n byte, packets int) {
			for i := range packets {
				before := time.Now()
				ear.Hear(0, "x", voice.Packet{Timestamp: uint32(i) * 960, Payload: sound(n, 60)})
				if time.Since(before) > 0 {
					t.Fatal("whoever speaks waited")
				}
				time.Sleep(20 * time.Millisecond)
			}
		}
		said(1, 500)
		p := &player{began: time.Now()}
		playing := make(chan struct{})
		go func() {
			defer close(playing)
			p.play(out)
		}()
		time.Sleep(100 * time.Millisecond)
		said(2, 50)
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
		<-playing
		if old, now := p.count(1), p.count(2); old > 51 || now != 50 {
			t.Errorf("%d packets of what was missed came, and %d of 50 after it", old, now)
		}
		if p.samples > begins+ends+48_000*5/2 {
			t.Errorf("%d samples came for one second", p.samples)
		}
		mu.Lock()
		defer mu.Unlock()
		if len(told) != 1 {
			t.Errorf("told %q", told)
		}
	})
}

// Where each has a slot, one is heard at a time: whoever speaks, until they pause.
func TestOneVoiceOfMany(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ear, end := listen(t, quiet(t))
		silence := []byte{0xf8, 0xff, 0xfe}
		time.Sleep(time.Second)
		var now uint32
		say := func(packets int, of ...[]byte) {
			for range packets {
				for slot, payload := range of {
					ear.Hear(slot, "x", voice.Packet{Timestamp: now, Payload: payload})
				}
				now += 960
				time.Sleep(20 * time.Millisecond)
			}
		}
		say(50, silence, silence, sound(3, 60)) // the third speaks
		say(50, silence, sound(2, 60), sound(3, 60))
		say(50, sound(1, 60), silence, silence)
		p := end()
		if a, b, c := p.count(1), p.count(2), p.count(3); a < 28 || a > 31 || b != 0 || c != 100 {
			t.Errorf("of the first came %d packets, of the second %d, of the third %d", a, b, c)
		}
	})
}

// What is no Opus reaches no decoder, and a pipe that is closed ends the ear.
func TestNoiseAndNoPlayer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ear, end := listen(t, quiet(t))
		ear.Hear(0, "x", voice.Packet{Payload: []byte{0xf9, 1, 2, 3}})
		ear.Hear(0, "x", voice.Packet{})
		time.Sleep(time.Second)
		for _, packet := range end().packets {
			if len(packet) != 3 {
				t.Errorf("%x was written", packet)
			}
		}
		out, in := io.Pipe()
		out.CloseWithError(errBroken)
		if err := pipe.NewEar(quiet(t)).Run(t.Context(), in); !errors.Is(err, errBroken) {
			t.Error(err)
		}
	})
}
