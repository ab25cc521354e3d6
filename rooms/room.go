package rooms

import (
	"sync"
	"sync/atomic"
	"time"
)

// room is one room as one server has it: what happened in it, which its log decides, and
// who of it is here. It lives as long as somebody here is in it or holds a resumable place
// in it.
type room struct {
	address
	hub    *Hub
	opened chan struct{} // closed once the next is known
	tail   Tail          // nil: its log could not be opened
	refs   int           // places in it and arrivals on their way; guarded by the hub
	pace   pace
	claims Limiter // of its key
	knocks Limiter // at its door

	mu       sync.Mutex
	state    state
	here     present
	arrivals map[string]*arrival   // waiting for their enter to come back
	returns  map[string]*returning // the same of those who come back
	waiters  map[string]*waiter    // those whom this server has at the door, by their knocks
	ended    []*place              // while the lock was held; they leave after
	gone     []*place              // that left while the lock was held; they are released after
	straying map[string]uint64     // members with no place here who are given up later, and with which connection
	strayed  []stray               // while the lock was held; they are expected after
	undone   []func()              // returns that nobody waited for; the rest of them is undone after
	rippled  time.Time             // when people were last woken for who comes and goes
	ripples  bool                  // they will be again
	turned   time.Time             // when they were last told that somebody was turned away
	allThere time.Time             // when they were last asked whether they are there
	closed   bool                  // whoever still comes in is sent away at once
	alarm    alarm
	voiced   voiced
	history  *history     // what who comes from another server is told; nil: rooms are not shared
	stalled  bool         // people were told that the log takes nothing
	broken   bool         // the log hands out no more of it here
	share    atomic.Int64 // of what its memory costs, for each who is here, in bytes; read without the lock
}

func newRoom(h *Hub, at address) *room {
	r := &room{
		address: at, hub: h, opened: make(chan struct{}), pace: newPace(),
		claims: NewLimiter(RoomClaimRate, RoomClaimBurst), knocks: NewLimiter(KnockRate, KnockBurst),
		state: newState(at.kind), here: newPresent(),
		arrivals: make(map[string]*arrival), returns: make(map[string]*returning), waiters: make(map[string]*waiter),
		straying: make(map[string]uint64),
	}
	if h.shared != nil {
		r.history = &history{}
	}
	return r
}

// size is how many people fit, as this server has it.
func (r *room) size() int {
	if r.kind == KindSealed {
		return min(r.hub.cfg.RoomSize, SealedRoomSize)
	}
	return r.hub.cfg.RoomSize
}

// Deliver takes one record from the log.
func (r *room) Deliver(rec Record, own bool) {
	r.hub.traffic.Add(1)
	r.do(func() {
		if r.state.knows(rec) {
			own = false
			return
		}
		if own && r.history != nil {
			r.held(rec)
		}
		r.carry(r.state.apply(rec))
		r.showKnocks()
		r.wakeFor(rec.At)
		if fade := r.state.rules.Fade; fade > 0 {
			r.hub.fading(fade)
		}
		if r.history != nil {
			r.forgetLater()
			r.hub.fading(HistoryFor)
		}
		r.share.Store(int64(r.state.memory.holds() / max(1, len(r.here.order))))
	})
	if own {
		r.landed(rec.Op)
	}
}

// Passed takes what has no place in the log: whoever gets it is told at once or never.
func (r *room) Passed(rec Record) {
	r.hub.traffic.Add(1)
	r.do(func() {
		m := r.state.roster.byID[rec.From]
		if m == nil || m.gen != rec.Gen {
			return
		}
		switch op := rec.Op.(type) {
		case Pass:
			r.pass(m, op)
		case Typing:
			if r.state.silence(m) == nil {
				r.here.putTyping(m.ID)
			}
		case Voice:
			r.voice(m, op)
		}
	})
}

// Failed takes back what the log did not take. Whoever waits for it is told; what nobody
// waits for, since the room itself asks for it, is asked for again.
func (r *room) Failed(rec Record) {
	r.landed(rec.Op)
	again := false
	r.do(func() {
		r.held(rec)
		switch op := rec.Op.(type) {
		case depart, absence, tick, unknock, fence:
			again = !r.broken
		case arrived:
		case enter:
			r.turn(rec.From, errUnreachable)
		case back:
			r.putBack(op.try, 0, errUnreachable)
		case knocks:
			r.settle(rec.From, errUnreachable)
		default:
			if p := r.here.byID[rec.From]; p != nil {
				p.turnDown(&Refused{ID: op.opFacts().id, Err: errNotAppended}, 0)
			}
		}
	})
	if again {
		r.tail.Append(rec)
	}
}

var (
	errUnreachable = &Ended{Code: TooMany, Retry: true, Message: "This server can't reach the others that it shares its rooms with just now. Try again in a few seconds."}
	errNotAppended = &Error{Code: Unreachable, Message: "The servers can't reach each other, so that was not said within a minute. Send it again once they do."}
)

// landed says that what was said is where it belongs, or never gets there.
func (r *room) landed(op Op) {
	if size := op.opFacts().said; size > 0 && r.paced() {
		r.pace.landed(size)
	}
}

// append appends an op of somebody who is in no roster, or of the room itself. The caller
// holds no lock.
func (r *room) append(from string, op Op) {
	<-r.opened // an alarm may go off before
	r.tail.Append(Record{From: from, At: time.Now(), Op: op})
}

// do runs f under the room's lock. Whose places it gave up, they are released afterwards;
// whoever it ended, since they could not keep up with what it put on their outbox or asked
// in vain too often, leaves afterwards.
func (r *room) do(f func()) {
	after := r.locked(f)
	if after.burned {
		r.hub.mu.Lock()
		r.hub.lose(r)
		r.hub.mu.Unlock()
	}
	for _, s := range after.strayed { // before what may be the last that keeps the room
		r.expect(s)
	}
	for _, undo := range after.undone {
		undo()
	}
	for _, p := range after.gone {
		r.hub.release(r, p)
	}
	for _, p := range after.ended {
		p.depart(p.out.generation(), LeftLost)
		if p.out.endedBy(ErrInVain) {
			p.source.offended()
		}
	}
}

// aftermath is what is left to be done once a room's lock is given up.
type aftermath struct {
	ended, gone []*place
	strayed     []stray
	undone      []func()
	burned      bool
}

// locked runs f under the room's lock, which a mistake in f does not keep, and returns what
// is left to be done without it.
func (r *room) locked(f func()) (after aftermath) {
	r.mu.Lock()
	defer r.mu.Unlock()
	f()
	after = aftermath{r.ended, r.gone, r.strayed, r.undone, r.state.burned}
	r.ended, r.gone, r.strayed, r.undone = nil, nil, nil, nil
	return after
}

// close ends every seat, and every place without one.
func (r *room) close() {
	var alone []*place
	r.mu.Lock()
	r.closed = true
	knocking := r.endWaiting()
	for _, p := range r.here.order {
		p.out.farewell(r.farewell())
		if p.expiry != nil {
			alone = append(alone, p)
		}
	}
	r.mu.Unlock()
	for _, id := range knocking {
		r.append(id, unknock{gone: true})
	}
	for _, p := range alone {
		if r.hub.shared != nil {
			p.leaveToOthers()
		} else {
			p.depart(p.out.generation(), LeftShutdown)
		}
	}
}

// farewell is why seats here end when the server stops.
func (r *room) farewell() *Ended {
	if r.hub.shared != nil {
		return errLeaving
	}
	return ErrShutdown
}

// resume gives a place to the connection that brought its ticket, from what it
// says it received.
func (r *room) resume(p *place, gen uint64, at Position) *Seat {
	o := &p.out
	seat := p.attach(gen)
	o.mu.Lock()
	defer o.mu.Unlock()
	lost := o.handAgain(at)
	if o.hole != nil {
		o.fill(o.hole.close(&r.state))
	}
	seat.first = r.since(p, at, lost)
	o.call()
	return seat
}

// since is what somebody who comes back is told before what they have not received: the
// room as it was then, and how much is lost. The caller holds the outbox's lock.
func (r *room) since(p *place, at Position, lost uint64) []Event {
	then := r.state.now()
	then.rewind(p.out.entries)
	welcome := r.welcome(p, then)
	welcome.Seq, welcome.Resumed = min(at.Seq, p.out.acked.Seq), true
	first := append([]Event{welcome}, then.asides()...)
	first = append(first, r.voices()...)
	if lost > 0 {
		first = append(first, &Gap{Missed: counted(lost), Seq: p.out.acked.Seq})
	}
	return first
}

// welcome shows a view of the room to whoever has the place. The ticket is not in it yet.
func (r *room) welcome(p *place, v view) *Welcome {
	return &Welcome{Room: r.name, Kind: r.kind, Topic: v.topic, You: v.member(p.id), Members: v.members, Rules: v.rules, Seq: r.state.seq, Voice: r.hub.cfg.Voice}
}
