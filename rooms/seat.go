package rooms

import (
	"context"
	"sync/atomic"
	"time"
)

// Seat is one connection's hold on a place in a room. Its methods may be called
// from several goroutines; Next and Take from one at a time.
type Seat struct {
	place     *place
	gen       uint64
	bell      Bell
	eased     Bell
	first     []Event // the welcome and what goes with it, until taken
	made      bool    // the room, by coming in
	confirmed atomic.Bool
	read      atomic.Int64 // bytes of the frame that is being dealt with
	voiced    atomic.Bool  // the room was told that this seat is in voice
}

// Do asks for an op. It does not wait for other people and never blocks on
// I/O. An op that is refused comes back as a [Refused] event; the error says
// that the seat is over: *[Ended], io.EOF after [Leave], or ctx's.
func (s *Seat) Do(ctx context.Context, op Op) error {
	if err := s.begin(ctx); err != nil {
		return err
	}
	p, bytes := s.place, int(s.read.Swap(0))
	switch op := op.(type) {
	case Ack:
		if !s.ack(op) {
			p.patience.ask(costAsking, bytes)
		}
	case Inspect:
		p.patience.ask(costHeld, bytes)
		p.inspect(op.ID)
	case Typing:
		p.patience.ask(costAsking, bytes)
		if p.room.kind == KindOpen && !p.watch && p.typings.Take(time.Now()) == 0 {
			p.pass(s.gen, op)
		}
	case Voice:
		s.voice(op)
	case AskVoice:
		p.refuse(&Refused{ID: op.ID, Err: ErrNoVoice}, bytes)
	case Leave:
		p.depart(s.gen, LeftQuit)
	case Sync:
		p.patience.ask(costAsking, bytes)
		p.order.resume(op.Refused)
		p.submit(s.gen, op)
	default:
		admitted, refusal := p.admit(op)
		if refusal != nil {
			p.refuse(refusal, bytes)
			return nil
		}
		if _, ok := admitted.(Pass); ok {
			p.pass(s.gen, admitted)
			return nil
		}
		if refusal := p.hold(admitted); refusal != nil {
			p.refuse(refusal, bytes)
			return nil
		}
		p.submit(s.gen, admitted)
	}
	return nil
}

func (s *Seat) ack(op Ack) (useful bool) {
	o := &s.place.out
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.gen == s.gen && o.ack(Position(op))
}

// Heard says that what the next Do or Refuse is about came in a frame of so many
// bytes.
func (s *Seat) Heard(bytes int) { s.read.Store(int64(bytes)) }

// AskBy says how the client can be asked for a sign of life: ask may not block, and
// calls answered when one comes. Who gives none within [SignFor] may have to give their
// place in a full room to somebody else.
func (s *Seat) AskBy(ask func(answered func())) {
	o := &s.place.out
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.gen == s.gen {
		o.ask = ask
	}
}

// Refuse answers what a door could make no op of. After a few such answers the
// seat ends with [ErrInVain]. The error is as that of Do.
func (s *Seat) Refuse(ctx context.Context, r *Refused) error {
	if err := s.begin(ctx); err != nil {
		return err
	}
	s.place.refuse(r, int(s.read.Swap(0)))
	return nil
}

// Air says that so many bytes came that say nothing. Too many of them end the seat
// with [ErrInVain].
func (s *Seat) Air(bytes int) {
	if p := s.place; !p.patience.Air(bytes) {
		p.room.do(p.endInVain)
	}
}

// begin says why nothing more is asked for, or notes that the welcome has arrived,
// since something came after it.
func (s *Seat) begin(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := s.over(); err != nil {
		return err
	}
	s.place.out.hear(s.gen)
	if !s.confirmed.Swap(true) {
		s.place.room.hub.confirm(s)
	}
	return nil
}

// Next waits for events and hands over a batch of at most about [BatchBytes].
// The first is a [Welcome]. It returns events or an error, never both: io.EOF
// after [Leave], *[Ended] when the server ended the seat, or ctx's error.
func (s *Seat) Next(ctx context.Context) ([]Event, error) {
	for {
		events, err := s.Take()
		if err != nil || len(events) > 0 {
			return events, err
		}
		select {
		case <-s.bell:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// Made is as of [Maker].
func (s *Seat) Made() bool { return s.made }

// Company is as of [Accompanied].
func (s *Seat) Company() any { return s.place.room }

// Ready is signalled when [Seat.Take] may have something to return. One signal
// may stand for many events.
func (s *Seat) Ready() <-chan struct{} { return s.bell }

// RingBy is as of [Ringing].
func (s *Seat) RingBy(ring func()) {
	o := &s.place.out
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.gen == s.gen {
		o.ring = ring
	}
	ring() // for what waits already, or finds that the place is no longer its
}

// Take is Next without waiting: no events and no error mean that nothing is
// there yet.
func (s *Seat) Take() ([]Event, error) {
	o := &s.place.out
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.gen != s.gen {
		return nil, errReplaced
	}
	if first := s.first; first != nil {
		s.first = nil
		o.call()
		return first, nil
	}
	if events := o.take(); len(events) > 0 {
		if o.over() != nil {
			o.call() // for the end, which stands behind them
		}
		return events, nil
	}
	return nil, o.over()
}

// Ease waits while more than [EaseBytes] wait to be taken from this seat, and as
// long as Pause says. A door calls it before it reads on from a connection, so that
// whoever speaks faster than they listen, or asks for much, is slowed down instead
// of ended. Nobody else waits. It is called from one goroutine at a time, never the
// one that calls Next or Take; its error is ctx's.
func (s *Seat) Ease(ctx context.Context) error {
	for s.place.out.crowded(s.gen) {
		select {
		case <-s.eased:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	if pause := s.Pause(); pause > 0 {
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// Pause is how long nothing more should be read, since much was asked for.
func (s *Seat) Pause() time.Duration { return s.place.patience.wait() }

// SayWait says how long it is until a Say would pass the rate limit and the rule of a slow
// room, and one that had to wait for others may be tried again.
func (s *Seat) SayWait() time.Duration {
	now, p := time.Now(), s.place
	return max(p.says.Peek(now), p.slowWait(now), p.room.pace.wait(&p.talk, now))
}

// Close says that the connection is gone. A resumable place from whose client
// something came waits for [ResumeWindow]; any other leaves. The error is always nil.
func (s *Seat) Close() error {
	s.voice(Voice{})
	switch err := s.over(); {
	case err == errSeatClosed: // the place waits already
	case err == nil && s.place.out.keep && s.place.detach(s.gen):
	case err == errLeaving && s.place.out.keep:
		s.place.leaveToOthers()
	default:
		s.place.depart(s.gen, LeftLost)
	}
	return nil
}

func (s *Seat) over() error {
	o := &s.place.out
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.gen != s.gen {
		return errReplaced
	}
	if err := o.over(); err != nil {
		return err
	}
	if !o.attached {
		return errSeatClosed
	}
	return nil
}

var errReplaced = &Ended{Code: Replaced, Message: "This place was taken over by a newer connection with its ticket."}
