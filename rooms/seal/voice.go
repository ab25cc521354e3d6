package seal

import (
	"errors"
	"slices"
	"time"

	"sotto/rooms"
	"sotto/rooms/seal/sframe"
)

const (
	// rekeyEvery is how long this end goes on with a key at least: whoever lets people come
	// into voice and leave it at a great rate has it seal no more than that.
	rekeyEvery = 500 * time.Millisecond
	// VoiceReturn is how long after a connection is back the server has to say again who is
	// in voice.
	VoiceReturn = 2 * time.Second
	// heldFor is how long the key of somebody is held whom the server does not say to be in
	// voice: its word may come behind theirs, and who lost their connection comes back with
	// the key that they had, as long as a place waits.
	heldFor = 70 * time.Second
)

// Voice is this end's part in the voice of its room, from [Seat.Voice] to Close. It seals
// and opens what is said; the seat sees to it who has its keys.
type Voice struct {
	seat   *Seat
	sender *sframe.Sender
	ring   *sframe.Ring

	// Guarded by the seat.
	given     map[*person]bool      // who was given the key
	held      map[*person]time.Time // whose key is here though they are not said to be in voice
	left      bool                  // somebody has the key who is not to have the next
	pending   *dispatch             // the next key's way to those who are to have it
	turnBy    time.Time             // when it is sealed by at the latest
	notBefore time.Time             // when the key may change again
	looked    time.Time             // when it was looked at what came
	came      uint64                // on all tracks, by then
}

// spoken is what this end knows of a member's voice.
type spoken struct {
	in, muted                        bool      // as the server says
	since                            time.Time // when it said so
	until                            time.Time // when it must have said it again; zero: it need not
	keyed                            bool      // their key is here
	lost                             int       // seconds without anything of theirs that should have come
	opened                           uint64    // by the second before
	changed, late, withheld, keyless lapses
}

// Voice begins a part in the room's voice. There is one at a time, and it ends with the
// place: then nothing is sealed or opened by it any more, and its keys are gone. It must
// begin before the server is asked for a part: keys are sealed to whom it says to be in.
func (s *Seat) Voice() (*Voice, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stage == outside {
		return nil, errors.New("you are not in the room yet; try again in a moment")
	}
	s.endVoice()
	s.voice = &Voice{
		seat: s, sender: sframe.NewSender(s.boundVoice(s.you)), ring: sframe.NewRing(),
		given: map[*person]bool{}, held: map[*person]time.Time{}, looked: time.Now(),
	}
	s.rouse(time.Now())
	return s.voice, nil
}

// Seal appends a frame, sealed, to dst. An error says that nothing of it is to be sent.
func (v *Voice) Seal(dst, frame []byte) ([]byte, error) { return v.sender.Seal(dst, frame) }

// Track returns what opens the frames of one track.
func (v *Voice) Track() *sframe.Receiver { return v.ring.Receiver() }

// Anew notes that all tracks are new: the connection that carries them is.
func (v *Voice) Anew() { v.ring.Unbind() }

// Member is the server's id of whoever has that key; empty: nobody who is here.
func (v *Voice) Member(key sframe.Member) string {
	v.seat.mu.Lock()
	defer v.seat.mu.Unlock()
	if m := v.seat.people.byPeer[ID(key)]; m != nil {
		return m.ID
	}
	return ""
}

// Close ends it, and overwrites its keys.
func (v *Voice) Close() {
	v.seat.mu.Lock()
	defer v.seat.mu.Unlock()
	if v.seat.voice == v {
		v.seat.endVoice()
	}
}

func (s *Seat) endVoice() {
	if s.voice != nil {
		s.voice.sender.Close()
		s.voice.ring.Close()
		s.voice = nil
		for _, m := range s.people.order {
			m.spoken.keyed = false
		}
	}
}

// boundVoice is what goes into the tags of a member's frames: another's key opens none.
func (s *Seat) boundVoice(m *person) []byte {
	return slices.Concat(s.room.id[:], m.peer.ID[:])
}

// noteVoice takes the server's word for who is in voice, and passes it on of those who are shown.
// Who speaks it can't know.
func (s *Seat) noteVoice(e *rooms.VoiceNow, now time.Time) {
	m := s.people.byID[e.Member]
	if m == nil {
		return
	}
	if is := &m.spoken; is.in != e.In || is.muted != e.Muted {
		is.in, is.muted, is.since, is.lost = e.In, e.In && e.Muted, now, 0
	}
	m.spoken.until = time.Time{}
	if m.shown {
		s.emit(m.voiceNow())
	}
}

func (m *person) voiceNow() *rooms.VoiceNow {
	return &rooms.VoiceNow{Member: m.ID, In: m.spoken.in, Muted: m.spoken.muted}
}

// voiceAnswered passes on what the server answers to whoever asked for a part.
func (s *Seat) voiceAnswered(e *rooms.VoiceAnswered, now time.Time) {
	answer := &rooms.VoiceAnswered{ID: e.ID, Answer: e.Answer}
	for i := range e.Members {
		s.noteVoice(&e.Members[i], now)
		if m := s.people.byID[e.Members[i].Member]; m != nil && m.shown {
			answer.Members = append(answer.Members, *m.voiceNow())
		}
	}
	s.emit(answer)
}

// awaitVoice notes that the server has to say again who is in voice.
func (s *Seat) awaitVoice(now time.Time) {
	for _, m := range s.people.order {
		if m.spoken.in {
			m.spoken.until = now.Add(VoiceReturn)
		}
	}
}

// keyed takes a member's key of voice, if this end is in it.
func (s *Seat) keyed(m *person, k sframe.Key, now time.Time) {
	v := s.voice
	if v == nil {
		return
	}
	of := sframe.Member(m.peer.ID)
	before, known := v.ring.Tag(of)
	if v.ring.Add(of, s.boundVoice(m), k) != nil {
		return // there are never more members than it holds
	}
	if tag, _ := v.ring.Tag(of); known && tag != before {
		delete(v.given, m) // they began anew, and have no key of ours
	}
	m.spoken.keyed, m.spoken.lost = true, 0
	v.held[m] = now
}

// tendVoice sees to the keys of voice and to what came of it, and says when to look again.
func (s *Seat) tendVoice(now time.Time) (next time.Time) {
	for _, m := range s.people.order {
		switch until := m.spoken.until; {
		case until.IsZero():
		case now.Before(until):
			next = earlier(next, until)
		default:
			s.noteVoice(&rooms.VoiceNow{Member: m.ID}, now)
		}
	}
	v := s.voice
	if v == nil {
		return next
	}
	return earlier(next, earlier(s.rekey(v, now), s.judge(v, now)))
}

// isToHear reports whether a member is to have our key.
func (s *Seat) isToHear(m *person) bool {
	return m != s.you && m.shown && m.spoken.in && s.people.byPeer[m.peer.ID] == m
}

// rekey gives the key to whoever came into voice, from its next step on, and a fresh one to
// all once somebody has left it.
func (s *Seat) rekey(v *Voice, now time.Time) (next time.Time) {
	for m := range v.given {
		if !s.isToHear(m) {
			delete(v.given, m)
			v.left, v.held[m] = true, now
		}
	}
	for m, since := range v.held {
		switch until := since.Add(heldFor); {
		case s.isToHear(m):
			delete(v.held, m)
		case now.Before(until) && s.people.byPeer[m.peer.ID] == m:
			next = earlier(next, until)
		default:
			s.forgetVoice(v, m)
		}
	}
	if v.pending != nil && !now.Before(v.turnBy) {
		v.turn()
	}
	var all, newcomers []*person
	for _, m := range s.people.order {
		if s.isToHear(m) {
			all = append(all, m)
			if !v.given[m] {
				newcomers = append(newcomers, m)
			}
		}
	}
	switch {
	case v.pending != nil:
		return earlier(next, v.turnBy)
	case !v.left && len(newcomers) == 0:
		return next
	case now.Before(v.notBefore):
		return earlier(next, v.notBefore)
	}
	v.notBefore = now.Add(rekeyEvery)
	if !v.left && v.sender.Ratchet() {
		if s.tell(voiceKey(v.sender.Key()), newcomers...) {
			for _, m := range newcomers {
				v.given[m] = true
			}
			return next
		}
		return earlier(next, v.notBefore)
	}
	v.left = false
	clear(v.given)
	if !s.tell(voiceKey(v.sender.Fresh()), all...) { // nobody is there, or too much waits: then nobody hears
		v.sender.Turn()
		if len(all) > 0 {
			next = earlier(next, v.notBefore)
		}
		return next
	}
	for _, m := range all {
		v.given[m] = true
	}
	v.pending, v.turnBy = s.sending.queue[len(s.sending.queue)-1], now.Add(sframe.TurnWithin)
	return earlier(next, v.turnBy)
}

// turn seals by the key that all have by now, or will never have.
func (v *Voice) turn() {
	v.sender.Turn()
	v.pending = nil
}

// forgetVoice forgets the key of somebody who is in voice no more.
func (s *Seat) forgetVoice(v *Voice, m *person) {
	v.ring.Remove(sframe.Member(m.peer.ID))
	delete(v.held, m)
	m.spoken.keyed = false
}

// keyHappened takes our own copy of a key: all have it before what is sealed from here on.
func (s *Seat) keyHappened(o *dispatch) {
	if v := s.voice; v != nil && v.pending == o {
		v.turn()
	}
}

// keyRefused notes that a key of ours was not said: who was to have it is given one anew.
func (s *Seat) keyRefused(o *dispatch) {
	if v := s.voice; v != nil && o.what.T == "voice" {
		for _, m := range o.to {
			delete(v.given, m)
		}
	}
}

// voiceKey is a key as it is sealed to somebody.
func voiceKey(k sframe.Key) payload {
	return payload{T: "voice", KID: k.KID, Counter: k.Counter, Key: base64url.EncodeToString(k.Base[:])}
}

// voiceKey reads it.
func (p *payload) voiceKey() (k sframe.Key, err error) {
	base, err := base64url.DecodeString(p.Key)
	if err != nil || len(base) != len(k.Base) || base64url.EncodeToString(base) != p.Key {
		return k, errPayload
	}
	return sframe.Key{KID: p.KID, Counter: p.Counter, Base: [sframe.BaseBytes]byte(base)}, nil
}
