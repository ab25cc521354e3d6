package rooms

import (
	"context"
	"errors"
	"time"
)

// fetch takes a place back that another server has, or had, by its ticket. Only the log says
// whether it is theirs.
func (h *Hub) fetch(ctx context.Context, from *Source, at Position, ticket string) (*Seat, error) {
	mark, id, ok := readSharedTicket(ticket)
	if !ok {
		return nil, errBadTicket
	}
	if !from.mayReturn(time.Now(), ReturnBytes) {
		return nil, errReturns
	}
	kind, name, err := h.shared.Find(ctx, mark)
	switch {
	case errors.Is(err, ErrNoRoom):
		return nil, errBadTicket
	case err != nil:
		return nil, errUnreachable
	}
	r, err := h.attach(ctx, address{kind, name})
	if err != nil {
		return nil, err
	}
	p := newPlace(r, from, Visitor{Resumable: true, Answers: true})
	p.id = id          // who that is the room says, once it has come as far as their return
	p.out.heard = true // or they would have no ticket that the room knows
	if h.cfg.Hold != nil {
		p.letGo = h.cfg.Hold(ctx, p)
	}
	return p.comeBack(at, ticket, func(seated bool) {
		if !seated {
			h.release(r, p)
		}
	})
}

// takeOver makes a place that was fetched that of a member who is back, with all up to at. The
// caller holds the lock.
func (r *room) takeOver(p *place, gen uint64, at Position) {
	r.moved(p.id, gen) // this server had not heard yet that it was elsewhere
	m := r.state.roster.byID[p.id]
	p.via, p.hello, p.watch = m.Via, m.Hello, m.Watch
	r.here.add(p)
	r.history.since(m, &p.out, at)
}
