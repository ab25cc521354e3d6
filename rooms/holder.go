package rooms

// A Holder is something that makes this process hold memory for somebody: a place
// and what waits for it, a session and what its person has written. Whoever keeps
// the account of it is given it by [Config].Hold, or by a door. Its methods may be
// called from everywhere, and do not wait for anybody.
type Holder interface {
	// Holds is how many bytes that takes now, about, and how many of them could be
	// shed.
	Holds() (bytes, spare int)
	// Shed asks to let go of what is spare. The person is told.
	Shed()
	// GiveWay ends it all. The person is told why.
	GiveWay(why *Ended)
}

// An Absentee is a [Holder] that can tell whether anybody is there. Its Absent may be
// called from everywhere, too.
type Absentee interface {
	// Absent reports whether its client has left unanswered what it should answer.
	Absent() bool
}

// placeBytes is what a place costs with nothing waiting for it, in bytes.
const placeBytes = 4 << 10

// Holds counts what waits for a place, and what its room remembers: of what is there for
// several, its part. Of that nothing can be shed, since nothing is lost silently.
func (p *place) Holds() (bytes, spare int) {
	o := &p.out
	o.mu.Lock()
	defer o.mu.Unlock()
	bytes = placeBytes + int(p.room.share.Load()) + o.passed.bytes + o.hole.holds()
	for _, e := range o.entries {
		bytes += e.size / e.readers
	}
	return bytes, 0
}

// Absent makes a place an [Absentee].
func (p *place) Absent() bool { return p.out.absent() }

// Shed does nothing.
func (p *place) Shed() {}

// GiveWay ends a place, whether it has a connection or waits for one.
func (p *place) GiveWay(why *Ended) {
	p.room.do(func() {
		if p.out.giveWay(why) {
			p.room.ended = append(p.room.ended, p)
		}
	})
}
