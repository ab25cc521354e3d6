package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
	"errors"
)

const (
	// blockKeys is how many keys a block of a chain has.
	blockKeys = 64
	// MaxSkip is how many keys may be passed over at once: more than an outbox
	// holds of messages. By the two levels of a chain it takes at most 64 steps
	// over blocks and 63 within one.
	MaxSkip = blockKeys * blockKeys
)

// chain is a hash ratchet for one direction between two members, in two levels:
// the outer one begins a new inner one every [blockKeys] keys. Each step forgets
// how to make the key before it.
type chain struct {
	outer, inner [sha256.Size]byte
	next         uint32 // the counter of the key that is next
}

func newChain(key []byte) (c chain) {
	c.begin(key)
	return c
}

// begin takes up a block by the outer key that begins it.
func (c *chain) begin(outer []byte) {
	c.inner, c.outer = mac(outer, innerInfo), mac(outer, outerInfo)
}

// The infos of what a chain's keys give, as expand would say them.
var (
	innerInfo = []byte(label + "inner\x00\x01")
	outerInfo = []byte(label + "outer\x00\x01")
	nextInfo  = []byte(label + "next\x00\x01")
	wrapInfo  = []byte(label + "wrap\x00")
	lastByte  = []byte{1}
)

// step returns the next key, bound to what it wraps, and forgets how to make it.
func (c *chain) step(context []byte) (wrap [sha256.Size]byte) {
	wrap = mac(c.inner[:], wrapInfo, context, lastByte)
	c.skip()
	return wrap
}

// skip passes one key over.
func (c *chain) skip() {
	if c.next++; c.next%blockKeys == 0 {
		c.begin(c.outer[:])
		return
	}
	c.inner = mac(c.inner[:], nextInfo)
}

var (
	// errReplay is the error for a message whose key is gone: seen before, or
	// overtaken.
	errReplay = errors.New("a message came a second time, or behind one that was sent after it; it was dropped")
	// errTooFar is the error for a message whose counter can't be honest.
	errTooFar = errors.New("a message skips more than can be missing; it was dropped")
)

// at returns a copy of the chain that stands at counter n. The chain itself
// stays, until the message has proved to be genuine.
func (c chain) at(n uint32) (chain, error) {
	switch {
	case n < c.next:
		return chain{}, errReplay
	case n-c.next > MaxSkip:
		return chain{}, errTooFar
	}
	for c.next/blockKeys < n/blockKeys {
		c.begin(c.outer[:])
		c.next += blockKeys - c.next%blockKeys
	}
	for c.next < n {
		c.skip()
	}
	return c, nil
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

// lock seals a text under a key that seals no other.
func lock(key, dst, text, ad []byte) []byte {
	if witness != nil {
		witness(key, text, ad)
	}
	return aead(key).Seal(dst, once[:], text, ad)
}

// witness is told of every key that seals something, in tests: they hold that none
// seals two texts.
var witness func(key, text, ad []byte)

// once is the nonce of every message: each key seals one message only.
var once [12]byte
