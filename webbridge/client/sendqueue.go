package client

import (
	"context"
	"sync"

	"sotto/rooms"
	"sotto/rooms/wire"
)

const (
	// maxQueued is how many ops may wait to leave over one connection, beside
	// what is sealed: half a minute's words of somebody who says as much as a room
	// allows, and at most a quarter of a mebibyte.
	maxQueued = 64
	// easedQueued is how many may wait so that whoever waits in [Seat.Ease] goes on.
	easedQueued = maxQueued / 2
	// maxPasses is how many passes may wait beside them, a mebibyte. More are
	// dropped, as anywhere on their way; the two ends ask again.
	maxPasses = 64
)

// sendQueue is what waits to leave over one connection, so that nobody waits for
// a line but whoever writes to it: how far the seat has come, ops in the order in
// which they were asked for, and behind them what is passed.
type sendQueue struct {
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

func newSendQueue() *sendQueue {
	return &sendQueue{bell: rooms.NewBell(), eased: rooms.NewBell()}
}

// add puts an op behind the others, and reports whether there was room.
func (q *sendQueue) add(op rooms.Op) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	switch op.(type) {
	case rooms.Pass:
		if len(q.passes) >= maxPasses {
			return false
		}
		q.passes = append(q.passes, op)
	case rooms.Seal:
		q.ops = append(q.ops, op)
		q.sealed++
	default:
		if len(q.ops)-q.sealed >= maxQueued {
			return false
		}
		q.ops = append(q.ops, op)
	}
	q.bell.Ring()
	return true
}

// acknowledge has an ack leave before everything else, and instead of one that has
// not left yet: it says all that the older says.
func (q *sendQueue) acknowledge(ack rooms.Ack) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.ack = ack
	q.bell.Ring()
}

// take takes the next to leave, if there is one.
func (q *sendQueue) take() (op rooms.Op, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	switch {
	case q.ack != nil:
		op, q.ack = q.ack, nil
	case len(q.ops) > 0:
		op, q.ops[0] = q.ops[0], nil
		q.ops = q.ops[1:]
		if _, sealed := op.(rooms.Seal); sealed {
			q.sealed--
		}
		if len(q.ops)-q.sealed <= easedQueued {
			q.eased.Ring()
		}
	case len(q.passes) > 0:
		op, q.passes[0] = q.passes[0], nil
		q.passes = q.passes[1:]
	default:
		return nil, false
	}
	q.leaving = true
	return op, true
}

// sent notes that what was taken has left.
func (q *sendQueue) sent() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.left, q.leaving = q.left+1, false
}

// progress says how many have left, and whether more are still to leave.
func (q *sendQueue) progress() (left uint64, more bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.left, q.leaving || q.ack != nil || len(q.ops)+len(q.passes) > 0
}

// crowded reports whether so much waits that no more should be asked for.
func (q *sendQueue) crowded() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return !q.closing && len(q.ops)-q.sealed > easedQueued
}

// close lets go of whoever waits for room.
func (q *sendQueue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closing = true
	q.eased.Ring()
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
