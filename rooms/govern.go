package rooms

import "time"

// admitPower is admit for what governs a room. It reports whether op is of that kind.
// Whether somebody may is decided in the room's order.
func (p *place) admitPower(op Op) (admitted Op, refused *Refused, ok bool) {
	switch op := op.(type) {
	case Claim:
		admitted, refused = p.admitClaim(op)
	case AskKey:
		admitted, refused = p.admitAskKey(op)
	case MakeHost:
		admitted, refused = op, p.spendSay(op.ID, op)
	case SetRules:
		admitted, refused = p.admitRules(op)
	case Mute:
		admitted, refused = p.admitMute(op)
	case LetSpeak:
		admitted, refused = p.admitLetSpeak(op)
	case Remove:
		admitted, refused = p.admitRemove(op)
	case Vote:
		admitted, refused = op, p.spendSay(op.ID, op)
	case Leap:
		admitted, refused = p.admitLeap(op)
	case Burn, Decide, Uninvite:
		admitted = op
	case Invite:
		admitted, refused = p.admitInvite(op)
	default:
		return nil, nil, false
	}
	return admitted, refused, true
}

// govern makes what hosts ask for, and who wants to be one, what happened.
func (s *state) govern(m *member, at time.Time, op Op) {
	switch op := op.(type) {
	case claimed:
		s.claim(m, op)
	case keyMade:
		s.makeKey(m, op)
	case MakeHost:
		s.makeHost(m, op)
	case SetRules:
		s.setRules(m, op)
	case Mute:
		s.mute(m, at, op)
	case LetSpeak:
		s.letSpeak(m, op)
	case Remove:
		s.remove(m, at, op)
	case Vote:
		s.cast(m, at, op)
	case Leap:
		s.leap(m, at, op)
	case Burn:
		s.burn(m, op)
	}
}
