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
	told   *entry // what whoever may open is told
}

// waiter is who waits at a door, as the server has them at which they came. It is
// guarded by the room.
type waiter struct {
	source  *Source
	bell    Bell  // something below has changed
	ahead   int   // how many have waited longer; -1: the knock is still on its way
	decided bool  // how it ended is known
	err     error // then: why they don't come in; nil: they may
}

// The ops of those who are in no roster. Their submissions come from the knock's id.
type (
	knocks struct {
		nicks []Nick // as of enter; empty in a sealed room, and of who wants to watch
		text  string
		watch bool
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
		for {
			r, err := h.find(at)
			switch {
			case err != nil:
				return nil, err
			case r == nil || !r.shut():
				return h.enter(ctx, at, from, v, nicks)
			}
			if r.doorway.rate.Take(time.Now()) > 0 {
				from.visited(time.Now(), 1)
				return nil, errDoorBusy
			}
			told := func(ahead int) {
				from.visited(time.Now(), cost)
				cost = 0
				waiting(ahead)
			}
			id, err := r.wait(ctx, from, knocks{nicks, text, v.Watch}, told)
			if err != nil {
				if cost > 0 {
					from.visited(time.Now(), 1)
				}
				return nil, err
			}
			seat, err := h.enterAgain(ctx, r, from, v, nicks, id)
			if err == nil {
				return seat, nil
			}
			r.publish(id, unknock{gone: true})
			if err != errRoomGone && err != ErrBurned { // else into the next of that name
				return nil, err
			}
		}
	})
}

// find finds a room; nil: it isn't there.
func (h *Hub) find(at address) (*room, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return nil, ErrShutdown
	}
	return h.rooms[at], nil
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

	// ErrUnanswered ends a knock that nobody has decided about.
	ErrUnanswered = &Error{Code: AtTheDoor, Message: "Nobody has decided within five minutes. You can knock again."}
)

// wait knocks, and waits until it is decided. It returns the knock's id, by which whoever
// was let in comes in.
func (r *room) wait(ctx context.Context, from *Source, op knocks, waiting func(ahead int)) (id string, err error) {
	id = newID()
	w := &waiter{source: from, bell: NewBell(), ahead: -1}
	r.mu.Lock()
	r.doorway.waiters[id] = w
	r.mu.Unlock()
	r.publish(id, op)
	late := time.NewTimer(KnockFor)
	defer late.Stop()
	for told := -1; ; {
		r.mu.Lock()
		ahead, decided, err := w.ahead, w.decided, w.err
		r.mu.Unlock()
		switch {
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
			r.publish(id, unknock{})
		case <-ctx.Done():
			r.publish(id, unknock{gone: true})
			return "", ctx.Err()
		}
	}
}

// atDoor takes what those do who are in no roster, and what the door does by itself. It
// reports false for any other op.
func (r *room) atDoor(s Submission) bool {
	switch op := s.Op.(type) {
	case knocks:
		r.knock(s, op)
	case unknock:
		r.unknock(s.From, op)
	case calm:
		r.lower(op)
	case judge:
		r.judge(op)
	default:
		return false
	}
	return true
}

// knock puts somebody into the row of those who wait.
func (r *room) knock(s Submission, op knocks) {
	id, d := s.From, &r.doorway
	r.crowd("", s.At)
	switch {
	case r.closed:
		r.settle(id, ErrShutdown)
		return
	case r.door() == DoorOpen:
		d.let[id] = true
		r.settle(id, nil)
		return
	case r.door() == DoorLocked:
		r.settle(id, errLocked)
		return
	case len(d.knocks) >= MaxKnocks:
		last := r.crowder(d.sourceOf(id))
		if last == nil {
			r.settle(id, errDoorFull)
			return
		}
		r.endKnock(last, KnockGone, errDoorFull, nil, "")
	}
	d.count++
	e := &Knocking{Knock: id, Text: op.text, Watch: op.watch}
	if r.kind == KindOpen && !op.watch {
		e.Nick = r.roster.free(op.nicks, id).String() // nobody knocks as somebody who is here
	}
	d.knocks = append(d.knocks, &knock{id: id, number: d.count, told: newEntry(e)})
	r.count()
}

// crowder is whose knock gives way when more would wait than may: the newest of the
// source that has most of them for its shares, if it would still have as many as that of
// the newcomer. Nil: nobody's.
func (r *room) crowder(newcomer *Source) (gives *knock) {
	d := &r.doorway
	has := make(map[*Source]int)
	for _, k := range d.knocks {
		d.sourceOf(k.id).each(func(n *Source) { has[n]++ })
	}
	count := func(n *Source) int { return has[n] }
	most := 0
	for _, k := range d.knocks {
		s := d.sourceOf(k.id)
		if n := s.burden(newcomer, count); !s.unknown && n >= most && n >= newcomer.burden(s, count)+2 {
			gives, most = k, n
		}
	}
	return gives
}

// sourceOf is where a knock comes from, as far as this server knows.
func (d *doorway) sourceOf(id string) *Source {
	if w := d.waiters[id]; w != nil {
		return w.source
	}
	return elsewhere
}

// elsewhere is where those come from who wait at another server's door.
var elsewhere = &Source{shares: 1, unknown: true}

// unknock ends the knock of whoever waits no more.
func (r *room) unknock(id string, op unknock) {
	d := &r.doorway
	if op.gone {
		delete(d.let, id)
	}
	if k := d.find(id); k != nil {
		r.endKnock(k, KnockGone, ErrUnanswered, nil, "")
	}
	if op.gone {
		delete(d.waiters, id)
	}
}

func (d *doorway) find(id string) *knock {
	if i := slices.IndexFunc(d.knocks, func(k *knock) bool { return k.id == id }); i >= 0 {
		return d.knocks[i]
	}
	return nil
}

// decide does what somebody inside wants done about a knock.
func (r *room) decide(m *member, op Decide) {
	k := r.doorway.find(op.Knock)
	switch {
	case !r.mayDecide(m, op.ID):
	case k == nil:
		m.place.turnDown(refusal(op.ID, UnknownKnock, "Nobody knocks by that number. They may have gone, or somebody else has decided."), 0)
	case op.In:
		r.letIn(k, m, op.ID)
	default:
		r.endKnock(k, KnockDenied, errDenied, m, op.ID)
	}
}

// letIn ends a knock by letting them in.
func (r *room) letIn(k *knock, by *member, opID string) {
	r.doorway.let[k.id] = true
	r.endKnock(k, KnockAdmitted, nil, by, opID)
}

// endKnock ends a knock, and tells those who know of it: whoever decided with the id
// that they gave their op.
func (r *room) endKnock(k *knock, outcome KnockOutcome, why error, by *member, opID string) {
	d := &r.doorway
	d.knocks = slices.DeleteFunc(d.knocks, func(o *knock) bool { return o == k })
	shared := newEntry(&Knocked{Knock: k.id, Outcome: outcome})
	for _, m := range r.roster.order {
		switch {
		case m == by && opID != "":
			m.place.put(&Knocked{Knock: k.id, Outcome: outcome, ID: opID})
		case m.place.knocks >= k.number || m == by:
			m.place.putEntry(shared)
		}
	}
	r.settle(k.id, why)
	r.count()
}

// settle tells whoever knocked how it ended: nil lets them in.
func (r *room) settle(id string, err error) {
	if w := r.doorway.waiters[id]; w != nil {
		delete(r.doorway.waiters, id)
		w.decided, w.err = true, err
		w.bell.Ring()
	}
}

// count tells everybody who waits how many have waited longer.
func (r *room) count() {
	for i, k := range r.doorway.knocks {
		if w := r.doorway.waiters[k.id]; w != nil && w.ahead != i {
			w.ahead = i
			w.bell.Ring()
		}
	}
}

// endWaiting ends all knocks, since the server stops.
func (r *room) endWaiting() {
	for id := range r.doorway.waiters {
		r.settle(id, ErrShutdown)
	}
	r.doorway.knocks = nil
}

// showKnocks tells somebody who came back anew who waits, if it is for them to decide.
func (p *place) showKnocks() {
	p.room.do(func() {
		p.knocks = 0
		p.room.attend()
	})
}
