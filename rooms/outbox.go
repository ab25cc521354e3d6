package rooms

import (
	"io"
	"slices"
	"sync"
	"time"
)

// outbox is the bounded queue behind a seat: what was put on it and not yet
// handed out and, for a resumable place, what was handed out and not yet
// acknowledged. It never blocks whoever puts something on it.
//
// Its bound is [OutboxBytes]. Over it, an attached place ends with [Slow] and a
// detached one keeps what it has and counts what it misses.
type outbox struct {
	keep    bool  `held:"whether this place asked to be resumable"`
	answers bool  `held:"whether your program acknowledges what it gets"`
	pace    *pace `held:"how many in the room have much waiting for them, to slow down those who say much"`

	// What follows is guarded by mu.
	mu sync.Mutex `held:"a lock"`

	// The connection that takes.
	gen      uint64 `held:"how many connections this place has had; only the newest may take"`
	attached bool   `held:"whether a connection takes from this place now"`
	bell     Bell   `held:"wakes the connection when there is something to take"`
	ring     func() `held:"the same, where the connection is called and does not wait"`
	eased    Bell   `held:"wakes whoever reads from your connection when little waits again"`

	// Whether somebody is there.
	heard    bool         `held:"whether anything ever came from your client, without which there is no minute to come back in"`
	answered bool         `held:"whether anything came from your client since your connection did"`
	owing    time.Time    `held:"since when your program has not answered, though there was something, since who does not goes first where not everybody can stay"`
	ask      func(func()) `held:"asks your program for a sign of life, where somebody wants to come into a full room"`
	asked    time.Time    `held:"since when that was not answered"`

	// What waits.
	entries []*entry     `held:"events that wait for you or for your acknowledgement, freed as you take or acknowledge them"`
	taken   int          `held:"how many of the entries were handed to your connection already"`
	bytes   int          `held:"size of the entries, at most 262144"`
	untaken int          `held:"size of those that were not handed out yet"`
	presses bool         `held:"whether much waits for you, which slows down those who say much"`
	acked   Position     `held:"the number of the last event that left the entries"`
	hole    *hole        `held:"what a detached place missed after its entries were full, until you are back"`
	passed  passQueue    `held:"what was passed to you"`
	typing  []*TypingNow `held:"who is typing, newest signal of each, until taken"`
	voice   []*VoiceNow  `held:"how others are in the room's voice, newest sign of each, until taken"`

	// The end.
	ended *Ended `held:"why the server ended this place"`
	left  bool   `held:"whether you left"`
}

// entry is an event on its way, with what queues need to know of it. It does not
// change, and all who get the same event hold the same one.
type entry struct {
	event Event
	size  int
	at    Position // zero in both: not numbered, gone once handed out
	soft  bool     // wakes nobody by itself; see room.ripple

	readers int // how many have it on their outboxes at first, so that each is charged a part
}

// overhead is what an event costs beside its text, in bytes: its struct, its
// entry, and the names in it.
const overhead = 128

// restingEntries is how much queue an idle seat may hold on to: enough that a
// conversation allocates nothing, little enough to have a thousand of.
const restingEntries = 16

func newEntry(e Event) *entry {
	f := e.facts()
	return &entry{event: e, size: overhead + f.bytes, at: f.at, soft: f.soft, readers: 1}
}

func (e *entry) numbered() bool { return e.at != Position{} }

// coveredBy reports whether whoever has received everything up to at has this.
func (e *entry) coveredBy(at Position) bool { return e.at.Seq <= at.Seq && e.at.WSeq <= at.WSeq }

// attach gives the outbox to a new connection, gen.
func (o *outbox) attach(gen uint64) (bell, eased Bell) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.bell != nil {
		o.call() // whoever had the place finds that it is no longer theirs
		o.eased.Ring()
	}
	o.ring = nil
	o.passed, o.voice = passQueue{}, nil // what was asked for over another connection, or a welcome tells
	o.gen = gen
	o.attached, o.answered, o.owing = true, false, time.Now()
	o.ask, o.asked = nil, time.Time{}
	o.press()
	o.bell, o.eased = NewBell(), NewBell()
	o.call() // the welcome is there to take, and on a return what waited
	return o.bell, o.eased
}

// call tells the connection that there is something to take. The caller holds the lock.
func (o *outbox) call() {
	if o.ring != nil {
		o.ring()
		return
	}
	o.bell.Ring()
}

// detach takes the outbox from its connection, which was lost. The caller holds the
// lock.
func (o *outbox) detach() {
	o.attached, o.ask, o.asked, o.ring = false, nil, time.Time{}, nil
	o.press()
	o.typing, o.voice, o.passed = nil, nil, passQueue{}
}

// detachedFrom reports whether connection gen was lost, and nobody came since.
func (o *outbox) detachedFrom(gen uint64) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.gen == gen && !o.attached
}

// leave closes the outbox.
func (o *outbox) leave() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.left = true
	o.release()
	o.call()
}

// slow reports whether the outbox was ended since it was full.
func (o *outbox) slow() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.ended != nil && o.ended.Code == Slow
}

// renew says that connection gen is the one that counts, though it gets nothing here.
func (o *outbox) renew(gen uint64) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.gen = gen
}

// press keeps the room's count of those who have much waiting. It is called when
// that may have changed. The caller holds the lock.
func (o *outbox) press() {
	if o.presses || o.bytes > PressBytes {
		o.pressAgain()
	}
}

func (o *outbox) pressAgain() {
	presses := o.attached && o.over() == nil && o.bytes > PressBytes
	switch {
	case presses == o.presses:
	case presses:
		o.pace.pressed.Add(1)
	default:
		o.pace.pressed.Add(-1)
	}
	o.presses = presses
}

// put appends an event. It reports false when that ends the seat as slow; an
// outbox that has ended ignores what comes.
func (o *outbox) put(e *entry) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.ended != nil || o.left {
		return true
	}
	if said, ok := e.event.(*Said); ok {
		o.typing = slices.DeleteFunc(o.typing, func(t *TypingNow) bool { return t.Member == said.From.ID })
	}
	if left, ok := e.event.(*Left); ok {
		o.voice = slices.DeleteFunc(o.voice, func(v *VoiceNow) bool { return v.Member == left.Member.ID })
	}
	if o.hole != nil {
		o.hole.note(e)
		return true
	}
	if o.bytes+e.size > o.limit() {
		if o.attached {
			o.end(&Ended{Code: Slow, Retry: true,
				Message: "You were disconnected because your connection could not keep up with the room."})
			return false
		}
		o.hole = newHole()
		o.hole.note(e)
		return true
	}
	if e.numbered() && o.owing.IsZero() {
		o.owing = time.Now()
	}
	o.entries = append(o.entries, e)
	o.bytes += e.size
	o.untaken += e.size
	o.press()
	if !e.soft {
		o.call()
	}
	return true
}

// wake rings for what was put without ringing.
func (o *outbox) wake() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.taken < len(o.entries) || len(o.voice) > 0 {
		o.call()
	}
}

// limit is lower while nobody takes, so that a place which comes back to a full
// outbox has room for what is said while it catches up.
func (o *outbox) limit() int {
	if o.attached {
		return OutboxBytes
	}
	return OutboxBytes - BatchBytes
}

// putTyping puts a sign of typing behind everything else, unless one of the same member
// waits there already. A detached place needs none.
func (o *outbox) putTyping(t *TypingNow) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.attached || o.ended != nil || slices.ContainsFunc(o.typing, func(w *TypingNow) bool { return w.Member == t.Member }) {
		return
	}
	o.typing = append(o.typing, t)
	o.call()
}

// putVoice puts how somebody is in voice behind everything else, in place of what waits
// there of the same member. It wakes nobody by itself. A detached place needs none.
func (o *outbox) putVoice(v *VoiceNow) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.attached || o.ended != nil || o.left {
		return
	}
	o.voice = slices.DeleteFunc(o.voice, func(w *VoiceNow) bool { return w.Member == v.Member })
	o.voice = append(o.voice, v)
}

// take hands out up to [BatchBytes], or nothing and no error when nothing
// waits. What was passed comes after the words, then typing, and voice once who it is of
// was told of.
func (o *outbox) take() []Event {
	n, size := o.taken, 0
	for n < len(o.entries) && (n == o.taken || size+o.entries[n].size <= BatchBytes) {
		size += o.entries[n].size
		n++
	}
	whole := n == len(o.entries)
	events := make([]Event, 0, n-o.taken+len(o.typing)+len(o.voice))
	kept := o.taken
	for _, e := range o.entries[o.taken:n] {
		events = append(events, e.event)
		if o.keep && e.numbered() {
			o.entries[kept] = e
			kept++
			continue
		}
		o.bytes -= e.size
	}
	if !o.keep && n > 0 {
		o.drop(n)
	} else if kept < n {
		o.entries = slices.Delete(o.entries, kept, n)
	}
	if o.keep {
		o.taken = kept
	}
	o.press()
	if o.untaken -= size; o.untaken <= EaseBytes {
		o.eased.Ring()
	}
	events = o.passed.take(events, BatchBytes-size)
	for _, t := range o.typing {
		events = append(events, t)
	}
	o.typing = nil
	if whole {
		for _, v := range o.voice {
			events = append(events, v)
		}
		o.voice = nil
	}
	if o.taken < len(o.entries) || len(o.passed.entries) > 0 {
		o.call()
	}
	return events
}

// drop forgets the first n entries, which must have been counted off already,
// and lets go of their memory.
func (o *outbox) drop(n int) {
	clear(o.entries[:n])
	switch {
	case n < len(o.entries):
		o.entries = o.entries[n:]
	case cap(o.entries) <= restingEntries:
		o.entries = o.entries[:0]
	default:
		o.entries = nil
	}
}

// ack forgets what was handed out and received, and reports whether there was
// anything. Numbers beyond what was handed out mean nothing.
func (o *outbox) ack(at Position) bool {
	n := 0
	for n < o.taken && o.entries[n].coveredBy(at) {
		o.acked.Seq = max(o.acked.Seq, o.entries[n].at.Seq)
		o.acked.WSeq = max(o.acked.WSeq, o.entries[n].at.WSeq)
		o.bytes -= o.entries[n].size
		n++
	}
	if n > 0 {
		o.taken -= n
		o.drop(n)
		o.press()
	}
	return n > 0
}

// handAgain has all handed out once more that was not received up to at, and returns how
// much was acknowledged before and not received after all: a client that was started
// anew. Answers to the [Sync] of an earlier connection are dropped: the first that its
// successor sees must say what became of all that was asked before. So is who knocked,
// since it is told anew. The caller holds the lock.
func (o *outbox) handAgain(at Position) (lost uint64) {
	o.ack(at)
	o.taken = 0
	o.entries = slices.DeleteFunc(o.entries, func(e *entry) bool {
		switch e.event.(type) {
		case *Synced, *Knocking, *Knocked:
			o.bytes -= e.size
			return true
		}
		return false
	})
	o.untaken = o.bytes
	o.press()
	return o.acked.Seq - min(at.Seq, o.acked.Seq) + o.acked.WSeq - min(at.WSeq, o.acked.WSeq)
}

// fill closes the hole with what is told of it. The caller holds the lock.
func (o *outbox) fill(told []*entry) {
	o.hole = nil
	for _, e := range told {
		o.entries = append(o.entries, e)
		o.bytes += e.size
		o.untaken += e.size
	}
	o.press()
}

// end closes the outbox for everything but its reason, which therefore always
// fits.
func (o *outbox) end(why *Ended) {
	o.ended = why
	o.release()
	o.call()
}

// giveWay ends the outbox at once, and reports whether it had not ended before.
func (o *outbox) giveWay(why *Ended) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.over() != nil {
		return false
	}
	o.end(why)
	return true
}

// farewell ends the outbox after what still waits has been handed out.
func (o *outbox) farewell(why *Ended) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.ended == nil && !o.left {
		o.ended = why
		o.press()
		o.call()
		o.eased.Ring()
	}
}

// generation says which connection has the place.
func (o *outbox) generation() uint64 {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.gen
}

func (o *outbox) isOver() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.over() != nil
}

func (o *outbox) endedBy(why *Ended) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.ended == why
}

// over says why the outbox takes no more. The caller holds the lock.
func (o *outbox) over() error {
	switch {
	case o.ended != nil:
		return o.ended
	case o.left:
		return io.EOF
	}
	return nil
}

func (o *outbox) release() {
	o.entries, o.taken, o.bytes, o.untaken, o.typing, o.voice, o.hole = nil, 0, 0, 0, nil, nil, nil
	o.passed, o.ask = passQueue{}, nil
	o.press()
	o.eased.Ring()
}

// crowded reports whether so much waits for connection gen that it should say
// no more for now.
func (o *outbox) crowded(gen uint64) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.gen == gen && o.over() == nil && o.untaken > EaseBytes
}
