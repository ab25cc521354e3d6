package rooms

import (
	"context"
	"errors"
	"time"
)

// back says that somebody came back to their place. From then on nothing counts that an
// older connection of it asked.
type back struct {
	try  string     // of how many who try at once, which
	used *tokenHash // the ticket that they brought; nil: the server that has the place knows it
	next tokenHash  // then: the next one
}

// arrived says that whoever came back by a ticket has the next one.
type arrived struct{}

func (back) opFacts() opFacts    { return opFacts{} }
func (arrived) opFacts() opFacts { return opFacts{} }

// back renews whose connection counts. m is nil if they have left.
func (s *state) back(m *member, r Record, op back) {
	if m == nil || op.used != nil && !m.claims.use(*op.used, op.next) || op.used == nil && m.node != r.Node {
		s.effects = append(s.effects, effect{kind: returns, id: r.From, try: op.try, err: errBadTicket})
		return
	}
	m.gen++
	m.node, m.kept = r.Node, time.Time{}
	s.effects = append(s.effects, effect{kind: returns, id: r.From, try: op.try, gen: m.gen})
}

// returning is a connection that brought the ticket of a place.
type returning struct {
	place   *place
	next    tokenHash // of the ticket that it would be given
	at      Position  // what it says that it received
	decided chan decision
	alone   bool              // nobody waits for it any more
	over    func(seated bool) // called then, with no lock held, once it is known what became of it
}

// forsake is as of arrival.
func (b *returning) forsake(err error) {
	if !b.alone {
		b.alone = true
		b.decided <- decision{err: err, early: true}
	}
}

// putBack gives a place to who came back to it, or says why not. The caller holds the lock.
func (r *room) putBack(try string, gen uint64, err error) {
	b, waits := r.returns[try]
	if !waits {
		return
	}
	delete(r.returns, try)
	p := b.place
	switch {
	case b.alone:
		if err == nil {
			r.moved(p.id, gen) // whoever came back since has to once more
			r.strays(p.id, gen, ResumeWindow)
		}
		r.undone = append(r.undone, func() { b.over(false) })
	case err != nil:
		b.decided <- decision{err: err}
	case p.out.isOver() && r.here.byID[p.id] != p: // it was taken back at another server
		b.decided <- decision{err: errMoved}
	case p.out.isOver(): // it is about to leave
		p.out.renew(gen)
		r.ended = append(r.ended, p)
		b.decided <- decision{err: errBadTicket}
	default:
		if r.here.byID[p.id] != p {
			r.takeOver(p, gen, b.at)
		}
		r.claimed(p)
		p.knocks = 0 // who waits is told anew
		b.decided <- decision{seat: r.resume(p, gen, b.at)}
	}
}

// Resume takes a place back by the ticket of its last welcome, from the numbers
// of the last room event and whisper that were received. It also takes a place
// whose old connection still looks alive; that one ends with [Replaced]. The
// ticket is spent when the new connection does its first op, so that a lost
// welcome strands nobody. The error is an *[Error] with [BadTicket], or *[Ended];
// with [TooMany] the place still waits, for whoever comes a little later.
func (h *Hub) Resume(ctx context.Context, ticket string, seq, wseq uint64) (*Seat, error) {
	if err := h.admit(ctx, Returning); err != nil {
		return nil, err
	}
	from, at := h.source(ctx), Position{seq, wseq}
	p, err := h.returning(from, ticket)
	var seat *Seat
	if err == nil {
		seat, err = p.comeBack(at, ticket, func(bool) { h.drop(p.room) })
	}
	if h.shared != nil && (err == errBadTicket || err == errMoved) {
		seat, err = h.fetch(ctx, from, at, ticket)
	}
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		seat.Close()
		return nil, err
	}
	return seat, nil
}

// errMoved says that a place here was taken back elsewhere while it was to be taken back here.
var errMoved = errors.New("the place was taken back at another server")

// comeBack asks the log for a place that is taken back by a ticket, and has it have the next.
// Over is called once nothing more comes of it, which may be after it has returned.
func (p *place) comeBack(at Position, ticket string, over func(seated bool)) (*Seat, error) {
	r, h := p.room, p.room.hub
	next := h.newTicket(r, p.id)
	b, op := &returning{place: p, at: at, decided: make(chan decision, 1), over: over}, back{try: newID(), used: h.ticketHash(ticket)}
	if op.used != nil {
		op.next = hashToken(next)
		b.next = op.next
	}
	r.mu.Lock()
	r.returns[op.try] = b
	r.mu.Unlock()
	p.submit(0, op)
	d := <-b.decided
	if !d.early {
		defer func() { over(d.seat != nil) }()
	}
	if d.seat != nil && op.used != nil { // though it may be over already: it is good elsewhere
		d.seat.first[0].(*Welcome).Ticket = next
	}
	if d.seat != nil && h.renew(d.seat, ticket, next) {
		p.submit(d.seat.gen, absence{away: false})
	}
	return d.seat, d.err
}

// returning finds the place that a ticket takes back, if it may be just now, and keeps its
// room until drop: others may give the place up meanwhile, and nobody else may be here.
func (h *Hub) returning(from *Source, ticket string) (*place, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return nil, ErrShutdown
	}
	p := h.tickets[ticket]
	if p == nil {
		return nil, errBadTicket
	}
	r := p.room
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.here.byID[p.id] == nil || p.out.isOver() {
		return nil, errBadTicket
	}
	if !p.mayReturn(from) {
		return nil, errReturns
	}
	r.refs++
	return p, nil
}

// renew gives whoever came back by a ticket the next one, unless their place is gone or
// another's already, and reports whether the room has to be told that they are there.
func (h *Hub) renew(seat *Seat, ticket, next string) (away bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	p := seat.place
	r := p.room
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.here.byID[p.id] == nil || p.out.generation() != seat.gen {
		return false
	}
	h.forget(p, "")
	p.tickets = []string{ticket, next}
	h.tickets[ticket], h.tickets[next] = p, p
	seat.first[0].(*Welcome).Ticket = next
	return r.state.roster.byID[p.id].Away
}

var errReturns = &Ended{Code: TooMany, Retry: true,
	Message: "This place, or others from your address, was taken back too often just now. It is kept for its minute: try again in a few seconds."}

var errBadTicket = &Error{Code: BadTicket, Message: "That place can't be taken back: its minute is over, or its ticket was used. Join the room again."}

// confirm spends the ticket that brought a seat, now that its welcome is known
// to have arrived.
func (h *Hub) confirm(s *Seat) {
	h.mu.Lock()
	p := s.place
	spends := len(p.tickets) > 1 && p.out.generation() == s.gen
	if spends {
		next := p.tickets[len(p.tickets)-1]
		h.forget(p, next)
		p.tickets = []string{next}
	}
	h.mu.Unlock()
	if spends && h.shared != nil {
		p.submit(s.gen, arrived{})
	}
}
