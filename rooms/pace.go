package rooms

import (
	"context"
	"math"
	"sync"
	"sync/atomic"
	"time"
)

// pace bounds what is said in a room by what its slower readers can take, so that
// those who talk wait before those who read slowly are ended.
//
// As long as nobody has more than [PressBytes] on their outbox, or had a moment ago
// ([PressFor]), and no more than [PaceBurst] is on its way there, everything that the
// other limits allow is said. From then on words come out of two buckets, which together
// fill somewhat slower than a line of a megabit a second carries: one for those who have
// said little in the last moments ([LightBytes]), one for the others, and what is too
// much for one runs over into the other.
//
// After a message, the bucket must still hold as much as its author said lately, the
// message included. Say it holds 20 KiB and the message has 1: who said 2 KiB before
// needs 1 + 3 = 4 and may speak; who said 25 needs 1 + 26 = 27 and waits for the missing
// 7, a fifth of a second. What others of their source said counts too, so that ten who
// come from one place are not ten times as loud.
//
// So whoever reads that much keeps up, whatever is said and by how many; whoever does
// not is ended as before, a moment later; and no reader keeps anybody from talking for
// long.
//
// What one outbox may have to hold, in KiB: what makes it pressed (64), what is on
// its way just then (48), and two full buckets (48 and 64): 224 of 256. It takes a
// line of a megabit two seconds to carry all of it, and that is how late words may be
// there.
//
// Who comes and goes is told to everybody too, so newcomers wait for their turn
// meanwhile, but never for long.
type pace struct {
	pressed  atomic.Int32  // outboxes with a connection and more than PressBytes
	turn     chan struct{} // one token, of the newcomer whose turn is next
	arrivals Limiter

	mu     sync.Mutex
	much   float64 // bytes that may be said at once while somebody is pressed, by who says much
	little float64 // and by who says little
	last   time.Time
	tight  time.Time // when somebody was last seen to be pressed
	flying float64   // bytes that were taken and are not on the outboxes yet
}

// talk is how much somebody said in the last moments. Guarded by the room's pace.
type talk struct {
	bytes float64   `held:"how many bytes you said in the last moments, since who says much waits first"`
	more  float64   `held:"the same for a somewhat longer time, since who said more waits longer"`
	last  time.Time `held:"when that was counted"`
	again time.Time `held:"when what had to wait may be said"`
}

// lately is how much it is now: what was said fades away within [TalkFades], and more
// within [ShareFades].
func (t *talk) lately(now time.Time) (bytes, more float64) {
	if !t.last.IsZero() {
		since := now.Sub(t.last).Seconds()
		t.bytes *= math.Exp(-since / TalkFades.Seconds())
		t.more *= math.Exp(-since / ShareFades.Seconds())
	}
	t.last = now
	return t.bytes, t.more
}

func (t *talk) add(bytes float64) {
	t.bytes += bytes
	t.more += bytes
}

// voices is a source's part of a room: how many are there from it, and what they all
// said in the last moments. The count is the roster's, the talk the pace's.
type voices struct {
	people int
	shares int
	talk   talk
}

// say takes something of a size that somebody wants to say, who comes from a source
// and its networks, or returns how long they should wait.
func (p *pace) say(t *talk, from []*voices, size int, now time.Time) (wait time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.refill(now)
	bytes := float64(size)
	lately, more := t.lately(now)
	theirs := 0.0
	for _, v := range from {
		_, all := v.talk.lately(now)
		theirs = max(theirs, all/float64(v.shares)-more)
	}
	left, burst, rate, spare := &p.much, float64(PaceBurst), float64(PaceRate), p.little >= LightBurst
	if lately+bytes <= LightBytes {
		left, burst, rate, spare = &p.little, LightBurst, LightRate, p.much >= PaceBurst
	}
	if spare {
		rate = PaceRate + LightRate
	}
	leave := max(0, min(bytes+more+min(theirs, burst/2), burst-bytes))
	if p.pressed.Load() > 0 {
		p.tight = now
	}
	free := now.Sub(p.tight) >= PressFor && p.flying+bytes <= PaceBurst
	if missing := bytes + leave - *left; missing > 0 && !free {
		wait = time.Duration(missing/rate*float64(time.Second)) + time.Millisecond
		t.again = now.Add(wait)
		return wait
	}
	*left = max(*left-bytes, min(*left, leave))
	t.add(bytes)
	for _, v := range from {
		v.talk.add(bytes)
	}
	p.flying += bytes
	return 0
}

// wait says how long it is until what was refused may be said.
func (p *pace) wait(t *talk, now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return t.again.Sub(now)
}

// refill adds what has become free since the last time. What one bucket can't hold is
// the other's.
func (p *pace) refill(now time.Time) {
	since := now.Sub(p.last).Seconds()
	p.last = now
	much, little := p.much+since*PaceRate, p.little+since*LightRate
	p.much = min(PaceBurst, much+max(0, little-LightBurst))
	p.little = min(LightBurst, little+max(0, much-PaceBurst))
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
