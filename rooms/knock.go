package rooms

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"
)

// knock is somebody at a room's door.
type knock struct {
	id     string
	number uint64
	nick   string // wished
	text   string
	watch  bool
	node   string // whose door it is
}

// waiter is who waits at a door, as the server has them at which they came. It is
// guarded by the room.
type waiter struct {
	source  *Source
	bell    Bell   // something below has changed
	ahead   int    // how many have waited longer; -1: the knock is still on its way
	gives   string // whose knock has to give way before there is room for this one
	decided bool   // how it ended is known
	err     error  // then: why they don't come in; nil: they may
}

// The ops of those who are in no roster. Their records come from the knock's id.
type (
	knocks struct {
		nicks []Nick // as of enter; empty in a sealed room, and of who wants to watch
		text  string
		watch bool
		gives string // whose knock gives way to it if no more may wait, or empty
	}
	// unknock says that nobody waits any more: nobody decided in time or, with gone,
	// whoever knocked has left.
	unknock struct{ gone bool }
)

func (knocks) opFacts() opFacts  { return opFacts{} }
func (unknock) opFacts() opFacts { return opFacts{} }

// Knock enters a room whose door is closed, once somebody inside has let this visitor in:
// a host or, where no host is, anybody. That is waited for, for [KnockFor] at most, and
// waiting is told how many have waited longer, at first and whenever it changes. text is
// what the visitor says of themselves, a line. Where there is nothing to wait for, since
// the door is open or the room isn't there, it is like [Hub.Join].
//
// Nothing that happens in the room reaches who waits, and they hold no place in it. The
// error is an *[Error], with [AtTheDoor] if nobody has decided, or *[Ended], with
// [Denied] if somebody has.
func (h *Hub) Knock(ctx context.Context, v Visitor, text string, waiting func(ahead int)) (*Seat, error) {
	text = Apart(CleanTopic(text))
	if utf8.RuneCountInString(text) > MaxKnockRunes || len(text) > MaxKnockBytes {
		return nil, errLongKnock
	}
	return h.visit(ctx, v, func(at address, from *Source, nicks []Nick) (*Seat, error) {
		if at.kind == KindSealed {
			text = "" // which the server would read
		}
		cost := KnockCost
		began, told := time.Now(), h.watchDelay(ctx)
		defer told()
		for {
			r, err := h.find(ctx, at)
			if h.comesAgain(ctx, err, began) {
				continue
			}
			if err != nil {
				return nil, err
			}
			if r == nil || !r.shut() {
				told()
				seat, err := h.enter(ctx, at, from, v, nicks)
				h.leaveDoor(r)
				return seat, err
			}
			seat, again, err := h.knockAt(ctx, r, from, v, nicks, text, &cost, func(ahead int) {
				told()
				waiting(ahead)
			})
			h.leaveDoor(r)
			if !again {
				return seat, err
			}
		}
	})
}

// knockAt knocks at a room's door, waits, and comes in. With again the room is gone, and
// there may be another of its name. Cost is what it counts as a visit, once.
func (h *Hub) knockAt(ctx context.Context, r *room, from *Source, v Visitor, nicks []Nick, text string, cost *int, waiting func(int)) (seat *Seat, again bool, err error) {
	if r.knocks.Take(time.Now()) > 0 {
		from.visited(time.Now(), 1)
		return nil, false, errDoorBusy
	}
	told := func(ahead int) {
		from.visited(time.Now(), *cost)
		*cost = 0
		waiting(ahead)
	}
	id, err := r.wait(ctx, from, knocks{nicks: nicks, text: text, watch: v.Watch}, told)
	if err != nil {
		if *cost > 0 {
			from.visited(time.Now(), 1)
		}
		return nil, false, err
	}
	seat, err = h.enterAgain(ctx, r, from, v, nicks, id)
	if err != nil {
		r.append(id, unknock{gone: true})
	}
	return seat, err == errRoomGone || err == ErrBurned, err
}

// find finds a room at whose door somebody is; nil: it isn't there. One that is shared with
// other servers it opens, and holds until leaveDoor.
func (h *Hub) find(ctx context.Context, at address) (*room, error) {
	if h.shared != nil {
		return h.reserve(ctx, at)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return nil, ErrShutdown
	}
	return h.rooms[at], nil
}

func (h *Hub) leaveDoor(r *room) {
	if h.shared != nil {
		h.drop(r)
	}
}

// enterAgain takes a new place in a room that was found before, after a knock.
func (h *Hub) enterAgain(ctx context.Context, r *room, from *Source, v Visitor, nicks []Nick, knock string) (*Seat, error) {
	if err := h.admit(ctx, ToRoom); err != nil {
		return nil, err
	}
	h.mu.Lock()
	there := h.rooms[r.address] == r
	if there {
		r.refs++
	}
	h.mu.Unlock()
	if !there {
		return nil, errRoomGone
	}
	return h.enterInto(ctx, r, from, v, nicks, knock)
}

// errRoomGone is what becomes of whoever was let into a room that everybody then left.
var errRoomGone = errors.New("the room is gone")

var (
	errLongKnock = &Error{Code: TooLong, Message: fmt.Sprintf("What you say at the door has at most %d characters and %d bytes.", MaxKnockRunes, MaxKnockBytes)}
	errDenied    = &Ended{Code: Denied, Message: "You were not let in."}
	errVacated   = &Error{Code: NotAllowed, Message: "Everybody has left that room while you waited. Come in again, and it is yours."}
	errDoorBusy  = &Ended{Code: TooMany, Retry: true, Message: "Too many have knocked at this door in the last moments. Try again in a minute."}
	errDoorFull  = &Ended{Code: TooMany, Retry: true, Message: "Too many wait at this door already. Try again in a few minutes."}

	// errDoorGiven ends a knock that has to give way to another.
	errDoorGiven = func() *Ended { same := *errDoorFull; return &same }()

	// ErrUnanswered ends a knock that nobody has decided about.
	ErrUnanswered = &Error{Code: AtTheDoor, Message: "Nobody has decided within five minutes. You can knock again."}
)

// wait knocks, and waits until it is decided. It returns the knock's id, by which whoever
// was let in comes in.
func (r *room) wait(ctx context.Context, from *Source, op knocks, waiting func(ahead int)) (id string, err error) {
	id = newID()
	w := &waiter{source: from, bell: NewBell(), ahead: -1}
	r.mu.Lock()
	r.waiters[id] = w
	r.mu.Unlock()
	r.append(id, op)
	late := time.NewTimer(KnockFor)
	defer late.Stop()
	for told := -1; ; {
		r.mu.Lock()
		ahead, decided, err := w.ahead, w.decided, w.err
		op.gives, w.gives = w.gives, ""
		r.mu.Unlock()
		switch {
		case op.gives != "":
			r.append(id, op)
			continue
		case decided:
			return id, err
		case ahead != told:
			told = ahead
			waiting(ahead)
			continue // telling took its time
		}
		select {
		case <-w.bell:
		case <-late.C:
			r.append(id, unknock{})
		case <-ctx.Done():
			r.mu.Lock()
			delete(r.waiters, id)
			r.mu.Unlock()
			r.append(id, unknock{gone: true})
			return "", ctx.Err()
		}
	}
}

// knock puts somebody into the row of those who wait.
func (s *state) knock(r Record, op knocks) {
	id, d := r.From, &s.doorway
	if op.gives == "" { // else they were counted
		s.crowd("", r.At)
	}
	switch {
	case s.door() == DoorOpen:
		d.let[id] = true
		s.settle(id, nil)
		return
	case s.door() == DoorLocked:
		s.settle(id, errLocked)
		return
	case len(d.knocks) >= MaxKnocks:
		last := d.find(op.gives)
		if last == nil {
			s.settle(id, errDoorFull)
			return
		}
		s.endKnock(last, KnockGone, errDoorGiven, nil, "")
	}
	d.count++
	k := &knock{id: id, number: d.count, text: op.text, watch: op.watch, node: r.Node}
	if s.kind == KindOpen && !op.watch {
		k.nick = s.roster.free(op.nicks, id).String() // nobody knocks as somebody who is here
	}
	d.knocks = append(d.knocks, k)
}

// settle says to whoever knocked how it ended: nil lets them in.
func (s *state) settle(id string, err error) {
	s.effects = append(s.effects, effect{kind: waits, id: id, err: err})
}

// crowder is whose knock gives way when more would wait than may: the newest of the
// source that has most of them for its shares, if it would still have as many as that of
// the newcomer. Nil: nobody's.
func (r *room) crowder(newcomer *Source) (gives string) {
	knocks := r.state.doorway.knocks
	has := make(map[*Source]int)
	for _, k := range knocks {
		r.sourceOf(k.id).each(func(n *Source) { has[n]++ })
	}
	count := func(n *Source) int { return has[n] }
	most := 0
	for _, k := range knocks {
		s := r.sourceOf(k.id)
		if n := s.burden(newcomer, count); !s.unknown && n >= most && n >= newcomer.burden(s, count)+2 {
			gives, most = k.id, n
		}
	}
	return gives
}

// sourceOf is where a knock comes from, as far as this server knows.
func (r *room) sourceOf(id string) *Source {
	if w := r.waiters[id]; w != nil {
		return w.source
	}
	return elsewhere
}

// elsewhere is where those come from who wait at another server's door.
var elsewhere = &Source{shares: 1, unknown: true}

// unknock ends the knock of whoever waits no more.
func (s *state) unknock(id string, op unknock) {
	d := &s.doorway
	if op.gone {
		delete(d.let, id)
	}
	if k := d.find(id); k != nil {
		s.endKnock(k, KnockGone, ErrUnanswered, nil, "")
	}
}

func (d *doorway) find(id string) *knock {
	if i := slices.IndexFunc(d.knocks, func(k *knock) bool { return k.id == id }); i >= 0 {
		return d.knocks[i]
	}
	return nil
}

// decideKnock does what somebody inside wants done about a knock.
func (s *state) decideKnock(m *member, op Decide) {
	k := s.doorway.find(op.Knock)
	switch {
	case !s.mayDecide(m, op.ID):
	case k == nil:
		s.tellOne(m, refusal(op.ID, UnknownKnock, "Nobody knocks by that number. They may have gone, or somebody else has decided."))
	case op.In:
		s.letIn(k, m, op.ID)
	default:
		s.endKnock(k, KnockDenied, errDenied, m, op.ID)
	}
}

// letIn ends a knock by letting them in.
func (s *state) letIn(k *knock, by *member, opID string) {
	s.doorway.let[k.id] = true
	s.endKnock(k, KnockAdmitted, nil, by, opID)
}

// endKnock ends a knock, and tells those who know of it: whoever decided with the id
// that they gave their op.
func (s *state) endKnock(k *knock, outcome KnockOutcome, why error, by *member, opID string) {
	s.doorway.knocks = deleteOne(s.doorway.knocks, k)
	fx := effect{kind: tellsKeepers, gen: k.number, event: &Knocked{Knock: k.id, Outcome: outcome}}
	if by != nil {
		fx.id, fx.own = by.ID, fx.event
		if opID != "" {
			fx.own = &Knocked{Knock: k.id, Outcome: outcome, ID: opID}
		}
	}
	s.effects = append(s.effects, fx)
	s.settle(k.id, why)
}

// tellKeepers tells of a knock's end those who were told of it, and whoever ended it. The
// caller holds the room's lock, as that of all below.
func (r *room) tellKeepers(fx *effect) {
	shared := newEntry(fx.event)
	for _, p := range r.here.order {
		switch {
		case fx.own != nil && p.id == fx.id:
			p.put(fx.own)
		case p.knocks >= fx.gen:
			p.putEntry(shared)
		}
	}
}

// showKnocks tells those who may decide who waits now, and those who wait how many have
// waited longer.
func (r *room) showKnocks() {
	d := &r.state.doorway
	if len(d.knocks) == 0 {
		return
	}
	hosted := r.state.hosted()
	told := make(map[*knock]*entry)
	for _, p := range r.here.order {
		m := r.state.roster.byID[p.id]
		if p.knocks == d.count || m.Watch || hosted && !m.Host {
			continue
		}
		for _, k := range d.knocks {
			if k.number <= p.knocks {
				continue
			}
			if told[k] == nil {
				told[k] = newEntry(&Knocking{Knock: k.id, Nick: k.nick, Text: k.text, Watch: k.watch})
			}
			p.putEntry(told[k])
		}
		p.knocks = d.count
	}
	for i, k := range d.knocks {
		if w := r.waiters[k.id]; w != nil && w.ahead != i {
			w.ahead = i
			w.bell.Ring()
		}
	}
}

// settle tells whoever waits here how it ended: nil lets them in. Where too many wait, it is
// seen first whether another gives way.
func (r *room) settle(id string, err error) {
	w := r.waiters[id]
	if w == nil {
		return
	}
	if err == errDoorFull {
		w.gives = r.crowder(w.source)
	}
	if w.gives == "" {
		delete(r.waiters, id)
		w.decided, w.err = true, err
	}
	w.bell.Ring()
}

// endWaiting ends all knocks from here, since the server stops, and returns them.
func (r *room) endWaiting() (knocks []string) {
	for id := range r.waiters {
		knocks = append(knocks, id)
		r.settle(id, ErrShutdown)
	}
	return knocks
}
