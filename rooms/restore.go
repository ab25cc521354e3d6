package rooms

import (
	"slices"
	"time"
)

// Restore makes the room what a snapshot says that it is. Whoever is here, and in that room
// as they are, is told how much they missed and what has changed; whoever is not, or has
// said something of which nobody can tell them what became of it, comes in anew.
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
			case p.waiting > 0:
				if p.out.giveWay(errSetBack) {
					r.ended = append(r.ended, p)
				}
			case s.seq != was.seq || m.wseq != then.wseq:
				p.out.jump(r.skipped(&was, then, m))
			}
		}
		for id, a := range r.arrivals {
			if m := s.roster.byID[id]; m != nil && !a.alone {
				r.seat(id, m.gen)
			}
		}
		for try, b := range r.returns {
			if s.roster.byID[b.place.id] == nil {
				r.putBack(try, 0, errBadTicket)
			}
		}
		r.wakeFor(time.Now())
	})
	return nil
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
	o.bell.Ring()
}
