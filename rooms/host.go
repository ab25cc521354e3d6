package rooms

import (
	"fmt"
	"time"
)

// claimed and keyMade are what becomes of a Claim and of an AskKey on the way: the slow
// part, and the drawing of words, are done before they have their place in the order.
type (
	claimed struct {
		id   string
		hash keyHash
	}
	keyMade struct {
		id    string
		hash  keyHash
		words string // for the asker; empty if they have them already
	}
)

// admitClaim hashes what somebody takes for the room's key. Who tries often has to wait.
func (p *place) admitClaim(op Claim) (Op, *Refused) {
	words := typedKey(op.Key)
	if !IsKey(words) {
		return nil, refusal(op.ID, BadKey, fmt.Sprintf("A room's key is %d words, such as %q.", KeyWords, "otter lemon seven quiet harbor"))
	}
	now := time.Now()
	wait := p.keys.Peek(now)
	if wait == 0 {
		wait = p.room.claims.Take(now)
	}
	if wait > 0 {
		return nil, refusal(op.ID, RateLimited, "Too many keys were tried. Wait "+about(wait)+" and try again.")
	}
	p.keys.Owe(now, 1)
	return claimed{op.ID, p.room.salt().hash(words)}, nil
}

// admitAskKey draws a key for a host. Who is none learns it before anything is hashed.
func (p *place) admitAskKey(op AskKey) (Op, *Refused) {
	if !p.isHost() {
		return nil, &Refused{ID: op.ID, Err: errNotHost}
	}
	if wait := p.keys.Take(time.Now()); wait > 0 {
		return nil, refusal(op.ID, RateLimited, "Each key that is shown is a new one. Wait "+about(wait)+" before you ask for another.")
	}
	words := newKey()
	return keyMade{op.ID, p.room.salt().hash(words), words}, nil
}

var errNotHost = &Error{Code: NotHost, Message: "Only a host of this room can do that. /host WORDS makes you one, if you know its key."}

// salt is that of the room's keys. The caller holds no lock.
func (r *room) salt() keySalt {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.state.keys.salt
}

// isHost reports whether whoever has the place is a host by now. The caller holds no lock.
func (p *place) isHost() bool {
	p.room.mu.Lock()
	defer p.room.mu.Unlock()
	m := p.room.state.roster.byID[p.id]
	return m != nil && m.Host
}

// giveKey gives whoever has just made a room, and is its host, a key of it. The caller
// holds no lock.
func (s *Seat) giveKey() {
	words := newKey()
	s.place.submit(s.gen, keyMade{hash: s.place.room.salt().hash(words)})
	s.first = append(s.first,
		&Notice{Code: MadeHost, Text: fmt.Sprintf("You made this room and are its host. Its key is %q: who types /host and these words is a host too.", words)},
		&KeyShown{Words: words})
}

func (s *state) claim(m *member, op claimed) {
	switch {
	case m.Host:
		s.tellOne(m, refusal(op.id, NotAllowed, "You are a host of this room already."))
	case !s.keys.has(op.hash):
		s.tellOne(m, refusal(op.id, BadKey, "That is not a key of this room."))
	default:
		if !s.hosted() {
			s.doorway.invitations = nil // which anybody could make
		}
		s.setHost(m, true, m, op.id)
	}
}

func (s *state) makeKey(m *member, op keyMade) {
	if !s.mayGovern(m, op.id) {
		return
	}
	s.keys.add(op.hash)
	if op.words != "" {
		s.tellOne(m, &KeyShown{Words: op.words, ID: op.id})
	}
}

func (s *state) makeHost(m *member, op MakeHost) {
	to := s.subject(m, op.ID, op.To)
	switch {
	case to == nil, !s.spoken(to, m, op.ID):
	case to.Host == op.On && op.On:
		s.tellOne(m, refusal(op.ID, NotAllowed, "They are a host already."))
	case to.Host == op.On:
		s.tellOne(m, refusal(op.ID, NotAllowed, "They are no host."))
	default:
		s.setHost(to, op.On, m, op.ID)
	}
}

// setHost makes somebody a host, or no longer, as by asked.
func (s *state) setHost(m *member, on bool, by *member, id string) {
	m.Host = on
	seq := s.next()
	s.tellDone(by, id, func(id string) Event { return &HostSet{Seq: seq, Member: m.Member, ID: id} })
}

// mayGovern reports whether a member is a host, and tells them if they are not.
func (s *state) mayGovern(m *member, id string) bool {
	if !m.Host {
		s.tellOne(m, &Refused{ID: id, Err: errNotHost})
	}
	return m.Host
}

// subject is whom a host wants to do something about. Nil: who asked is told why they
// can't.
func (s *state) subject(m *member, id, to string) *member {
	if !s.mayGovern(m, id) {
		return nil
	}
	about := s.roster.byID[to]
	if about == nil {
		s.tellOne(m, &Refused{ID: id, Err: errUnknownMember})
	}
	return about
}
