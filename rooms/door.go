package rooms

import (
	"cmp"
	"slices"
	"time"
)

// doorway is who waits at a room's door, and what closed it by itself.
type doorway struct {
	knocks []*knock        // who waits, in the order in which they came
	count  uint64          // how many have knocked, which is the number of the newest
	let    map[string]bool // whom somebody let in, and who is not in yet
	bridge bridge
	flood  flood

	invitations []invitation // that are good
}

// door is how the room's door is.
func (s *state) door() Door { return cmp.Or(s.rules.Door, DoorOpen) }

// refuses says why a newcomer may not come in, or nil. Whoever knocked and was let in
// may, once, and so may whoever has an invitation. One that is not good is told of
// whatever the door: so whoever made it learns what their link does.
func (s *state) refuses(op enter, at time.Time) *Error {
	switch {
	case s.doorway.let[op.knock]:
		return nil
	case op.invite != nil && s.doorway.invites(*op.invite, at) >= 0:
		return s.doorway.watchOnly(op, at)
	case op.invite != nil:
		return errNoInvite
	}
	switch s.door() {
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
	return r.state.door() != DoorOpen
}

// hosted reports whether a host is here. One whose connection is lost is.
func (s *state) hosted() bool {
	return slices.ContainsFunc(s.roster.order, func(m *member) bool { return m.Host })
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
func (s *state) mayDecide(m *member, id string) bool {
	if !m.Host && s.hosted() {
		s.tellOne(m, &Refused{ID: id, Err: errNotHost})
		return false
	}
	return true
}

// attend does after each op what follows from it at the door: of an open one nobody
// waits, nor of a locked one.
func (s *state) attend() {
	d := &s.doorway
	if len(d.knocks) == 0 {
		return
	}
	switch s.door() {
	case DoorOpen:
		for _, k := range slices.Clone(d.knocks) {
			s.letIn(k, nil, "")
		}
		return
	case DoorLocked:
		for _, k := range slices.Clone(d.knocks) {
			s.endKnock(k, KnockDenied, errLocked, nil, "")
		}
		return
	}
}

// vacate is what becomes of a room's door, rules, keys, topic and memory when the last of its
// people has left: who still comes finds a room like any other. Those who watch see it.
func (s *state) vacate(last *member) {
	for _, k := range slices.Clone(s.doorway.knocks) {
		s.endKnock(k, KnockGone, errVacated, nil, "")
	}
	s.doorway.bridge.forget()
	s.doorway.flood, s.doorway.invitations = flood{}, nil
	s.keys.hashes = nil
	s.memory = memory{}
	if was := s.rules; was != (Rules{Door: DoorOpen}) {
		s.rules = Rules{Door: DoorOpen}
		s.tell(&RulesSet{Seq: s.next(), Rules: s.rules, was: was})
	}
	if was := s.topic; was != "" {
		s.topic, s.topicBy = "", Person{}
		s.tell(&TopicSet{Seq: s.next(), From: last.Person(), was: was})
	}
	if s.vote.runs() {
		s.endVote()
	}
}

// bridge is whether the door was closed by itself, and until when. The zero value is down.
type bridge struct{ till time.Time }

func (b *bridge) up() bool { return !b.till.IsZero() }

// forget leaves the door to others.
func (b *bridge) forget() { b.till = time.Time{} }

// raise has newcomers knock for [BridgeFor], unless they have to already, or renews that
// time.
func (s *state) raise(why RulesReason, at time.Time) {
	b := &s.doorway.bridge
	if !b.up() && s.door() != DoorOpen {
		return // a host has closed it, and opens it
	}
	if !b.up() {
		s.setDoor(DoorKnock, why)
	}
	b.till = at.Add(BridgeFor)
}

// lower opens the door again that was closed by itself.
func (s *state) lower() {
	s.doorway.bridge.forget()
	s.setDoor(DoorOpen, RulesCalm)
}

// setDoor changes the door by itself, and tells everybody why.
func (s *state) setDoor(door Door, why RulesReason) {
	was := s.rules
	s.rules.Door = door
	s.tell(&RulesSet{Seq: s.next(), Rules: s.rules, Why: why, was: was})
}
