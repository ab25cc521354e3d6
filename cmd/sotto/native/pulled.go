package native

import (
	"context"
	"fmt"
	"sync"
	"time"

	"sotto/rooms"
	"sotto/rooms/seal"
	"sotto/sshsrv/line"
)

// pulled makes a seat's events something that can be asked for while waiting for
// other things too, as the line modes do. It takes one batch ahead.
type pulled struct {
	rooms.Participant
	says rooms.Limiter // this end's idea of the room's limit

	cancel context.CancelFunc
	done   chan struct{}
	bell   rooms.Bell
	space  chan struct{} // the batch was taken

	mu     sync.Mutex
	events []rooms.Event
	err    error
}

var _ interface {
	line.Seat
	rooms.FileCarrier
	seal.Verified
} = (*pulled)(nil)

func pull(seat rooms.Participant) *pulled {
	ctx, cancel := context.WithCancel(context.Background())
	p := &pulled{
		Participant: seat, says: rooms.NewLimiter(rooms.DefaultSayRate, rooms.DefaultSayRate*rooms.SayBurst),
		cancel: cancel, done: make(chan struct{}), bell: rooms.NewBell(), space: make(chan struct{}, 1),
	}
	go func() {
		defer close(p.done)
		p.run(ctx)
	}()
	return p
}

func (p *pulled) run(ctx context.Context) {
	for {
		events, err := next(ctx, p.Participant)
		p.mu.Lock()
		p.events, p.err = events, err
		p.mu.Unlock()
		p.bell.Ring()
		if err != nil {
			return
		}
		select {
		case <-p.space:
		case <-ctx.Done():
			return
		}
	}
}

// next is the seat's Next. Its panic is the seat's end, so that the terminal is put
// back; the value is not told, because it may be anyone's words.
func next(ctx context.Context, seat rooms.Participant) (events []rooms.Event, err error) {
	broke := rooms.Contain(func() { events, err = seat.Next(ctx) })
	if broke == nil {
		return events, err
	}
	return nil, &rooms.Ended{Code: rooms.NotAllowed, Message: fmt.Sprintf(
		"This program made a mistake with what came from the room (a panic of type %s), and left it.", broke.Type)}
}

// Ready is signalled when Take may have something to return.
func (p *pulled) Ready() <-chan struct{} { return p.bell }

// Take returns what has come, or why nothing will.
func (p *pulled) Take() ([]rooms.Event, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if events := p.events; len(events) > 0 {
		p.events = nil
		p.space <- struct{}{}
		return events, nil
	}
	return nil, p.err
}

// Next waits for what Take returns.
func (p *pulled) Next(ctx context.Context) ([]rooms.Event, error) {
	for {
		if events, err := p.Take(); len(events) > 0 || err != nil {
			return events, err
		}
		select {
		case <-p.bell:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// SayWait says how long it is until a Say should pass the room's rate limit.
func (p *pulled) SayWait() time.Duration {
	if paced, ok := p.Participant.(rooms.Paced); ok {
		return paced.SayWait()
	}
	return p.says.Peek(time.Now())
}

// Verify returns the safety words of a sealed room, and none of another.
func (p *pulled) Verify() seal.Verification {
	if sealed, ok := p.Participant.(seal.Verified); ok {
		return sealed.Verify()
	}
	return seal.Verification{}
}

// Compared notes that they were the same for all, and reports whether there are any.
func (p *pulled) Compared() bool {
	sealed, ok := p.Participant.(seal.Verified)
	return ok && sealed.Compared()
}

// Made is as of [rooms.Maker].
func (p *pulled) Made() bool {
	maker, ok := p.Participant.(rooms.Maker)
	return ok && maker.Made()
}

// Do asks for an op, and counts what is said.
func (p *pulled) Do(ctx context.Context, op rooms.Op) error {
	if _, say := op.(rooms.Say); say {
		p.says.Take(time.Now())
	}
	return p.Participant.Do(ctx, op)
}

// eased is a seat for a program that asks for ops as fast as it can: it waits for
// a slow line, where a person would be refused.
type eased struct{ *pulled }

// Do asks for an op, after a wait if much waits to leave.
func (e eased) Do(ctx context.Context, op rooms.Op) error {
	if s, ok := e.Participant.(rooms.Eased); ok {
		if err := s.Ease(ctx); err != nil {
			return err
		}
	}
	return e.pulled.Do(ctx, op)
}

// Close ends the seat, and waits.
func (p *pulled) Close() error {
	err := p.Participant.Close()
	p.cancel()
	<-p.done
	return err
}
