package cluster

import (
	"context"
	"encoding/binary"
	"errors"
	"slices"
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

var errOrder = errors.New("the store has a room that is not whole")

// takeAll delivers entries that a store has handed out as all there are.
func (t *tail) takeAll(entries []Entry) error {
	for _, e := range entries {
		if e.Number != t.at.Number+1 || e.Epoch < t.at.Epoch {
			t.node.faults.add(FaultOrder)
			return errOrder
		}
		if !t.deliver(e, true) {
			return errVersion
		}
	}
	t.looked = time.Now()
	t.tidy()
	return nil
}

// restore makes the follower what a snapshot says.
func (t *tail) restore(s Snapshot) error {
	plain, _, err := t.node.sealing.unwrap(whatSnapshot, t.room, s.Body, rooms.MaxSnapshotBytes+maxRecent*idBytes+8)
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
	for id, d := range t.mine {
		if ids.has(id) { // it was appended, and nobody will deliver it; the room has said so
			t.fail(d)
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
	return Snapshot{t.at, t.node.life.Load().wrap(whatSnapshot, t.room, plain)}, nil
}

// write writes how many ids there are, and these.
func (r *recent) write(b []byte) []byte {
	b = slices.Grow(b, 2+len(r.ids)*idBytes)
	b = binary.BigEndian.AppendUint16(b, uint16(len(r.ids)))
	for _, id := range r.ids {
		b = binary.BigEndian.AppendUint64(append(b, id.Node[:]...), id.Count)
	}
	return b
}

var errRecent = errors.New("that is no snapshot")

// readRecent reads what write wrote, and returns what follows.
func readRecent(b []byte) (r recent, rest []byte, err error) {
	if len(b) < 2 {
		return r, nil, errRecent
	}
	n := int(binary.BigEndian.Uint16(b))
	b = b[2:]
	if n > maxRecent || len(b) < n*idBytes {
		return r, nil, errRecent
	}
	r = newRecent()
	for range n {
		r.add(ID{[16]byte(b), binary.BigEndian.Uint64(b[16:])})
		b = b[idBytes:]
	}
	return r, b, nil
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

// mend has the follower go on from what the store has, whatever that is: where it has lost
// the room, from what the node has that has most of it. Until then nothing is delivered,
// and nothing is sent.
func (t *tail) mend(lost bool) {
	if t.mending || t.broken || t.over() {
		return
	}
	t.mending = true
	var offer Proposal
	if lost {
		s, err := t.snapshot()
		if err != nil {
			t.breakOff()
			return
		}
		plain, err := rooms.Reopened().Encode()
		if err != nil {
			panic(err) // it has nothing in it
		}
		l := t.node.life.Load()
		next := Draft{ID: l.next(), Until: t.node.clock.is().Add(rooms.HoldFor)}
		next.Body = l.seal(whatEntry, t.room, next.ID, plain)
		offer = Proposal{Head: t.head, Snapshot: s, Next: next}
	}
	t.work.Go(func() {
		var kept Kept
		err := t.node.retry(t.ctx, func(ctx context.Context) (err error) {
			if lost {
				if err := t.node.store.Propose(ctx, t.room, offer); err != nil && !errors.Is(err, ErrRecovering) {
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
		err = errOrder // another room of that name was made
	}
	if err != nil {
		t.breakOff()
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
