package rooms

import (
	"context"
	"math"
	"sync"
	"sync/atomic"
	"time"
)

// pace bounds what is said in a room by what its slower readers can take, so that
// those who say much are refused before those who read slowly are ended.
//
// As long as nobody has more than [PressBytes] on their outbox, and no more than a
// burst is on its way there, everything that the other limits allow is said. From
// then on who has said little in the last
// moments goes on unhindered ([LightBytes]); all the others together say
// [PaceRate] bytes a second, and who has said less lately comes first. So whoever
// takes that much keeps up, whatever is said and by how many; whoever does not, or
// has stopped reading altogether, is ended as before, a moment later; and no
// reader, however slow, keeps anybody from talking.
//
// What one outbox may have to hold, in KiB: what makes it pressed (64), what is on
// its way just then (40), a full bucket (40), and for each of the 64 in a sealed
// room what is light (96 at once): 240 of 256. With the rate of half a megabit
// against a line of one, the rest of that line carries the words that are light.
// It takes such a line a second and a half to carry all of it, and that is how
// late words may be there.
//
// Who comes and goes is told to everybody too, so newcomers wait for their turn
// meanwhile, but never for long.
//
// It is a leaf: no other lock is taken while its own is held.
type pace struct {
	pressed  atomic.Int32  // outboxes with a connection and more than PressBytes
	turn     chan struct{} // one token, of the newcomer whose turn is next
	arrivals Limiter

	mu     sync.Mutex
	tokens float64 // bytes that may be said at once while somebody is pressed
	last   time.Time
	flying float64 // bytes that were taken and are not on the outboxes yet
}

// talk is how much somebody said in the last moments. Guarded by the room's pace.
type talk struct {
	bytes float64   `held:"how many bytes you said in the last moments, since who says much waits first"`
	last  time.Time `held:"when that was counted"`
	again time.Time `held:"when what had to wait may be said"`
}

// lately is how much it is now: what was said fades away within [TalkFades].
func (t *talk) lately(now time.Time) float64 {
	if !t.last.IsZero() {
		t.bytes *= math.Exp(-now.Sub(t.last).Seconds() / TalkFades.Seconds())
	}
	t.last = now
	return t.bytes
}

// say takes something of a size that somebody wants to say, or returns how long
// they should wait.
func (p *pace) say(t *talk, size int, now time.Time) (wait time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.tokens = min(PaceBurst, p.tokens+now.Sub(p.last).Seconds()*PaceRate)
	p.last = now
	bytes, lately := float64(size), t.lately(now)
	if light := lately+bytes <= LightBytes; !light {
		need := min(bytes+lately, max(bytes, PaceBurst))
		free := p.pressed.Load() == 0 && p.flying+bytes <= PaceBurst
		if missing := need - p.tokens; missing > 0 && !free {
			wait = time.Duration(missing/PaceRate*float64(time.Second)) + time.Millisecond
			t.again = now.Add(wait)
			return wait
		}
		p.tokens = max(0, p.tokens-bytes)
	}
	t.bytes += bytes
	p.flying += bytes
	return 0
}

func newPace() pace {
	return pace{turn: make(chan struct{}, 1), arrivals: NewLimiter(ArriveRate, ArriveRate)}
}

// await lets a newcomer wait for their turn while somebody is pressed, for
// [ArrivePatience] at most or until ctx ends. The caller holds no lock.
func (p *pace) await(ctx context.Context) {
	if p.pressed.Load() == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, ArrivePatience)
	defer cancel()
	select {
	case p.turn <- struct{}{}:
		defer func() { <-p.turn }()
	case <-ctx.Done():
		return
	}
	for p.pressed.Load() > 0 {
		wait := p.arrivals.Take(time.Now())
		if wait == 0 {
			return
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return
		}
	}
}

// landed says that something of a size, which say took, is where it belongs.
func (p *pace) landed(size int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.flying -= float64(size)
}

// paced reports whether what is said in a room is bounded by its pace: in an open
// one, not where everybody may say as much as they like.
func (r *room) paced() bool { return r.kind == KindSealed || r.hub.cfg.SayRate > 0 }

// saidBytes is what an op puts on outboxes, in bytes; 0 for one that says nothing.
func saidBytes(op Op) int {
	switch op := op.(type) {
	case Say:
		return overhead + len(op.Text)
	case Whisper:
		return overhead + len(op.Text)
	case SetTopic:
		return overhead + len(op.Text)
	case Seal:
		largest := 0
		for _, wrap := range op.Wraps {
			largest = max(largest, len(wrap))
		}
		return overhead + len(op.Body) + largest
	case Offer:
		return overhead + len(op.File.Name)
	}
	return 0
}

// wait says how long it is until what was refused may be said.
func (p *pace) wait(t *talk, now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return t.again.Sub(now)
}
