package sframe

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha512"
	"encoding/binary"
	"errors"
	"time"
)

const (
	// TagBytes is the length of a frame's tag: all that AES-GCM makes.
	TagBytes = 16
	// BaseBytes is the length of a base key: Nh of the suite, as the ratchet gives it.
	BaseBytes = sha512.Size
	// Overhead is the most that sealing adds to a frame, in bytes.
	Overhead = MaxHeader + TagBytes
	// MaxFrame is the longest frame that is sealed, in bytes: with what is added the server
	// forwards it. Opus at 24 kbit/s makes 60 of 20 ms.
	MaxFrame = 1000 - Overhead

	suite      = 0x0005 // AES_256_GCM_SHA512_128
	keyBytes   = 32     // Nk
	nonceBytes = 12     // Nn
)

// A key id says whose key it is, and which: a tag that its sender drew for its part in the
// voice, the number of the generation, and how often that one was ratcheted. 48 bits in
// all, which every program's numbers hold.
const (
	tagBits        = 24
	generationBits = 20
	stepBits       = 4

	topTag = 1 << (tagBits - 1) // of every tag, so that all headers are as long

	// MaxStep is the last ratchet step of a generation; after it comes a fresh one.
	MaxStep = 1<<stepBits - 1
	// MaxKID and MaxCounter are the highest that a member may name.
	MaxKID     = 1<<(tagBits+generationBits+stepBits) - 1
	MaxCounter = 1<<48 - 1
)

// FrameTime is what one counter stands for.
const FrameTime = 20 * time.Millisecond

func kidOf(tag, generation uint32, step uint8) uint64 {
	return uint64(tag)<<(generationBits+stepBits) | uint64(generation&(1<<generationBits-1))<<stepBits | uint64(step)
}

func splitKID(kid uint64) (tag, generation uint32, step uint8) {
	return uint32(kid >> (generationBits + stepBits)), uint32(kid>>stepBits) & (1<<generationBits - 1), uint8(kid & MaxStep)
}

// Key is what its sender gives to those who are to hear it: the key of a generation at some
// step, and the counter of the time at which it was given.
type Key struct {
	KID, Counter uint64
	Base         [BaseBytes]byte
}

// sealer seals and opens by one key id's key.
type sealer struct {
	aead cipher.AEAD
	salt [nonceBytes]byte
}

// newSealer derives what a base key gives for a key id (RFC 9605, 4.4.2).
func newSealer(base []byte, kid uint64) sealer {
	secret := extract(base)
	defer clear(secret)
	label := func(name string) string {
		l := binary.BigEndian.AppendUint64([]byte("SFrame 1.0 Secret "+name+" "), kid)
		return string(binary.BigEndian.AppendUint16(l, suite))
	}
	key := expand(secret, label("key"), keyBytes)
	defer clear(key)
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(err) // only for a key of the wrong length
	}
	var s sealer
	if s.aead, err = cipher.NewGCM(block); err != nil {
		panic(err) // only for a cipher that isn't AES
	}
	copy(s.salt[:], expand(secret, label("salt"), nonceBytes))
	return s
}

// ratchet puts the next step's base key in the place of one (RFC 9605, 5.1).
func ratchet(base *[BaseBytes]byte) {
	secret := extract(base[:])
	next := expand(secret, "SFrame 1.0 Ratchet", BaseBytes)
	copy(base[:], next)
	clear(secret)
	clear(next)
}

func extract(base []byte) []byte {
	secret, err := hkdf.Extract(sha512.New, base, nil)
	if err != nil {
		panic(err) // only for keys too short in FIPS mode, which these are not
	}
	return secret
}

func expand(secret []byte, info string, n int) []byte {
	out, err := hkdf.Expand(sha512.New, secret, info, n)
	if err != nil {
		panic(err) // only for more than 255 blocks
	}
	return out
}

func (s *sealer) nonce(counter uint64) (nonce [nonceBytes]byte) {
	binary.BigEndian.PutUint64(nonce[nonceBytes-8:], counter)
	for i := range nonce {
		nonce[i] ^= s.salt[i]
	}
	return nonce
}

// seal appends a sealed frame to dst.
func (s *sealer) seal(dst []byte, h Header, metadata, frame []byte) []byte {
	at := len(dst)
	dst = h.Append(dst)
	ad := append(append(make([]byte, 0, MaxHeader+len(metadata)), dst[at:]...), metadata...)
	nonce := s.nonce(h.Counter)
	return s.aead.Seal(dst, nonce[:], frame, ad)
}

var errNotOpened = errors.New("it does not open")

// open appends what a frame, whose header of n bytes was read, holds.
func (s *sealer) open(dst []byte, h Header, n int, metadata, sealed []byte) ([]byte, error) {
	if len(sealed) < n+TagBytes {
		return nil, errNotOpened
	}
	ad := append(append(make([]byte, 0, n+len(metadata)), sealed[:n]...), metadata...)
	nonce := s.nonce(h.Counter)
	return s.aead.Open(dst, nonce[:], sealed[n:], ad)
}
