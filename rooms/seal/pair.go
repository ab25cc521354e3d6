package seal

import (
	"crypto/ecdh"
	"crypto/hkdf"
	"crypto/mlkem"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"time"
)

// A pair of members steps in turn, as the Diffie–Hellman ratchet of Signal's
// Double Ratchet does: each step mixes a share that was not there before into the
// pair's root, and begins a new chain for what whoever stepped sends. The one who
// was here first makes the odd steps, who came later the even ones. The first is
// made from the share in the newcomer's greeting and begins both chains.

const (
	// StepEvery is how long a pair that talks goes on with one share.
	StepEvery = 2 * time.Minute
	// StepsAtOnce is how many pairs step with one message: a few hundred
	// microseconds, so that no frame is late.
	StepsAtOnce = 8
)

// phase is how far a pair has come.
type phase int

const (
	met     phase = iota // a good hello is there
	greeted              // the newcomer has sealed its greeting
	linked               // both chains are there
)

// pair is what two members share, at one of the two ends.
type pair struct {
	Peer
	newcomer bool // this end came later than the peer
	phase    phase

	// Until the pair is linked.
	greet   []byte // seals the greeting
	kem     *mlkem.EncapsulationKey768
	offered [sha256.Size]byte // H(ek) of the greeting; of nothing, if none was offered

	root   []byte
	step   uint32           // steps made, by either end
	ours   *ecdh.PrivateKey // of our newest share, until the peer has stepped on from it
	theirs *ecdh.PublicKey  // their newest share
	repeat []byte           // our newest share, and what goes with it, until the peer has shown that it knows it

	in, out         chain
	inStep, outStep uint32 // which steps began them

	sent, heard uint32 // messages to and from the peer so far

	// About what the peer said to all.
	number     uint32 // of its newest; 0: none was heard
	past       Past   // with that
	lost       uint32 // missing messages since then: some of them may have been to all
	remembered memory // of its newest, the values

	stepped time.Time // when the newest step was made
	talked  bool      // since then
	doubts  failures
}

// pairWith begins a pair. The error is [ErrGhost], for a key of low order.
func (m *Me) pairWith(p Peer, newcomer bool) (*pair, error) {
	shared, err := m.private.ECDH(p.key) // fails for keys of low order (RFC 7748, section 6.1)
	if err != nil {
		return nil, ErrGhost
	}
	prk := extract(m.room.psk, shared)
	clear(shared)
	first, later := p.public, m.public // host and newcomer
	if !newcomer {
		first, later = later, first
	}
	defer clear(prk)
	who := slices.Concat(m.room.id[:], later[:], first[:])
	return &pair{Peer: p, newcomer: newcomer, greet: expand(prk, "greet", who), root: expand(prk, "root", who)}, nil
}

// extract is HMAC(salt, secrets), the first half of HKDF.
func extract(salt []byte, secrets ...[]byte) []byte {
	secret := slices.Concat(secrets...)
	defer clear(secret)
	prk, err := hkdf.Extract(sha256.New, secret, salt)
	if err != nil {
		panic(err) // only for keys too short in FIPS mode
	}
	return prk
}

// turn reports whether the next step is this end's.
func (p *pair) turn() bool {
	return p.phase == linked && (p.step%2 == 1) == p.newcomer
}

// due reports whether this end should step with the next message.
func (p *pair) due(now time.Time) bool {
	return p.phase == linked && p.turn() && p.talked && now.Sub(p.stepped) >= StepEvery
}

// stepOn makes this end's step. The error is errForged, for a share of low order.
func (p *pair) stepOn(m *Me, now time.Time) error {
	share := m.draw.share()
	dh, err := share.ECDH(p.theirs)
	if err != nil {
		return errForged
	}
	var secret, ciphertext []byte
	if p.kem != nil && m.draw.encapsulate != nil {
		secret, ciphertext = m.draw.encapsulate(p.kem)
	}
	p.kem = nil
	public := share.PublicKey().Bytes()
	who := slices.Concat(m.public[:], p.public[:])
	next := p.mix(m.room, who, public, p.theirs.Bytes(), ciphertext, dh, secret)
	p.out, p.outStep = newChain(next.chain), next.step
	if next.step == 1 {
		p.in, p.inStep = newChain(next.back), 1
		p.phase = linked
	}
	p.ours, p.repeat = share, append(public, ciphertext...)
	p.take(next, now)
	return nil
}

// ahead is what a step of the peer's would make of the pair: its share, and from
// whichever of our shares it was made.
func (p *pair) ahead(m *Me, ours *ecdh.PrivateKey, share *ecdh.PublicKey, secret, ciphertext []byte) (mixed, error) {
	dh, err := ours.ECDH(share)
	if err != nil {
		return mixed{}, errForged
	}
	who := slices.Concat(p.public[:], m.public[:])
	return p.mix(m.room, who, share.Bytes(), ours.PublicKey().Bytes(), ciphertext, dh, secret), nil
}

// follow takes up a step of the peer's, whose chain stands as in does.
func (p *pair) follow(next mixed, share *ecdh.PublicKey, in chain, now time.Time) {
	p.in, p.inStep, p.theirs = in, next.step, share
	if next.step == 1 {
		p.out, p.outStep = newChain(next.back), 1
		p.phase = linked
	}
	p.ours, p.repeat = nil, nil // the peer has gone on from it
	p.take(next, now)
}

// mixed is what a step makes of a pair's root.
type mixed struct {
	step        uint32
	root        []byte
	chain, back []byte // back: of the first step alone
}

// mix computes a step. who is the public key of whoever steps and that of the
// other; their shares follow in the same order.
func (p *pair) mix(r *Room, who, share, other, ciphertext []byte, secrets ...[]byte) mixed {
	step := p.step + 1
	prk := extract(p.root, secrets...)
	sum := sha256.Sum256(ciphertext)
	context := slices.Concat(r.id[:], binary.BigEndian.AppendUint32(nil, step), who, share, other, p.offered[:], sum[:])
	next := mixed{step: step, root: expand(prk, "root", context), chain: expand(prk, "chain", context)}
	if step == 1 {
		next.back = expand(prk, "back", context)
	}
	clear(prk)
	for _, s := range secrets {
		clear(s)
	}
	return next
}

// take goes on with a step's root; its chains have begun.
func (p *pair) take(next mixed, now time.Time) {
	clear(next.chain)
	clear(next.back)
	clear(p.root)
	p.root, p.step = next.root, next.step
	p.stepped, p.talked = now, false
}

// forget overwrites what the pair shares.
func (p *pair) forget() {
	clear(p.root)
	clear(p.greet)
	p.in, p.out = chain{}, chain{}
	p.ours, p.kem = nil, nil
}

// greeting is what a newcomer keeps of its greeting until all have answered.
type greeting struct {
	share *ecdh.PrivateKey
	kem   *mlkem.DecapsulationKey768
}

// text is what the greeting says: a share, and a key for ML-KEM-768 (FIPS 203).
func (g *greeting) text() []byte {
	text := g.share.PublicKey().Bytes()
	if g.kem != nil {
		text = append(text, g.kem.EncapsulationKey().Bytes()...)
	}
	return text
}

// draws is where fresh secrets come from: the system, but in test vectors.
type draws struct {
	salt        func() [saltBytes]byte // of a message to all
	share       func() *ecdh.PrivateKey
	greeting    func() *greeting
	encapsulate func(*mlkem.EncapsulationKey768) (secret, ciphertext []byte) // nil: this end has no ML-KEM
}

var random = draws{
	salt: func() (salt [saltBytes]byte) {
		rand.Read(salt[:])
		return salt
	},
	share: newKey,
	greeting: func() *greeting {
		kem, err := mlkem.GenerateKey768()
		if err != nil {
			panic(err) // the system's randomness does not fail
		}
		return &greeting{newKey(), kem}
	},
	encapsulate: (*mlkem.EncapsulationKey768).Encapsulate,
}

// answer takes up, at the host's end, what a greeting says, and makes the first
// step. An end that has no ML-KEM sends the share alone.
func (p *pair) answer(m *Me, text []byte, now time.Time) error {
	if len(text) != publicBytes && len(text) != publicBytes+mlkem.EncapsulationKeySize768 {
		return errForged
	}
	share, err := publicKey(text[:publicBytes])
	if err != nil {
		return errForged
	}
	if offer := text[publicBytes:]; len(offer) > 0 {
		if p.kem, err = mlkem.NewEncapsulationKey768(offer); err != nil {
			return errForged
		}
	}
	p.offered, p.theirs = sha256.Sum256(text[publicBytes:]), share
	if err := p.stepOn(m, now); err != nil { // nothing has come of it
		p.kem, p.offered, p.theirs = nil, [sha256.Size]byte{}, nil
		return err
	}
	clear(p.greet)
	p.greet = nil
	return nil
}
