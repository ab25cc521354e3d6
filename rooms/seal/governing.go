package seal

import "sotto/rooms"

// Who governs a sealed room, who may come in and how it ends are the server's word, as
// who is in it always was: it could make anybody a host. What it says of that is shown by
// the names that this end knows, and what it can't decide is not believed: it sees no
// words, so nobody can be kept from saying any.

// ShutOut is the code of notices that nothing is sealed any more to somebody who was
// removed.
const ShutOut rooms.Code = "shut_out"

const (
	noHearing = "Not in a sealed room: its server can't tell words from what keeps the room sealed."
	noReason  = "Not in a sealed room: the server would read the reason. Remove them without one."
	noWords   = "The server did not take that, for a reason that no sealed room has."
)

// unfit refuses what nobody can do in a sealed room, or to whom this end does not show.
func (s *Seat) unfit(op rooms.Op) *rooms.Refused {
	switch op := op.(type) {
	case rooms.SetRules:
		if op.Slow != nil || op.Quiet != nil || op.Links != nil {
			return refuse(op.ID, rooms.NotAllowed, noHearing)
		}
	case rooms.Mute, rooms.LetSpeak:
		return refuse(rooms.IDOf(op), rooms.NotAllowed, noHearing)
	case rooms.Remove:
		if op.Reason != "" {
			return refuse(op.ID, rooms.NotAllowed, noReason)
		}
		return s.unshown(op.ID, op.To)
	case rooms.MakeHost:
		return s.unshown(op.ID, op.To)
	}
	return nil
}

func (s *Seat) unshown(id, to string) *rooms.Refused {
	if m := s.people.byID[to]; m != nil && m.shown {
		return nil
	}
	return refuse(id, rooms.UnknownMember, "Nobody with that number is in this room. They may have left.")
}

// governed takes what the server says of who governs the room, and how.
func (s *Seat) governed(event rooms.Event) {
	switch e := event.(type) {
	case *rooms.RulesSet:
		if !s.follow(e.Rules) {
			return
		}
		set := &rooms.RulesSet{Seq: s.next(), Rules: s.rules, Why: e.Why, ID: e.ID}
		if m := s.people.byID[e.From.ID]; m != nil && m.shown {
			set.From = m.Person()
		}
		s.emit(set)
	case *rooms.HostSet:
		m := s.people.byID[e.Member.ID]
		if m == nil {
			return // whom this end did not let in
		}
		if m.Host = e.Member.Host; m.shown {
			s.emit(&rooms.HostSet{Seq: s.next(), Member: m.Member, ID: e.ID})
		}
	case *rooms.KeyShown:
		if s.keysDue == 0 {
			s.suspect()
			return
		}
		s.keysDue--
		s.emit(e)
	case *rooms.Knocking: // nobody is called anything, or says anything, before they are shown
		s.emit(&rooms.Knocking{Knock: e.Knock})
	case *rooms.Knocked:
		s.emit(e)
	}
}

// follow takes up the rules that the server says, if a sealed room can have such.
func (s *Seat) follow(r rooms.Rules) bool {
	if r.Slow > 0 || r.Quiet || r.NoLinks {
		s.suspect()
		return false
	}
	s.rules = r
	return true
}

// governable is what of a member the server decides in a sealed room.
func governable(m rooms.Member) rooms.Member {
	m.Nick, m.Muted, m.Speaks = "", false, false
	return m
}

// refusalOfSealed is why the server did not take what was sealed, if it can know that.
func refusalOfSealed(why *rooms.Error) *rooms.Error {
	switch why.Code {
	case rooms.MutedNow, rooms.QuietNow, rooms.TooSoon:
		return &rooms.Error{Code: rooms.NotAllowed, Message: noWords}
	}
	return why
}
