package rooms

import (
	"slices"
	"time"
)

// What a log that several servers share asks of a room, beside that it follows.

// Snapshot is what the room is, as its log may keep it.
func (r *room) Snapshot() (snapshot []byte, epoch, number uint64, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	snapshot, err = r.state.encode()
	return snapshot, r.state.epoch, r.state.number, err
}

// Vacant reports whether nobody is in the room, or waits at its door.
func (r *room) Vacant() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.state.roster.order) == 0 && len(r.state.doorway.knocks) == 0 && len(r.state.doorway.let) == 0
}

// Nodes are the servers of whoever is in the room or waits at its door.
func (r *room) Nodes() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.state.nodes()
}

// Shuns reports whether the room took a server for gone.
func (r *room) Shuns(node string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Contains(r.state.fenced, node)
}

// Lost asks for what becomes of those whose server is gone.
func (r *room) Lost(node string, since time.Time) { r.append("", fence{node, since}) }

// Fenced ends every seat here, and the wait for whatever is on its way, since the others go
// on without this server. Places are kept in the room, for their tickets. What is on its way
// may be in the log all the same, or come to be in it: then it is undone.
func (r *room) Fenced() {
	var knocks []string
	r.do(func() {
		for _, p := range slices.Clone(r.here.order) {
			r.giveUp(p, p.fencedOff())
		}
		for _, a := range r.arrivals {
			a.forsake(errUnreachable)
		}
		for _, b := range r.returns {
			b.forsake(errUnreachable)
		}
		for id := range r.waiters {
			knocks = append(knocks, id)
			r.settle(id, errUnreachable)
		}
	})
	for _, id := range knocks {
		r.append(id, unknock{gone: true})
	}
}

// Broken ends all that is here of a room that can't go on, which is found no more: whoever
// comes next opens it anew. Whoever the room still has at this server is found then.
func (r *room) Broken() {
	r.hub.mu.Lock()
	r.hub.lose(r)
	r.hub.mu.Unlock()
	r.do(func() {
		r.broken = true
		r.stopAlarm()
		for _, p := range slices.Clone(r.here.order) {
			r.giveUp(p, errBroken)
		}
		for id := range r.arrivals {
			r.turn(id, errBroken)
		}
		for try := range r.returns {
			r.putBack(try, 0, errBroken)
		}
		for id := range r.waiters {
			r.settle(id, errBroken)
		}
	})
}

var errBroken = &Ended{Code: TooMany, Retry: true,
	Message: "This server has lost track of this room: what the servers share of it is damaged, or no longer what it was. Come back in."}

var errFenced = &Ended{Code: TooMany, Retry: true,
	Message: "This server was out of touch with the others that share this room, so they went on without it. Your place is kept for a minute: come back."}

// errFencedOff is for those whose place can't be taken back.
var errFencedOff = &Ended{Code: TooMany, Retry: true,
	Message: "This server was out of touch with the others that share this room, so they went on without it, and you have left. Come in again."}

// fencedOff is what becomes of a place of a server that was taken for gone.
func (p *place) fencedOff() *Ended {
	if p.out.keep {
		return errFenced
	}
	return errFencedOff
}

// giveUp ends a place here that the room goes on with: it is taken back elsewhere, or may
// be. The caller holds the lock, as that of all below.
func (r *room) giveUp(p *place, why *Ended) {
	r.here.remove(p)
	p.out.giveWay(why)
	p.visited()
	p.leave()
	r.gone = append(r.gone, p)
}

// leaveToOthers gives up a place whose owner may take it back at another server, since this
// one stops. The caller holds no lock.
func (p *place) leaveToOthers() {
	p.room.do(func() {
		if p.room.here.byID[p.id] == p {
			p.room.giveUp(p, errLeaving)
		}
	})
}

// moved ends the place of somebody who came back at another server.
func (r *room) moved(id string, gen uint64) {
	p := r.here.byID[id]
	if p == nil || p.out.generation() >= gen {
		return
	}
	if m := r.state.roster.byID[id]; m != nil && m.claims.rivals(p.claim) {
		r.giveUp(p, errRival)
		return
	}
	p.out.renew(gen) // whoever has the seat learns that it was replaced
	r.giveUp(p, errReplaced)
}

// errRival is for who came back, and then a return of theirs that came to nothing was heard
// of after all.
var errRival = &Ended{Code: TooMany, Retry: true, Message: "Your place was taken back at two servers at once. Come back once more."}

// claimed notes which ticket a connection was given.
func (r *room) claimed(p *place) {
	if m := r.state.roster.byID[p.id]; m != nil && len(m.claims) > 0 {
		p.claim = m.claims[len(m.claims)-1]
	}
}

// cut ends the seats of this server once the log says that it was taken for gone.
func (r *room) cut(node string) {
	for _, p := range slices.Clone(r.here.order) {
		if m := r.state.roster.byID[p.id]; m != nil && m.node == node {
			r.giveUp(p, p.fencedOff())
		}
	}
}

// breaks tells everybody that numbers were left out, and perhaps words with them.
func (r *room) breaks() {
	fx := effect{kind: tellsAll, event: &Gap{Seq: r.state.seq}}
	r.history.note(&fx, time.Now())
	r.tell(&fx)
}

// Stalled tells everybody here that what they say waits, or no longer does.
func (r *room) Stalled(on bool) {
	r.do(func() {
		if r.stalled == on {
			return
		}
		r.stalled = on
		notice := newEntry(&Notice{Code: Reachable, Text: "The servers that share this room reach each other again."})
		if on {
			notice = newEntry(&Notice{Code: Unreachable, Text: "The servers that share this room can't reach each other. What you say waits until they do, or comes back to you."})
		}
		for _, p := range r.here.order {
			p.putEntry(notice)
			if !on {
				p.waitAnew()
			}
		}
	})
}

// hold counts an op of somebody that waits for the log, and refuses it where too many do.
// Where one server has all rooms none waits.
func (p *place) hold(op Op) *Refused {
	r := p.room
	if r.hub.shared == nil {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.stalled && p.waiting >= HeldLines {
		return &Refused{ID: op.opFacts().id, Err: errHeld}
	}
	p.waiting++
	return nil
}

// held counts one less that waits, of what hold has counted. The caller holds the lock.
func (r *room) held(rec Record) {
	switch rec.Op.(type) {
	case Sync, back, arrived, absence, depart:
		return
	}
	if p := r.here.byID[rec.From]; p != nil && p.waiting > 0 {
		p.waiting--
	}
}

var errHeld = &Error{Code: RateLimited, Message: "The servers can't reach each other just now, and ten things that you said wait already. That one was not said."}
