package pipe_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
	"sotto/rooms/ogg"
	"sotto/rooms/voice"
	"sotto/rooms/voice/pipe"
)

// spoken is a packet with when it was said.
type spoken struct {
	voice.Packet
	at time.Duration
}

// listener notes what is said, and when.
type listener struct {
	began time.Time
	heard []spoken
}

func (l *listener) Say(p voice.Packet) {
	p.Payload = bytes.Clone(p.Payload)
	l.heard = append(l.heard, spoken{p, time.Since(l.began)})
}

// sound is a packet of 20 ms that says that somebody speaks.
func sound(n byte, size int) []byte {
	b := bytes.Repeat([]byte{n}, size)
	b[0] = 0xf8
	return b
}

// recording is a stream of so many such packets, after the silence with which every one
// begins and before the one with which it ends.
func recording(t *testing.T, packets, size int) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := ogg.NewWriter(&b, 1)
	if err != nil {
		t.Fatal(err)
	}
	for n := range packets {
		if err := w.Write(sound(byte(n), size), 960); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// quiet is for what nobody is to be told.
func quiet(t *testing.T) func(string) {
	return func(s string) { t.Errorf("told: %s", s) }
}

// A file is spoken in its own time, and it is over when the last of it was.
func TestFileIsSpokenInItsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, begun := listener{began: time.Now()}, 0
		if err := pipe.Say(t.Context(), bytes.NewReader(recording(t, 100, 60)), &l, func() { begun++ }, quiet(t)); err != nil {
			t.Fatal(err)
		}
		took := time.Since(l.began)
		if len(l.heard) != 105 || begun != 1 || took < 2090*time.Millisecond || took > 2100*time.Millisecond {
			t.Fatalf("%d packets in %v, begun %d times", len(l.heard), took, begun)
		}
		for i, p := range l.heard {
			due := time.Duration(i) * 20 * time.Millisecond
			speaks := i >= 4 && i < 104
			if p.at > due || p.at < due-due/400 || p.Sequence != uint16(i) || p.Timestamp != uint32(i)*960 ||
				p.Marker != (i == 0) || (p.Level == 127) == speaks {
				t.Errorf("packet %d at %v: %+v", i, p.at, p.Packet)
			}
		}
	})
}

// What is read waits where it came from: no more than five seconds are read ahead.
func TestFileIsNotReadAhead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		file := &counted{Reader: bytes.NewReader(recording(t, 1000, 60))}
		l := listener{began: time.Now()}
		done := make(chan error)
		go func() { done <- pipe.Say(ctx, file, &l, nil, quiet(t)) }()
		time.Sleep(time.Second)
		synctest.Wait()
		if spoken := 300 * 88; file.bytes > spoken+13<<10 { // the tags have 8 KiB
			t.Errorf("after a second %d bytes are read", file.bytes)
		}
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
}

type counted struct {
	io.Reader
	bytes int
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.bytes += n
	return n, err
}

// What comes live is said as it comes; a pause moves the clock on, and a delay is not kept.
func TestLiveIsSaidAsItComes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out, in := io.Pipe()
		l := listener{began: time.Now()}
		done := make(chan error)
		go func() { done <- pipe.Say(t.Context(), out, &l, nil, quiet(t)) }()
		w, err := ogg.NewWriter(in, 1)
		if err != nil {
			t.Fatal(err)
		}
		speak := func() {
			if err := w.Write(sound(1, 60), 960); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
		}
		time.Sleep(100 * time.Millisecond)
		speak()
		time.Sleep(20 * time.Millisecond)
		speak()
		time.Sleep(time.Second)
		speak()
		in.Close()
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		at := func(i int) time.Duration { return l.heard[4+i].at }
		if len(l.heard) != 7 || at(0) != 100*time.Millisecond || at(1) != 120*time.Millisecond || at(2) != 1120*time.Millisecond {
			t.Fatalf("%+v", l.heard)
		}
		if a, b := l.heard[5], l.heard[6]; !b.Marker || b.Timestamp-a.Timestamp != 50*960 || b.Sequence != a.Sequence+1 {
			t.Errorf("before the pause %+v, after it %+v", a, b)
		}
	})
}

// Whoever pipes what voice does not take is told so in a sentence.
func TestRefusedAndTold(t *testing.T) {
	short := bytes.Repeat([]byte{16 << 3, 1, 2, 3}, 1)
	var many bytes.Buffer
	w, err := ogg.NewWriter(&many, 1)
	if err != nil {
		t.Fatal(err)
	}
	for range 1000 {
		if err := w.Write(short, 120); err != nil {
			t.Fatal(err)
		}
	}
	pages := recording(t, 100, 60)
	for at := range pages { // the checksum of every page but the first
		if at > 0 && bytes.HasPrefix(pages[at:], []byte("OggS")) {
			pages[at+22] ^= 1
		}
	}
	for name, c := range map[string]struct {
		from    io.Reader
		refused string
		told    string
	}{
		"words":          {strings.NewReader("hello"), "That is no Ogg stream", ""},
		"broken pages":   {bytes.NewReader(pages), "No sound could be read", ""},
		"short":          {&many, "20 ms", ""},
		"too large":      {bytes.NewReader(recording(t, 20, 1200)), "", "1,000 bytes"},
		"too much":       {bytes.NewReader(recording(t, 300, 300)), "", "48 kbit/s"},
		"nothing":        {strings.NewReader(""), "", ""},
		"a broken input": {io.MultiReader(bytes.NewReader(recording(t, 2, 60)), broken{}), "can't be read", ""},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var told []string
				l := listener{began: time.Now()}
				err := pipe.Say(t.Context(), c.from, &l, nil, func(s string) { told = append(told, s) })
				var refused *rooms.Error
				switch {
				case c.refused == "" && err != nil, c.refused != "" && (!errors.As(err, &refused) || !strings.Contains(refused.Message, c.refused)):
					t.Error(err)
				case c.told == "" && len(told) > 0, c.told != "" && (len(told) != 1 || !strings.Contains(told[0], c.told)):
					t.Errorf("told %q", told)
				}
			})
		})
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errBroken }

var errBroken = errors.New("broken")

// What waited of a microphone when the connection came about makes it late for a moment, and
// not for good: silence is left out, and no word. Of a file nothing is.
func TestLiveCatchesUp(t *testing.T) {
	for name, c := range map[string]struct {
		waits int // packets at first
		late  time.Duration
	}{
		"a microphone": {200, 100 * time.Millisecond},
		"a file":       {400, 6 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				out, in := io.Pipe()
				l := listener{began: time.Now()}
				done := make(chan error)
				go func() { done <- pipe.Say(t.Context(), out, &l, nil, quiet(t)) }()
				w, err := ogg.NewWriter(in, 1)
				if err != nil {
					t.Fatal(err)
				}
				spoke, words := time.Duration(0), 0
				for n := range c.waits + 1000 { // half a second of words in every one
					if n >= c.waits {
						time.Sleep(20 * time.Millisecond)
					}
					spoke = time.Since(l.began)
					if n%50 < 25 {
						words++
						err = w.Write(sound(byte(words), 60), 960)
					} else {
						err = w.Silence()
					}
					if err != nil {
						t.Fatal(err)
					}
				}
				if err := w.Write(sound(byte(words+1), 60), 960); err != nil {
					t.Fatal(err)
				}
				in.Close()
				if err := <-done; err != nil {
					t.Fatal(err)
				}
				heard := 0
				for _, p := range l.heard {
					if p.Level == 127 {
						continue
					}
					if heard++; p.Payload[1] != byte(heard) {
						t.Fatalf("word %d is %d", heard, p.Payload[1])
					}
				}
				if last := l.heard[len(l.heard)-1].at; heard != words+1 || last-spoke > c.late {
					t.Errorf("of %d packets with speech %d are said, the last %v late", words+1, heard, last-spoke)
				}
				if all := c.waits + 1001 + 4; name == "a file" && len(l.heard) != all {
					t.Errorf("of a file %d packets of %d are said", len(l.heard), all)
				}
			})
		})
	}
}
