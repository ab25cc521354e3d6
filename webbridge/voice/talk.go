package voice

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"sotto/rooms"
	"sotto/rooms/voice"
)

// talk is one socket's part in its room's voice.
type talk struct {
	server *Server
	seat   *rooms.Seat
	at     addresses
	offers rooms.Limiter
	asks   rooms.Limiter

	now     *connection // nil: none
	up      atomic.Bool // there is one
	running sync.WaitGroup
}

var (
	errOften  = &rooms.Error{Code: rooms.RateLimited, Message: "You join voice too often. Wait a few seconds."}
	errNotIn  = &rooms.Error{Code: rooms.NoVoice, Message: "You are not in this room's voice. Join it first."}
	errBroken = &rooms.Error{Code: rooms.NoVoice, Message: "This server can't make a connection for sound of that offer."}
)

// Ask is as of [webbridge.Talk].
func (t *talk) Ask(ctx context.Context, ask rooms.AskVoice) (*rooms.VoiceAnswered, error) {
	if t.asks.Take(time.Now()) > 0 {
		return nil, errOften
	}
	switch {
	case !ask.On:
		t.leave()
		return &rooms.VoiceAnswered{}, nil
	case ask.Offer != "":
		return t.join(ctx, ask)
	case t.gaveWay():
		return nil, voice.ErrUnconnected
	case t.now == nil || t.now.isOver():
		return nil, errNotIn
	}
	if ask.Muted != nil {
		t.now.party.Mute(*ask.Muted)
	}
	return &rooms.VoiceAnswered{Members: t.now.party.Others()}, nil
}

// join answers an offer, in place of what there was.
func (t *talk) join(ctx context.Context, ask rooms.AskVoice) (*rooms.VoiceAnswered, error) {
	if t.offers.Take(time.Now()) > 0 {
		return nil, errOften
	}
	o, err := readOffer(ask.Offer)
	if err != nil {
		return nil, err
	}
	c, answer, err := t.server.answer(o, t.seat.Kind(), t.at)
	if err != nil {
		return nil, errBroken
	}
	t.running.Go(c.run)
	party, err := t.server.cfg.Calls.Join(ctx, t.seat, o.slots, c)
	if err != nil {
		c.end()
		return nil, err
	}
	t.leave()
	c.join(party)
	if ask.Muted != nil {
		party.Mute(*ask.Muted)
	}
	t.now = c
	t.up.Store(true)
	return &rooms.VoiceAnswered{Answer: answer, Members: party.Others()}, nil
}

// gaveWay reports whether somebody else got this one's place, before it had a connection.
func (t *talk) gaveWay() bool { return t.now != nil && t.now.party.Why() == voice.ErrUnconnected }

// leave ends the connection that there is.
func (t *talk) leave() {
	if t.now != nil {
		t.now.end()
		t.now = nil
		t.up.Store(false)
	}
}

// connectionBytes is what a connection costs, in bytes; BenchmarkVoice measures it.
const connectionBytes = 1400 << 10

// Holds is as of [webbridge.Talk].
func (t *talk) Holds() int {
	if t.up.Load() {
		return connectionBytes
	}
	return 0
}

// Close is as of [webbridge.Talk].
func (t *talk) Close() {
	t.leave()
	t.running.Wait()
}

var _ voice.Receiver = (*connection)(nil)
