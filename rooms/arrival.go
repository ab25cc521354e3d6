package rooms

import "time"

// arrival is a place on its way in.
type arrival struct {
	place   *place
	decided chan decision
}

// decision is what comes of an arrival: a seat, or why there is none.
type decision struct {
	seat *Seat
	err  error
}

// newID returns a number for whoever comes next, whose colour and shape few people here
// have: a dozen people are told apart by a dozen colours, and ten by their shapes as well.
// Since a face is made of the number alone, it is the same on every screen and stays while
// others come and go. Nobody who watches goes by what it would be as the number of who does.
func (r *room) newID() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	best, most := "", -1
	for range idTries {
		id := newID()
		if n := r.roster.suits(id); n > most {
			best, most = id, n
		}
		if most == suitsBest {
			break
		}
	}
	return best
}

// enter seats an arrival.
func (r *room) enter(s Submission, op enter) {
	id := s.From
	a, waiting := r.arrivals[id]
	if !waiting {
		return // its connection was lost on the way
	}
	delete(r.arrivals, id)
	if r.burned {
		a.decided <- decision{err: ErrBurned}
		return
	}
	if err := r.refuses(op, s.At); err != nil {
		r.crowd("", s.At)
		a.decided <- decision{err: err}
		return
	}
	if len(r.roster.order) >= r.size() {
		leaver := r.roster.leaver(a.place.source)
		if leaver == nil {
			r.askAll()
			r.turnAway()
			a.decided <- decision{err: errRoomFull}
			return
		}
		why := errGaveWay
		if leaver.place.out.absent() {
			why = errAbsent
		}
		leaver.place.out.giveWay(why)
		r.depart(leaver, LeftLost, "")
	}
	r.doorway.passes(op, s.At)
	p := a.place
	m := &member{Member: Member{ID: id, Via: p.via, Hello: p.hello, Watch: op.watch}, past: past{came: s.At}, key: id, place: p}
	switch {
	case op.watch:
		m.Nick = WatcherNumber(id)
	case r.kind == KindOpen:
		nick := r.roster.free(op.nicks, id)
		m.Nick, m.key = nick.String(), nick.Key()
	}
	if r.seq == 0 {
		r.keys.salt = op.salt
	}
	m.Host = op.host && r.roster.people() == 0 // they make the room
	m.arrived = r.next()
	r.tell(&Joined{Seq: m.arrived, Member: m.Member}, nil, nil)
	r.roster.add(m)
	if r.kind == KindSealed && len(r.roster.order) > 1 { // who is alone has nobody to seal to
		p.mute = time.AfterFunc(MuteFor, func() { r.do(p.endMute) })
	}
	p.out.acked.Seq = r.seq
	seat := p.attach()
	view := r.now()
	seat.first = append([]Event{r.welcome(p, view)}, view.asides()...)
	if r.closed {
		p.out.farewell(ErrShutdown)
	}
	r.crowd(id, s.At)
	a.decided <- decision{seat: seat}
}

// errGaveWay is for whoever has to leave a full room.
var errGaveWay = &Ended{Code: TooMany, Retry: true,
	Message: "This room is full and most people here come from your address, so your place was given to somebody from elsewhere."}

// errAbsent is for whoever has to who seems not to be there.
var errAbsent = &Ended{Code: TooMany, Retry: true,
	Message: "This room is full and your program has answered nothing for a while, so your place was given to somebody else."}

// askAll asks the people of a full room, now and again, whether they are there, so that
// who does not answer can give way to whoever comes next.
func (r *room) askAll() {
	if time.Since(r.allThere) < SignEvery {
		return
	}
	r.allThere = time.Now()
	for _, m := range r.roster.order {
		m.place.out.askNow()
	}
}

// turnAway tells the people of a full room, now and again, that somebody wanted to
// come in.
func (r *room) turnAway() {
	if time.Since(r.turned) < TurnedAwayEvery {
		return
	}
	r.turned = time.Now()
	notice := newEntry(&Notice{Code: RoomFull, Text: "Somebody wanted to come in, but this room is full."})
	for _, m := range r.roster.order {
		m.place.putEntry(notice)
	}
}

// cancel takes an arrival back, unless it has been decided already.
func (r *room) cancel(p *place) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	_, waiting := r.arrivals[p.id]
	delete(r.arrivals, p.id)
	return waiting
}
