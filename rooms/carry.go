package rooms

import "time"

// carry does for those who are here what a record led to. The caller holds the
// room's lock, as that of all below.
func (r *room) carry(effects []effect) {
	for i := range effects {
		fx := &effects[i]
		r.note(fx)
		r.history.note(fx, time.Now())
		switch fx.kind {
		case tellsAll:
			r.tell(fx)
		case tellsOne:
			if p := r.here.byID[fx.id]; p != nil {
				p.tell(fx.event)
			}
		case tellsKeepers:
			r.tellKeepers(fx)
		case goes:
			r.letGo(fx.id, fx.err)
		case returns:
			if fx.err == nil {
				r.unvoice(fx.id) // what an earlier connection was in
			}
			if _, here := r.returns[fx.try]; here || fx.err != nil {
				r.putBack(fx.try, fx.gen, fx.err)
			} else {
				r.moved(fx.id, fx.gen)
			}
		case waits:
			r.settle(fx.id, fx.err)
		case fences:
			r.cut(fx.id)
		case breaks:
			r.breaks()
		case comes:
			if fx.err != nil {
				r.turn(fx.id, fx.err)
			}
		}
	}
	for i := range effects {
		if fx := &effects[i]; fx.kind == comes && fx.err == nil {
			r.seat(fx.id, fx.gen)
		}
	}
	clear(effects) // they hold what was said
}

// note does what an event means for those places that are here.
func (r *room) note(fx *effect) {
	switch e := fx.event.(type) {
	case *Retracted:
		r.scrub(e.Re)
	case *Renamed:
		if p := r.here.byID[fx.id]; p != nil {
			p.renames.Take(time.Now()) // a change counts, a try does not
		}
	case *Leapt:
		if p := r.here.byID[e.From.ID]; p != nil && e.From.ID == fx.id {
			p.leaps.Owe(time.Now(), 1) // a leap counts, a try does not
		}
	case *Away:
		if e.Member.Away {
			r.unvoice(e.Member.ID)
		}
	case *HostSet:
		if p := r.here.byID[e.Member.ID]; p != nil && !e.Member.Host {
			p.knocks = 0 // who waits is told anew once it is for them to decide again
		}
	}
}

// tell puts an event on everybody's outbox; on that of whoever asked for it goes their own.
func (r *room) tell(fx *effect) {
	e := newEntry(fx.event)
	e.readers = max(1, len(r.here.order))
	var author *place
	if fx.own != nil {
		author = r.here.byID[fx.id]
	}
	for _, p := range r.here.order {
		if p == author {
			p.put(fx.own)
		} else {
			p.putEntry(e)
		}
	}
	if e.soft {
		r.ripple()
	}
}

// tell is as of room, for one. Whoever is refused is counted for it.
func (p *place) tell(e Event) {
	if refused, ok := e.(*Refused); ok {
		p.turnDown(refused, 0)
		return
	}
	p.put(e)
}

// letGo gives up the place of somebody who left, if it is here, for a reason if they are
// told one.
func (r *room) letGo(id string, why error) {
	p := r.here.byID[id]
	delete(r.voiced.now, id)
	if p != nil {
		r.here.remove(p)
		if ended, ok := why.(*Ended); ok {
			p.out.giveWay(ended)
		}
		p.visited()
		p.leave()
		r.gone = append(r.gone, p)
	}
	for _, other := range r.here.order {
		delete(other.asked, id)
	}
}

// ripple wakes everybody for who came and went, now or a moment later together
// with whoever comes and goes until then.
func (r *room) ripple() {
	since := time.Since(r.rippled)
	switch {
	case r.ripples:
	case since >= RippleEvery || len(r.here.order) <= RippleFrom:
		r.wake()
	default:
		r.ripples = true
		time.AfterFunc(RippleEvery-since, func() {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.ripples = false
			r.wake()
		})
	}
}

func (r *room) wake() {
	r.rippled = time.Now()
	for _, p := range r.here.order {
		p.out.wake()
	}
}
