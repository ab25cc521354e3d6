package cluster

import (
	"context"
	"errors"
	"time"

	"sotto/rooms"
)

// begin gives the follower all that a store has of a room.
func (t *tail) begin(kept Kept) error {
	t.kept = time.Now()
	if len(kept.Snapshot.Body) > 0 {
		if err := t.restore(kept.Snapshot); err != nil {
			return err
		}
	} else if first := kept.first(); first != t.at {
		if t.at != (Place{}) {
			return errOther
		}
		t.moveTo(first)
	}
	return t.takeAll(kept.Entries)
}

// first is the place before all entries.
func (k Kept) first() Place {
	switch {
	case len(k.Snapshot.Body) > 0:
		return k.Snapshot.Place
	case len(k.Entries) > 0:
		first := k.Entries[0].Place
		first.Number--
		return first
	}
	return k.Last
}

var (
	errOrder   = errors.New("the store has a room that is not whole")
	errDamaged = errors.New("the store has something in a room that nobody can read")
	errOther   = errors.New("the store has another room of that name")
)

// takeAll delivers entries that a store has handed out as all there are.
func (t *tail) takeAll(entries []Entry) error {
	for _, e := range entries {
		if e.Number != t.at.Number+1 || e.Epoch < t.at.Epoch {
			t.node.faults.add(FaultOrder)
			return errOrder
		}
		if !t.deliver(e, true) {
			if t.broken {
				return errVersion
			}
			return errDamaged
		}
	}
	t.looked = time.Now()
	t.tidy()
	return nil
}

// restore makes the follower what a snapshot says.
func (t *tail) restore(s Snapshot) error {
	plain, _, err := t.node.sealing.unwrap(whatSnapshot, placed(t.room, s.Place), s.Body, rooms.MaxSnapshotBytes+recentBytes)
	var ids recent
	if err == nil {
		ids, plain, err = readRecent(plain)
	}
	if err == nil && !t.over() {
		err = t.to.Restore(plain)
	}
	if err != nil {
		t.node.faults.of(err)
		return err
	}
	t.recent = ids
	t.moveTo(s.Place)
	clear(t.ahead)
	for _, d := range t.inOrder() {
		if ids.has(d.ID) { // it was appended, or may have been, and nobody will deliver it
			t.settle(d)
			if !t.over() {
				t.to.Settled(d.record)
			}
		}
	}
	return nil
}

// snapshot is the room as the follower has it, sealed.
func (t *tail) snapshot() (Snapshot, error) {
	state, _, number, err := t.to.Snapshot()
	if err == nil && number != t.at.Number {
		err = errOrder
	}
	if err != nil {
		t.node.faults.add(FaultOrder)
		return Snapshot{}, err
	}
	plain := append(t.recent.write(nil), state...)
	return Snapshot{t.at, t.node.life.Load().wrap(whatSnapshot, placed(t.room, t.at), plain)}, nil
}

// keep has the store keep a snapshot now and then, so that whoever opens the room need not
// be given all that ever happened: one of those who append makes it.
func (t *tail) keep(now time.Time) {
	due := t.wanted || t.said && now.Sub(t.kept) >= rooms.HistoryFor/2
	if !due || t.keeping || t.mending || t.broken || t.over() {
		return
	}
	s, err := t.snapshot()
	t.wanted, t.said, t.kept = false, false, now
	if err != nil {
		return
	}
	t.keeping = true
	t.call(func(ctx context.Context) func() {
		err := t.node.store.Keep(ctx, t.room, s)
		return func() {
			t.keeping = false
			if err != nil {
				t.said = true // once more, later
			}
		}
	})
}

// offerFor is for how long an offer can be made, and win: longer than a store is away from a
// node. What goes on with it says nothing.
const offerFor = 24 * time.Hour

// offer is what this node has of the room, for a store that has lost it.
func (t *tail) offer() (Proposal, error) {
	s, err := t.snapshot()
	if err != nil {
		return Proposal{}, err
	}
	plain, err := rooms.Reopened().Encode()
	if err != nil {
		panic(err) // it has nothing in it
	}
	l := t.node.life.Load()
	next := Draft{ID: l.next(), Until: t.until(offerFor)}
	next.Body = l.sealRecord(t.room, next, plain)
	return Proposal{Head: t.head, Snapshot: s, Next: next}, nil
}

// propose offers that. What the store has up to a place is damaged, if that is not zero: it
// is forgotten first, so that every node finds it lost and offers what it has.
func (t *tail) propose(ctx context.Context, p Proposal, damaged Place) error {
	if damaged != (Place{}) {
		if err := t.node.store.Remove(ctx, t.room, damaged); err != nil && !errors.Is(err, ErrRecovering) {
			return err
		}
	}
	if err := t.node.store.Propose(ctx, t.room, p); !errors.Is(err, ErrRecovering) {
		return err
	}
	return nil
}

// maxDamages is how often in a row a room may be put together again for what the store has of
// it is damaged: once more than by chance.
const maxDamages = 3

// mend has the follower go on from what the store has, whatever that is: where it has lost
// the room, from what the node has that has most of it. Until then nothing is delivered,
// and nothing is sent.
func (t *tail) mend(lost bool) { t.mendFrom(lost, Place{}) }

// mendFrom is mend where what the store has up to a place is damaged, if that is not zero.
func (t *tail) mendFrom(lost bool, damaged Place) {
	if t.mending || t.broken || t.over() {
		return
	}
	t.mending = true
	var offer Proposal
	if lost {
		var err error
		if offer, err = t.offer(); err != nil {
			t.breakOff()
			return
		}
	}
	t.work.Go(func() {
		var kept Kept
		err := t.node.retry(t.ctx, func(ctx context.Context) (err error) {
			if lost {
				if err := t.propose(ctx, offer, damaged); err != nil {
					return err
				}
				lost = false
			}
			kept, err = t.node.store.Open(ctx, t.room, t.head)
			return err
		}, func(error) bool { return t.ctx.Err() != nil })
		if err == nil {
			t.set(func() { t.answers = append(t.answers, func() { t.mended(kept) }) })
		}
	})
}

// mended goes on from what the store has.
func (t *tail) mended(kept Kept) {
	t.mending = false
	if t.broken || t.over() {
		return
	}
	rest, known := kept.after(t.at)
	var err error
	switch {
	case known:
		clear(t.ahead)
		err = t.takeAll(rest)
	case len(kept.Snapshot.Body) > 0:
		err = t.begin(kept)
	default:
		err = errOther
	}
	switch {
	case err == nil:
		t.damages = 0
	case t.broken, errors.Is(err, errOther), errors.Is(err, errVersion), t.damages == maxDamages:
		t.breakOff()
		return
	default:
		t.damages++
		t.mendFrom(true, kept.Last)
		return
	}
	doomed := t.doomed
	t.doomed = nil
	t.failAll(doomed)
	t.sendAgain()
	t.moved, t.retry = time.Now(), time.Time{}
}

// after is what comes after a place, if that is known.
func (k Kept) after(at Place) ([]Entry, bool) {
	if k.first() == at {
		return k.Entries, true
	}
	for i, e := range k.Entries {
		if e.Place == at {
			return k.Entries[i+1:], true
		}
	}
	return nil, false
}
