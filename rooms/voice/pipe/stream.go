package pipe

import (
	"slices"
	"time"

	"sotto/rooms/ogg"
)

// stream is what is written, as it is written, beside the clock. Packets are written as they come,
// up to [ahead] before their time; one that a network put behind others is waited for until
// the clock has got so far.
type stream struct {
	w       *ogg.Writer
	began   time.Time // so that what was written would have taken until now
	samples int
	stuck   bool // a write took so long that what waits is old

	last  heard   // what was written last; no payload: silence
	known bool    // somebody has the stream
	slot  int     // who
	next  uint32  // the time of what goes on from what was written of them
	waits []heard // what came before something else of theirs, by its time; at most queue
	later bool    // one came too late, and would not have if all were later
}

// behind is how long it is until the clock is so much further than what was written.
func (s *stream) behind(by time.Duration) time.Duration {
	return time.Until(s.began.Add(length(s.samples) + by))
}

// restart has what comes now be in time.
func (s *stream) restart() {
	s.began = time.Now().Add(-length(s.samples))
	s.stuck, s.last, s.known, s.waits = false, heard{}, false, nil
}

// hear takes a packet, which is written in its turn. What comes after that is left out.
func (s *stream) hear(h heard) error {
	off := int32(h.time - s.next)
	if !s.known || s.slot != h.slot || off > lapse || off < -lapse {
		if err := s.flush(); err != nil {
			return err
		}
		s.known, s.slot, s.next, off = true, h.slot, h.time, 0
	}
	i, twice := slices.BinarySearchFunc(s.waits, h, func(a, b heard) int { return int(int32(a.time - b.time)) })
	switch {
	case off < 0:
		s.later = true
		return nil
	case twice:
		return nil
	}
	s.waits = slices.Insert(s.waits, i, h)
	if len(s.waits) == queue {
		return s.writeFirst()
	}
	return s.play()
}

// play writes what goes on from what was written, and what has waited long enough for what
// is before it.
func (s *stream) play() error {
	for len(s.waits) > 0 && (s.waits[0].time == s.next || s.last.payload == nil || s.behind(late+length(ogg.SilenceSamples)) <= 0) {
		if err := s.writeFirst(); err != nil {
			return err
		}
	}
	return nil
}

// flush writes what waits.
func (s *stream) flush() error {
	for len(s.waits) > 0 {
		if err := s.writeFirst(); err != nil {
			return err
		}
	}
	return nil
}

func (s *stream) end() error {
	if err := s.flush(); err != nil {
		return err
	}
	return s.w.Close()
}

func (s *stream) writeFirst() error {
	h := s.waits[0]
	s.waits = slices.Delete(s.waits, 0, 1)
	return s.write(h)
}

// write writes a packet, unless too much is ahead of the clock. Before the first after
// silence there is as much of that as has the next ones come in time, though they be late;
// and in between as much more, if one came too late all the same. A small hole before others
// is one that the decoder hides.
func (s *stream) write(h heard) error {
	if s.last.payload == nil {
		if err := s.fill(0); err != nil {
			return err
		}
	} else if err := s.bridge(h); err != nil {
		return err
	}
	s.last, s.next = h, h.time+uint32(h.opus.Samples)
	return s.put(h.payload, h.opus.Samples)
}

// bridge writes what is between the last packet and the next one.
func (s *stream) bridge(h heard) error {
	conceal, samples := ogg.Concealed(s.last.payload)
	hole := length(int(int32(h.time - s.next)))
	if hole > ahead { // a pause
		hole = 0
	}
	if s.later && s.behind(length(samples+h.opus.Samples)+hole-ahead) <= 0 {
		hole += length(samples)
	}
	s.later = false
	for hidden := min(hole, hidden); hidden >= length(samples); hidden -= length(samples) {
		if err := s.put(conceal, samples); err != nil {
			return err
		}
		hole -= length(samples)
	}
	for ; hole >= length(ogg.SilenceSamples); hole -= length(ogg.SilenceSamples) {
		if err := s.silence(); err != nil {
			return err
		}
	}
	return nil
}

// fill writes silence for the time in which nothing came, up to so long ago.
func (s *stream) fill(ago time.Duration) error {
	for !s.stuck && s.behind(ago+length(ogg.SilenceSamples)) <= 0 {
		s.last = heard{}
		if err := s.silence(); err != nil {
			return err
		}
	}
	return nil
}

func (s *stream) silence() error {
	return s.timed(func() error { return s.w.Silence() }, ogg.SilenceSamples)
}

func (s *stream) put(packet []byte, samples int) error {
	if s.stuck || s.behind(length(samples)-ahead) > 0 {
		return nil
	}
	return s.timed(func() error { return s.w.Write(packet, samples) }, samples)
}

// timed writes, and looks how long that takes.
func (s *stream) timed(write func() error, samples int) error {
	before := time.Now()
	err := write()
	s.samples += samples
	s.stuck = s.stuck || time.Since(before) >= stuck
	return err
}
