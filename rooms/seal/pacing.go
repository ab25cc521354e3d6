package seal

import (
	"time"

	"sotto/rooms"
)

const (
	// flightMost is how many of them may be on their way at a time, and how many
	// leave at once before they are paced by the server's own rate. Both are half
	// of the server's burst, so that none is refused: whatever the network does to
	// the time between them, in no span does the server meet more than what was on
	// its way before, one burst of ours, and what our rate let out in it.
	flightMost = rooms.SealedBurst / 2
	// firstPause and longestPause bound the pause after which what a room refused is
	// sealed anew: one whose slower readers are behind takes less for a while. Each is
	// twice the one before.
	firstPause   = 500 * time.Millisecond
	longestPause = 4 * time.Second
)

// pacing is how fast messages leave: no faster than the server takes them, so that little
// is refused once it is sealed, and less for a while where the room takes less.
type pacing struct {
	messages, bytes rooms.Limiter

	pause     time.Duration // 0: the room takes what it is sent
	notBefore time.Time     // when it is tried again
	newest    string        // the op that was refused last, if the room was not told that we know
}

func newPacing() pacing {
	return pacing{
		messages: rooms.NewLimiter(rooms.SealedRate, flightMost),
		bytes:    rooms.NewLimiter(rooms.SealedByteRate, rooms.SealedByteBurst/2),
	}
}

// most is how many may be on their way at a time.
func (p *pacing) most() int {
	if p.pause > 0 {
		return 1
	}
	return flightMost
}

// take lets one of so many bytes leave, or returns when it may.
func (p *pacing) take(bytes float64, now time.Time) (wait time.Duration) {
	if wait = max(p.notBefore.Sub(now), p.messages.Peek(now), p.bytes.PeekN(now, bytes)); wait > 0 {
		return wait
	}
	p.messages.Take(now)
	p.bytes.TakeN(now, bytes)
	return 0
}

// refused notes that the room does not take one now. It pauses once for all that were on
// their way with it.
func (p *pacing) refused(op string, now time.Time) {
	p.newest = op
	if !now.Before(p.notBefore) {
		p.pause = min(max(2*p.pause, firstPause), longestPause)
		p.notBefore = now.Add(p.pause)
	}
}
