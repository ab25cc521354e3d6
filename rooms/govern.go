package rooms

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
	case Decide:
		admitted = op
	default:
		return nil, nil, false
	}
	return admitted, refused, true
}
