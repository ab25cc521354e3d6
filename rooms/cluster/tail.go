package cluster

import (
	"context"
	"errors"
	"sync"
	"time"

	"sotto/rooms"
)

// tail is this node's end of one room. One goroutine, run, owns all that is not behind the
// lock, hands the follower what is next, and is all that calls it. Calls to the store are
// goroutines of their own, one of each kind at a time; run takes their answers.
type tail struct {
	node *Node
	room string
	head []byte
	to   rooms.Follower
	wake chan struct{}
	done chan struct{} // closed once nothing of it is left
	ctx  context.Context
	stop context.CancelFunc
	work sync.WaitGroup // calls to the store

	asking   sync.Mutex // makes the counts of drafts rise in their order
	mu       sync.Mutex
	inbox    []heard
	bytes    int // in the inbox
	missed   bool
	fresh    []*draft
	asked    uint64 // how much was to be appended so far
	count    int    // drafts that are not settled
	waiting  int    // and their bytes
	refused  []late // not taken, as too much waited or they are too long
	answers  []func()
	at       Place     // of the last entry that the follower has; only run changes it
	newest   time.Time // when the newest of those was, as all nodes have it
	opened   bool
	closed   bool
	closedAt time.Time
	silent   bool // the node does not hear itself
	fenced   bool // and was taken for gone
	gone     bool // the store says that it lost the room
	leaving  bool // the node ends
	nodes    *Nodes

	sending
	order
	stalled bool
	opening bool                 // the follower is given what there is already
	damages int                  // how often in a row what the store has was damaged
	broken  bool                 // it can't go on
	mending bool                 // it waits for what the store has
	absent  map[string]time.Time // nodes that are not there, though not found gone
	told    map[string]time.Time // nodes of which the follower was told that they are lost
}

// heard is something that was published.
type heard struct {
	entry  Entry
	passed []byte // instead
}

// late is a record that is given back.
type late struct {
	record rooms.Record
	at     time.Time
}

// What may wait at one end of a room.
const (
	// maxInbox and maxInboxBytes bound what was heard and not handed on yet: more than is
	// said while a follower works, and what is dropped is fetched.
	maxInbox      = 4096
	maxInboxBytes = 8 << 20
	// maxDrafts and maxDraftBytes bound what waits to be appended: [rooms.HeldLines] of
	// everybody in a large room, and some of the room itself.
	maxDrafts     = 8192
	maxDraftBytes = 16 << 20
)

func (n *Node) newTail(room string, to rooms.Follower) *tail {
	t := &tail{
		node: n, room: room, to: to, wake: make(chan struct{}, 1), done: make(chan struct{}),
		absent: make(map[string]time.Time), told: make(map[string]time.Time),
	}
	t.mine = make(map[ID]*draft)
	t.order = newOrder()
	t.ctx, t.stop = context.WithCancel(n.ctx)
	return t
}

func (t *tail) signal() {
	select {
	case t.wake <- struct{}{}:
	default:
	}
}

// set changes what is behind the lock, and has run look at it.
func (t *tail) set(f func()) {
	t.mu.Lock()
	f()
	t.mu.Unlock()
	t.signal()
}

func (t *tail) look()           { t.set(func() { t.missed = true }) }
func (t *tail) fence()          { t.set(func() { t.fenced = true }) }
func (t *tail) lost()           { t.set(func() { t.gone = true }) }
func (t *tail) leave()          { t.set(func() { t.leaving = true }) }
func (t *tail) silence(on bool) { t.set(func() { t.silent = on }) }
func (t *tail) beaten(n Nodes)  { t.set(func() { t.nodes = &n }) }

func (t *tail) hear(e Entry)           { t.takeIn(heard{entry: e}, len(e.Body)) }
func (t *tail) hearPassed(body []byte) { t.takeIn(heard{passed: body}, len(body)) }
func (t *tail) takeIn(h heard, size int) {
	t.set(func() {
		switch {
		case t.closed:
		case len(t.inbox) < maxInbox && t.bytes+size <= maxInboxBytes:
			t.inbox = append(t.inbox, h)
			t.bytes += size
		default:
			t.node.faults.add(FaultQueue)
			t.missed = t.missed || h.passed == nil
		}
	})
}

// place is up to where the follower has the room, once it was opened.
func (t *tail) place() (at Place, opened bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.at, t.opened
}

func (t *tail) moveTo(at Place) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.at, t.newest = at, t.recent.at
}

// until is when something is no longer to be appended that may be for so long from now: by
// the clock of the store, and of the room, whose time goes on where that was set back.
func (t *tail) until(d time.Duration) time.Time {
	now := t.node.clock.is()
	t.mu.Lock()
	defer t.mu.Unlock()
	if now.Before(t.newest) {
		now = t.newest
	}
	return now.Add(d).Truncate(time.Microsecond)
}

// over reports whether the follower is to be called no more.
func (t *tail) over() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.closed
}

// Pass is as of [rooms.Tail]. What is passed is worth nothing later, so nothing waits long.
func (t *tail) Pass(r rooms.Record) {
	plain, err := r.Encode()
	if err != nil {
		t.node.faults.add(FaultLong)
		return
	}
	body := t.node.life.Load().wrap(whatPassed, t.room, plain)
	select {
	case t.node.passes <- passing{t.room, body}:
	default:
		t.node.faults.add(FaultQueue)
	}
}

// Close is as of [rooms.Tail].
func (t *tail) Close() {
	t.set(func() {
		if !t.closed {
			t.closed, t.closedAt = true, time.Now()
		}
	})
}

// open gives the follower what the room is already. Where that is damaged, it goes on from
// what some node has of it, or else from as much as can be read.
func (t *tail) open(ctx context.Context) (err error) {
	defer func() {
		if err != nil && t.damages > 0 {
			t.node.brokenAt.Store(time.Now().UnixNano())
		}
	}()
	for t.opening = true; ; {
		kept, err := t.ask(ctx)
		if err != nil {
			return err
		}
		if err = t.begin(kept); err == nil {
			break
		}
		if t.damages++; errors.Is(err, errVersion) || errors.Is(err, errOther) || t.damages > maxDamages {
			return err
		}
		offer, err := t.offer()
		if err != nil {
			return err
		}
		none := func(error) bool { return false }
		if err := t.node.retry(ctx, func(ctx context.Context) error { return t.propose(ctx, offer, kept.Last) }, none); err != nil {
			return err
		}
	}
	t.opening, t.damages = false, 0
	if t.to.Shuns(t.node.Node()) {
		t.node.fenced()
	}
	t.set(func() { t.opened, t.fenced = true, false }) // nobody is here yet
	return nil
}

// ask asks for all that the store has of the room, and hears what is said in it from then on.
func (t *tail) ask(ctx context.Context) (kept Kept, err error) {
	err = t.node.retry(ctx, func(ctx context.Context) (err error) {
		if err := t.node.store.Listen(ctx, t.room); err != nil {
			return err
		}
		if err := t.await(ctx); err != nil {
			return err
		}
		kept, err = t.node.store.Open(ctx, t.room, t.head)
		return err
	}, func(error) bool { return false })
	return kept, err
}

// await reports whether a room that the store does not have may be made: not while a node
// is missing that may have it, and offer it.
func (t *tail) await(ctx context.Context) error {
	if !t.node.missing.any(time.Now()) {
		return nil
	}
	_, err := t.node.store.Head(ctx, t.room)
	if errors.Is(err, ErrNoRoom) {
		return errMissing
	}
	return err
}

// run hands on what comes, until the tail is closed and has nothing left to say.
func (t *tail) run() {
	defer t.end()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-t.wake:
		case <-timer.C:
		case <-t.ctx.Done():
			return
		}
		due, over := t.step()
		if over {
			return
		}
		timer.Reset(time.Until(due))
	}
}

// step does what there is to do, and returns when there is more at the latest.
func (t *tail) step() (due time.Time, over bool) {
	t.mu.Lock()
	inbox, fresh, refused, answers := t.inbox, t.fresh, t.refused, t.answers
	t.inbox, t.bytes, t.fresh, t.refused, t.answers = nil, 0, nil, nil, nil
	missed, fenced, gone, nodes, silent := t.missed, t.fenced, t.gone, t.nodes, t.silent
	t.missed, t.fenced, t.gone, t.nodes = false, false, false, nil
	if t.leaving && !t.closed {
		fenced = true
		defer t.Close() // once those who are here were told
	}
	closed, closedAt := t.closed, t.closedAt
	t.mu.Unlock()

	for _, d := range fresh {
		t.queue = append(t.queue, d)
		t.mine[d.ID] = d
	}
	for _, answer := range answers {
		answer()
	}
	for _, h := range inbox {
		if h.passed != nil {
			t.passOn(h.passed)
		} else {
			t.accept(h.entry, false)
		}
	}
	if fenced {
		t.endSeats()
	}
	if gone {
		t.mend(true)
	}
	if nodes != nil && !t.broken && !t.over() {
		if t.to.Shuns(t.node.Node()) {
			t.node.fenced() // and the store has forgotten that
		} else {
			t.fenceGone(*nodes)
			t.to.Here(t.node.Node())
		}
	}

	now := time.Now()
	due = now.Add(lookEvery)
	by := func(at time.Time) {
		if at.Before(due) {
			due = at
		}
	}
	t.giveBack(refused, now, by)
	t.expire(now, by)
	t.send(now, by)
	t.fetch(now, missed, by)
	t.keep(now)
	t.stall(now, silent, by)
	if closed {
		idle := len(t.queue)+len(t.batch) == 0 && !t.flying && !t.mending
		by(closedAt.Add(closeFor))
		return due, idle || now.Sub(closedAt) >= closeFor
	}
	return due, false
}

// call calls the store, beside all else; what it returns, run does then.
func (t *tail) call(f func(ctx context.Context) (then func())) {
	t.work.Go(func() {
		ctx, cancel := context.WithTimeout(t.ctx, callFor)
		defer cancel()
		then := f(ctx)
		t.set(func() { t.answers = append(t.answers, then) })
	})
}

// endSeats ends everybody here, since the others took this node for gone. What was not
// sent is not said; what was may have been.
func (t *tail) endSeats() {
	if !t.over() {
		t.to.Fenced()
	}
	t.failUnsent()
}

// breakOff ends what can't go on: the room's people come back, here or elsewhere.
func (t *tail) breakOff() {
	if t.broken {
		return
	}
	t.broken = true
	t.node.brokenAt.Store(time.Now().UnixNano())
	if _, opened := t.place(); opened && !t.over() {
		t.to.Broken()
	}
	t.failUnsent()
}

// fenceGone tells the follower which nodes of its people are gone. One that the store knows
// nothing of is so once it was not there for as long as a lease.
func (t *tail) fenceGone(nodes Nodes) {
	live := map[string]bool{t.node.Node(): true}
	for _, node := range nodes.Live {
		live[node] = true
	}
	for _, node := range t.to.Nodes() {
		if live[node] {
			delete(t.absent, node)
			continue
		}
		since, gone := nodes.Gone[node]
		if !gone {
			first, known := t.absent[node]
			if !known {
				first = nodes.Now
				t.absent[node] = first
			}
			if nodes.Now.Sub(first) < LeaseFor {
				continue
			}
			since = first
		}
		if time.Since(t.told[node]) < LeaseFor {
			continue // it is on its way
		}
		t.told[node] = time.Now()
		t.to.Lost(node, since)
	}
	for node, at := range t.told {
		if time.Since(at) > GoneFor {
			delete(t.told, node)
			delete(t.absent, node)
		}
	}
}

// stall tells the follower whether what is said waits.
func (t *tail) stall(now time.Time, silent bool, by func(time.Time)) {
	stalled := silent
	if oldest := t.oldest(); oldest != nil {
		since := oldest.made
		if t.moved.After(since) {
			since = t.moved
		}
		at := since.Add(rooms.StallAfter)
		if !now.Before(at) {
			stalled = true
		} else {
			by(at)
		}
	}
	if stalled != t.stalled && !t.over() {
		t.stalled = stalled
		t.to.Stalled(stalled)
	}
}

// end leaves nothing behind: a room that nobody is in is forgotten by the store.
func (t *tail) end() {
	t.stop()
	t.work.Wait()
	if at, opened := t.place(); opened && !t.broken && t.node.ctx.Err() == nil && t.to.Vacant() {
		ctx, cancel := context.WithTimeout(t.node.ctx, callFor)
		_ = t.node.vacate(ctx, t.room, at) // else later
		cancel()
	}
	t.node.store.Unlisten(t.room)
	t.node.mu.Lock()
	delete(t.node.tails, t.room)
	t.node.mu.Unlock()
	close(t.done)
}
