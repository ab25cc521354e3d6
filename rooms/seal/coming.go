package seal

import (
	"context"
	"time"

	"sotto/rooms"
)

// arrive begins a place, or goes on with it after a lost connection: not without one,
// since all that is said waits from then on.
func (s *Seat) arrive(ctx context.Context, w *rooms.Welcome) error {
	asked := !w.Resumed && s.coming != nil || w.Resumed && s.outage.lost && s.stage != outside && w.You.ID == s.you.ID
	if w.Kind != rooms.KindSealed || string(w.Room) != s.room.Name() || !asked {
		return &rooms.Ended{Code: rooms.NotAllowed, Message: "The server put us into another place than the sealed one that was asked for. The connection was ended."}
	}
	s.outage.lost = false
	if w.Resumed {
		s.coming = nil // nobody is in another place by that
		s.follow(w.Rules)
		s.awaitVoice(time.Now())
		if s.resumed = true; s.stage == inside {
			s.events = append(append(s.events, s.welcome()), s.asides()...)
		}
		s.sending.suspend()
		return s.conn.Do(ctx, s.sending.ask(time.Now()))
	}
	s.begin()
	s.follow(w.Rules)
	s.offered = w.Voice
	if len(w.Members) <= 1 {
		s.makes, s.keysDue = true, 1
	}
	s.you = &person{Member: governable(w.You), peer: s.session.me.Peer, shown: true}
	for _, m := range w.Members { // in the order of arrival
		if m.ID == w.You.ID {
			s.sitDown()
		} else {
			s.meet(m, true)
		}
	}
	s.sitDown() // also where the server leaves this end out
	s.stage, s.waitsUntil = entering, time.Now().Add(ConfirmWait)
	s.renewed()
	s.see()
	if m := s.session.Greet(); m != nil {
		s.sending.add(&dispatch{message: m})
	}
	return nil
}

// sitDown puts this end itself among the people, in the order in which they came.
func (s *Seat) sitDown() {
	if s.people.byID[s.you.ID] == nil {
		s.people.add(s.you)
		s.people.name(s.you, s.wish)
	}
}

// meet checks the hello of somebody whom the server shows. Before says that they
// were here when we came.
func (s *Seat) meet(m rooms.Member, before bool) {
	if s.people.byID[m.ID] != nil {
		return
	}
	peer, err := s.room.Meet([]byte(m.Hello))
	if err == nil {
		err = s.session.Add(peer, before)
	}
	if err == nil {
		if err = s.stands(m.ID, peer.ID); err != nil {
			s.session.Remove(peer.ID)
		}
	}
	if err != nil {
		s.haunted(err)
		return
	}
	s.people.add(&person{Member: governable(m), peer: peer, before: before, since: time.Now(), awaySince: time.Now()})
}

// stands notes that what the server calls somebody stands for that key, in all places of
// this seat. It stands for no other: whoever is whispered to, or ignored, by it is meant.
func (s *Seat) stands(id string, key ID) error {
	switch known, taken := s.keys[id]; {
	case taken && known != key:
		return ErrUsed
	case !taken && len(s.keys) >= MaxHellos:
		return errHellos
	}
	s.keys[id] = key
	return nil
}

// part forgets somebody, and the keys shared with them.
func (s *Seat) part(id string, reason rooms.LeaveReason) {
	m := s.people.byID[id]
	if m == nil || m == s.you {
		return
	}
	s.people.remove(m)
	s.session.Remove(m.peer.ID)
	s.recent.left(m.peer.ID)
	for _, holds := range s.stated {
		delete(holds.missed, m)
	}
	if m == s.lostTo && s.stage == inside {
		s.sayName()
	}
	if m.shown {
		m.newer.next, m.broken.next = time.Time{}, time.Time{}
		s.tellLapses(m, time.Now())
		left := &rooms.Left{Seq: s.next(), Member: m.Member, Reason: reason}
		if reason == rooms.LeftRemoved {
			left.Why = shutOut
		}
		s.emit(left)
		s.disputeOver(s.people.endDispute(m, ""))
		s.see()
	}
}

// byShown are those of some people who are not shown, and those who are. The first get a
// message of their own, which does not say whom we show.
func byShown(people []*person) (groups [2][]*person) {
	for _, m := range people {
		group := 0
		if m.shown {
			group = 1
		}
		groups[group] = append(groups[group], m)
	}
	return groups
}

// confirm tells some members who we are, and those who are shown what the topic is.
func (s *Seat) confirm(owed ...*person) {
	for _, to := range byShown(owed) {
		p := payload{T: "confirm", Nick: s.you.Nick}
		if len(to) > 0 && to[0].shown && s.topic.At != 0 && s.stage == inside {
			p.Topic = &s.topic
		}
		if len(to) > 0 && to[0].shown && s.stage == inside {
			p.Aside = s.aside()
		}
		if s.tell(p, to...) {
			for _, m := range to {
				m.owed, m.told, m.toldAt = false, true, s.session.said
			}
		}
	}
}
