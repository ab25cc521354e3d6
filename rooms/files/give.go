package files

import (
	"io"
	"time"

	"sotto/rooms/seal"
)

// Content is that of a file that is offered. It is read only while somebody takes it.
type Content interface {
	io.ReaderAt
	io.Closer
}

// give is the offerer's end of one offer.
type give struct {
	key     seal.FileKey
	size    uint64
	content Content
	takers  []*taker
	taken   int // how many have it
}

// taker is somebody who takes, as their reports say.
type taker struct {
	id     string
	have   uint32 // every chunk below it
	next   uint32 // to be sent
	upto   uint32 // may be sent
	heard  time.Time
	served time.Time // when the last chunk was sent
}

func (g *give) taker(id string) *taker {
	for _, t := range g.takers {
		if t.id == id {
			return t
		}
	}
	return nil
}

// report takes a report of somebody who takes. It reports whether that changed
// what a person sees.
func (g *give) report(from string, r report, now time.Time) bool {
	t := g.taker(from)
	switch r.kind {
	case want, again:
		if t == nil {
			if len(g.takers) >= MaxTakers {
				return false // they ask again
			}
			t = &taker{id: from, next: r.next}
			g.takers = append(g.takers, t)
		}
		t.heard = now
		t.have = max(t.have, r.next)
		t.upto = min(r.upto, r.next+2*Window) // nobody may ask for more than a queue holds
		if t.next < r.next || r.kind == again {
			t.next = r.next
		}
	case done, quit:
		if t == nil {
			return false
		}
		g.forget(from)
		if r.kind == done {
			g.taken++
		}
	default:
		return false
	}
	return true
}

// forget drops a taker and reports whether there was one.
func (g *give) forget(id string) bool {
	for i, t := range g.takers {
		if t.id == id {
			g.takers = append(g.takers[:i], g.takers[i+1:]...)
			return true
		}
	}
	return false
}

// tick forgets takers of whom nothing was heard, and reports whether there were
// any. Whoever has been sent everything and says nothing is sent the last chunk
// again: perhaps it was their done that was lost.
func (g *give) tick(now time.Time) (changed bool) {
	for i := len(g.takers) - 1; i >= 0; i-- {
		switch t := g.takers[i]; {
		case now.Sub(t.heard) >= GiveUpAfter:
			changed = g.forget(t.id) || changed
		case g.served(t) && now.Sub(t.served) >= AgainLatest:
			t.next--
		}
	}
	return changed
}

// served reports whether somebody was sent everything.
func (g *give) served(t *taker) bool { return t.next == chunksOf(g.size) && t.upto == t.next }

// eager is the taker who has waited longest for a chunk that may be sent, or
// nil.
func (g *give) eager() (longest *taker) {
	for _, t := range g.takers {
		if t.next < t.upto && (longest == nil || t.served.Before(longest.served)) {
			longest = t
		}
	}
	return longest
}

// pass makes the chunk for whoever has waited longest, and for all who stand at
// the same place.
func (g *give) pass(first *taker, now time.Time) (Pass, error) {
	n := first.next
	data := make([]byte, min(ChunkBytes, g.size-uint64(n)*ChunkBytes))
	if _, err := g.content.ReadAt(data, int64(n)*ChunkBytes); err != nil && len(data) > 0 {
		return Pass{}, err // io.EOF too: the file has become shorter
	}
	p := Pass{Body: g.key.Seal(encodeChunk(n, data))}
	for _, t := range g.takers {
		if t.next == n && t.next < t.upto {
			p.To = append(p.To, t.id)
			t.next, t.served = n+1, now
		}
	}
	return p, nil
}

// least is how many bytes the taker has who has least.
func (g *give) least() uint64 {
	least := g.size
	for _, t := range g.takers {
		least = min(least, uint64(t.have)*ChunkBytes)
	}
	return least
}

// due is when tick has something to do; zero: when something happens.
func (g *give) due() (at time.Time) {
	for _, t := range g.takers {
		at = sooner(at, t.heard.Add(GiveUpAfter))
		if g.served(t) {
			at = sooner(at, t.served.Add(AgainLatest))
		}
	}
	return at
}

// sooner is the earlier of two times, of which zero is never.
func sooner(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
