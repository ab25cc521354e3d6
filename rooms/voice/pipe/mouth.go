package pipe

import (
	"context"
	"errors"
	"io"
	"sync"
	"time"

	"sotto/rooms"
	"sotto/rooms/ogg"
	"sotto/rooms/voice"
)

// Sayer takes what somebody says, as [voice.Party] does. The payload is good during the
// call alone.
type Sayer interface{ Say(voice.Packet) }

// What is told or refused about what is piped in, a sentence each.
var (
	errShort = &rooms.Error{Code: rooms.NoVoice, Message: "The packets of that stream are too short: voice takes 60 a second at most. Encode it with 20 ms in each (opusenc --framesize 20, ffmpeg -frame_duration 20)."}
	errRead  = &rooms.Error{Code: rooms.NoVoice, Message: "What is piped in can't be read."}
)

const (
	tooMuch  = "That stream has more than the 48 kbit/s that voice passes on, and some of it is left out: encode it with less (opusenc --bitrate 32, ffmpeg -b:a 32k)."
	tooLarge = "Packets of that stream are larger than the 1,000 bytes that voice passes on, and are left out: encode it with less (opusenc --bitrate 32, ffmpeg -b:a 32k)."
)

// Say says what a stream has, each packet in its time, until it has ended and its last
// packet was spoken, or until ctx ends. Of what comes live and waited, silence is left out,
// so that it is not late for good. Whoever ends it has to free from as well. begun is
// called before the first packet, tell with a sentence that is for whoever pipes. The error
// is ctx's, or an *[rooms.Error].
func Say(ctx context.Context, from io.Reader, to Sayer, begun func(), tell func(string)) error {
	ctx, end := context.WithCancel(ctx)
	in := newIntake(from)
	var reading sync.WaitGroup
	reading.Go(func() { in.read(ctx) })
	defer reading.Wait()
	defer end()
	return in.say(ctx, to, begun, tell)
}

// say says what is read, as of [Say].
func (in *intake) say(ctx context.Context, to Sayer, begun func(), tell func(string)) error {
	m := mouth{
		to: to, tell: tell, told: make(map[string]bool),
		packets: rooms.NewLimiter(voice.PacketRate, voice.PacketBurst), bytes: rooms.NewLimiter(voice.ByteRate, voice.ByteBurst),
	}
	var behind lag
	for {
		asked := time.Now()
		p, waiting, err := in.next(ctx)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.Is(err, io.EOF):
			return m.wait(ctx)
		case errors.As(err, new(ogg.Refusal)):
			return &rooms.Error{Code: rooms.NoVoice, Message: rooms.Sentence(err.Error())}
		case err != nil:
			return errRead
		}
		if begun != nil {
			begun()
			begun = nil
		}
		if behind.skips(p, waiting, in.isOver()) {
			continue
		}
		m.keepTime(asked)
		if err := m.say(ctx, p); err != nil {
			return err
		}
	}
}

// mouth says packets.
type mouth struct {
	to   Sayer
	tell func(string)
	told map[string]bool // once each

	packets, bytes rooms.Limiter

	due      time.Time // when the next is to be said
	sequence uint16
	time     uint32
	spoke    bool
	paused   bool
}

// keepTime puts off what is due for as long as nothing came that was asked for: what comes
// after it is late by as much. Time that went by otherwise is made up for, unless it is
// much.
func (m *mouth) keepTime(asked time.Time) {
	now := time.Now()
	late := now.Sub(m.due)
	switch {
	case late <= 0:
	case late < pause:
		m.due = m.due.Add(min(late, now.Sub(asked)))
	default:
		if m.spoke {
			m.time += uint32(late / (20 * time.Millisecond) * voice.Clock / 50)
		}
		m.due, m.paused = now, true
	}
}

// say says a packet once it is due.
func (m *mouth) say(ctx context.Context, p ogg.Packet) error {
	if err := m.wait(ctx); err != nil {
		return err
	}
	marker := !m.spoke || m.paused
	m.spoke, m.paused = true, false
	m.due = m.due.Add(length(p.Samples) * (1_000_000 - gain) / 1_000_000)
	said := voice.Packet{Sequence: m.sequence, Timestamp: m.time, Marker: marker, Level: silent, Payload: p.Data}
	m.sequence++
	m.time += uint32(p.Samples)
	if p.Voiced {
		said.Level = level
	}
	now := time.Now()
	switch {
	case m.packets.Take(now) > 0:
		return errShort
	case len(p.Data) > voice.MaxPayload:
		m.once(tooLarge)
	case m.bytes.TakeN(now, float64(len(p.Data))) > 0:
		m.once(tooMuch)
	default:
		m.to.Say(said)
	}
	return nil
}

func (m *mouth) once(sentence string) {
	if !m.told[sentence] {
		m.told[sentence] = true
		m.tell(sentence)
	}
}

// wait waits until what was said before has been spoken.
func (m *mouth) wait(ctx context.Context) error {
	timer := time.NewTimer(time.Until(m.due))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// length is how long so many samples last.
func length(samples int) time.Duration {
	return time.Duration(samples) * time.Second / ogg.Rate
}
