package rooms

import (
	"maps"
	"slices"
	"time"
)

// Voice says whether its sender is in the room's voice, and how. It is passed by and never
// kept in the log: it is worth nothing once the connection is gone. Only package
// rooms/voice does it, for whoever it carries; no frame asks for it.
type Voice struct{ In, Muted, Speaking bool }

// VoiceNow says how a member is in the room's voice, or that they are not. It has no number,
// and of each member only the newest waits for anybody. A welcome begins anew: who is in
// voice is told right behind it.
type VoiceNow struct {
	Forms
	Member              string // member id
	In, Muted, Speaking bool
}

// AskVoice asks the server that this person's connection leads to for a part in the room's
// voice. It never reaches a room: the door that can carry sound answers it.
type AskVoice struct {
	ID    string
	On    bool   // false leaves
	Offer string // SDP; with it, a connection for sound is asked for
	Muted *bool  // nil: as it is, and at first muted
}

// VoiceAnswered answers an [AskVoice].
type VoiceAnswered struct {
	ID      string
	Answer  string     // SDP; empty where no connection was asked for
	Members []VoiceNow // who else is in
}

// Speech is what somebody may do in their room's voice now.
type Speech struct {
	Silent    *Error // why they may not speak; nil: they may
	Elsewhere bool   // the room's voice lives at another server than theirs
}

// ErrNoVoice refuses sound where a door carries none.
var ErrNoVoice = &Error{Code: NoVoice, Message: "This way in carries no sound. To talk from a terminal, run ssh HOST ROOM --voice with Ogg Opus on its input; or use the room's page."}

// voiced is what a room was last told of who is in its voice. It is guarded by the room.
type voiced struct {
	now   map[string]voicing // by member id
	timer *time.Timer        // forgets those of whom nothing more was heard
}

type voicing struct {
	Voice
	till time.Time
}

// voice notes what a member is in voice, and tells everybody if that is new. The caller
// holds the room's lock, as that of all below.
func (r *room) voice(m *member, op Voice) {
	was, had := r.voiced.now[m.ID]
	switch {
	case !op.In:
		r.unvoice(m.ID)
		return
	case m.Watch:
		return
	}
	if r.voiced.now == nil {
		r.voiced.now = make(map[string]voicing)
	}
	r.voiced.now[m.ID] = voicing{op, time.Now().Add(VoiceFor)}
	if r.voiced.timer == nil {
		r.voiced.timer = time.AfterFunc(VoiceFor, r.forgetVoices)
	}
	if !had || was.Voice != op {
		r.tellVoice(m.ID, op)
	}
}

// unvoice says of a member that they are in voice no more, if they were.
func (r *room) unvoice(id string) {
	if _, in := r.voiced.now[id]; in {
		delete(r.voiced.now, id)
		r.tellVoice(id, Voice{})
	}
}

func (r *room) tellVoice(id string, op Voice) {
	now := voiceNow(id, op)
	for _, p := range r.here.order {
		p.out.putVoice(now)
	}
	r.ripple()
}

func voiceNow(id string, op Voice) *VoiceNow {
	return &VoiceNow{Member: id, In: op.In, Muted: op.Muted, Speaking: op.Speaking}
}

// voices tells somebody who has just come who is in voice.
func (r *room) voices() (events []Event) {
	for _, id := range slices.Sorted(maps.Keys(r.voiced.now)) {
		events = append(events, voiceNow(id, r.voiced.now[id].Voice))
	}
	return events
}

// forgetVoices forgets those of whom nothing was heard for [VoiceFor].
func (r *room) forgetVoices() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.voiced.timer == nil { // it was stopped
		return
	}
	now := time.Now()
	var next time.Time
	for id, v := range r.voiced.now {
		switch {
		case !now.Before(v.till):
			r.unvoice(id)
		case next.IsZero() || v.till.Before(next):
			next = v.till
		}
	}
	r.voiced.timer = nil
	if !next.IsZero() {
		r.voiced.timer = time.AfterFunc(next.Sub(now), r.forgetVoices)
	}
}

// String is how it is shown to whoever it is about.
func (v voicing) String() string {
	switch {
	case !v.In:
		return "none"
	case v.Muted:
		return "in it, muted"
	case v.Speaking:
		return "in it, speaking"
	}
	return "in it"
}

func (v *voiced) stop() {
	if v.timer != nil {
		v.timer.Stop()
		v.timer = nil
	}
}

// voiceHome is the server at which a room's voice lives, if anybody is in it: that of the
// one with the least id of those who are. There is a second only if two servers' people came in before
// these had heard of each other, and then all agree on this one.
func (r *room) voiceHome() (node string, ok bool) {
	least := ""
	for id := range r.voiced.now {
		if r.state.roster.byID[id] != nil && (least == "" || id < least) {
			least = id
		}
	}
	if least == "" {
		return "", false
	}
	return r.state.roster.byID[least].node, true
}

// ID is the member id of whoever sits here.
func (s *Seat) ID() string { return s.place.id }

// Kind is that of the room.
func (s *Seat) Kind() Kind { return s.place.room.kind }

// Speech is what whoever sits here may do in the room's voice now. The error says that the
// seat is over, as that of Do.
func (s *Seat) Speech() (Speech, error) {
	if err := s.over(); err != nil {
		return Speech{}, err
	}
	p := s.place
	r := p.room
	r.mu.Lock()
	defer r.mu.Unlock()
	m := r.state.roster.byID[p.id]
	if m == nil {
		return Speech{}, errSeatClosed
	}
	speech := Speech{Silent: r.state.silence(m)}
	if m.Watch {
		speech.Silent = ErrWatching
	}
	home, lives := r.voiceHome()
	speech.Elsewhere = lives && home != m.node
	return speech, nil
}

// voice has the room told of what this seat is in voice. Who left it, it says once.
func (s *Seat) voice(op Voice) {
	p := s.place
	if op.In && (p.watch || p.marks.Take(time.Now()) > 0) {
		return
	}
	if s.voiced.Swap(op.In) || op.In {
		p.pass(s.gen, op)
	}
}
