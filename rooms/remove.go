package rooms

import (
	"fmt"
	"time"
)

// admitRemove cleans the reason for removing somebody.
func (p *place) admitRemove(op Remove) (Op, *Refused) {
	op.Reason = Apart(CleanTopic(op.Reason))
	switch {
	case op.Reason != "" && p.room.kind == KindSealed:
		return nil, refusal(op.ID, NotAllowed, "In a sealed room somebody is removed without a reason: the server would read it.")
	case len(op.Reason) > MaxReasonBytes:
		return nil, refusal(op.ID, TooLong, fmt.Sprintf("A reason has at most %d bytes.", MaxReasonBytes))
	}
	return op, p.spendSay(op.ID, op)
}

func (s *state) remove(m *member, at time.Time, op Remove) {
	to := s.subject(m, op.ID, op.To)
	switch {
	case to == nil:
	case to == m:
		s.tellOne(m, refusal(op.ID, NotAllowed, "You can't remove yourself. /quit leaves."))
	default:
		s.expel(to, at, op.Reason)
	}
}

// expel ends somebody's place at once, and with it their ticket. Since they can come in
// anew like anybody, newcomers have to knock for a while (see depart), and no invitation
// that they may have is good any more.
func (s *state) expel(m *member, at time.Time, why string) {
	s.doorway.invitations = nil
	s.depart(m, at, LeftRemoved, why, ByRemoval(why))
}

// ByRemoval is how a place ends that somebody in the room ended, for a reason that they
// gave or for none. why is clean.
func ByRemoval(why string) *Ended {
	if why == "" {
		return &Ended{Code: Removed, Message: "You were removed from this room."}
	}
	return &Ended{Code: Removed, Message: "You were removed from this room: " + why, Why: why}
}
