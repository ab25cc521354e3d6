package rooms

import (
	"context"
	"errors"
	"time"
)

// fetch makes a place here of one that another server has, or had, for whoever brings its
// ticket. Only the log says whether it is theirs.
func (h *Hub) fetch(ctx context.Context, from *Source, ticket string) (*place, error) {
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
	r.mu.Lock()
	m := r.state.roster.byID[id]
	if m == nil || r.here.byID[id] != nil {
		r.mu.Unlock()
		h.drop(r)
		return nil, errBadTicket
	}
	v := Visitor{Via: m.Via, Resumable: true, Answers: true, Hello: m.Hello, Watch: m.Watch}
	r.mu.Unlock()
	p := newPlace(r, from, v)
	p.id = id
	p.out.heard = true // or they would have no ticket that the room knows
	if h.cfg.Hold != nil {
		p.letGo = h.cfg.Hold(ctx, p)
	}
	return p, nil
}
