package rooms

import (
	"slices"
	"time"
)

// A stray is a member whom the log has at this server, and who has no place here: they gave
// up before it said that they are back, or nobody knows any more how they came. By their
// ticket they may still come back; else they leave.
type stray struct {
	id   string
	gen  uint64
	wait time.Duration
}

// strays notes one, unless it was noted already. Do expects them once the lock is given up.
// The caller holds it.
func (r *room) strays(id string, gen uint64, wait time.Duration) {
	if r.straying[id] == gen {
		return
	}
	r.straying[id] = gen
	r.strayed = append(r.strayed, stray{id, gen, wait})
}

// expect waits for a stray to come back, and has them leave otherwise. Until then the room
// stays, or nobody could say so. The caller holds no lock.
func (r *room) expect(s stray) {
	h := r.hub
	h.mu.Lock()
	there := r.refs > 0
	if there {
		r.refs++
	}
	h.mu.Unlock()
	if there {
		time.AfterFunc(s.wait, func() { r.giveUpOn(s) })
	}
}

// giveUpOn has a stray leave who is not back, unless nobody can come back just now.
func (r *room) giveUpOn(s stray) {
	r.mu.Lock()
	m := r.state.roster.byID[s.id]
	gone := m == nil || m.gen != s.gen || r.here.byID[s.id] != nil
	again := r.stalled && !gone && !r.closed
	if !again && r.straying[s.id] == s.gen {
		delete(r.straying, s.id)
	}
	r.mu.Unlock()
	if again {
		time.AfterFunc(StallAfter, func() { r.giveUpOn(s) })
		return
	}
	if !gone {
		r.tail.Append(Record{From: s.id, Gen: s.gen, At: time.Now(), Op: depart{LeftLost}})
	}
	r.hub.drop(r)
}

// Here has whoever the room has at a server, which is this one, leave if they are nowhere on
// it, and their knocks end.
func (r *room) Here(node string) {
	var knocks []string
	r.do(func() {
		if r.closed || r.stalled {
			return
		}
		back := make(map[string]bool)
		for _, b := range r.returns {
			back[b.place.id] = true
		}
		for _, m := range r.state.roster.order {
			switch {
			case m.node != node, slices.Contains(r.state.fenced, node):
			case r.here.byID[m.ID] != nil, r.arrivals[m.ID] != nil, back[m.ID]:
			case len(m.claims) == 0: // nobody can come back to that
				r.strays(m.ID, m.gen, 0)
			default:
				r.strays(m.ID, m.gen, ResumeWindow)
			}
		}
		for _, k := range r.state.doorway.knocks {
			if k.node == node && r.waiters[k.id] == nil {
				knocks = append(knocks, k.id)
			}
		}
	})
	for _, id := range knocks {
		r.append(id, unknock{gone: true})
	}
}
