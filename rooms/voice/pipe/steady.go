package pipe

import (
	"context"
	"sync/atomic"
	"time"

	"sotto/rooms/ogg"
	"sotto/rooms/voice"
)

const (
	// steadySize is how large the packets of a steady stream are at least, in bytes: 32
	// kbit/s. A larger one makes all that follow as large, up to what [voice.ByteRate] has
	// room for.
	steadySize = 80
	// steadyOverhead is what may be added to each packet of it afterwards, in bytes: what
	// SFrame takes, which a test holds it to.
	steadyOverhead = 33
	// steadyQueue is how many packets wait for their time, so that there is something to say
	// when this machine is late.
	steadyQueue = 5

	tooLargeSteady = "Packets of that stream are larger than a sealed room's voice passes on, 34 kbit/s all the time, and there is silence in their place: encode it at a constant rate of 24 kbit/s (opusenc --hard-cbr --bitrate 24, ffmpeg -vbr off -b:a 24k)."
)

// steadyMost is how large a packet that lasts so long may be, in bytes: if all are, they and
// what is added keep to [voice.ByteRate], beyond which packets are dropped untold.
func steadyMost(samples int) int { return voice.ByteRate*samples/ogg.Rate - steadyOverhead }

// Steady passes on what is said as one stream that tells whoever counts its packets and
// their bytes neither what is said nor when: packets of one size on a clock, which hold
// silence where nothing is said. It is made by [NewSteady].
type Steady struct {
	to    Sayer
	tell  func(string)
	told  bool // Say's own
	queue chan waiting
	over  chan struct{}
	rests atomic.Bool // nothing is to be said

	// Run's own.
	sequence uint16
	time     uint32
	size     int
	buffer   []byte
}

// waiting is a packet that waits for its time, or somebody who waits for those before.
type waiting struct {
	payload []byte
	samples int
	passed  chan struct{}
}

// NewSteady passes on to somebody, while it runs. tell is called within Say, with a sentence
// that is for whoever says.
func NewSteady(to Sayer, tell func(string)) *Steady {
	s := &Steady{to: to, tell: tell, size: steadySize, queue: make(chan waiting, steadyQueue), over: make(chan struct{})}
	s.rests.Store(true)
	return s
}

// Say passes on a packet, whose sequence and time are made those of the stream. One that is
// too large for the rate is left out, and silence is said instead. It waits while there are
// too many.
func (s *Steady) Say(p voice.Packet) {
	o, ok := ogg.ParseOpus(p.Payload)
	if !ok {
		return
	}
	one := waiting{payload: ogg.Pad(nil, p.Payload, 0), samples: o.Samples} // without its own padding
	if len(one.payload) > steadyMost(one.samples) {
		one = silenceOf(one.samples)
		if !s.told {
			s.told = true
			s.tell(tooLargeSteady)
		}
	}
	s.rests.Store(false)
	s.put(one)
}

// silenceOf is silence that lasts as long, in whole packets' times of 20 ms.
func silenceOf(samples int) waiting {
	times := max(1, samples/ogg.SilenceSamples)
	return waiting{payload: ogg.Silence(nil, times), samples: times * ogg.SilenceSamples}
}

// Rest waits until all was said, and ends the stream until something is said again.
func (s *Steady) Rest() {
	s.rests.Store(true)
	passed := make(chan struct{})
	s.put(waiting{passed: passed})
	select {
	case <-passed:
	case <-s.over:
	}
}

func (s *Steady) put(one waiting) {
	select {
	case s.queue <- one:
	case <-s.over:
	}
}

// Run says what there is to be said, until ctx ends. It runs once.
func (s *Steady) Run(ctx context.Context) {
	defer close(s.over)
	lasts := ogg.SilenceSamples
	begins := true // silence was before
	due := time.Now()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-timer.C:
		case <-ctx.Done():
			return
		}
		var one waiting
		select {
		case one = <-s.queue:
		default:
			if !s.rests.Load() {
				one = silenceOf(lasts)
				break
			}
			begins = true
			select {
			case one = <-s.queue:
			case <-ctx.Done():
				return
			}
		}
		now := time.Now()
		if begins || now.Sub(due) > pause { // else time that was lost is made up for
			due = now
		}
		if one.passed != nil {
			close(one.passed)
		} else {
			s.pass(one, begins)
			begins, lasts = false, one.samples
			due = due.Add(length(lasts))
		}
		timer.Reset(time.Until(due))
	}
}

func (s *Steady) pass(one waiting, begins bool) {
	s.buffer = ogg.Pad(s.buffer[:0], one.payload, min(s.size, steadyMost(one.samples)))
	s.size = max(s.size, len(s.buffer))
	s.to.Say(voice.Packet{Sequence: s.sequence, Timestamp: s.time, Marker: begins, Level: silent, Payload: s.buffer})
	s.sequence++
	s.time += uint32(one.samples)
}
