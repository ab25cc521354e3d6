package pipe

import (
	"bytes"
	"context"
	"io"

	"sotto/rooms/ogg"
	"sotto/rooms/voice"
)

const (
	// readAhead is how many packets are read before their time, so that it is seen whether
	// more come at once, as of a file, or as many as time goes, as of a microphone: five
	// seconds, which is longer than most take to connect.
	readAhead = 250
	// lags is after how much that was said while more than few packets wait what comes live
	// is said sooner, in samples: a second, so that no burst of a network counts.
	lags = ogg.Rate
	few  = 3
)

// intake reads a stream while what was read is spoken.
type intake struct {
	from    io.Reader
	packets chan ogg.Packet
	over    chan struct{} // closed when nothing more is read
	err     error         // why, set before
}

func newIntake(from io.Reader) *intake {
	return &intake{from: from, packets: make(chan ogg.Packet, readAhead), over: make(chan struct{})}
}

// read reads until the end of the stream, or of ctx.
func (in *intake) read(ctx context.Context) {
	defer close(in.packets)
	defer close(in.over)
	r := ogg.NewReader(in.from)
	for {
		p, err := r.Next()
		if err != nil {
			in.err = err
			return
		}
		p.Data = bytes.Clone(p.Data[:min(len(p.Data), voice.MaxPayload+1)]) // one that is larger is not said
		select {
		case in.packets <- p:
		case <-ctx.Done():
			in.err = ctx.Err()
			return
		}
	}
}

// next is the next packet, and how many wait behind it.
func (in *intake) next(ctx context.Context) (p ogg.Packet, waiting int, err error) {
	select {
	case p, ok := <-in.packets:
		if !ok {
			return p, 0, in.err
		}
		return p, len(in.packets), nil
	case <-ctx.Done():
		return p, 0, ctx.Err()
	}
}

// isOver reports whether all was read: then what waits is the end of a recording.
func (in *intake) isOver() bool {
	select {
	case <-in.over:
		return true
	default:
		return false
	}
}

// lag sees to it that what comes live is not said late for good, since as much of it waited
// when the connection came about. Every other packet without speech is left out then, until
// hardly any waits.
type lag struct {
	recorded bool // more came than is read ahead
	said     int  // samples, while some waited
	skipped  bool // the last
}

// skips reports whether a packet is to be left out, behind which so many wait. Nothing is of
// what is a recording, which has all its time.
func (l *lag) skips(p ogg.Packet, waiting int, over bool) bool {
	l.recorded = waiting >= readAhead-1 || l.recorded && waiting > 0
	if l.recorded || over || waiting <= few {
		l.said = 0
		return false
	}
	l.said += p.Samples
	l.skipped = l.said > lags && !p.Voiced && !l.skipped
	return l.skipped
}
