package rooms

import (
	"fmt"
	"slices"
	"time"
)

// askedOf is from whom a place still takes chunks of files, and how many: it
// passed them a note. Guarded by the room; it holds members alone.
type askedOf map[string]int

// passQueue is what was passed to a place and not taken yet. Guarded by the
// outbox. What does not fit [PassQueueBytes] is dropped: whoever misses it asks
// for it again.
type passQueue struct {
	entries []*entry `held:"chunks of files that wait for you, freed as you take them or lose your connection"`
	bytes   int      `held:"their size, at most 199680"`
}

// admitPass checks what is to be passed.
func (p *place) admitPass(op Pass) (Op, *Refused) {
	switch {
	case !p.via.takesFiles():
		return nil, &Refused{ID: op.ID, Err: errNoFiles}
	case len(op.Body) == 0 || len(op.Body) > MaxPassBytes || len(op.To) > MaxPassTo:
		return nil, refusal(op.ID, TooLong, fmt.Sprintf("What is passed has from 1 to %d bytes, and goes to at most %d people.", MaxPassBytes, MaxPassTo))
	case p.passes.Take(time.Now()) > 0:
		return nil, refusal(op.ID, RateLimited, fmt.Sprintf("At most %.0f parts of files pass in a second.", PassRate))
	}
	return op, nil
}

// pass hands a body to those of its receivers who can take it now. A note opens
// the way back for [PassCredit] chunks; a chunk takes one of them. The caller holds the
// room's lock.
func (r *room) pass(m *member, op Pass) {
	e := newEntry(&Passed{From: m.ID, Body: op.Body})
	from := r.here.byID[m.ID]
	for i, id := range op.To {
		to, p := r.state.roster.byID[id], r.here.byID[id]
		switch {
		case to == nil, to == m, to.Watch, !to.Via.takesFiles(), slices.Contains(op.To[:i], id):
			continue
		case len(op.Body) > PassNoteBytes:
			if p == nil || p.asked[m.ID] == 0 {
				continue // it is not here, or unasked
			}
			p.asked[m.ID]--
		case from != nil:
			if from.asked == nil {
				from.asked = make(askedOf)
			}
			from.asked[id] = PassCredit
		}
		if p != nil {
			p.out.putPassed(e)
		}
	}
}

// putPassed queues what was passed, if there is somebody to take it and room.
func (o *outbox) putPassed(e *entry) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.attached || o.ended != nil || o.left || o.passed.bytes+e.size > PassQueueBytes {
		return
	}
	o.passed.entries = append(o.passed.entries, e)
	o.passed.bytes += e.size
	o.call()
}

// take appends what waits, at least one if there is nothing else to hand out and
// otherwise as much as fits size.
func (q *passQueue) take(events []Event, size int) []Event {
	n := 0
	for n < len(q.entries) && (len(events) == 0 || q.entries[n].size <= size) {
		events = append(events, q.entries[n].event)
		size -= q.entries[n].size
		q.bytes -= q.entries[n].size
		n++
	}
	clear(q.entries[:n])
	if q.entries = q.entries[n:]; len(q.entries) == 0 {
		q.entries = nil
	}
	return events
}
