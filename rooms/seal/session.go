package seal

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"
	"slices"
)

// Layout of a message, in bytes. All integers are big-endian.
//
//	header: version 1 | room id 16 | sender id 8 | counter 4 | roster hash 16 | key commitment 16
//	body:   header | AES-256-GCM of the padded plaintext
//	wrap:   counter of the pair 4 | AES-256-GCM of the message key
const (
	version     = 1
	HeaderBytes = 1 + roomIDBytes + idBytes + 4 + 16 + 16
	WrapBytes   = 4 + keyBytes + tagBytes
	keyBytes    = 32
	tagBytes    = 16

	// MinPadded is the smallest size that a plaintext is padded to; larger ones
	// are the next power of two, so that a length tells little.
	MinPadded = 256
	// MaxPlaintext is the longest plaintext in bytes: with its padding, header
	// and base64 it must fit a 64 KiB frame.
	MaxPlaintext = 32<<10 - 4

	// MaxMembers is how many people a sealed room holds: every message carries a
	// wrap for each, and everybody agrees on keys with everybody.
	MaxMembers = 64
)

// Session is one end's state in a sealed room: itself, and a pair of chains
// with every peer. It is used from one goroutine.
type Session struct {
	me    *Me
	sent  uint32 // messages so far, of any kind
	peers map[ID]*peerState

	roster [16]byte // hash of whom we see, once it was asked for
	hashed bool
}

type peerState struct {
	Peer
	out, in chain
}

// NewSession begins for a fresh identity.
func NewSession(me *Me) *Session {
	return &Session{me: me, peers: make(map[ID]*peerState)}
}

// Me is this end's identity.
func (s *Session) Me() *Me { return s.me }

// Add derives the chains with a peer who said a good hello. Adding somebody
// again changes nothing.
func (s *Session) Add(p Peer) error {
	if _, known := s.peers[p.ID]; known || p.ID == s.me.ID {
		return nil
	}
	if len(s.peers) >= MaxMembers-1 {
		return fmt.Errorf("a sealed room holds %d people", MaxMembers)
	}
	out, in, err := s.me.pair(p)
	if err != nil {
		return err
	}
	s.hashed = false
	s.peers[p.ID] = &peerState{Peer: p, out: out, in: in}
	return nil
}

// Remove forgets the chains with a peer: nothing is sealed to them any more, and
// nothing of theirs can be opened.
func (s *Session) Remove(id ID) {
	if p := s.peers[id]; p != nil {
		clear(p.out.key)
		clear(p.in.key)
		delete(s.peers, id)
		s.hashed = false
	}
}

// forget overwrites every chain. The session is of no use after it.
func (s *Session) forget() {
	for id := range s.peers {
		s.Remove(id)
	}
}

// Peers are the members with whom there are chains, and oneself, in no order.
func (s *Session) Peers() []Peer {
	all := append(make([]Peer, 0, len(s.peers)+1), s.me.Peer)
	for _, p := range s.peers {
		all = append(all, p.Peer)
	}
	return all
}

// RosterHash is what this end says about whom it sees.
func (s *Session) RosterHash() [16]byte {
	if !s.hashed {
		s.roster, s.hashed = s.me.room.rosterHash(s.Peers()), true
	}
	return s.roster
}

// Sealed is a message as the server gets it: one body, and a wrap for each
// receiver.
type Sealed struct {
	Body  []byte
	Wraps map[ID][]byte
}

// Seal seals a plaintext of at most [MaxPlaintext] bytes to some peers, or to
// all of them when to is empty.
func (s *Session) Seal(plaintext []byte, to ...ID) (Sealed, error) {
	if len(plaintext) > MaxPlaintext {
		return Sealed{}, fmt.Errorf("a sealed message holds at most %d bytes", MaxPlaintext)
	}
	if len(to) == 0 {
		for id := range s.peers {
			to = append(to, id)
		}
	}
	k := make([]byte, keyBytes)
	rand.Read(k)
	return s.seal(plaintext, k, to)
}

func (s *Session) seal(plaintext, k []byte, to []ID) (Sealed, error) {
	header := make([]byte, 0, HeaderBytes+padded(len(plaintext))+tagBytes)
	header = append(header, version)
	header = append(header, s.me.room.id[:]...)
	header = append(header, s.me.ID[:]...)
	header = binary.BigEndian.AppendUint32(header, s.sent)
	roster := s.RosterHash()
	header = append(header, roster[:]...)
	header = append(header, commitment(k)...)
	s.sent++

	body := aead(bodyKey(k)).Seal(header, once[:], pad(plaintext), header)
	sum := sha256.Sum256(body)
	wraps := make(map[ID][]byte, len(to))
	ad := append(sum[:], make([]byte, idBytes)...)
	for _, id := range to {
		p := s.peers[id]
		if p == nil {
			return Sealed{}, errors.New("that person is not in the room any more")
		}
		wrap := binary.BigEndian.AppendUint32(make([]byte, 0, WrapBytes), p.out.next)
		copy(ad[len(sum):], id[:])
		wraps[id] = aead(p.out.step()).Seal(wrap, once[:], k, ad)
	}
	return Sealed{Body: body, Wraps: wraps}, nil
}

// commitment binds the header to one message key. AES-GCM alone does not: a
// sender could make one body that opens to different texts for different people.
func commitment(k []byte) []byte { return expand(k, "commit", nil)[:16] }

func bodyKey(k []byte) []byte { return expand(k, "body", nil) }

// Opened is a message that proved to be genuine.
type Opened struct {
	From       ID
	Number     uint32 // of the sender's messages, as everybody sees it
	Plaintext  []byte
	Missing    uint32   // messages of this sender to us that did not come before it
	RosterHash [16]byte // whom the sender sees
}

// errForged is the error for everything that does not prove to be genuine. It
// does not say why: nobody who could learn from it should.
var errForged = errors.New("a message was not sealed by a member of this room; it was dropped")

// sender is whom a body names as its sender, which only [Session.Open] can prove.
// Of what can't be a body it is nobody.
func sender(body []byte) (id ID) {
	if len(body) >= HeaderBytes {
		id = ID(body[1+roomIDBytes:])
	}
	return id
}

// Open opens what the server passed on: a body, and our own wrap of its key. A
// message that is refused changes nothing.
func (s *Session) Open(body, wrap []byte) (Opened, error) {
	if len(body) < HeaderBytes+MinPadded+tagBytes || len(wrap) != WrapBytes {
		return Opened{}, errForged
	}
	header := body[:HeaderBytes]
	from := sender(body)
	if header[0] != version || !hmac.Equal(header[1:1+roomIDBytes], s.me.room.id[:]) {
		return Opened{}, errForged
	}
	p := s.peers[from]
	if p == nil {
		return Opened{}, errForged
	}
	n := binary.BigEndian.Uint32(wrap)
	ahead, err := p.in.at(n)
	if err != nil {
		return Opened{}, err
	}
	missing := n - p.in.next
	sum := sha256.Sum256(body)
	k, err := aead(ahead.step()).Open(nil, once[:], wrap[4:], slices.Concat(sum[:], s.me.ID[:]))
	if err != nil || !hmac.Equal(commitment(k), header[HeaderBytes-16:]) {
		return Opened{}, errForged
	}
	text, err := aead(bodyKey(k)).Open(nil, once[:], body[HeaderBytes:], header)
	if err != nil {
		return Opened{}, errForged
	}
	if text, err = unpad(text); err != nil {
		return Opened{}, err
	}
	clear(p.in.key)
	p.in = ahead
	return Opened{From: from, Number: binary.BigEndian.Uint32(header[25:]), Plaintext: text, Missing: missing, RosterHash: [16]byte(header[HeaderBytes-32:])}, nil
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
