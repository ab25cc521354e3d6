package seal

import (
	"slices"
	"strconv"

	"sotto/rooms"
)

// Who governs a sealed room, who may come in and how it ends are the server's word, as
// who is in it always was: it could make anybody a host. What it says of that is shown by
// the names that this end knows, and what it can't decide is not believed: it sees no
// words, so nobody can be kept from saying any.

// shutOut is what is told of somebody who was removed.
const shutOut = "nothing is sealed to them from here on"

const (
	noHearing = "Not in a sealed room: its server can't tell words from what keeps the room sealed."
	noKey     = "A key of this room has five words. Nothing was sent: words that open a sealed room are not for its server."
	noReason  = "Not in a sealed room: the server would read the reason. Remove them without one."
	noWords   = "The server did not take that, for a reason that no sealed room has."
)

// govern is what the server is asked for, or why not: nobody can do that in a sealed room,
// or to somebody whom this end does not show.
func (s *Seat) govern(op rooms.Op) (rooms.Op, *rooms.Refused) {
	switch o := op.(type) {
	case rooms.SetRules:
		if o.Slow != nil || o.Quiet != nil || o.Links != nil {
			return nil, refuse(o.ID, rooms.NotAllowed, noHearing)
		}
	case rooms.Mute, rooms.LetSpeak:
		return nil, refuse(rooms.IDOf(op), rooms.NotAllowed, noHearing)
	case rooms.Remove:
		if o.Reason != "" {
			return nil, refuse(o.ID, rooms.NotAllowed, noReason)
		}
		return op, s.unshown(o.ID, o.To)
	case rooms.MakeHost:
		return op, s.unshown(o.ID, o.To)
	case rooms.Vote:
		return op, s.unshown(o.ID, o.To)
	case rooms.Claim: // the server reads it: the words that open this room are more than a key has
		if !rooms.IsKey(o.Key) {
			return nil, refuse(o.ID, rooms.BadKey, noKey)
		}
	case rooms.AskKey:
		s.keysDue++
	case rooms.Inspect:
		s.heldDue++
	case rooms.Invite, rooms.Uninvite:
		s.invitesDue++
	case rooms.Decide:
		if o.Knock = s.knocks.theirs(o.Knock); o.Knock == "" {
			return nil, refuse(o.ID, rooms.UnknownKnock, "Nobody knocks by that number. They may have gone.")
		}
		return o, nil
	}
	return op, nil
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
	case *rooms.Voting:
		s.vote(e)
	case *rooms.KeyShown:
		if s.keysDue == 0 {
			s.suspect()
			return
		}
		s.keysDue--
		s.emit(e)
	case *rooms.Invited:
		if s.invitesDue == 0 {
			s.suspect()
			return
		}
		s.invitesDue--
		s.emit(e)
	case *rooms.Knocking: // nobody is called anything, or says anything, before they are shown
		s.emit(&rooms.Knocking{Knock: s.knocks.ours(e.Knock)})
	case *rooms.Knocked:
		if s.knocks.has(e.Knock) {
			s.emit(&rooms.Knocked{Knock: s.knocks.ours(e.Knock), Outcome: e.Outcome, ID: e.ID})
		}
	}
}

// vote tells whom a vote is about, if this end shows them, and that it is over, though they
// have left since.
func (s *Seat) vote(e *rooms.Voting) {
	about := s.voted
	if s.voted = nil; !e.Over {
		if about = s.people.byID[e.Member.ID]; about == nil || !about.shown {
			return
		}
		s.voted = about
	}
	if about != nil && about.ID == e.Member.ID {
		s.emit(&rooms.Voting{Seq: s.next(), Member: about.Member, Ends: e.Ends, Needed: e.Needed, Over: e.Over, ID: e.ID})
	}
}

// knocks are those at the door whom this end was told of last, by numbers of its own: what
// the server calls them could be words. No number comes twice, so that nobody is let in
// for somebody of another place.
type knocks struct {
	last  []string // as the server calls them, the newest last
	sofar int
}

// maxKnocks is how many are remembered: twice as many as may wait at a door.
const maxKnocks = 64

func (k *knocks) has(theirs string) bool { return slices.Contains(k.last, theirs) }

// ours is the number by which this end calls what the server calls so.
func (k *knocks) ours(theirs string) string {
	if !k.has(theirs) {
		k.last = append(k.last, theirs)
		k.last = k.last[max(0, len(k.last)-maxKnocks):]
		k.sofar++
	}
	return "k" + strconv.Itoa(k.sofar-len(k.last)+slices.Index(k.last, theirs)+1)
}

// theirs is what the server calls it, or empty.
func (k *knocks) theirs(ours string) string {
	i := slices.IndexFunc(k.last, func(theirs string) bool { return k.ours(theirs) == ours })
	if i < 0 {
		return ""
	}
	return k.last[i]
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
	m.Nick, m.Aside, m.Muted, m.Speaks, m.Watch = "", rooms.Aside{}, false, false, false
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
