package voice

import "time"

// slot is what one receiver hears as one stream, whoever speaks in it.
type slot struct {
	of    *Party    // whom it is now; nil: nobody yet
	since time.Time // and since when

	started   bool   // something was passed on in it
	fresh     bool   // what comes next begins anew, behind what came last
	sequence  uint16 // of the last that was passed on
	timestamp uint32
	at        time.Time

	in, first uint16 // of the present speaker: the newest, and with which they began
	inTime    uint32
	byNumber  uint16 // what is added to their numbers
	byTime    uint32
}

// take gives the slot to somebody.
func (s *slot) take(of *Party, now time.Time) { s.of, s.since, s.fresh = of, now, true }

// next is a packet as it continues the slot, unless it is older than what the slot began
// with.
func (s *slot) next(p Packet, now time.Time) (Packet, bool) {
	ahead := int16(p.Sequence - s.in)
	lapse := int32(p.Timestamp - s.inTime)
	if s.fresh || !s.started || ahead > maxGap || ahead < -maxGap || lapse > maxGap*frame*2 || lapse < -maxGap*frame {
		s.begin(p, now)
		p.Marker = true
	} else if int16(p.Sequence-s.first) < 0 {
		return p, false
	}
	if newer := int16(p.Sequence - s.in); newer >= 0 {
		s.in, s.inTime = p.Sequence, p.Timestamp
	}
	p.Sequence += s.byNumber
	p.Timestamp += s.byTime
	if int16(p.Sequence-s.sequence) > 0 {
		s.sequence, s.timestamp, s.at = p.Sequence, p.Timestamp, now
	}
	return p, true
}

// begin puts what a speaker says behind what came last: the next number, and as much later
// as it is.
func (s *slot) begin(p Packet, now time.Time) {
	s.in, s.first, s.inTime, s.fresh = p.Sequence, p.Sequence, p.Timestamp, false
	if !s.started {
		s.started = true
		s.byNumber, s.byTime = 0, 0
		s.sequence, s.timestamp, s.at = p.Sequence-1, p.Timestamp-frame, now
		return
	}
	passed := uint32(min(max(now.Sub(s.at), 0), time.Hour).Seconds() * Clock)
	s.byNumber = s.sequence + 1 - p.Sequence
	s.byTime = s.timestamp + max(frame, passed) - p.Timestamp
}
