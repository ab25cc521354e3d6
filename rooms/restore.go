package rooms

import (
	"slices"
	"time"
)

// Restore makes the room what a snapshot says that it is. Whoever is here, and in that room
// as they are, is told how much they missed and what has changed; whoever is not comes in
// anew.
func (r *room) Restore(snapshot []byte) error {
	s, err := decodeState(snapshot)
	if err != nil {
		return err
	}
	r.do(func() {
		was := r.state
		r.state = *s
		if r.history != nil {
			r.history.stop()
			r.history = &history{before: s.seq}
		}
		for _, p := range slices.Clone(r.here.order) {
			m, then := s.roster.byID[p.id], was.roster.byID[p.id]
			switch {
			case m == nil || m.gen != p.out.generation():
				r.giveUp(p, errSetBack)
			case s.seq != was.seq || m.wseq != then.wseq:
				p.out.jump(r.skipped(&was, then, m))
			}
		}
		for id := range r.arrivals {
			if m := s.roster.byID[id]; m != nil {
				r.seat(id, m.gen)
			}
		}
		for try, b := range r.returns {
			switch m := s.roster.byID[b.place.id]; {
			case m == nil:
				r.putBack(try, 0, errBadTicket)
			case m.claims.newest(b.next): // it is part of what was restored
				r.putBack(try, m.gen, nil)
			}
		}
		r.wakeFor(time.Now())
	})
	return nil
}

// Settled takes what is a part of what was restored. Whoever said it was told of a gap that
// has it in it, under a number that nobody knows any more: they come back by their ticket,
// and their program says that it may have been said.
func (r *room) Settled(rec Record) {
	r.landed(rec.Op)
	r.do(func() {
		r.held(rec)
		p := r.here.byID[rec.From]
		switch op := rec.Op.(type) {
		case Sync: // all that came before it is in the gap
			if p != nil {
				p.put(&Synced{ID: op.ID})
			}
		case knocks:
			if r.state.doorway.let[rec.From] {
				r.settle(rec.From, nil)
			} else if r.state.doorway.find(rec.From) == nil {
				r.settle(rec.From, errUnreachable)
			}
		case depart, absence, tick, unknock, fence, arrived, enter, back:
		default:
			switch {
			case p == nil:
			case p.out.keep:
				r.giveUp(p, errSetBack)
				r.strays(p.id, p.out.generation(), ResumeWindow)
			case p.out.giveWay(errSetBack):
				r.ended = append(r.ended, p)
			}
		}
	})
}

var errSetBack = &Ended{Code: TooMany, Retry: true,
	Message: "The servers that share this room lost touch, and went on without the last of it. Come back in."}

// skipped is what somebody is told of all that is between two states of the room: a gap,
// and what is different.
func (r *room) skipped(was *state, then, now *member) []*entry {
	s := &r.state
	var changes []difference
	for _, m := range was.roster.order {
		if after := s.roster.byID[m.ID]; after != nil {
			changes = append(changes, differences(after, m.Member)...)
		} else {
			changes = append(changes, func(seq uint64) Event { return &Left{Seq: seq, Member: m.Member, Reason: LeftLost} })
		}
	}
	for _, m := range s.roster.order {
		if !was.roster.here(m.ID) {
			changes = append(changes, func(seq uint64) Event { return &Joined{Seq: seq, Member: m.Member} })
		}
	}
	if s.rules != was.rules {
		changes = append(changes, func(seq uint64) Event { return &RulesSet{Seq: seq, Rules: s.rules, was: was.rules} })
	}
	if s.topic != was.topic {
		changes = append(changes, func(seq uint64) Event { return &TopicSet{Seq: seq, From: s.topicBy, Text: s.topic, was: was.topic} })
	}
	if was.vote.runs() && !s.vote.runs() {
		changes = append(changes, func(seq uint64) Event {
			return &Voting{Seq: seq, Member: was.vote.about, Ends: was.vote.ends, Needed: was.vote.needed, Over: true}
		})
	}
	// The differences bear the last of the missed numbers. Where the room went on without
	// something that was told here there may be more of them than of those; then numbers
	// are left out right after.
	reach := max(was.seq, s.seq-min(s.seq, uint64(len(changes))))
	missed := reach - was.seq + now.wseq - min(now.wseq, then.wseq)
	entries := []*entry{newEntry(&Gap{Missed: counted(missed), Seq: reach})}
	for i, c := range changes {
		e := newEntry(c(reach + 1 + uint64(i)))
		e.size = 0 // bounded by the people then and now
		entries = append(entries, e)
	}
	return entries
}

// jump puts what is told of a gap behind everything that waits.
func (o *outbox) jump(told []*entry) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.ended != nil || o.left {
		return
	}
	if o.hole != nil { // it goes on with this
		for _, e := range told {
			o.hole.note(e)
		}
		return
	}
	o.fill(told)
	o.call()
}
