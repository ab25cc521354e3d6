package seal

import (
	"crypto/ecdh"
	"crypto/hmac"
	"crypto/mlkem"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"slices"
	"time"
)

// Opened is a message that proved to be genuine.
type Opened struct {
	From ID
	// Greeting says that it was a newcomer's first word, which has no text. Now
	// something can be sealed to them.
	Greeting bool
	Hash     Hash // names a message to all
	Text     []byte
	All      bool   // the sender says that it is for all who are shown
	Number   uint32 // how many messages to all its sender has made, with this one
	Missing  uint32 // messages of this sender to us that did not come before it
	View     View   // whom the sender sees
	// Twofold says that the sender told others something else than us before this.
	Twofold bool

	claims []claim
}

// errForged is the error for everything that does not prove to be genuine. It
// does not say why: nobody who could learn from it should.
var errForged = errors.New("a message was not sealed by a member of this room; it was dropped")

// maxCount is the highest number of a message. What is counted to there is sealed a
// thousand times a second for 24 days; above it, sums of two would wrap around.
const maxCount = 1<<31 - 1

// header is what stands before a body's sealed text, unproved.
type header struct {
	from   ID
	all    bool
	number uint32
	view   View // its hash masked
	past   Past
	commit []byte
}

// readHeader reads a body's header. It is this room's, and of this version.
func (r *Room) readHeader(body []byte) (h header, err error) {
	if len(body) < HeaderBytes+MinPadded+tagBytes {
		return h, errForged
	}
	rest := body[:HeaderBytes]
	next := func(n int) (field []byte) {
		field, rest = rest[:n], rest[n:]
		return field
	}
	if next(1)[0] != version || !hmac.Equal(next(roomIDBytes), r.id[:]) {
		return h, errForged
	}
	h.from = ID(next(idBytes))
	flags := next(1)[0]
	h.all = flags == toAll
	h.number = binary.BigEndian.Uint32(next(4))
	h.view.Epoch = binary.BigEndian.Uint32(next(4))
	h.view.Hash = [viewBytes]byte(next(viewBytes))
	h.past = Past(next(sha256.Size))
	h.commit = next(16)
	if flags > toAll || h.number > maxCount || h.all && h.number == 0 {
		return h, errForged
	}
	return h, nil
}

// sender is whom a body names as its sender, which only [Session.Open] can prove.
// Of what can't be a body it is nobody.
func sender(body []byte) (id ID) {
	if len(body) >= HeaderBytes {
		id = ID(body[1+roomIDBytes:])
	}
	return id
}

// isToAll is what a body says of itself, unproved: that it is for all who are shown.
func isToAll(body []byte) bool {
	return len(body) >= HeaderBytes && body[1+roomIDBytes+idBytes] == toAll
}

// Open opens what the server passed on: a body, and our own wrap of its key. A
// message that is refused changes nothing.
func (s *Session) Open(body, wrap []byte, now time.Time) (Opened, error) {
	h, err := s.me.room.readHeader(body)
	if err != nil {
		return Opened{}, err
	}
	p := s.peers[h.from]
	if p == nil || p.doubts.tooMany(now) {
		return Opened{}, errForged
	}
	var o Opened
	scrubbed(func() { o, err = s.openFrom(p, h, body, wrap, now) })
	if err != nil && !errors.Is(err, errReplay) { // which cost nothing to see
		p.doubts.count++
	}
	return o, err
}

func (s *Session) openFrom(p *pair, h header, body, wrap []byte, now time.Time) (Opened, error) {
	sum := sha256.Sum256(body)
	o := Opened{From: h.from, All: h.all, Number: h.number, View: h.view}
	if len(wrap) > 0 && wrap[0] == asGreeting {
		o.Greeting = true
		return o, s.openGreeting(p, h, body, wrap, sum[:], now)
	}
	w, err := readWrap(wrap)
	if err != nil {
		return Opened{}, err
	}
	if h.all && p.number > 0 && h.number <= p.number || w.number < p.heard {
		return Opened{}, errReplay
	}
	reach, err := s.reach(p, w)
	if err != nil {
		return Opened{}, err
	}
	ad := slices.Concat(sum[:], s.me.ID[:], w.head)
	key := reach.in.step(ad[:boundBytes])
	k, err := aead(key[:]).Open(nil, once[:], w.sealed, ad)
	if err == nil {
		defer clear(k)
		o.Text, err = openBody(h, body, k)
		o.View.Hash = [viewBytes]byte(masked(h.view.Hash, k))
	}
	past := h.past
	if err == nil && h.all {
		past = h.past.and(h.number, o.Text)
		o.Hash = past.name()
		o.claims, o.Text, err = readAddressed(o.Text)
	}
	if err != nil {
		return Opened{}, errForged
	}

	// Genuine: what it says of itself counts.
	switch reach.next.step {
	case 0:
		p.in = reach.in
	default:
		p.follow(reach.next, w.share, reach.in, now)
		s.greeted()
	}
	if w.step >= p.outStep {
		p.repeat = nil // the peer has our newest share
	}
	p.talked = true
	o.Missing = w.number - p.heard
	p.heard = w.number + 1
	p.lost += o.Missing
	switch {
	case h.all:
		if told := h.number - p.number - 1; p.number > 0 && told > p.lost { // to others, and not to us
			o.Missing += told - p.lost
		}
		o.Twofold = s.remember(p, h.number, h.past, past)
	case p.number > 0 && h.number == p.number:
		o.Twofold = past != p.past
	}
	return o, nil
}

// openGreeting takes up a newcomer's greeting. There is one in a stay.
func (s *Session) openGreeting(p *pair, h header, body, wrap, sum []byte, now time.Time) error {
	if p.newcomer || p.phase != met || h.all || len(wrap) != 1+keyBytes+tagBytes {
		return errForged
	}
	ad := slices.Concat(sum, s.me.ID[:], wrap[:1])
	k, err := aead(expand(p.greet, "wrap", ad[:boundBytes])).Open(nil, once[:], wrap[1:], ad)
	if err != nil {
		return errForged
	}
	defer clear(k)
	text, err := openBody(h, body, k)
	if err != nil {
		return err
	}
	return p.answer(s.me, text, now)
}

// openBody opens a body by its key, which its header is bound to.
func openBody(h header, body, k []byte) ([]byte, error) {
	if !hmac.Equal(commitment(k), h.commit) {
		return nil, errForged
	}
	text, err := aead(bodyKey(k)).Open(nil, once[:], body[HeaderBytes:], body[:HeaderBytes])
	if err != nil {
		return nil, errForged
	}
	return unpad(text)
}

// wrapping is a wrap that was read, unproved.
type wrapping struct {
	head                []byte // all before what is sealed
	step, chain, number uint32
	share               *ecdh.PublicKey // nil: none
	ciphertext          []byte
	sealed              []byte
}

func readWrap(wrap []byte) (w wrapping, err error) {
	if len(wrap) < wrapHead {
		return w, errForged
	}
	flags, n := wrap[0], wrapHead
	w.step = binary.BigEndian.Uint32(wrap[1:])
	w.chain = binary.BigEndian.Uint32(wrap[5:])
	w.number = binary.BigEndian.Uint32(wrap[9:])
	switch flags {
	case 0:
	case withShare:
		n += publicBytes
	case withShare | withCiphertext:
		n += publicBytes + mlkem.CiphertextSize768
	default:
		return w, errForged
	}
	if w.number > maxCount || len(wrap) != n+keyBytes+tagBytes {
		return w, errForged
	}
	w.head, w.sealed = wrap[:n], wrap[n:]
	if flags != 0 {
		if w.share, err = publicKey(wrap[wrapHead : wrapHead+publicBytes]); err != nil {
			return w, errForged
		}
		w.ciphertext = wrap[wrapHead+publicBytes : n]
	}
	return w, nil
}

// reached is where a message stands: a chain at its key, and the step that began
// it, if that is new here.
type reached struct {
	in   chain
	next mixed // step 0: none
}

// reach finds the key that a wrap was made with, and changes nothing.
func (s *Session) reach(p *pair, w wrapping) (r reached, err error) {
	in := p.in
	switch {
	case w.step == 0 || w.step > p.step+1:
		return r, errForged
	case w.step == p.step+1:
		ours, secret := p.ours, []byte(nil)
		if w.step == 1 && p.phase == greeted {
			ours = s.greeting.share
			if len(w.ciphertext) > 0 {
				if s.greeting.kem == nil {
					return r, errForged
				}
				if secret, err = s.greeting.kem.Decapsulate(w.ciphertext); err != nil {
					return r, errForged
				}
			}
		} else if len(w.ciphertext) > 0 {
			return r, errForged
		}
		if w.share == nil || ours == nil || p.turn() || p.phase == met {
			return r, errForged // there is no such step to make
		}
		if r.next, err = p.ahead(s.me, ours, w.share, secret, w.ciphertext); err != nil {
			return r, err
		}
		in = newChain(r.next.chain)
	case p.phase != linked || p.began(w.step) != p.inStep:
		return r, errReplay
	}
	r.in, err = in.at(w.chain)
	return r, err
}

// began returns which step began the chain that the peer uses once it knows of
// so many.
func (p *pair) began(step uint32) uint32 {
	if theirs := (step%2 == 0) == !p.newcomer; theirs || step == 1 {
		return step
	}
	return step - 1
}
