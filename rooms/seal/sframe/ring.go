package sframe

import (
	"errors"
	"slices"
	"sync"
	"time"
)

const (
	// LateAfter is how much later than others of its sender a frame may come. What comes
	// later is not said any more: nobody is made to hear the past for the present.
	LateAfter = 2 * time.Second
	// TurnWithin is how long a sender may go on with a key after it made the next one.
	TurnWithin = time.Second
	// MaxSenders is how many members a ring holds keys of: as many as others fit a room.
	MaxSenders = 63

	// window is how many counters back from the newest that opened a frame may be, with that
	// one, and still be played: 24 behind it, 480 ms. A bad network reorders by 200, and there
	// are two on the way; a player waits for no more.
	window = 25
	// memory is of how many counters back it is known whether they opened: 5 s. What comes
	// again within them is repeated, and what is behind by more no network kept back.
	memory = 256
	// maxGenerations of one sender: the newest, and the one that it turns from.
	maxGenerations = 2
	// driftOf is by what part of the time that passes a frame may be later each time: two
	// clocks differ by less.
	driftOf = 2000
	// triesBurst and triesEvery bound how often a step that is ahead is computed, which costs
	// up to MaxStep ratchets, before it has proved to be genuine.
	triesBurst = 8
	triesEvery = 250 * time.Millisecond
	// trackIdle is how long a sender may be unheard before another track may bring them.
	trackIdle = 5 * time.Second
)

// Member is the id of a member's key in the room.
type Member [16]byte

// Counts is what came of a member's.
type Counts struct {
	Opened  uint64
	Changed uint64 // it did not open, came again, in another place, or on the track of somebody else
	Late    uint64
	Last    time.Time // when one opened
}

// Ring holds the keys of those whom one end hears. Its methods may be called from several
// goroutines.
type Ring struct {
	mu      sync.Mutex
	talkers map[Member]*talker
	begun   time.Time
	came    uint64 // frames, on all tracks
	closed  bool
}

// NewRing returns one without keys.
func NewRing() *Ring { return &Ring{talkers: map[Member]*talker{}, begun: time.Now()} }

// talker is what is known of a member's frames, for one part of theirs in the voice.
type talker struct {
	member      Member
	metadata    []byte
	tag         uint32
	generations []*generation  // the newest last
	seen        [memory]uint64 // counters that opened, plus one
	newest      uint64         // the highest of them
	places      [window]place  // of the last of them, on this track
	earliest    time.Duration
	measured    time.Time // when that was so
	track       *Receiver
	tries       int
	tried       time.Time
	counts      Counts
}

// place is where a frame stands in what is played of its track.
type place struct {
	counter uint64 // plus one; zero: none
	at      uint32
}

// generation is a key of theirs, at the newest step that is known.
type generation struct {
	number uint32
	step   uint8
	base   [BaseBytes]byte
	sealer sealer
	before *sealer   // of the step before that was used
	was    uint8     // that step
	until  time.Time // when that one is forgotten
	ends   time.Time // when this one is; zero: it is the newest
}

var (
	errFull = errors.New("there are keys of too many members")
	errKey  = errors.New("that is no key of voice")
)

// Add takes a key that a member sealed to this end. metadata is what goes into the tags of
// that member's frames, so that a key which is another's opens nothing.
func (r *Ring) Add(of Member, metadata []byte, k Key) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return ErrClosed
	}
	if k.KID > MaxKID || k.Counter > MaxCounter {
		return errKey
	}
	now := time.Now()
	tag, number, step := splitKID(k.KID)
	t := r.talkers[of]
	early := now.Sub(r.begun) - time.Duration(k.Counter)*FrameTime
	if t == nil || t.tag != tag {
		if t == nil && len(r.talkers) >= MaxSenders {
			return errFull
		}
		fresh := &talker{member: of, metadata: metadata, tag: tag, earliest: early, measured: now}
		if t != nil { // they came into the voice anew
			fresh.counts = t.counts
			t.forget()
		}
		t = fresh
		r.talkers[of] = t
	}
	t.measure(early, now)
	t.generations = slices.DeleteFunc(t.generations, func(g *generation) bool { return g.number == number })
	for _, g := range t.generations {
		if g.ends.IsZero() {
			g.ends = now.Add(TurnWithin + LateAfter)
		}
	}
	if len(t.generations) == maxGenerations {
		t.generations[0].forget()
		t.generations = t.generations[1:]
	}
	t.generations = append(t.generations, &generation{number: number, step: step, base: k.Base, sealer: newSealer(k.Base[:], k.KID)})
	return nil
}

// Remove forgets a member's keys.
func (r *Ring) Remove(of Member) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if t := r.talkers[of]; t != nil {
		t.forget()
		delete(r.talkers, of)
	}
}

// Tag is what a member drew for their part in the voice; false: there is no key of theirs.
func (r *Ring) Tag(of Member) (tag uint32, known bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	t := r.talkers[of]
	if t == nil {
		return 0, false
	}
	return t.tag, true
}

// Counts is what came of a member's since their key did.
func (r *Ring) Counts(of Member) Counts {
	r.mu.Lock()
	defer r.mu.Unlock()
	if t := r.talkers[of]; t != nil {
		return t.counts
	}
	return Counts{}
}

// Came is how many frames came on all tracks, whatever they were.
func (r *Ring) Came() uint64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.came
}

// Unbind notes that all tracks are new: whoever was heard may come on any.
func (r *Ring) Unbind() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, t := range r.talkers {
		t.track = nil
	}
}

// Close forgets all keys. Nothing opens after it.
func (r *Ring) Close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.closed = true
	for of, t := range r.talkers {
		t.forget()
		delete(r.talkers, of)
	}
}

func (t *talker) forget() {
	for _, g := range t.generations {
		g.forget()
	}
	t.generations, t.track = nil, nil
}

func (g *generation) forget() {
	clear(g.base[:])
	g.sealer, g.before = sealer{}, nil
}

// measure notes how early something of theirs came, and returns how much later that was than
// what came earliest.
func (t *talker) measure(early time.Duration, now time.Time) (late time.Duration) {
	t.earliest += now.Sub(t.measured) / driftOf
	t.measured = now
	t.earliest = min(t.earliest, early)
	return early - t.earliest
}

// prune forgets what has served its time.
func (t *talker) prune(now time.Time) {
	t.generations = slices.DeleteFunc(t.generations, func(g *generation) bool {
		over := !g.ends.IsZero() && now.After(g.ends)
		if over {
			g.forget()
		}
		return over
	})
	for _, g := range t.generations {
		if g.before != nil && now.After(g.until) {
			g.before = nil
		}
	}
}

// mayTry reports whether a step that is ahead may be computed.
func (t *talker) mayTry(now time.Time) bool {
	if off := int(now.Sub(t.tried) / triesEvery); off > 0 {
		t.tries, t.tried = max(0, t.tries-off), now
	}
	if t.tries >= triesBurst {
		return false
	}
	t.tries++
	return true
}

// open opens a frame whose header was read, by the key that it names, and says why it does
// not. A step that is ahead is taken once a frame of it has opened.
func (t *talker) open(dst []byte, h Header, n int, sealed []byte, now time.Time) ([]byte, error) {
	_, number, step := splitKID(h.KID)
	i := slices.IndexFunc(t.generations, func(g *generation) bool { return g.number == number })
	if i < 0 {
		return nil, ErrUnknown
	}
	g := t.generations[i]
	switch {
	case step == g.step:
		return opened(g.sealer.open(dst, h, n, t.metadata, sealed))
	case step < g.step && g.before != nil && step == g.was:
		return opened(g.before.open(dst, h, n, t.metadata, sealed))
	case step < g.step || !t.mayTry(now):
		return nil, ErrUnknown
	}
	base := g.base
	defer clear(base[:])
	for range step - g.step {
		ratchet(&base)
	}
	ahead := newSealer(base[:], h.KID)
	frame, err := ahead.open(dst, h, n, t.metadata, sealed)
	if err != nil {
		return nil, ErrBroken
	}
	before := g.sealer
	g.before, g.was, g.until = &before, g.step, now.Add(LateAfter)
	g.step, g.base, g.sealer = step, base, ahead
	return frame, nil
}

func opened(frame []byte, err error) ([]byte, error) {
	if err != nil {
		return nil, ErrBroken
	}
	return frame, nil
}
