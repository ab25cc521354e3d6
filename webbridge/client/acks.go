package client

import (
	"context"
	"sync"
	"time"

	"sotto/rooms"
)

// acks acknowledges what was received over one connection: soon after it came,
// and sooner when it is much.
type acks struct {
	link  *link
	early rooms.Bell // it is much

	mu       sync.Mutex
	received position
	sent     position
	bytes    int // received since the last ack, about
}

func newAcks(l *link) *acks { return &acks{link: l, early: rooms.NewBell()} }

// overhead is about what an event takes on the wire beside its words, in bytes.
const overhead = 160

// note takes down how far the seat has come with these events.
func (a *acks) note(at position, events []rooms.Event) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.received = at
	for _, event := range events {
		a.bytes += overhead + rooms.BytesOf(event)
	}
	if a.bytes >= ackBytes || a.sent == (position{}) {
		a.early.Ring() // the welcome at once: only who was heard has a place to come back to
	}
}

// run acknowledges until ctx ends or the connection does.
func (a *acks) run(ctx context.Context) {
	tick := time.NewTicker(ackEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-a.early:
		case <-ctx.Done():
			return
		}
		a.mu.Lock()
		at, news := a.received, a.received != a.sent
		a.sent, a.bytes = at, 0
		a.mu.Unlock()
		if news {
			a.link.out.acknowledge(rooms.Ack{Seq: at.seq, WSeq: at.wseq})
		}
	}
}
