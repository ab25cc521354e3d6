package rooms

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Config says how a hub behaves. Zero values mean the defaults, but for
// SayRate, Emptied, Admit, Source and Hold, where they mean none.
type Config struct {
	RoomSize int     // people in one room, at most MaxRoomSize
	SayRate  float64 // messages a second per person after a burst; 0: no limit
	Bus      Bus     // nil: this process alone
	Emptied  func()  // called, with no lock held, after a room is gone
	// Admit is asked, with no lock held, before an arrival gets a place; its
	// error refuses it. ctx is the one given to Join or Resume. Nil: everybody.
	Admit func(ctx context.Context, a Arrival) error
	// Source says where an arrival comes from, by the ctx given to Join. Nil, as
	// whoever it returns nil for: nothing is known, and no share can be measured.
	Source func(ctx context.Context) *Source
	// Hold counts a place, until letGo, among what is held for whoever the ctx
	// given to Join belongs to. Both are called with no lock held. Nil: nothing is
	// counted.
	Hold func(ctx context.Context, p Holder) (letGo func())
}

// Arrival says what somebody is about to do to the hub.
type Arrival int

const (
	ToRoom    Arrival = iota // enter a room that exists
	ToNewRoom                // make a room by entering it
	Returning                // take a place back by its ticket
)

// Hub is every room of one server.
type Hub struct {
	cfg Config

	traffic atomic.Uint64 // submissions so far
	fades   atomic.Int64  // by when the last that was said anywhere has faded, in Unix nanoseconds
	away    awayPlaces
	nobody  Source // where everybody comes from of whom nothing is known

	mu      sync.Mutex
	rooms   map[address]*room
	tickets map[string]*place
	closed  bool
}

// Visitor is who wants to come in, and what they ask for.
type Visitor struct {
	Room      string // as typed; see ParseRoomName
	Nick      string // as typed; empty for a generated one
	Via       Via
	Resumable bool // keep the place for ResumeWindow after a lost connection
	// Answers says that the door passes on whatever its client acknowledges, so that
	// who never does may be taken for absent.
	Answers bool
	// Hello asks for a sealed room: what the others are shown of this member's
	// key, raw, not looked at here. Nick means nothing then.
	Hello string
	// Invite is the token of an invitation, or empty.
	Invite string
	// Host makes whoever makes the room by entering it its host.
	Host bool
	// Watch asks for a place that reads and says nothing. Nick and Host mean nothing then.
	Watch bool
}

func (v Visitor) kind() Kind {
	if v.Hello != "" {
		return KindSealed
	}
	return KindOpen
}

// spareNicks is how many generated names an arrival brings, so that the first
// free one can be chosen when the bus returns it.
const spareNicks = 8

// NewHub returns a hub without rooms.
func NewHub(cfg Config) *Hub {
	if cfg.RoomSize == 0 {
		cfg.RoomSize = DefaultRoomSize
	}
	cfg.RoomSize = min(cfg.RoomSize, MaxRoomSize)
	if cfg.Bus == nil {
		cfg.Bus = inProcess{}
	}
	return &Hub{cfg: cfg, rooms: make(map[address]*room), tickets: make(map[string]*place), nobody: Source{shares: 1, unknown: true}}
}

// Join enters a room, making it if it isn't there. A name that can't be had
// never keeps anybody out: they get a generated one, and a [Notice] after the
// [Welcome]. The error is an *[Error], or *[Ended] when the server is shutting
// down.
func (h *Hub) Join(ctx context.Context, v Visitor) (*Seat, error) {
	return h.visit(ctx, v, func(at address, from *Source, nicks []Nick) (*Seat, error) {
		return h.enter(ctx, at, from, v, nicks)
	})
}

// visit checks what a visitor asks for, has them enter, and tells them what they are
// called if that is not what they asked for.
func (h *Hub) visit(ctx context.Context, v Visitor, enter func(at address, from *Source, nicks []Nick) (*Seat, error)) (*Seat, error) {
	if SealedLink(v.Room) {
		return nil, SealedLinkError(true)
	}
	name, err := ParseRoomName(v.Room)
	if err != nil {
		return nil, err
	}
	if len(v.Invite) > MaxTokenBytes {
		return nil, errNoInvite
	}
	if len(v.Hello) > MaxHelloBytes {
		return nil, &Error{Code: BadFrame, Message: fmt.Sprintf("A hello has at most %d bytes.", MaxHelloBytes)}
	}
	nicks, notice := candidates(v.Nick)
	switch {
	case v.kind() == KindSealed && v.Watch:
		return nil, ErrSealedWatch
	case v.kind() == KindSealed, v.Watch:
		nicks, notice = nil, nil
	}
	if v.kind() == KindOpen && isSealedName(name) {
		return nil, errSealedName
	}
	from := h.source(ctx)
	if !from.mayVisit(time.Now()) {
		return nil, errVisits // before anything is looked at, so that this tells of no room
	}
	seat, err := enter(address{v.kind(), name}, from, nicks)
	if err != nil {
		return nil, err
	}
	if seat.made = seat.first[0].(*Welcome).You.Host; seat.made {
		seat.giveKey()
	}
	if notice == nil && v.Nick != "" && len(nicks) > 0 && seat.first[0].(*Welcome).You.Nick != nicks[0].String() {
		notice = AnotherNick()
	}
	if notice != nil {
		seat.first = append(seat.first, notice)
	}
	return seat, nil
}

// enter takes a new place in a room, in another of that name if the first is burned
// meanwhile. What comes to nothing counts as a visit.
func (h *Hub) enter(ctx context.Context, at address, from *Source, v Visitor, nicks []Nick) (seat *Seat, err error) {
	for seat == nil && (err == nil || err == ErrBurned) {
		seat, err = h.tryEnter(ctx, at, from, v, nicks)
	}
	if err != nil {
		from.visited(time.Now(), 1)
	}
	return seat, err
}

func (h *Hub) tryEnter(ctx context.Context, at address, from *Source, v Visitor, nicks []Nick) (*Seat, error) {
	r, err := h.reserve(ctx, at)
	if err != nil {
		return nil, err
	}
	return h.enterInto(ctx, r, from, v, nicks, "")
}

// enterInto takes a new place in a room that was reserved, after a knock if that is not
// empty. Whoever is refused at the door is so at once: the time that it takes says nothing
// of what goes on inside.
func (h *Hub) enterInto(ctx context.Context, r *room, from *Source, v Visitor, nicks []Nick, knock string) (*Seat, error) {
	if knock != "" || !r.shut() {
		r.pace.await(ctx)
	}
	p := newPlace(r, from, v)
	if h.cfg.Hold != nil {
		p.letGo = h.cfg.Hold(ctx, p)
	}
	op := enter{nicks: nicks, knock: knock, host: v.Host && !v.Watch, watch: v.Watch, salt: newKeySalt()}
	if v.Invite != "" {
		hash := hashToken(v.Invite)
		op.invite = &hash
	}
	return h.arrive(ctx, r, p, op)
}

// arrive sends a new place through the bus and waits until it is in.
//
// While its enter is on the way, the place stands in r.arrivals and in no roster.
// Whoever takes it out of there, under the room's lock, was first and decides: the
// room's enter, which seats or refuses it; or cancel, since ctx has ended. What enter
// decides it leaves in a.decided, which has room for one, because it holds the room's
// lock and waits for nobody. Where cancel comes too late that is there already, or in a
// moment, and is taken.
//
// A place that no roster has is released here. One that was seated for nobody is in the
// roster, and leaves like everybody by a depart in the room's order: the room releases it.
func (h *Hub) arrive(ctx context.Context, r *room, p *place, op enter) (*Seat, error) {
	if p.out.keep {
		p.tickets = []string{newTicket()}
		h.mu.Lock()
		h.tickets[p.tickets[0]] = p
		h.mu.Unlock()
	}
	a := arrival{place: p, decided: make(chan decision, 1)}
	r.mu.Lock()
	r.arrivals[p.id] = a
	r.mu.Unlock()
	p.submit(0, op)
	seat, err := a.wait(ctx)
	switch {
	case seat == nil:
		h.release(r, p)
	case err != nil:
		p.submit(seat.gen, depart{LeftLost}) // nobody is there to come back
	default:
		return seat, nil
	}
	return nil, err
}

// wait waits until an arrival is decided, or until ctx ends. Without a seat it has
// no place; with a seat and an error it has one, and nobody for it.
func (a arrival) wait(ctx context.Context) (*Seat, error) {
	select {
	case d := <-a.decided:
		return d.seat, d.err
	case <-ctx.Done():
		if a.place.room.cancel(a.place) {
			return nil, ctx.Err()
		}
		return (<-a.decided).seat, ctx.Err() // it was decided before
	}
}

var errRoomFull = &Error{Code: RoomFull, Message: "This room is full. Try again later, or take another room."}

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
	seat, away, err := h.resume(h.source(ctx), ticket, Position{seq, wseq})
	if err != nil {
		return nil, err
	}
	seat.place.showKnocks()
	if away {
		seat.place.submit(seat.gen, absence{away: false})
	}
	return seat, nil
}

func (h *Hub) resume(from *Source, ticket string, at Position) (seat *Seat, away bool, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return nil, false, ErrShutdown
	}
	p := h.tickets[ticket]
	if p == nil {
		return nil, false, errBadTicket
	}
	r := p.room
	r.mu.Lock()
	defer r.mu.Unlock()
	m := r.roster.byID[p.id]
	if m == nil || p.out.isOver() {
		return nil, false, errBadTicket
	}
	if !p.mayReturn(from) {
		return nil, false, errReturns
	}
	h.forget(p, ticket)
	fresh := newTicket()
	p.tickets = []string{ticket, fresh}
	h.tickets[fresh] = p
	return r.resume(p, at), m.Away, nil
}

var errReturns = &Ended{Code: TooMany, Retry: true,
	Message: "This place, or others from your address, was taken back too often just now. It is kept for its minute: try again in a few seconds."}

var errBadTicket = &Error{Code: BadTicket, Message: "That place can't be taken back: its minute is over, or its ticket was used. Join the room again."}

// confirm spends the ticket that brought a seat, now that its welcome is known
// to have arrived.
func (h *Hub) confirm(s *Seat) {
	h.mu.Lock()
	defer h.mu.Unlock()
	p := s.place
	if n := len(p.tickets); n > 1 && p.out.generation() == s.gen {
		h.forget(p, p.tickets[n-1])
		p.tickets = p.tickets[n-1:]
	}
}

// forget drops a place's tickets but one. The caller holds the lock.
func (h *Hub) forget(p *place, but string) {
	for _, t := range p.tickets {
		if t != but {
			delete(h.tickets, t)
		}
	}
}

// admit asks whether an arrival may be.
func (h *Hub) admit(ctx context.Context, a Arrival) error {
	if err := ctx.Err(); err != nil || h.cfg.Admit == nil {
		return err
	}
	return h.cfg.Admit(ctx, a)
}

// reserve finds or makes a room, and keeps it for a place that is on its way in until
// release.
func (h *Hub) reserve(ctx context.Context, at address) (*room, error) {
	h.mu.Lock()
	arrival := ToRoom
	if h.rooms[at] == nil {
		arrival = ToNewRoom
	}
	h.mu.Unlock()
	if err := h.admit(ctx, arrival); err != nil {
		return nil, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return nil, ErrShutdown
	}
	r := h.rooms[at]
	if r == nil {
		r = newRoom(h, at)
		r.subscription = h.cfg.Bus.Open(at.kind, at.name, r.deliver)
		h.rooms[at] = r
	}
	r.refs++
	return r, nil
}

// release gives a place up; the last one takes its room along.
func (h *Hub) release(r *room, p *place) {
	h.mu.Lock()
	h.forget(p, "")
	p.tickets = nil
	r.refs--
	emptied := r.refs == 0
	if emptied {
		h.lose(r)
	}
	h.mu.Unlock()
	if p.letGo != nil {
		p.letGo()
	}
	if emptied {
		r.subscription.Close()
		if h.cfg.Emptied != nil {
			h.cfg.Emptied()
		}
	}
}

// lose lets a room be found no more. The caller holds the lock.
func (h *Hub) lose(r *room) {
	if h.rooms[r.address] == r {
		delete(h.rooms, r.address)
	}
}

// Close refuses arrivals from now on and ends every seat with [Shutdown], after
// what waits for it has been handed out. Places without a connection are gone
// at once. It does not wait for the doors.
func (h *Hub) Close() {
	h.mu.Lock()
	h.closed = true
	rooms := slices.Collect(maps.Values(h.rooms))
	h.mu.Unlock()
	for _, r := range rooms {
		r.close()
	}
}

// Traffic is a number that has risen whenever something happened in a room, and as long as
// something may fade by itself, though nothing happens.
func (h *Hub) Traffic() uint64 {
	if time.Now().UnixNano() < h.fades.Load() {
		h.traffic.Add(1)
	}
	return h.traffic.Load()
}

// fadeLate is the part of its time by which what fades may do so late: a terminal on which
// nothing is repainted looks sixty times in so long.
const fadeLate = 30

// fading notes that something fades in some time.
func (h *Hub) fading(after time.Duration) {
	by := time.Now().Add(after + after/fadeLate).UnixNano()
	for {
		was := h.fades.Load()
		if was >= by || h.fades.CompareAndSwap(was, by) {
			return
		}
	}
}

// candidates are the names that an arrival would take, in order.
func candidates(wish string) (nicks []Nick, notice *Notice) {
	if wish != "" {
		nick, err := ParseNick(wish)
		if err == nil {
			nicks = append(nicks, nick)
		} else {
			notice = &Notice{Code: BadNick, Text: err.Error() + " You were given another."}
		}
	}
	for range spareNicks {
		nicks = append(nicks, GenerateNick())
	}
	return nicks, notice
}
