package client

import (
	"context"
	"sync"

	"sotto/rooms"
	"sotto/rooms/wire"
)

const (
	// maxOutgoing is how many ops may wait to leave over one connection, beside
	// what is sealed: half a minute's words of somebody who says as much as a room
	// allows, and at most a quarter of a mebibyte.
	maxOutgoing = 64
	// easedOutgoing is how many may wait so that whoever waits in [Seat.Ease] goes on.
	easedOutgoing = maxOutgoing / 2
	// maxPasses is how many passes may wait beside them, a mebibyte. More are
	// dropped, as anywhere on their way; the two ends ask again.
	maxPasses = 64
)

// outgoing is what waits to leave over one connection, so that nobody waits for
// a line but whoever writes to it: how far the seat has come, ops in the order in
// which they were asked for, and behind them what is passed.
type outgoing struct {
	bell  rooms.Bell // something may be there to send
	eased rooms.Bell // there may be room again

	mu      sync.Mutex
	ack     rooms.Op // the newest; nil: it has left
	ops     []rooms.Op
	sealed  int // how many of them are: their sender bounds them
	passes  []rooms.Op
	left    uint64 // how many have left
	leaving bool   // one is being written
	closing bool   // nothing leaves any more
}

func newOutgoing() *outgoing {
	return &outgoing{bell: rooms.NewBell(), eased: rooms.NewBell()}
}

// add puts an op behind the others, and reports whether there was room.
func (o *outgoing) add(op rooms.Op) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	switch op.(type) {
	case rooms.Pass:
		if len(o.passes) >= maxPasses {
			return false
		}
		o.passes = append(o.passes, op)
	case rooms.Seal:
		o.ops = append(o.ops, op)
		o.sealed++
	default:
		if len(o.ops)-o.sealed >= maxOutgoing {
			return false
		}
		o.ops = append(o.ops, op)
	}
	o.bell.Ring()
	return true
}

// acknowledge has an ack leave before everything else, and instead of one that has
// not left yet: it says all that the older says.
func (o *outgoing) acknowledge(ack rooms.Ack) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.ack = ack
	o.bell.Ring()
}

// take takes the next to leave, if there is one.
func (o *outgoing) take() (op rooms.Op, ok bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	switch {
	case o.ack != nil:
		op, o.ack = o.ack, nil
	case len(o.ops) > 0:
		op, o.ops[0] = o.ops[0], nil
		o.ops = o.ops[1:]
		if _, sealed := op.(rooms.Seal); sealed {
			o.sealed--
		}
		if len(o.ops)-o.sealed <= easedOutgoing {
			o.eased.Ring()
		}
	case len(o.passes) > 0:
		op, o.passes[0] = o.passes[0], nil
		o.passes = o.passes[1:]
	default:
		return nil, false
	}
	o.leaving = true
	return op, true
}

// sent notes that what was taken has left.
func (o *outgoing) sent() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.left, o.leaving = o.left+1, false
}

// progress says how many have left, and whether more are still to leave.
func (o *outgoing) progress() (left uint64, more bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.left, o.leaving || o.ack != nil || len(o.ops)+len(o.passes) > 0
}

// crowded reports whether so much waits that no more should be asked for.
func (o *outgoing) crowded() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return !o.closing && len(o.ops)-o.sealed > easedOutgoing
}

// close lets go of whoever waits for room.
func (o *outgoing) close() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.closing = true
	o.eased.Ring()
}

// send writes what waits to leave until ctx ends. A failure breaks the
// connection, which its reader notices.
func (l *link) send(ctx context.Context) {
	defer l.out.close()
	for {
		op, ok := l.out.take()
		if !ok {
			select {
			case <-l.out.bell:
				continue
			case <-ctx.Done():
				return
			}
		}
		if l.write(ctx, wire.AppendOp(nil, op)) != nil {
			l.conn.Close()
			return
		}
		l.out.sent()
	}
}
