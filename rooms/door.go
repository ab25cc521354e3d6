package rooms

import (
	"cmp"
	"slices"
	"time"
)

// doorway is who waits at a room's door, and what closed it by itself. It is guarded by
// the room, and what it says changes in the room's order alone.
type doorway struct {
	knocks  []*knock           // who waits, in the order in which they came
	count   uint64             // how many have knocked, which is the number of the newest
	let     map[string]bool    // whom somebody let in, and who is not in yet
	waiters map[string]*waiter // those whom this server has at the door, by their knocks
	bridge  bridge
	flood   flood
	rate    Limiter // of knocks; it has its own lock

	invitations []invitation // that are good
}

func newDoorway() doorway {
	return doorway{let: make(map[string]bool), waiters: make(map[string]*waiter), rate: NewLimiter(KnockRate, KnockBurst)}
}

// door is how the room's door is.
func (r *room) door() Door { return cmp.Or(r.rules.Door, DoorOpen) }

// refuses says why a newcomer may not come in, or nil. Whoever knocked and was let in
// may, once, and so may whoever has an invitation. One that is not good is told of
// whatever the door: so whoever made it learns what their link does.
func (r *room) refuses(op enter, at time.Time) *Error {
	switch {
	case r.doorway.let[op.knock]:
		return nil
	case op.invite != nil && r.doorway.invites(*op.invite, at) >= 0:
		return r.doorway.watchOnly(op, at)
	case op.invite != nil:
		return errNoInvite
	}
	switch r.door() {
	case DoorKnock:
		return errAtTheDoor
	case DoorLocked:
		return errLocked
	}
	return nil
}

var (
	errAtTheDoor = &Error{Code: AtTheDoor, Message: "Whoever is in this room decides who comes in. Knock, and wait."}
	errLocked    = &Error{Code: Locked, Message: "This room is locked. Nobody new comes in just now."}
)

// shut reports whether newcomers are refused at the door, at this moment.
func (r *room) shut() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.door() != DoorOpen
}

// hosted reports whether a host is here. One whose connection is lost is.
func (r *room) hosted() bool {
	return slices.ContainsFunc(r.roster.order, func(m *member) bool { return m.Host })
}

// passes takes off what a newcomer, whom nothing refuses, has come in by: a knock, or
// else an invitation, which is good then.
func (d *doorway) passes(op enter, at time.Time) {
	if d.let[op.knock] {
		delete(d.let, op.knock)
		return
	}
	if op.invite == nil {
		return
	}
	i := d.invites(*op.invite, at)
	switch d.invitations[i].uses {
	case 0: // for as many as like
	case 1:
		d.invitations = slices.Delete(d.invitations, i, i+1)
	default:
		d.invitations[i].uses--
	}
}

// mayDecide reports whether a member may say who comes in, and tells them if they may not:
// hosts, or anybody where none is.
func (r *room) mayDecide(m *member, id string) bool {
	if !m.Host && r.hosted() {
		m.place.turnDown(&Refused{ID: id, Err: errNotHost}, 0)
		return false
	}
	return true
}

// attend does after each op what follows from it at the door: of an open one nobody
// waits, nor of a locked one, and whoever has come to decide is told who waits now.
func (r *room) attend() {
	d := &r.doorway
	if len(d.knocks) == 0 {
		return
	}
	switch r.door() {
	case DoorOpen:
		for _, k := range slices.Clone(d.knocks) {
			r.letIn(k, nil, "")
		}
		return
	case DoorLocked:
		for _, k := range slices.Clone(d.knocks) {
			r.endKnock(k, KnockDenied, errLocked, nil, "")
		}
		return
	}
	hosted := r.hosted()
	for _, m := range r.roster.order {
		if m.place.knocks == d.count || m.Watch || hosted && !m.Host {
			continue
		}
		for _, k := range d.knocks {
			if k.number > m.place.knocks {
				m.place.putEntry(k.told)
			}
		}
		m.place.knocks = d.count
	}
}

// vacate is what becomes of a room's door, rules, keys, topic and memory when the last of its
// people has left: who still comes finds a room like any other. Those who watch see it.
func (r *room) vacate(last *member) {
	for _, k := range slices.Clone(r.doorway.knocks) {
		r.endKnock(k, KnockGone, errVacated, nil, "")
	}
	r.doorway.bridge.forget()
	r.doorway.flood, r.doorway.invitations = flood{}, nil
	r.keys.hashes = nil
	r.memory = memory{}
	if was := r.rules; was != (Rules{Door: DoorOpen}) {
		r.rules = Rules{Door: DoorOpen}
		r.tell(&RulesSet{Seq: r.next(), Rules: r.rules, was: was}, nil, nil)
	}
	if was := r.topic; was != "" {
		r.topic, r.topicBy = "", Person{}
		r.tell(&TopicSet{Seq: r.next(), From: last.Person(), was: was}, nil, nil)
	}
	if r.vote.runs() {
		r.endVote()
	}
}

// publish publishes an op of somebody who is in no roster, or of the room itself. The
// caller holds no lock.
func (r *room) publish(from string, op Op) {
	r.subscription.Publish(Submission{From: from, At: time.Now(), Op: op})
}

// calm is the op by which the bridge comes down again, made when it went up.
type calm struct{ bridge uint64 }

func (calm) opFacts() opFacts { return opFacts{} }

// bridge is whether the door was closed by itself, for a while. The zero value is down.
type bridge struct {
	up     bool
	number uint64 // how often it was put up, or its time renewed
	timer  *time.Timer
}

// forget leaves the door to others.
func (b *bridge) forget() {
	b.up = false
	if b.timer != nil {
		b.timer.Stop()
		b.timer = nil
	}
}

// raise has newcomers knock for [BridgeFor], unless they have to already, or renews that
// time.
func (r *room) raise(why RulesReason) {
	b := &r.doorway.bridge
	if !b.up && r.door() != DoorOpen {
		return // a host has closed it, and opens it
	}
	if !b.up {
		r.setDoor(DoorKnock, why)
	}
	b.forget()
	b.up = true
	b.number++
	op := calm{b.number}
	b.timer = time.AfterFunc(BridgeFor, func() { r.publish("", op) })
}

// lower opens the door again that was closed by itself, if nobody has touched it since.
func (r *room) lower(op calm) {
	if b := &r.doorway.bridge; b.up && b.number == op.bridge {
		b.forget()
		r.setDoor(DoorOpen, RulesCalm)
	}
}

// setDoor changes the door by itself, and tells everybody why.
func (r *room) setDoor(door Door, why RulesReason) {
	was := r.rules
	r.rules.Door = door
	r.tell(&RulesSet{Seq: r.next(), Rules: r.rules, Why: why, was: was}, nil, nil)
}
