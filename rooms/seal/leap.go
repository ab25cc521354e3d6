package seal

import (
	"slices"
	"time"

	"sotto/rooms"
)

// leap seals the key of another room for those whom a host asks to follow, and for nobody
// else: it is no server's to pass on who may. That a server's host alone asks is this
// end's own rule; receivers show who asked, as they show who says something.
func (s *Seat) leap(op rooms.Leap) (o *dispatch, pass rooms.Op, refused *rooms.Refused) {
	var to []*person
	for _, id := range op.To {
		if m := s.people.byID[id]; m != nil && m.shown && m != s.you && !slices.Contains(to, m) {
			to = append(to, m)
		}
	}
	now := time.Now()
	switch _, err := ParseSecret(op.Key); {
	case !s.you.Host:
		return nil, nil, refuse(op.ID, rooms.NotHost, "Only a host of this room can do that.")
	case err != nil:
		return nil, nil, refuse(op.ID, rooms.BadRoom, sentence(err))
	case len(to) == 0:
		return nil, nil, refuse(op.ID, rooms.UnknownMember, "Nobody with that number is in this room. They may have left.")
	case now.Sub(s.leapt) < rooms.LeapEvery:
		return nil, nil, refuse(op.ID, rooms.RateLimited, "You have just asked the others to another room. Wait a moment before you ask them again.")
	}
	if refused := s.spendSay(op.ID); refused != nil {
		return nil, nil, refused
	}
	s.leapt = now
	return s.compose(op.ID, payload{T: "leap", Key: op.Key}, to...)
}
