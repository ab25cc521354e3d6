package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"slices"
)

// MaxSkip is how many messages of one sender may be missing before what comes
// after them is refused: more than an outbox holds, few enough to hash at once.
const MaxSkip = 4096

// chain is a hash ratchet for one direction between two members. Each step
// gives one key and forgets how to make it again.
type chain struct {
	key  []byte
	next uint32 // the counter of the key that step returns
}

// pair derives the two chains between me and a peer.
func (m *Me) pair(p Peer) (out, in chain, err error) {
	shared, err := m.private.ECDH(p.key) // fails for keys of low order (RFC 7748, section 6.1)
	if err != nil {
		return out, in, ErrGhost
	}
	prk, err := hkdf.Extract(sha256.New, shared, m.room.psk)
	if err != nil {
		panic(err) // only for keys too short in FIPS mode
	}
	mine, theirs := m.key.Bytes(), p.key.Bytes()
	return chain{key: expand(prk, "chain", slices.Concat(m.room.id[:], mine, theirs))},
		chain{key: expand(prk, "chain", slices.Concat(m.room.id[:], theirs, mine))}, nil
}

// The two things that a chain's key gives, as expand would say them.
var (
	wrapInfo = []byte(label + "wrap\x00\x01")
	nextInfo = []byte(label + "next\x00\x01")
)

// step returns the key for the next message, and writes the chain's next key over
// the one before. It is expand twice with one HMAC state: a message takes 63 steps.
func (c *chain) step() (wrap []byte) {
	h := hmac.New(sha256.New, c.key)
	h.Write(wrapInfo)
	wrap = h.Sum(nil)
	h.Reset()
	h.Write(nextInfo)
	c.key = h.Sum(c.key[:0])
	c.next++
	return wrap
}

// errReplay is the error for a message whose key is gone: seen before, or
// overtaken.
var errReplay = errors.New("a message came a second time, or behind one that was sent after it; it was dropped")

// errTooFar is the error for a message whose counter can't be honest.
var errTooFar = errors.New("a message skips more than can be missing; it was dropped")

// at returns a copy of the chain that stands at counter n. The chain itself
// stays, until the message has proved to be genuine.
func (c *chain) at(n uint32) (chain, error) {
	switch {
	case n < c.next:
		return chain{}, errReplay
	case n-c.next > MaxSkip:
		return chain{}, errTooFar
	}
	ahead := chain{key: append([]byte(nil), c.key...), next: c.next}
	for ahead.next < n {
		ahead.step()
	}
	return ahead, nil
}

// aead is AES-256-GCM for a key that is used once; its nonce is always zero.
func aead(key []byte) cipher.AEAD {
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(err) // only for a key of the wrong length
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		panic(err) // only for a cipher that isn't AES
	}
	return gcm
}

// once is the nonce of every message: each key seals one message only.
var once [12]byte
