package rooms

import (
	"crypto/rand"
	"encoding/base64"
	"time"
)

// place is all that the server holds about one participant. It knows nothing of
// whoever is behind it but the name they go by; every field says what it is
// held for, and /privacy shows them (held.go).
type place struct {
	// Fixed once it is in its room.
	room   *room     `held:"the room you are in"`
	source *Source   `held:"a count of who comes from your network, without its address"`
	id     string    `held:"a random number that tells you from others in this room, gone when you leave"`
	via    Via       `held:"the kind of program you use, shown in the roster"`
	hello  string    `held:"in a sealed room, the public key that your program made for it"`
	watch  bool      `held:"whether you watch, and say nothing"`
	voices []*voices `held:"how much all from your network said in the last moments"`
	letGo  func()    `held:"ends the count of what is held for you"`

	// Each guarded by a lock of its own.
	out      outbox    `held:"what waits for you"`
	says     Limiter   `held:"how many messages you may still say at once"`
	sealed   Limiter   `held:"how many bytes you may still send at once in a sealed room"`
	order    sealOrder `held:"in a sealed room, whether something that you sealed has to wait"`
	patience Patience  `held:"how much you may ask for that is of no use to anybody else"`
	renames  Limiter   `held:"whether you may change your name now"`
	typings  Limiter   `held:"when your typing was last passed on"`
	marks    Limiter   `held:"how often it may still be told how you are in the room's voice"`
	passes   Limiter   `held:"how much of files you may still pass on at once"`
	keys     Limiter   `held:"how often you may still try a key of the room, or ask for one"`
	leaps    Limiter   `held:"whether you may ask the others to another room now"`
	returns  Limiter   `held:"how often this place may still be taken back at once"`

	// Guarded by the lock of the hub, of the room's pace, and of the hub's awayPlaces.
	tickets []string `held:"what takes this place back after a lost connection: the newest, and the one before until the newest is used"`
	talk    talk     `held:"how much you said in the last moments"`
	awayAt  int      `held:"where it stands in the list of places that wait for their connection; 0: it does not"`

	// Guarded by the room's lock.
	claim     tokenHash     `held:"the hash of your newest ticket"`
	waiting   int           `held:"how much of what you said the servers that share this room have not taken yet"`
	asked     askedOf       `held:"whom you asked for chunks of files, and for how many"`
	since     time.Time     `held:"when your connection came, for the same reason"`
	attended  time.Duration `held:"how long those before it lasted"`
	brief     bool          `held:"whether your visit was counted as a short one"`
	knocks    uint64        `held:"how many of those who knocked you were told of"`
	departing time.Time     `held:"when your connection was lost, to give the place up a minute later"`
	until     time.Time     `held:"until when your place waits for your connection"`
	expiry    *time.Timer   `held:"the timer for that"`
	mute      *time.Timer   `held:"in a sealed room, the timer for who holds the link and never seals anything"`
}

func newPlace(r *room, from *Source, v Visitor) *place {
	cfg := r.hub.cfg
	p := &place{
		room:     r,
		source:   from,
		id:       r.newID(),
		via:      v.Via,
		hello:    v.Hello,
		watch:    v.Watch,
		says:     NewLimiter(cfg.SayRate, max(1, cfg.SayRate*SayBurst)),
		renames:  NewLimiter(1/RenameEvery.Seconds(), 1),
		typings:  NewLimiter(1/TypingEvery.Seconds(), 1),
		marks:    NewLimiter(VoiceRate, VoiceBurst),
		passes:   NewLimiter(PassRate, PassBurst),
		keys:     NewLimiter(KeyRate, KeyBurst),
		leaps:    NewLimiter(1/LeapEvery.Seconds(), 1),
		returns:  NewLimiter(ReturnRate, ReturnBurst),
		patience: NewPatience(),
	}
	if r.kind == KindSealed {
		p.says = NewLimiter(SealedRate, SealedBurst)
		p.sealed = NewLimiter(SealedByteRate, SealedByteBurst)
	}
	p.out.keep, p.out.answers = v.Resumable, v.Answers
	p.out.pace = &r.pace
	return p
}

// idTries is how many numbers are drawn for a rare colour and shape. One in [Colours] has
// the last colour that nobody wears; a hundred miss it once in six thousand rooms.
const idTries = 100

// newID returns 48 random bits in eight characters: two of them meet in a full
// room once in a billion rooms, and a welcome with MaxRoomSize of them still
// fits a frame.
func newID() string {
	var b [6]byte
	rand.Read(b[:])
	return Apart(base64.RawURLEncoding.EncodeToString(b[:]))
}

// submit appends an op of the place's connection gen to the log, and pass has it passed by.
// The caller holds no lock.
func (p *place) submit(gen uint64, op Op) { p.room.tail.Append(p.asks(gen, op)) }
func (p *place) pass(gen uint64, op Op)   { p.room.tail.Pass(p.asks(gen, op)) }

func (p *place) asks(gen uint64, op Op) Record {
	return Record{From: p.id, Gen: gen, At: time.Now(), Op: op}
}

// depart has the place leave, as its connection gen. The reason of one that was ended as
// slow is that. The caller holds no lock.
func (p *place) depart(gen uint64, reason LeaveReason) {
	if p.out.slow() {
		reason = LeftSlow
	}
	p.submit(gen, depart{reason})
}

// attach gives the place to a new connection, gen. The caller holds the room's lock.
func (p *place) attach(gen uint64) *Seat {
	p.endWait()
	p.pause()
	p.since = time.Now()
	p.departing = time.Time{}
	p.order.begin()
	bell, eased := p.out.attach(gen)
	return &Seat{place: p, gen: gen, bell: bell, eased: eased}
}

// mayReturn counts what is sent anew to whoever takes the place back, from a source,
// and reports whether that is not too much. The caller holds the room's lock.
func (p *place) mayReturn(from *Source) bool {
	p.out.mu.Lock()
	again := float64(max(p.out.bytes, ReturnBytes))
	p.out.mu.Unlock()
	now := time.Now()
	if p.returns.PeekN(now, again) > 0 || !from.mayReturn(now, again) {
		return false
	}
	p.returns.Owe(now, again)
	return true
}

// endWait ends the wait for a lost connection, if there is one. The caller holds the
// room's lock.
func (p *place) endWait() {
	if p.expiry != nil {
		p.expiry.Stop()
		p.expiry = nil
		p.room.hub.away.remove(p)
	}
}

// attendance is how long the place had a connection, in all. The caller holds the room's
// lock.
func (p *place) attendance() time.Duration {
	if p.since.IsZero() {
		return p.attended
	}
	return p.attended + time.Since(p.since)
}

// pause stops the count of attendance. The caller holds the room's lock.
func (p *place) pause() { p.attended, p.since = p.attendance(), time.Time{} }

// visited ends a visit, and counts it against where it came from if it was over in
// a moment: so whoever asks which rooms there are pays for it. The caller holds
// the room's lock.
func (p *place) visited() {
	p.pause()
	if p.attended < BriefVisit && !p.brief {
		p.brief = true
		p.source.visited(time.Now(), 1)
	}
}

// standing is what right there is to the place. The caller holds the room's lock.
func (p *place) standing() standing {
	switch {
	case p.expiry != nil:
		return standing{lost, p.attendance()}
	case p.out.absent():
		return standing{absent, -p.attendance()} // of these the oldest goes
	case p.room.state.roster.spoke(p.id):
		return standing{speaking, p.attendance()}
	}
	return standing{silent, p.attendance()}
}

// detach keeps the place for [ResumeWindow] after its connection gen was lost. It
// reports false for one that has to leave: nothing ever came from its client, or
// it has to give way to others that wait. The room hears of a wait after
// [AwayAfter]. The caller holds no lock.
func (p *place) detach(gen uint64) bool {
	kept, leaves := p.await(gen)
	if leaves.place != nil {
		leaves.place.depart(leaves.gen, LeftLost) // unless it is back by now
	}
	return kept
}

// await does detach's work under the locks. It returns who has to give way, if somebody
// has, for detach to make them leave without those.
func (p *place) await(gen uint64) (kept bool, leaves awayPlace) {
	p.room.mu.Lock()
	defer p.room.mu.Unlock()
	p.out.mu.Lock()
	defer p.out.mu.Unlock()
	if p.out.gen != gen || !p.out.attached || p.room.here.byID[p.id] == nil {
		return true, awayPlace{}
	}
	p.visited()
	if !p.out.heard {
		return false, awayPlace{}
	}
	if leaves = p.room.hub.away.add(p, gen, p.attended); leaves.place == p {
		return false, awayPlace{}
	}
	p.out.detach()
	p.departing = time.Now()
	p.expiry = time.AfterFunc(AwayAfter, func() { p.becomeAway(gen) })
	return true, leaves
}

// becomeAway tells the room that the connection is lost, and arms the end.
func (p *place) becomeAway(gen uint64) {
	p.room.mu.Lock()
	lost := p.out.detachedFrom(gen) && p.room.here.byID[p.id] != nil
	if lost {
		p.expireAfter(ResumeWindow - AwayAfter)
	}
	p.room.mu.Unlock()
	if lost {
		p.submit(gen, absence{away: true})
	}
}

// expireAfter arms the end. The caller holds the room's lock.
func (p *place) expireAfter(d time.Duration) {
	if p.expiry != nil {
		p.expiry.Stop()
	}
	gen := p.out.generation()
	p.until = time.Now().Add(d)
	p.expiry = time.AfterFunc(d, func() { p.expire(gen) })
}

// expire gives up a place that nobody came back to, unless nobody can come back just now.
func (p *place) expire(gen uint64) {
	p.room.mu.Lock()
	armed := p.expiry != nil && !time.Now().Before(p.until) // or it was armed once more meanwhile
	stalled := p.room.stalled
	if armed && stalled {
		p.expireAfter(StallAfter)
	}
	p.room.mu.Unlock()
	if armed && !stalled {
		p.depart(gen, LeftLost)
	}
}

// waitAnew has a place whose minute has begun wait for all of it, since nobody could come
// back so far. The caller holds the room's lock.
func (p *place) waitAnew() {
	if p.expiry != nil && time.Since(p.departing) >= AwayAfter {
		p.expireAfter(ResumeWindow)
	}
}

// leave closes the place. The caller holds the room's lock.
func (p *place) leave() {
	p.endWait()
	if p.mute != nil {
		p.mute.Stop()
	}
	p.out.leave()
}

// refuse tells the place's own connection that an op did not happen, which came
// in a frame of so many bytes. The caller holds no lock.
func (p *place) refuse(r *Refused, bytes int) { p.room.do(func() { p.turnDown(r, bytes) }) }

// turnDown is refuse for a caller that holds the room's lock. Whoever is refused in
// vain again and again is ended.
func (p *place) turnDown(r *Refused, bytes int) {
	p.patience.ask(costRefusal, bytes)
	if r.useless() && !p.patience.Vain() {
		p.endInVain()
		return
	}
	p.put(r)
}

// endInVain ends the place with [ErrInVain]. The caller holds the room's lock.
func (p *place) endInVain() {
	if p.out.giveWay(ErrInVain) {
		p.room.ended = append(p.room.ended, p)
	}
}

// endMute ends a place that has sealed nothing since it came. The caller holds the
// room's lock.
func (p *place) endMute() {
	if !p.room.state.roster.spoke(p.id) && p.out.giveWay(errMute) {
		p.room.ended = append(p.room.ended, p)
	}
}

var errMute = &Ended{Code: Timeout, Message: "Your program did not say within a minute who you are, which nobody else in a sealed room can do for you, so the place was given up."}

// put puts an event on the place's outbox; a place that can't keep up leaves.
// The caller holds the room's lock.
func (p *place) put(e Event) { p.putEntry(newEntry(e)) }

func (p *place) putEntry(e *entry) {
	if !p.out.put(e) {
		p.room.ended = append(p.room.ended, p)
	}
}
