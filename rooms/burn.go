package rooms

// ErrBurned ends everybody in a room that a host ended.
var ErrBurned = &Ended{Code: Burned, Message: "A host has ended this room for everybody."}

// burn ends the room for everybody. Whoever comes in by its name from then on, or is on
// their way, comes into another, fresh one.
func (s *state) burn(m *member, op Burn) {
	if !s.mayGovern(m, op.ID) {
		return
	}
	s.burned = true
	for _, m := range s.roster.order {
		s.goes(m, ErrBurned)
	}
	s.roster = newRoster()
	s.vacate(m)
}
