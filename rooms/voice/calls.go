package voice

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"sotto/rooms"
)

// Config says how many talk. Zero values mean the defaults.
type Config struct {
	Size    int // people in one room's voice, at most rooms.MaxVoiceSize
	Loudest int // whom each of them hears in an open room at most
}

// DefaultLoudest is whom somebody hears at once: more voices are noise.
const DefaultLoudest = 6

// SealedSize is how many talk in a sealed room at most: each hears every other, whether
// they are silent or not.
const SealedSize = 16

// Calls are the voices of all rooms of one server.
type Calls struct {
	cfg Config

	running sync.WaitGroup // the calls' own goroutines

	mu     sync.Mutex
	closed bool
	calls  map[any]*call
}

// New returns calls in which nobody is.
func New(cfg Config) *Calls {
	if cfg.Size == 0 {
		cfg.Size = rooms.DefaultVoiceSize
	}
	if cfg.Loudest == 0 {
		cfg.Loudest = DefaultLoudest
	}
	cfg.Size = min(cfg.Size, rooms.MaxVoiceSize)
	return &Calls{cfg: cfg, calls: make(map[any]*call)}
}

// call is one room's voice. It lives as long as somebody is in it.
type call struct {
	calls  *Calls
	room   any
	sealed bool
	over   chan struct{} // closed when the last has left

	// parties are replaced as a whole, in the order in which they came, with calls.mu held:
	// every packet reads them, and waits for nobody.
	parties atomic.Pointer[[]*Party]
	// waits are members who have offered and had no connection for sound since, by their
	// ids. Guarded by calls.mu.
	waits map[string]wait
}

// wait is how somebody waits for a connection.
type wait struct {
	since   time.Time // when they first offered
	gaveWay bool      // somebody else got their place
}

var (
	errElsewhere = &rooms.Error{Code: rooms.NoVoice, Message: "This room's voice is at another of the servers that share it. Whoever came in by that one can talk; leave the room and come in again to try."}
	errReplaced  = &rooms.Error{Code: rooms.NoVoice, Message: "You came into this room's voice from somewhere else."}
	errClosed    = &rooms.Error{Code: rooms.NoVoice, Message: "This server's voice has ended."}
	errLeft      = &rooms.Error{Code: rooms.NoVoice, Message: "You are in this room's voice no more."}
)

// ErrUnconnected ends the party of somebody who had no connection for sound, where all
// places are taken and somebody else came.
var ErrUnconnected = &rooms.Error{Code: rooms.NoVoice, Message: "No connection for your sound came within 5 seconds, and somebody else got your place in this room's voice, since there are no others. Try again when one has left it."}

// Join takes whoever sits on a seat into the voice of their room, muted, to hear up to so
// many others at once. Who was in it before with another connection is out. The party ends
// with ctx, with its seat, by Close, or where it isn't [Party.Connected] for others' sake.
// The error is a sentence, an *[rooms.Error] unless the seat is over.
func (c *Calls) Join(ctx context.Context, seat *rooms.Seat, slots int, to Receiver) (*Party, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	speech, err := seat.Speech()
	switch {
	case err != nil:
		return nil, err
	case speech.Silent == rooms.ErrWatching:
		return nil, speech.Silent
	case speech.Elsewhere:
		return nil, errElsewhere
	}
	p, out, why, err := c.add(seat, slots, to, speech.Silent != nil)
	if err != nil {
		return nil, err
	}
	if out != nil {
		out.end(why)
	}
	p.tell(time.Now())
	p.mu.Lock()
	p.stop = context.AfterFunc(ctx, p.Close)
	p.mu.Unlock()
	if p.isOver() { // before it could be stopped
		p.stop()
		return nil, p.Why()
	}
	return p, nil
}

// add puts a party into its call: in place of what the same member had there, or, where all
// places are taken, of who has had no connection for longest. Whoever is out is returned,
// and why.
func (c *Calls) add(seat *rooms.Seat, slots int, to Receiver, silent bool) (p, out *Party, why, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return nil, nil, nil, errClosed
	}
	room := seat.Company()
	in := c.calls[room]
	if in == nil {
		in = &call{calls: c, room: room, sealed: seat.Kind() == rooms.KindSealed, over: make(chan struct{}), waits: make(map[string]wait)}
		in.parties.Store(new([]*Party))
	}
	size, most := c.cfg.Size, c.cfg.Loudest
	if in.sealed {
		size = min(size, SealedSize)
		most = size - 1
	}
	parties := slices.Clone(in.all())
	i := slices.IndexFunc(parties, func(p *Party) bool { return p.id == seat.ID() })
	now := time.Now()
	why = errReplaced
	if i < 0 && len(parties) >= size {
		i, why = in.idlest(now), ErrUnconnected
	}
	if i < 0 && len(parties) >= size {
		if in.waits[seat.ID()].gaveWay {
			return nil, nil, nil, ErrUnconnected
		}
		return nil, nil, nil, &rooms.Error{Code: rooms.NoVoice, Message: fmt.Sprintf("%d people are in this room's voice already, and no more can be. Try again when one has left it.", size)}
	}
	p = newParty(in, seat, min(slots, most), to)
	p.silent.Store(silent)
	if i >= 0 {
		out = parties[i]
	}
	switch {
	case i >= 0 && out.id == p.id:
		parties[i] = p
	case i >= 0:
		in.waits[out.id] = wait{in.waits[out.id].since, true}
		parties = append(slices.Delete(parties, i, i+1), p)
	default:
		parties = append(parties, p)
	}
	in.parties.Store(&parties)
	in.wait(p.id, now)
	if c.calls[room] == nil {
		c.calls[room] = in
		c.running.Go(in.watch)
	}
	return p, out, why, nil
}

// idlest is who has been without a connection for longest, and for longer than they may be
// where others want their place; -1: nobody. The caller holds calls.mu, as that of wait.
func (c *call) idlest(now time.Time) int {
	at := -1
	parties := c.all()
	for i, p := range parties {
		w, waits := c.waits[p.id]
		if waits && now.Sub(w.since) > connectWithin && (at < 0 || w.since.Before(c.waits[parties[at].id].since)) {
			at = i
		}
	}
	return at
}

// wait notes that a member offers, if they have not before.
func (c *call) wait(id string, now time.Time) {
	if len(c.waits) >= maxWaits {
		c.forget(now)
	}
	since := now
	if w, waits := c.waits[id]; waits {
		since = w.since
	}
	c.waits[id] = wait{since: since}
}

// forget forgets of who has left what was noted until then. The caller holds calls.mu.
func (c *call) forget(until time.Time) {
	parties := c.all()
	maps.DeleteFunc(c.waits, func(id string, w wait) bool {
		return !w.since.After(until) && !slices.ContainsFunc(parties, func(p *Party) bool { return p.id == id })
	})
}

// connected notes that a party has its connection.
func (c *call) connected(p *Party) {
	c.calls.mu.Lock()
	defer c.calls.mu.Unlock()
	if slices.Contains(c.all(), p) {
		delete(c.waits, p.id)
	}
}

// remove takes a party out; the last one takes the call along.
func (c *call) remove(p *Party) {
	c.calls.mu.Lock()
	defer c.calls.mu.Unlock()
	parties := slices.Clone(c.all())
	i := slices.Index(parties, p)
	if i < 0 {
		return // another connection of the same member has its place
	}
	parties = slices.Delete(parties, i, i+1)
	c.parties.Store(&parties)
	if len(parties) == 0 {
		delete(c.calls.calls, c.room)
		close(c.over)
	}
}

// current are those in the call now; who is long gone is forgotten.
func (c *call) current(now time.Time) []*Party {
	c.calls.mu.Lock()
	defer c.calls.mu.Unlock()
	c.forget(now.Add(-waitsKept))
	return c.all()
}

// all are those in the call now; nobody changes the slice.
func (c *call) all() []*Party { return *c.parties.Load() }

// watch is a call's own goroutine: it ends who may not be there any more and tells how the
// others are.
func (c *call) watch() {
	ticks := time.NewTicker(tick)
	defer ticks.Stop()
	for {
		select {
		case <-c.over:
			return
		case now := <-ticks.C:
			for _, p := range c.current(now) {
				p.look(now)
			}
		}
	}
}

// Count is how many people are in voice, in all rooms.
func (c *Calls) Count() (n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, in := range c.calls {
		n += len(in.all())
	}
	return n
}

// Close ends all parties, lets nobody in any more, and waits for the calls' own goroutines.
func (c *Calls) Close() {
	c.mu.Lock()
	c.closed = true
	var all []*Party
	for _, in := range c.calls {
		all = append(all, in.all()...)
	}
	c.mu.Unlock()
	for _, p := range all {
		p.end(errClosed)
	}
	c.running.Wait()
}
