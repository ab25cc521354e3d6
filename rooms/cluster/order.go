package cluster

import (
	"context"
	"errors"
	"time"

	"sotto/rooms"
)

// order is what a tail knows of the order of its room.
type order struct {
	ahead    map[uint64]Entry // heard before those that come first, by their numbers
	unfound  int              // how often in a row the store did not have all of that
	hole     time.Time        // since when something is missing; zero: nothing is
	distrust bool             // what was published is not what it should be
	fetching bool
	again    time.Time // nothing is fetched before that, as it did not work
	looked   time.Time // when the store last said what there is
	keeping  bool
	wanted   bool      // the store wants a snapshot
	kept     time.Time // when a snapshot was last made here, or found
	said     bool      // something of this node was appended since
	recent   recent
}

func newOrder() order {
	return order{ahead: make(map[uint64]Entry), recent: newRecent(), looked: time.Now(), kept: time.Now()}
}

const (
	// holeFor is how long what is missing may still come by itself: longer than what
	// overtook it, shorter than anybody notices.
	holeFor = 20 * time.Millisecond
	// maxAhead is how many entries wait for such: more are fetched with it.
	maxAhead = 1024
	// maxUnfound is how often the store is asked for what was published and is not in it:
	// more than a busy room needs, in which the next was published meanwhile.
	maxUnfound = 20
	// lookEvery is how often a room is compared with the store in which nothing is heard:
	// that the last of what was published was lost, nothing else shows.
	lookEvery = 10 * time.Second
)

// accept takes an entry that was published or, with stored, that the store has said that
// it has; the follower gets it once it is the next.
func (t *tail) accept(e Entry, stored bool) {
	switch {
	case t.mending, t.broken, !t.at.Before(e.Place):
	case e.Epoch != t.at.Epoch:
		t.mend(false) // what came before it may be something else than what is here
	case e.Number != t.at.Number+1:
		if _, _, err := t.node.sealing.record(t.room, e); err != nil { // anybody may have published that
			t.node.faults.of(err)
			return
		}
		if len(t.ahead) < maxAhead {
			t.ahead[e.Number] = e
		}
		if t.hole.IsZero() {
			t.hole = time.Now()
		}
	case t.deliver(e, stored):
		for len(t.ahead) > 0 && !t.mending && !t.broken {
			next, there := t.ahead[t.at.Number+1]
			if !there {
				break
			}
			delete(t.ahead, next.Number)
			if !t.deliver(next, false) {
				break
			}
		}
		t.tidy()
	}
}

// tidy forgets what is known by now, and whether something is missing.
func (t *tail) tidy() {
	for number := range t.ahead {
		if number <= t.at.Number {
			delete(t.ahead, number)
		}
	}
	if len(t.ahead) == 0 {
		t.hole = time.Time{}
	}
}

// deliver hands on the next entry. One that can't be read or may not happen, and was only published, is
// asked for first: what is in the store all nodes see alike, and none of them does anything
// with it.
func (t *tail) deliver(e Entry, stored bool) bool {
	d := t.mine[e.ID]
	var r rooms.Record
	var until time.Time
	if d != nil {
		r, until = d.record, d.Until
	} else {
		var err error
		if r, until, err = t.node.sealing.record(t.room, e); err != nil {
			t.node.faults.of(err)
			switch {
			case !stored:
				t.distrust = true
				return false
			case errors.Is(err, errVersion):
				t.breakOff() // others know what it is
				return false
			case t.opening: // others may have heard what it was
				return false
			}
			t.moveTo(e.Place)
			return true
		}
	}
	taken := t.recent.take(e.ID, e.At, until)
	if !taken {
		t.node.faults.add(FaultTwice)
		if !stored {
			t.distrust = true
			return false
		}
	}
	t.moveTo(e.Place)
	if !taken {
		if d != nil { // nor does it anywhere else
			t.fail(d)
		}
		return true
	}
	if d != nil {
		t.settle(d)
		t.said = true
	}
	r.Epoch, r.Number, r.At, r.Node = e.Epoch, e.Number, e.At, nodeName(e.ID.Node)
	if !t.over() {
		t.to.Deliver(r, d != nil)
	}
	return true
}

// passOn hands on what was passed by.
func (t *tail) passOn(body []byte) {
	plain, id, err := t.node.sealing.unwrap(whatPassed, t.room, body, rooms.MaxRecordBytes)
	var r rooms.Record
	if err == nil {
		r, err = rooms.DecodeRecord(plain)
	}
	if err != nil {
		t.node.faults.of(err)
		return
	}
	if r.Node = nodeName(id.Node); !t.broken && !t.over() {
		t.to.Passed(r)
	}
}

// fetch asks the store for what is missing, or may be.
func (t *tail) fetch(now time.Time, missed bool, by func(time.Time)) {
	if t.mending || t.broken {
		return
	}
	at := t.looked.Add(lookEvery)
	if !t.hole.IsZero() {
		at = t.hole.Add(holeFor)
	}
	if missed || t.distrust || len(t.doomed) > 0 {
		at = now
	}
	if at.Before(t.again) {
		at = t.again
	}
	if t.fetching {
		if missed {
			t.distrust = true // what is being fetched may be older
		}
		return
	}
	if now.Before(at) {
		by(at)
		if missed {
			t.distrust = true
		}
		return
	}
	t.fetching, t.distrust = true, false
	from, doomed := t.at, t.doomed
	t.doomed = nil
	t.call(func(ctx context.Context) func() {
		entries, err := t.node.store.After(ctx, t.room, from)
		return func() {
			t.fetching = false
			t.fetched(entries, doomed, err)
		}
	})
}

// fetched takes what the store has after a place, or why it has not. What was doomed by then
// is not in it, or never will be.
func (t *tail) fetched(entries []Entry, doomed []*draft, err error) {
	if err != nil {
		t.doomed = append(doomed, t.doomed...)
	}
	switch {
	case err == nil:
		t.looked = time.Now()
		for _, e := range entries {
			t.accept(e, true)
		}
		if t.mending {
			t.doomed = append(doomed, t.doomed...)
			return
		}
		t.failAll(doomed)
		if t.tidy(); len(t.ahead) > 0 { // it was published and is not there, or not yet
			t.node.faults.add(FaultOrder)
			t.again = time.Now().Add(4 * againFirst)
			if t.unfound++; t.unfound >= maxUnfound {
				clear(t.ahead)
				t.hole = time.Time{}
			}
		} else {
			t.unfound = 0
		}
	case errors.Is(err, ErrForgotten):
		t.mend(false)
	case errors.Is(err, ErrLost), errors.Is(err, ErrNoRoom), errors.Is(err, ErrRecovering):
		t.mend(true)
	default:
		t.node.faults.add(FaultCall)
		t.distrust = true
		t.again = time.Now().Add(4 * againFirst)
	}
}
