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
	Log      Log     // nil: this process alone
	Voice    bool    // welcomes say that this server offers voice
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
	cfg    Config
	shared Shared // the log, if several servers share it

	traffic atomic.Uint64 // records so far
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
// free one can be chosen when the log returns it.
const spareNicks = 8

// NewHub returns a hub without rooms.
func NewHub(cfg Config) *Hub {
	if cfg.RoomSize == 0 {
		cfg.RoomSize = DefaultRoomSize
	}
	cfg.RoomSize = min(cfg.RoomSize, MaxRoomSize)
	if cfg.Log == nil {
		cfg.Log = inProcess{}
	}
	shared, _ := cfg.Log.(Shared)
	return &Hub{cfg: cfg, shared: shared, rooms: make(map[address]*room), tickets: make(map[string]*place), nobody: Source{shares: 1, unknown: true}}
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
// meanwhile, and once more where the servers could not reach each other. What comes to nothing
// counts as a visit.
func (h *Hub) enter(ctx context.Context, at address, from *Source, v Visitor, nicks []Nick) (seat *Seat, err error) {
	began, told := time.Now(), h.watchDelay(ctx)
	defer told()
	for seat == nil && (err == nil || err == ErrBurned || h.comesAgain(ctx, err, began)) {
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
	op := enter{
		via: v.Via, hello: v.Hello, watch: v.Watch, nicks: nicks, knock: knock, host: v.Host && !v.Watch,
		salt: newKeySalt(), size: r.size(),
	}
	if v.Invite != "" {
		hash := hashToken(v.Invite)
		op.invite = &hash
	}
	return h.arrive(ctx, r, p, op)
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
	return h.attach(ctx, at)
}

// attach is reserve for whoever was admitted.
func (h *Hub) attach(ctx context.Context, at address) (*room, error) {
	r, made, err := h.hold(at)
	if err != nil {
		return nil, err
	}
	if made {
		h.open(ctx, r)
	}
	select {
	case <-r.opened:
		if r.tail == nil {
			err = errUnreachable
		}
	case <-ctx.Done():
		err = ctx.Err()
	}
	if err != nil {
		h.drop(r)
		return nil, err
	}
	return r, nil
}

// open attaches a room to its log, for all who are on their way into it. One that can't be
// is found no more.
func (h *Hub) open(ctx context.Context, r *room) {
	defer close(r.opened)
	tail, err := h.cfg.Log.Open(context.WithoutCancel(ctx), r.kind, r.name, r)
	if err == nil {
		r.tail = tail
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.lose(r)
}

// hold finds a room, or makes one without a log, and counts whoever is on their way in.
func (h *Hub) hold(at address) (r *room, made bool, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return nil, false, ErrShutdown
	}
	r = h.rooms[at]
	if made = r == nil; made {
		r = newRoom(h, at)
		h.rooms[at] = r
	}
	r.refs++
	return r, made, nil
}

// release gives a place up; the last one takes its room along.
func (h *Hub) release(r *room, p *place) {
	h.mu.Lock()
	h.forget(p, "")
	p.tickets = nil
	h.mu.Unlock()
	if p.letGo != nil {
		p.letGo()
	}
	h.drop(r)
}

// drop counts one less who is in a room, or on their way; the last takes the room along.
func (h *Hub) drop(r *room) {
	h.mu.Lock()
	r.refs--
	emptied := r.refs == 0
	if emptied {
		h.lose(r)
	}
	h.mu.Unlock()
	if !emptied {
		return
	}
	r.mu.Lock()
	r.stopAlarm()
	r.history.stop()
	r.voiced.stop()
	r.mu.Unlock()
	<-r.opened
	if r.tail != nil {
		r.tail.Close()
	}
	if h.cfg.Emptied != nil {
		h.cfg.Emptied()
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
