package rooms

import (
	"sync"
	"sync/atomic"
	"time"
)

// room is one room of one server: who is in it, and the order of what happens.
// It lives as long as somebody is in it or holds a resumable place in it.
type room struct {
	address
	hub          *Hub
	subscription Subscription
	refs         int // places in it and arrivals on their way; guarded by the hub
	pace         pace
	keys         keyring // claims aside, guarded by mu

	mu       sync.Mutex
	seq      uint64
	topic    string
	topicBy  Person
	roster   roster
	arrivals map[string]arrival // waiting for their enter to come back
	ended    []*place           // while the lock was held; they leave after
	gone     []*place           // that left while the lock was held; they are released after
	rippled  time.Time          // when people were last woken for who comes and goes
	ripples  bool               // they will be again
	turned   time.Time          // when they were last told that somebody was turned away
	allThere time.Time          // when they were last asked whether they are there
	closed   bool               // whoever still comes in is sent away at once
	burned   bool               // a host ended it, so whoever still comes in makes another
	rules    Rules
	memory   memory
	share    atomic.Int64 // of what that costs, for each who is here, in bytes; read without the lock
	vote     vote
	doorway  doorway
}

func newRoom(h *Hub, at address) *room {
	return &room{address: at, hub: h, pace: newPace(), keys: newKeyring(), roster: newRoster(), arrivals: make(map[string]arrival),
		rules: Rules{Door: DoorOpen}, doorway: newDoorway()}
}

// size is how many people fit.
func (r *room) size() int {
	if r.kind == KindSealed {
		return min(r.hub.cfg.RoomSize, SealedRoomSize)
	}
	return r.hub.cfg.RoomSize
}

// enter, rename, depart and absence are ops that only this package makes.
type (
	enter struct {
		nicks  []Nick     // the wish, if any, then spare names; the first free one counts
		knock  string     // the id of the knock that it follows, or empty
		invite *tokenHash // of the invitation that they have, if any
		host   bool       // they want to be the host, if it is they who make the room
		watch  bool       // they want to watch
		salt   keySalt    // of its keys, if it is
	}
	rename struct {
		id   string
		nick Nick
	}
	depart  struct{ reason LeaveReason }
	absence struct{ away bool }
)

// deliver takes one submission from the bus.
func (r *room) deliver(s Submission) {
	r.hub.traffic.Add(1)
	r.do(func() {
		r.apply(s)
		r.attend()
		r.watchVote()
		if r.rules.Fade > 0 {
			r.hub.fading(r.rules.Fade)
		}
		r.share.Store(int64(r.memory.holds() / max(1, len(r.roster.order))))
	})
	if size := s.Op.opFacts().said; size > 0 && r.paced() {
		r.pace.landed(size)
	}
}

// do runs f under the room's lock. Whose places it gave up, they are released afterwards;
// whoever it ended, since they could not keep up with what it put on their outbox or asked
// in vain too often, leaves afterwards.
func (r *room) do(f func()) {
	ended, gone, burned := r.locked(f)
	if burned {
		r.hub.mu.Lock()
		r.hub.lose(r)
		r.hub.mu.Unlock()
	}
	for _, p := range gone {
		r.hub.release(r, p)
	}
	for _, p := range ended {
		p.submit(p.out.generation(), depart{LeftLost})
		if p.out.endedBy(ErrInVain) {
			p.source.offended()
		}
	}
}

// locked runs f under the room's lock, which a mistake in f does not keep, and returns what
// is left to be done without it.
func (r *room) locked(f func()) (ended, gone []*place, burned bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	f()
	ended, gone = r.ended, r.gone
	r.ended, r.gone = nil, nil
	return ended, gone, r.burned
}

// apply makes an op what happened. What it needs of clocks and of chance the submission
// brings, so that the same ones make the same room; only who gives way to others in a full
// one is decided by how they answer just then.
func (r *room) apply(s Submission) {
	switch op := s.Op.(type) {
	case enter:
		r.enter(s, op)
		return
	case unmute:
		r.unmute(s.At, op)
		return
	case voteOver:
		if r.vote.ends.Equal(op.ends) {
			r.endVote()
		}
		return
	}
	if r.atDoor(s) {
		return
	}
	m := r.roster.byID[s.From]
	if m == nil {
		return
	}
	if m.place.out.generation() != s.Gen {
		return // asked by a connection that was replaced: it did not happen
	}
	switch op := s.Op.(type) {
	case Say:
		r.say(m, s.At, op)
	case React:
		r.react(m, op)
	case Retract:
		r.retract(m, op)
	case Amend:
		r.amend(m, s.At, op)
	case Whisper:
		r.whisper(m, s.At, op)
	case rename:
		r.rename(m, op)
	case SetTopic:
		if !r.maySay(m, op.ID, op.Text, s.At) {
			return
		}
		seq, was := r.next(), r.topic
		r.topic, r.topicBy = op.Text, m.Person()
		r.tellDone(m, op.ID, func(id string) Event {
			return &TopicSet{Seq: seq, From: r.topicBy, Text: op.Text, was: was, ID: id}
		})
	case SetAside:
		r.setAside(m, s.At, op)
	case Seal:
		r.handSealed(m, s.At, op)
	case Offer:
		r.offer(m, s.At, op)
	case Pass:
		r.pass(m, op)
	case Typing:
		if r.silence(m) != nil {
			return
		}
		typing := &TypingNow{Member: m.ID}
		for _, other := range r.roster.order {
			if other != m {
				other.place.out.putTyping(typing)
			}
		}
	case Decide:
		r.decide(m, op)
	case invited:
		r.addInvitation(m, s.At, op)
	case Uninvite:
		r.uninvite(m, op)
	case Sync:
		m.place.put(&Synced{ID: op.ID})
	case absence:
		// A place that came back meanwhile has another generation.
		if m.Away != op.away {
			m.Away = op.away
			r.tell(&Away{Seq: r.next(), Member: m.Member}, nil, nil)
		}
	case depart:
		r.depart(m, op.reason, "")
	default:
		r.govern(m, s.At, op)
	}
}

func (r *room) next() uint64 {
	r.seq++
	return r.seq
}

// tell puts an event on everybody's outbox; on author's own, if there is an
// author, goes own.
func (r *room) tell(event Event, author *member, own Event) {
	e := newEntry(event)
	e.readers = max(1, len(r.roster.order))
	for _, m := range r.roster.order {
		if m == author {
			m.place.put(own)
		} else {
			m.place.putEntry(e)
		}
	}
	if e.soft {
		r.ripple()
	}
}

// tellDone tells everybody what an op did, and its author with the id that they gave it,
// if they did.
func (r *room) tellDone(author *member, id string, event func(id string) Event) {
	shared := event("")
	own := shared
	if id != "" {
		own = event(id)
	}
	r.tell(shared, author, own)
}

// ripple wakes everybody for who came and went, now or a moment later together
// with whoever comes and goes until then.
func (r *room) ripple() {
	since := time.Since(r.rippled)
	switch {
	case r.ripples:
	case since >= RippleEvery || len(r.roster.order) <= RippleFrom:
		r.wake()
	default:
		r.ripples = true
		time.AfterFunc(RippleEvery-since, func() {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.ripples = false
			r.wake()
		})
	}
}

func (r *room) wake() {
	r.rippled = time.Now()
	for _, m := range r.roster.order {
		m.place.out.wake()
	}
}

// close ends every seat, and every place without one.
func (r *room) close() {
	var alone []*place
	r.mu.Lock()
	r.closed = true
	r.endWaiting()
	for _, m := range r.roster.order {
		m.place.out.farewell(ErrShutdown)
		if m.place.expiry != nil {
			alone = append(alone, m.place)
		}
	}
	r.mu.Unlock()
	for _, p := range alone {
		p.submit(p.out.generation(), depart{LeftShutdown})
	}
}

func (r *room) say(m *member, at time.Time, op Say) {
	if op.Re > r.seq {
		m.place.turnDown(refusal(op.ID, BadFrame, "That answers a message that was not said in this room."), 0)
		return
	}
	all := op.all()
	if !r.maySay(m, op.ID, all, at) {
		return
	}
	r.doorway.flood.speaks(m.ID, all)
	seq := r.next()
	r.memory.add(remembered{seq: seq, by: m.ID, at: at, answers: answers{options: len(op.Options)}})
	r.tellDone(m, op.ID, func(id string) Event {
		return &Said{Seq: seq, At: at, From: m.Person(), Text: op.Text, Action: op.Action, Re: op.Re, Options: op.Options, ID: id}
	})
}

var errUnknownMember = &Error{Code: UnknownMember, Message: "Nobody with that number is in this room. They may have left."}

func (r *room) whisper(m *member, at time.Time, op Whisper) {
	to := r.roster.byID[op.To]
	switch {
	case to == nil:
		m.place.turnDown(&Refused{ID: op.ID, Err: errUnknownMember}, 0)
		return
	case to == m:
		m.place.turnDown(refusal(op.ID, NotAllowed, "You can't whisper to yourself."), 0)
		return
	case !r.spoken(to, m, op.ID):
		return
	case !to.Host && !r.mayPut(m, op.ID, op.Text, at):
		return
	}
	m.spoke = true
	w := Whispered{At: at, From: m.Person(), To: to.Person(), Text: op.Text}
	theirs, own := w, w
	to.wseq++
	theirs.WSeq = to.wseq
	m.wseq++
	own.WSeq, own.ID = m.wseq, op.ID
	to.place.put(&theirs)
	m.place.put(&own)
}

// handSealed hands a sealed message to those it has a wrap for, each their own.
func (r *room) handSealed(m *member, at time.Time, op Seal) {
	m.spoke = true
	body := &SealedBody{At: at, From: m.ID, Body: op.Body}
	for _, to := range r.roster.order {
		if wrap := op.Wraps[to.ID]; wrap != nil && to != m {
			to.wseq++
			to.place.put(&Sealed{SealedBody: body, WSeq: to.wseq, Wrap: wrap})
		}
	}
	m.wseq++
	m.place.put(&Sealed{SealedBody: body, WSeq: m.wseq, ID: op.ID})
}

func (r *room) rename(m *member, op rename) {
	if !r.unless(m, op.id, r.silence(m)) {
		return
	}
	was := m.Nick
	if op.nick.String() == was {
		m.place.turnDown(refusal(op.id, NotAllowed, "That is your name already."), 0)
		return
	}
	if !r.roster.rename(m, op.nick) {
		m.place.turnDown(refusal(op.id, NickTaken, "That name, or one that looks like it, is taken in this room."), 0)
		return
	}
	m.place.renames.Take(time.Now()) // a change counts, a try does not
	seq := r.next()
	r.tellDone(m, op.id, func(id string) Event {
		return &Renamed{Seq: seq, Member: m.Member, Was: was, ID: id}
	})
}

func (r *room) depart(m *member, reason LeaveReason, why string) {
	r.roster.remove(m)
	m.place.visited()
	for _, other := range r.roster.order {
		delete(other.place.asked, m.ID)
	}
	if m.place.leave() {
		reason, why = LeftSlow, "" // whoever was ended may close before the room sends them off
	}
	r.gone = append(r.gone, m.place)
	r.tell(&Left{Seq: r.next(), Member: m.Member, Reason: reason, Why: why}, nil, nil)
	switch {
	case r.roster.people() == 0 && (!m.Watch || len(r.roster.order) == 0):
		r.vacate(m)
	case reason == LeftRemoved:
		r.raise(RulesRemoved)
	}
}

// resume gives a place to the connection that brought its ticket, from what it
// says it received. The caller holds the hub's lock and changed the tickets.
func (r *room) resume(p *place, at Position) *Seat {
	o := &p.out
	seat := p.attach()
	o.mu.Lock()
	defer o.mu.Unlock()
	lost := o.handAgain(at)
	if o.hole != nil {
		o.fill(o.hole.close(r))
	}
	seat.first = r.since(p, at, lost)
	o.bell.Ring()
	return seat
}

// since is what somebody who comes back is told before what they have not received: the
// room as it was then, and how much is lost. The caller holds the outbox's lock.
func (r *room) since(p *place, at Position, lost uint64) []Event {
	then := r.now()
	then.rewind(p.out.entries)
	welcome := r.welcome(p, then)
	welcome.Seq, welcome.Resumed = min(at.Seq, p.out.acked.Seq), true
	first := append([]Event{welcome}, then.asides()...)
	if lost > 0 {
		first = append(first, &Gap{Missed: lost, Seq: p.out.acked.Seq})
	}
	return first
}

// welcome shows a view of the room to whoever has the place.
func (r *room) welcome(p *place, v view) *Welcome {
	w := &Welcome{Room: r.name, Kind: r.kind, Topic: v.topic, You: v.member(p.id), Members: v.members, Rules: v.rules, Seq: r.seq}
	if n := len(p.tickets); n > 0 {
		w.Ticket = p.tickets[n-1]
	}
	return w
}
