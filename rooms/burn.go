package rooms

// ErrBurned ends everybody in a room that a host ended.
var ErrBurned = &Ended{Code: Burned, Message: "A host has ended this room for everybody."}

// burn ends the room for everybody. Whoever comes in by its name from then on, or is on
// their way, comes into another, fresh one.
func (r *room) burn(m *member, op Burn) {
	if !r.mayGovern(m, op.ID) {
		return
	}
	r.burned = true
	for _, m := range r.roster.order {
		m.place.out.giveWay(ErrBurned)
		m.place.visited()
		m.place.leave()
		r.gone = append(r.gone, m.place)
	}
	r.roster = newRoster()
	r.vacate(m)
	for id, a := range r.arrivals {
		delete(r.arrivals, id)
		a.decided <- decision{err: ErrBurned}
	}
}
