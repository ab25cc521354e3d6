package seal

import (
	"crypto/mlkem"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"
	"slices"
	"time"
)

// Layout of a message, in bytes. All integers are big-endian.
//
//	header: version 2 | room id 16 | sender id 16 | flags 1 | number 4 | epoch 4 | masked view 32 | past 32 | key commitment 16
//	body:   header | AES-256-GCM of the padded plaintext
//	plaintext to all: salt 16 | count 1 | claims of 52 | what is said
//	wrap:   flags 1 | step 4 | counter of the chain 4 | number of the pair 4 | share 32? | ciphertext 1088? | AES-256-GCM of the message key
//	wrap of a greeting: flags 1 | AES-256-GCM of the message key
const (
	HeaderBytes = 1 + roomIDBytes + idBytes + 1 + 4 + 4 + viewBytes + sha256.Size + 16
	// MaxWrapBytes is the longest wrap: of a pair's first step.
	MaxWrapBytes = wrapHead + publicBytes + mlkem.CiphertextSize768 + keyBytes + tagBytes

	keyBytes  = 32
	tagBytes  = 16
	hashBytes = 16 // of what names a message
	viewBytes = 32
	wrapHead  = 1 + 4 + 4 + 4
	// boundBytes is what a wrap's key is bound to: the body's hash and the receiver's id.
	// Both stand before the head in what the wrap authenticates.
	boundBytes = sha256.Size + idBytes

	// MinPadded is the smallest size that a plaintext is padded to; larger ones
	// are the next power of two, so that a length tells little.
	MinPadded = 256
	// MaxPlaintext is the longest plaintext in bytes: with its padding, header
	// and base64 it must fit a 64 KiB frame.
	MaxPlaintext = 32<<10 - 4
	// MaxSaid is how much of that is left beside what goes with a message to all.
	MaxSaid = MaxPlaintext - saltBytes - 1 - maxClaims*claimBytes

	// MaxMembers is how many people a sealed room holds: every message carries a
	// wrap for each, and everybody agrees on keys with everybody.
	MaxMembers = 64
	// MaxHellos is how many hellos one session takes: enough for a busy week, and
	// what they leave behind fits a few megabytes.
	MaxHellos = 1 << 16
)

// Flags of a header.
const toAll = 1

// Flags of a wrap.
const (
	withShare      = 1 << iota // the sender's newest share
	withCiphertext             // and what ML-KEM made of the greeting's key
	asGreeting
)

// Hash names a message to all: the start of its sender's [Past] with it, which stays
// the same when it is sealed anew. Nobody can make two texts of one name.
type Hash [hashBytes]byte

// MarshalText gives the hash as it stands in sealed JSON: 32 lower-case
// hexadecimal digits.
func (h Hash) MarshalText() ([]byte, error) { return fmt.Appendf(nil, "%x", h[:]), nil }

// UnmarshalText reads that form and no other.
func (h *Hash) UnmarshalText(text []byte) error { return unhex(h[:], text) }

// Session is one end's state in a sealed room: itself, and what it shares with
// every peer. It is used from one goroutine.
type Session struct {
	me       *Me
	peers    map[ID]*pair
	hellos   map[ID]struct{} // everybody who ever was a peer
	greeting *greeting       // until everybody has answered it

	view View
	said uint32  // messages to all so far
	past Past    // of those
	owed []claim // what others are to be told that we heard, the oldest first
}

// View is whom this end sees when it seals a message, and how often that has
// changed.
type View struct {
	Epoch uint32
	Hash  [viewBytes]byte
}

// NewSession begins for a fresh identity.
func NewSession(me *Me) *Session {
	return &Session{me: me, peers: make(map[ID]*pair), hellos: map[ID]struct{}{me.ID: {}}, past: me.room.pastOf(me.ID)}
}

// Me is this end's identity.
func (s *Session) Me() *Me { return s.me }

// See says whom this end shows from now on; every message carries it.
func (s *Session) See(v View) { s.view = v }

// Add begins a pair with somebody who said a good hello. Before says that they
// were here before this end came, which then has to greet them. The error is
// [ErrGhost], [ErrUsed] or a sentence about a bound.
func (s *Session) Add(p Peer, before bool) error {
	if _, used := s.hellos[p.ID]; used {
		return ErrUsed
	}
	if len(s.peers) >= MaxMembers-1 {
		return fmt.Errorf("a sealed room holds %d people", MaxMembers)
	}
	if len(s.hellos) >= MaxHellos {
		return errHellos
	}
	var pair *pair
	var err error
	if scrubbed(func() { pair, err = s.me.pairWith(p, before) }); err != nil {
		return err
	}
	s.peers[p.ID], s.hellos[p.ID] = pair, struct{}{}
	return nil
}

var errHellos = errors.New("too many have come and gone in this room; make a new one")

// Remove forgets what is shared with a peer: nothing is sealed to them any more,
// nothing of theirs can be opened, and their hello is used up.
func (s *Session) Remove(id ID) {
	if p := s.peers[id]; p != nil {
		p.forget()
		delete(s.peers, id)
		s.owed = slices.DeleteFunc(s.owed, func(c claim) bool { return c.about == id })
		s.greeted()
	}
}

// forget overwrites what is shared with everybody. The session is of no use
// after it.
func (s *Session) forget() {
	for id := range s.peers {
		s.Remove(id)
	}
	s.me.private, s.greeting = nil, nil
}

// greeted forgets the greeting once nobody is left who could answer it.
func (s *Session) greeted() {
	for _, p := range s.peers {
		if p.newcomer && p.phase != linked {
			return
		}
	}
	s.greeting = nil
}

// Linked reports whether a message can be sealed to a peer.
func (s *Session) Linked(id ID) bool { return s.peers[id] != nil && s.peers[id].phase == linked }

// Message is a text of ours, which stays the same when it is sealed anew, as do its
// numbers, so that nobody can be given it twice.
type Message struct {
	Hash     Hash // names it, if it is to all
	text     []byte
	all      bool
	greets   bool
	blind    bool // says nothing of whom this end shows: somebody reads it who is not shown
	number   uint32
	past     Past          // of what was said to all before
	receiver map[ID]uint32 // by whom, the number of the pair
}

// Compose numbers a message of at most [MaxSaid] bytes for some peers, each
// of whom must be [Session.Linked]. All says that it is for everybody who is
// shown, and not just for some of them.
func (s *Session) Compose(text []byte, all bool, to ...ID) (*Message, error) {
	if len(text) > MaxSaid {
		return nil, fmt.Errorf("a sealed message holds at most %d bytes", MaxSaid)
	}
	m := &Message{text: text, all: all, past: s.past, receiver: make(map[ID]uint32, len(to))}
	for _, id := range to {
		if !s.Linked(id) {
			return nil, errGone
		}
	}
	for _, id := range to {
		m.receiver[id] = s.peers[id].sent
		s.peers[id].sent++
	}
	if all {
		s.said++
		m.text = addressed(s.me.draw.salt(), s.claims(), text)
		s.past = s.past.and(s.said, m.text)
		m.Hash = s.past.name()
	}
	m.number = s.said
	return m, nil
}

var errGone = errors.New("that person is not in the room any more")

// Greet composes the greeting for everybody who was here before; nil if there is
// nobody.
func (s *Session) Greet() *Message {
	m := &Message{greets: true, blind: true, past: s.past, receiver: map[ID]uint32{}}
	for id, p := range s.peers {
		if !p.newcomer || p.phase == linked {
			continue
		}
		if m.text == nil {
			m.text = s.greet()
		}
		m.receiver[id], p.phase = 0, greeted
		p.offered = sha256.Sum256(m.text[publicBytes:])
	}
	if m.text == nil {
		return nil
	}
	return m
}

// greet is what the greeting says, the same each time.
func (s *Session) greet() []byte {
	if s.greeting == nil {
		scrubbed(func() { s.greeting = s.me.draw.greeting() })
	}
	return s.greeting.text()
}

// Sealed is a message as the server gets it: one body, and a wrap for each
// receiver.
type Sealed struct {
	Body  []byte
	Wraps map[ID][]byte
}

// Seal seals a message to those of its receivers who are still here, under a key
// that was not there before. When the same message is sealed again, all that were
// sealed after it must be too, in their order.
func (s *Session) Seal(m *Message, now time.Time) (sealed Sealed) {
	k := make([]byte, keyBytes)
	rand.Read(k)
	scrubbed(func() { sealed = s.seal(m, k, now) })
	clear(k)
	return sealed
}

func (s *Session) seal(m *Message, k []byte, now time.Time) Sealed {
	body := s.body(m, k)
	sum := sha256.Sum256(body)
	sealed := Sealed{Body: body, Wraps: make(map[ID][]byte, len(m.receiver))}
	steps := 0
	for id, n := range m.receiver {
		p := s.peers[id]
		switch {
		case p == nil:
		case m.greets:
			if p.phase == greeted {
				sealed.Wraps[id] = p.wrapGreeting(k, sum[:])
			}
		default:
			if steps < StepsAtOnce && p.due(now) && p.stepOn(s.me, now) == nil {
				steps++
			}
			sealed.Wraps[id] = p.wrap(k, n, sum[:])
		}
	}
	return sealed
}

// body is a message's header and sealed text.
func (s *Session) body(m *Message, k []byte) []byte {
	b := make([]byte, 0, HeaderBytes+padded(len(m.text))+tagBytes)
	b = append(b, version)
	b = append(b, s.me.room.id[:]...)
	b = append(b, s.me.ID[:]...)
	var flags byte
	if m.all {
		flags = toAll
	}
	b = append(b, flags)
	b = binary.BigEndian.AppendUint32(b, m.number)
	b = binary.BigEndian.AppendUint32(b, s.view.Epoch)
	view := s.view.Hash
	if m.blind {
		view = View{}.Hash
	}
	b = append(b, masked(view, k)...)
	b = append(b, m.past[:]...)
	b = append(b, commitment(k)...)
	return lock(bodyKey(k), b, pad(m.text), b)
}

// wrap wraps a message's key for the peer.
func (p *pair) wrap(k []byte, number uint32, sum []byte) []byte {
	var flags byte
	switch {
	case len(p.repeat) > publicBytes:
		flags = withShare | withCiphertext
	case len(p.repeat) > 0:
		flags = withShare
	}
	w := make([]byte, 0, wrapHead+len(p.repeat)+keyBytes+tagBytes)
	w = append(w, flags)
	w = binary.BigEndian.AppendUint32(w, p.step)
	w = binary.BigEndian.AppendUint32(w, p.out.next)
	w = binary.BigEndian.AppendUint32(w, number)
	w = append(w, p.repeat...)
	p.talked = true
	ad := slices.Concat(sum, p.ID[:], w)
	key := p.out.step(ad[:boundBytes])
	return lock(key[:], w, k, ad)
}

// wrapGreeting wraps a greeting's key for the peer.
func (p *pair) wrapGreeting(k, sum []byte) []byte {
	w := []byte{asGreeting}
	ad := slices.Concat(sum, p.ID[:], w)
	return lock(expand(p.greet, "wrap", ad[:boundBytes]), w, k, ad)
}

// commitment binds the header to one message key. AES-GCM alone does not: a
// sender could make one body that opens to different texts for different people.
func commitment(k []byte) []byte { return expand(k, "commit", nil)[:16] }

// masked is a view as a header bears it, and the other way round: it can be told from
// guesses at names, so whoever can't open the message must not see it.
func masked(view [viewBytes]byte, k []byte) []byte {
	mask := expand(k, "view", nil)
	subtle.XORBytes(mask, mask, view[:])
	return mask
}

func bodyKey(k []byte) []byte { return expand(k, "body", nil) }

// Due returns those of some peers with whom this end should step now, [StepsAtOnce]
// at most, and when to ask again; zero: after something was said.
func (s *Session) Due(now time.Time, among func(ID) bool) (due []ID, next time.Time) {
	for id, p := range s.peers {
		switch at := p.stepped.Add(StepEvery); {
		case p.phase != linked || !p.turn() || !p.talked || !among(id):
		case now.Before(at):
			if next.IsZero() || at.Before(next) {
				next = at
			}
		case len(due) < StepsAtOnce:
			due = append(due, id)
		default:
			next = now
		}
	}
	return due, next
}

// padded is the size that n bytes of plaintext are padded to.
func padded(n int) int {
	n += 4
	if n <= MinPadded {
		return MinPadded
	}
	return 1 << bits.Len(uint(n-1))
}

// pad puts the length in front and zeros behind.
func pad(plaintext []byte) []byte {
	out := make([]byte, padded(len(plaintext)))
	binary.BigEndian.PutUint32(out, uint32(len(plaintext)))
	copy(out[4:], plaintext)
	return out
}

// unpad takes off what pad put on, and nothing else: every plaintext has one
// padded form.
func unpad(text []byte) ([]byte, error) {
	if len(text) < 4 {
		return nil, errForged
	}
	n := binary.BigEndian.Uint32(text)
	if n > MaxPlaintext || padded(int(n)) != len(text) {
		return nil, errForged
	}
	for _, zero := range text[4+n:] {
		if zero != 0 {
			return nil, errForged
		}
	}
	return text[4 : 4+n : 4+n], nil
}

// Met reports whether a peer was here at any time of this session.
func (s *Session) Met(id ID) bool {
	_, met := s.hellos[id]
	return met
}
