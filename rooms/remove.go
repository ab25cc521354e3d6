package rooms

import (
	"fmt"
	"strings"
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

func (r *room) remove(m *member, op Remove) {
	to := r.subject(m, op.ID, op.To)
	switch {
	case to == nil:
	case to == m:
		m.place.turnDown(refusal(op.ID, NotAllowed, "You can't remove yourself. /quit leaves."), 0)
	default:
		r.expel(to, op.Reason)
	}
}

// expel ends somebody's place at once, and with it their ticket. Since they can come in
// anew like anybody, newcomers have to knock for a while (see depart), and no invitation
// that they may have is good any more.
func (r *room) expel(m *member, why string) {
	r.doorway.invitations = nil
	m.place.out.giveWay(removed(why))
	r.depart(m, LeftRemoved, why)
}

// removedFor stands before the reason in what whoever is removed is told.
const removedFor = "You were removed from this room: "

func removed(why string) *Ended {
	if why == "" {
		return errRemoved
	}
	return &Ended{Code: Removed, Message: removedFor + why}
}

// RemovedFor is what a client says whose place ended with [Removed], in its own words, with
// the reason that somebody in the room gave, if the server's have one. clean makes of the
// reason what can be shown.
func RemovedFor(words string, clean func(string) string) string {
	if why, given := strings.CutPrefix(words, removedFor); given {
		return removed(clean(why)).Message
	}
	return errRemoved.Message
}

var errRemoved = &Ended{Code: Removed, Message: "You were removed from this room."}
