//go:build e2e

package prove

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os/exec"
	"sync"
	"testing"
	"time"

	"sotto/rooms/ogg"
)

// A recording is packets of Opus, as a real encoder made them of noise, at a constant rate.
type recording [][]byte

// recordingLasts is how long it is; who speaks for longer begins anew.
const recordingLasts = 4 * time.Second

func newRecording(t *testing.T) (packets recording) {
	t.Helper()
	noise := make([]byte, 2*ogg.Rate*int(recordingLasts/time.Second))
	for i := 0; i < len(noise); i += 2 {
		binary.LittleEndian.PutUint16(noise[i:], uint16(rand.IntN(16_000)-8_000))
	}
	cmd := exec.Command("opusenc", "--quiet", "--raw", "--raw-rate", "48000", "--raw-chan", "1", "--bitrate", "24", "--hard-cbr", "-", "-")
	cmd.Stdin = bytes.NewReader(noise)
	out, err := cmd.Output()
	must(t, err)
	for r := ogg.NewReader(bytes.NewReader(out)); ; {
		p, err := r.Next()
		if errors.Is(err, io.EOF) {
			return packets
		}
		must(t, err)
		packets = append(packets, bytes.Clone(p.Data))
	}
}

// pieceBytes is how much of a packet there must be for it to count as found.
const pieceBytes = 16

type piece = [pieceBytes]byte

// pieces are all that a packet has of that size, but for what other sound could have, too.
func (r recording) pieces() map[piece]bool {
	all := make(map[piece]bool)
	for _, packet := range r {
		for at := 1; at+pieceBytes <= len(packet); at++ { // its first byte says how it is packed
			if p := piece(packet[at:]); diverse(p) {
				all[p] = true
			}
		}
	}
	return all
}

// needles are those pieces.
func (r recording) needles(of string) (all []needle) {
	for p := range r.pieces() {
		all = append(all, needle{"sound of " + of, "Opus", bytes.Clone(p[:])})
	}
	return all
}

// diverse reports whether a piece has enough different bytes not to be anybody's padding.
func diverse(p piece) bool {
	seen := make(map[byte]bool)
	for _, b := range p {
		seen[b] = true
	}
	return len(seen) >= pieceBytes*3/4
}

// speaker is somebody whose microphone is a stream of a recording.
type speaker struct {
	recording
	to io.WriteCloser

	stop   chan struct{}
	paused sync.WaitGroup
	once   sync.Once
}

// speak has a recording spoken again and again, in its time, as a microphone does it.
func (r recording) speak(to io.WriteCloser) *speaker {
	s := &speaker{recording: r, to: to, stop: make(chan struct{})}
	s.paused.Go(func() {
		w, err := ogg.NewWriter(to, rand.Uint32())
		ticks := time.NewTicker(20 * time.Millisecond)
		defer ticks.Stop()
		for n := 0; err == nil; n++ { // whoever reads has ended, otherwise
			select {
			case <-ticks.C:
				err = w.Write(r[n%len(r)], ogg.Rate/50)
			case <-s.stop:
				return
			}
		}
	})
	return s
}

// pause ends what is said, and leaves the line open.
func (s *speaker) pause() {
	s.once.Do(func() { close(s.stop) })
	s.paused.Wait()
}

// hangUp ends the line.
func (s *speaker) hangUp() {
	s.pause()
	_ = s.to.Close() // whoever reads may have ended
}

// soundEar takes what somebody hears, and knows whose it is.
type soundEar struct {
	pipe *io.PipeWriter

	mu     sync.Mutex
	knows  map[piece]string
	counts map[string]int // packets, by whose they are; all of them by ""
	more   chan struct{}  // closed and replaced with each
}

// listen returns what takes a stream in which these are to be heard, until the test ends.
func listen(t *testing.T, of map[string]recording) *soundEar {
	from, to := io.Pipe()
	t.Cleanup(func() { to.Close() })
	l := &soundEar{pipe: to, knows: make(map[piece]string), counts: make(map[string]int), more: make(chan struct{})}
	for name, r := range of {
		for p := range r.pieces() {
			l.knows[p] = name
		}
	}
	go func() {
		packets := ogg.NewReader(from)
		for {
			p, err := packets.Next()
			if err != nil {
				_ = from.CloseWithError(err) // it returns none
				return
			}
			l.take(p.Data)
		}
	}()
	return l
}

// Write takes some of the stream.
func (l *soundEar) Write(b []byte) (int, error) { return l.pipe.Write(b) }

func (l *soundEar) take(packet []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.counts[""]++
	for at := 0; at+pieceBytes <= len(packet); at++ {
		if name, ok := l.knows[piece(packet[at:])]; ok {
			l.counts[name]++
			break
		}
	}
	close(l.more)
	l.more = make(chan struct{})
}

// hears waits until so many packets of somebody came from now on.
func (l *soundEar) hears(name string, packets int) error {
	late := time.NewTimer(patience)
	defer late.Stop()
	for before := -1; ; {
		l.mu.Lock()
		n, all, more := l.counts[name], l.counts[""], l.more
		l.mu.Unlock()
		if before < 0 {
			before = n
		}
		if n-before >= packets {
			return nil
		}
		select {
		case <-more:
		case <-late.C:
			return fmt.Errorf("%d packets of %s were heard, and %d in all; %d more were expected", n, name, all, packets)
		}
	}
}
