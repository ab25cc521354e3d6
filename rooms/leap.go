package rooms

import (
	"fmt"
	"time"
)

// admitLeap checks where a host asks others to. Who is no host learns that first, and has
// spent nothing.
func (p *place) admitLeap(op Leap) (Op, *Refused) {
	if p.room.kind == KindSealed {
		return nil, refusal(op.ID, NotAllowed, "In a sealed room others are asked to another by a sealed message.")
	}
	op.Key = ""
	name, err := ParseRoomName(op.Room)
	switch {
	case err != nil:
		return nil, &Refused{ID: op.ID, Err: asError(err)}
	case isSealedName(name):
		return nil, &Refused{ID: op.ID, Err: errSealedName}
	case name == p.room.name:
		return nil, refusal(op.ID, NotAllowed, "That is the room that you are in.")
	case len(op.To) > MaxRoomSize:
		return nil, refusal(op.ID, TooLong, fmt.Sprintf("At most %d people are in a room.", MaxRoomSize))
	case !p.isHost():
		return nil, &Refused{ID: op.ID, Err: errNotHost}
	}
	op.Room = string(name)
	if wait := p.leaps.Peek(time.Now()); wait > 0 {
		return nil, refusal(op.ID, RateLimited, "You have just asked the others to another room. Wait "+about(wait)+" before you ask them again.")
	}
	return op, p.spendSay(op.ID, op)
}

// leap tells those whom a host named where they go on, and nobody else: who came in since
// the host looked is not among them, and who watches has no name to be left behind by.
func (s *state) leap(m *member, at time.Time, op Leap) {
	if !s.mayGovern(m, op.ID) {
		return
	}
	told := make(map[*member]bool, len(op.To))
	for _, id := range op.To {
		if to := s.roster.byID[id]; to != nil && to != m && !to.Watch {
			told[to] = true
		}
	}
	if len(told) == 0 {
		s.tellOne(m, &Refused{ID: op.ID, Err: errUnknownMember})
		return
	}
	leapt := Leapt{At: at, From: m.Person(), Room: RoomName(op.Room)}
	for _, to := range s.roster.order {
		if told[to] {
			theirs := leapt
			theirs.WSeq = to.nextToOne()
			s.tellOne(to, &theirs)
		}
	}
	own := leapt
	own.WSeq, own.ID = m.nextToOne(), op.ID
	s.tellOne(m, &own)
}
