package cluster

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"sotto/rooms"
)

// draft is a record of this end on its way.
type draft struct {
	Draft
	record  rooms.Record
	nth     uint64 // of all that this end was asked
	made    time.Time
	sent    bool // a call took it whose outcome is not known
	settled bool // it was delivered, or failed
}

// sending is what a tail has to append: one call at a time, in the order in which it was
// asked. A call whose outcome is not known is made again as it was.
type sending struct {
	queue  []*draft // never sent
	batch  []*draft // being sent
	doomed []*draft // too late by the store's clock; they may still have been appended before
	mine   map[ID]*draft
	flying bool
	wait   time.Duration // before it is tried again
	retry  time.Time
	moved  time.Time // when something was last appended
}

// Append is as of [rooms.Tail].
func (t *tail) Append(r rooms.Record) {
	now := time.Now()
	d := &draft{record: r, made: now}
	plain, err := r.Encode()
	t.asking.Lock()
	defer t.asking.Unlock()
	if err == nil {
		l := t.node.life.Load()
		d.ID, d.Until = l.next(), t.until(rooms.HoldFor)
		d.Body = l.sealRecord(t.room, d.Draft, plain)
	}
	t.set(func() {
		switch {
		case t.closed:
		case err != nil:
			t.node.faults.add(FaultLong)
			t.refused = append(t.refused, late{r, now})
		case t.count >= maxDrafts || t.waiting+len(d.Body) > maxDraftBytes:
			t.node.faults.add(FaultQueue)
			t.refused = append(t.refused, late{r, now.Add(againLast)})
		default:
			t.asked++
			d.nth = t.asked
			t.fresh = append(t.fresh, d)
			t.count++
			t.waiting += len(d.Body)
		}
	})
}

// inOrder are all drafts that are not settled, in the order in which they were asked.
func (t *tail) inOrder() []*draft {
	return slices.SortedFunc(maps.Values(t.mine), func(a, b *draft) int { return cmp.Compare(a.nth, b.nth) })
}

// settle ends the way of a draft.
func (t *tail) settle(d *draft) {
	if d.settled {
		return
	}
	d.settled = true
	delete(t.mine, d.ID)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.count--
	t.waiting -= len(d.Body)
}

// fail gives a draft back that is nowhere, and never will be.
func (t *tail) fail(d *draft) {
	if d.settled {
		return
	}
	t.settle(d)
	if !t.over() {
		t.to.Failed(d.record)
	}
}

func (t *tail) failAll(drafts []*draft) {
	for _, d := range drafts {
		t.fail(d)
	}
}

// failUnsent gives back what was not sent yet.
func (t *tail) failUnsent() {
	queue := t.queue
	t.queue = nil
	t.failAll(queue)
}

// giveBack gives back what could not be taken, when it is time.
func (t *tail) giveBack(refused []late, now time.Time, by func(time.Time)) {
	var later []late
	for _, l := range refused {
		switch {
		case now.Before(l.at):
			by(l.at)
			later = append(later, l)
		case !t.over():
			t.to.Failed(l.record)
		}
	}
	if len(later) > 0 {
		t.mu.Lock()
		t.refused = append(later, t.refused...)
		t.mu.Unlock()
	}
}

// expire gives back what waited for too long to be sent.
func (t *tail) expire(now time.Time, by func(time.Time)) {
	for len(t.queue) > 0 {
		d := t.queue[0]
		if at := d.made.Add(rooms.HoldFor); now.Before(at) {
			by(at)
			return
		}
		t.queue = t.queue[1:]
		t.fail(d)
	}
}

// oldest is what waits for longest, or nil.
func (t *tail) oldest() *draft {
	switch {
	case len(t.batch) > 0:
		return t.batch[0]
	case len(t.queue) > 0:
		return t.queue[0]
	}
	return nil
}

// send appends what waits.
func (t *tail) send(now time.Time, by func(time.Time)) {
	if t.broken {
		t.failUnsent()
	}
	if t.flying || t.mending {
		return
	}
	var batch []*draft
	for _, d := range t.batch {
		if !d.settled { // it was heard, though not answered
			batch = append(batch, d)
		}
	}
	t.batch = batch
	if len(t.batch) == 0 {
		t.fill()
	}
	if len(t.batch) == 0 {
		return
	}
	if now.Before(t.retry) {
		by(t.retry)
		return
	}
	var drafts []Draft
	bytes := 0
	for _, d := range t.batch {
		if bytes += len(d.Body); len(drafts) == MaxBatch || bytes > MaxBatchBytes && len(drafts) > 0 {
			break
		}
		drafts = append(drafts, d.Draft)
	}
	t.flying = true
	sent, seen := t.batch[:len(drafts):len(drafts)], t.at
	t.call(func(ctx context.Context) func() {
		at, want, err := t.node.store.Append(ctx, t.room, seen, drafts)
		return func() {
			t.flying = false
			t.wanted = t.wanted || want
			t.appended(sent, at, err)
		}
	})
}

// fill takes the next batch out of the queue.
func (t *tail) fill() {
	bytes := 0
	t.batch = nil
	for len(t.queue) > 0 && len(t.batch) < MaxBatch {
		d := t.queue[0]
		if bytes += len(d.Body); bytes > MaxBatchBytes && len(t.batch) > 0 {
			return
		}
		t.batch = append(t.batch, d)
		t.queue = t.queue[1:]
	}
}

// sendAgain sends once more what was appended to a store that has lost it, as far as anybody
// knows.
func (t *tail) sendAgain() {
	known := make(map[ID]bool)
	for _, drafts := range [][]*draft{t.queue, t.batch, t.doomed} {
		for _, d := range drafts {
			known[d.ID] = true
		}
	}
	var again []*draft
	for _, d := range t.inOrder() {
		if !known[d.ID] {
			d.sent = true
			again = append(again, d)
		}
	}
	t.batch = append(again, t.batch...)
}

// appended takes what became of a batch.
func (t *tail) appended(sent []*draft, at []Stamp, err error) {
	switch {
	case err == nil && len(at) == len(sent):
		t.batch, t.wait, t.retry = t.batch[len(sent):], 0, time.Time{}
		t.moved = time.Now()
		for i, d := range sent {
			switch {
			case at[i] != Stamp{}:
				t.accept(Entry{Stamp: at[i], ID: d.ID, Body: d.Body}, true)
			case d.settled:
			case d.sent:
				t.doomed = append(t.doomed, d)
			default:
				t.fail(d)
			}
		}
		return
	case errors.Is(err, ErrLost), errors.Is(err, ErrNoRoom), errors.Is(err, ErrRecovering):
		t.mend(true)
		return
	case errors.Is(err, ErrFull):
		var unknown []*draft
		for _, d := range sent {
			if d.sent {
				unknown = append(unknown, d)
			} else {
				t.fail(d)
			}
		}
		t.batch = append(unknown, t.batch[len(sent):]...)
	default:
		t.node.faults.add(FaultCall)
		for _, d := range sent {
			d.sent = true
		}
	}
	t.wait = min(max(2*t.wait, againFirst), againLast)
	t.retry = time.Now().Add(t.wait)
}
