package rooms

import (
	"cmp"
	"context"
	"errors"
	"time"
)

// enter asks for a place. Only this package makes it, and the ops below.
type enter struct {
	via    Via
	hello  string
	watch  bool       // they want to watch
	nicks  []Nick     // the wish, if any, then spare names; the first free one counts
	knock  string     // the id of the knock that it follows, or empty
	invite *tokenHash // of the invitation that they have, if any
	host   bool       // they want to be the host, if it is they who make the room
	salt   keySalt    // of its keys, if it is
	size   int        // how many fit into it, if it is
	gives  string     // who gives way to them if nobody fits any more, or empty
	absent bool       // who gives way seems not to be there
	ticket *tokenHash // of what takes the place back at any server; nil: at none but this
}

func (enter) opFacts() opFacts { return opFacts{} }

// enter takes somebody in, or says why not.
func (s *state) enter(r Record, op enter) {
	id := r.From
	switch {
	case s.roster.here(id):
		return // it came twice
	case s.burned:
		s.turn(id, ErrBurned)
		return
	}
	if err := s.refuses(op, r.At); err != nil {
		s.crowd("", r.At)
		s.turn(id, err)
		return
	}
	if s.size == 0 { // they are the first
		s.keys.salt, s.size = op.salt, op.size
	}
	if len(s.roster.order) >= s.size {
		leaver := s.roster.byID[op.gives]
		if leaver == nil {
			s.turn(id, errRoomFull)
			return
		}
		why := errGaveWay
		if op.absent {
			why = errAbsent
		}
		s.depart(leaver, r.At, LeftLost, "", why)
	}
	s.doorway.passes(op, r.At)
	m := &member{Member: Member{ID: id, Via: op.via, Hello: op.hello, Watch: op.watch}, past: past{gen: 1, came: r.At, node: r.Node}, key: id}
	m.claims.renew(op.ticket)
	switch {
	case op.watch:
		m.Nick = WatcherNumber(id)
	case s.kind == KindOpen:
		nick := s.roster.free(op.nicks, id)
		m.Nick, m.key = nick.String(), nick.Key()
	}
	m.Host = op.host && s.roster.people() == 0 // they make the room
	m.arrived = s.next()
	s.tell(&Joined{Seq: m.arrived, Member: m.Member})
	s.roster.add(m)
	s.effects = append(s.effects, effect{kind: comes, id: id, gen: m.gen})
	s.crowd(id, r.At)
}

// turn says that whoever arrives does not come in.
func (s *state) turn(id string, err error) {
	s.effects = append(s.effects, effect{kind: comes, id: id, err: err})
}

// errGaveWay is for whoever has to leave a full room.
var errGaveWay = &Ended{Code: TooMany, Retry: true,
	Message: "This room is full and most people here come from your address, so your place was given to somebody from elsewhere."}

// errAbsent is for whoever has to who seems not to be there.
var errAbsent = &Ended{Code: TooMany, Retry: true,
	Message: "This room is full and your program has answered nothing for a while, so your place was given to somebody else."}

var errRoomFull = &Error{Code: RoomFull, Message: "This room is full. Try again later, or take another room."}

// arrival is a place on its way in.
type arrival struct {
	place   *place
	decided chan decision
	alone   bool // nobody waits for it any more
}

// decision is what comes of an arrival, or of a return: a seat, or why there is none, or who
// has to give way first.
type decision struct {
	seat   *Seat
	err    error
	early  bool   // what becomes of it in the log is not known yet, and is undone once it is
	leaver string // member id
	absent bool   // they seem not to be there
}

// newID returns a number for whoever comes next, whose colour and shape few people here
// have: a dozen people are told apart by a dozen colours, and ten by their shapes as well.
// Since a face is made of the number alone, it is the same on every screen and stays while
// others come and go. Nobody who watches goes by what it would be as the number of who does.
func (r *room) newID() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	best, most := "", -1
	for range idTries {
		id := newID()
		if n := r.state.roster.suits(id); n > most {
			best, most = id, n
		}
		if most == suitsBest {
			break
		}
	}
	return best
}

// arrive takes an arrival whose enter the log has returned from those on their way, or nil
// if it is another server's. The caller holds the lock.
func (r *room) arrive(id string) *arrival {
	a := r.arrivals[id]
	delete(r.arrivals, id)
	return a
}

// seat gives an arrival its place. The caller holds the lock.
func (r *room) seat(id string, gen uint64) {
	a := r.arrive(id)
	if a == nil {
		return
	}
	p := a.place
	r.here.add(p)
	if r.kind == KindSealed && len(r.state.roster.order) > 1 { // who is alone has nobody to seal to
		p.mute = time.AfterFunc(MuteFor, func() { r.do(p.endMute) })
	}
	r.claimed(p)
	p.out.acked.Seq = r.state.seq
	seat := p.attach(gen)
	view := r.state.now()
	welcome := r.welcome(p, view)
	if len(p.tickets) > 0 {
		welcome.Ticket = p.tickets[0]
	}
	seat.first = append(append([]Event{welcome}, view.asides()...), r.voices()...)
	if r.closed {
		p.out.farewell(r.farewell())
	}
	if a.alone {
		r.ended = append(r.ended, p) // nobody is there to come back
		return
	}
	a.decided <- decision{seat: seat}
}

// turn says to an arrival why it may not come in, or who would have to give way. The caller
// holds the lock.
func (r *room) turn(id string, err error) {
	a := r.arrive(id)
	switch {
	case a == nil:
	case a.alone:
		r.gone = append(r.gone, a.place)
	case err != errRoomFull:
		a.decided <- decision{err: err}
	default:
		leaver := r.here.leaver(a.place.source)
		if leaver == nil {
			r.askAll()
			r.turnAway()
			a.decided <- decision{err: err}
			return
		}
		a.decided <- decision{err: err, leaver: leaver.id, absent: leaver.out.absent()}
	}
}

// abandon leaves an arrival to itself that nobody waits for any more, unless it has been
// decided already. What becomes of it is undone once it is.
func (r *room) abandon(a *arrival) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	a.alone = r.arrivals[a.place.id] == a
	return a.alone
}

// forsake tells an arrival to try again whose enter may be in the log, and leaves it alone.
// The caller holds the lock.
func (a *arrival) forsake(err error) {
	if !a.alone {
		a.alone = true
		a.decided <- decision{err: err, early: true}
	}
}

// askAll asks the people of a full room, now and again, whether they are there, so that
// who does not answer can give way to whoever comes next.
func (r *room) askAll() {
	if time.Since(r.allThere) < SignEvery {
		return
	}
	r.allThere = time.Now()
	for _, p := range r.here.order {
		p.out.askNow()
	}
}

// turnAway tells the people of a full room, now and again, that somebody wanted to
// come in.
func (r *room) turnAway() {
	if time.Since(r.turned) < TurnedAwayEvery {
		return
	}
	r.turned = time.Now()
	notice := newEntry(&Notice{Code: RoomFull, Text: "Somebody wanted to come in, but this room is full."})
	for _, p := range r.here.order {
		p.putEntry(notice)
	}
}

// arrive asks the log for a new place and waits until it is in. Whoever has to give way for
// it, if nobody fits any more, it is this server that says, among its own: once it is
// refused it asks again.
//
// While its enter is on the way, the place stands in r.arrivals and in no list. Whoever
// finds it there first, under the room's lock, decides: the room, which seats or refuses it
// and leaves in a.decided what it decided, which has room for one, because the room waits
// for nobody; or abandon, since ctx has ended, or forsake, since this server was taken for
// gone, and then the room undoes what becomes of it.
//
// A place that is in no list is released here. One that was seated for nobody leaves like
// everybody by a depart in the room's order: the room releases it.
func (h *Hub) arrive(ctx context.Context, r *room, p *place, op enter) (*Seat, error) {
	if p.out.keep {
		p.tickets = []string{h.newTicket(r, p.id)}
		op.ticket = h.ticketHash(p.tickets[0])
		h.mu.Lock()
		h.tickets[p.tickets[0]] = p
		h.mu.Unlock()
	}
	for try := 1; ; try++ {
		a := &arrival{place: p, decided: make(chan decision, 1)}
		r.mu.Lock()
		r.arrivals[p.id] = a
		r.mu.Unlock()
		p.submit(0, op)
		d, err := a.wait(ctx)
		switch {
		case err == errAbandoned:
			return nil, ctx.Err()
		case d.early:
			return nil, d.err
		case d.seat != nil && err != nil:
			p.depart(d.seat.gen, LeftLost) // nobody is there to come back
			return nil, err
		case d.seat != nil:
			return d.seat, nil
		case err == nil && d.leaver != "" && try < giveTries:
			op.gives, op.absent = d.leaver, d.absent
		default:
			h.release(r, p)
			return nil, cmp.Or(err, d.err)
		}
	}
}

// giveTries is how often a newcomer asks for a place in a full room: others may come in
// whenever somebody gives way.
const giveTries = 8

// errAbandoned says that an arrival is left to its room.
var errAbandoned = errors.New("nobody waits for it")

// wait waits until an arrival is decided, or until ctx ends. With a seat and an error it has
// one, and nobody for it.
func (a *arrival) wait(ctx context.Context) (decision, error) {
	select {
	case d := <-a.decided:
		return d, nil
	case <-ctx.Done():
		if a.place.room.abandon(a) {
			return decision{}, errAbandoned
		}
		return <-a.decided, ctx.Err() // it was decided before
	}
}
