package seal

import (
	"crypto/hkdf"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
)

// SecretBytes is the length of a link's secret: 256 bits, so that guessing is
// no concern even to whoever can test guesses offline.
const SecretBytes = 32

// PassphraseIterations is the PBKDF2 work for rooms that are opened by a
// spoken passphrase: about half a second on a phone.
const PassphraseIterations = 1_000_000

// label is the prefix of everything that is derived, so that no key of this
// scheme is a key of another.
const label = "sotto/v2 "

// Secret is what a link carries in its fragment. Whoever has it while the room
// lives can come in.
type Secret [SecretBytes]byte

// NewSecret returns a fresh secret.
func NewSecret() (s Secret) {
	rand.Read(s[:])
	return s
}

// ParseSecret reads a secret from a link's fragment: 43 characters of
// unpadded base64url, with nothing that could be read in a second way.
func ParseSecret(text string) (s Secret, err error) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(b) != SecretBytes || len(text) != base64.RawURLEncoding.EncodedLen(SecretBytes) { // it overlooks line breaks
		return s, errors.New("that is not the key of a sealed room: it should be the 43 characters that follow # in the link")
	}
	return Secret(b), nil
}

// String returns the form that [ParseSecret] reads. It is the key to the room:
// it belongs into a link and nowhere else.
func (s Secret) String() string { return base64.RawURLEncoding.EncodeToString(s[:]) }

// PassphraseSecret derives a secret from words that can be read aloud, as
// [ParsePassphrase] returns them.
func PassphraseSecret(words string) (Secret, error) {
	b, err := pbkdf2.Key(sha256.New, words, []byte(label+"passphrase"), PassphraseIterations, SecretBytes)
	if err != nil {
		return Secret{}, err
	}
	return Secret(b), nil
}

// roomIDBytes is the length of a room id: 128 bits.
const roomIDBytes = 16

// Room is the keys of one sealed room.
type Room struct {
	id    [roomIDBytes]byte
	hello []byte // authenticates hellos
	psk   []byte // goes into every pair's key
}

// Open derives a room's keys from its secret.
func Open(s Secret) *Room {
	prk, err := hkdf.Extract(sha256.New, s[:], []byte(label+"extract"))
	if err != nil {
		panic(err) // only for keys too short in FIPS mode, which 32 bytes are not
	}
	return &Room{
		id:    [roomIDBytes]byte(expand(prk, "id", nil)[:roomIDBytes]),
		hello: expand(prk, "hello", nil),
		psk:   expand(prk, "psk", nil),
	}
}

// Name is what the server knows the room by: 32 lower-case hexadecimal digits,
// which pass as a room name and tell nothing.
func (r *Room) Name() string { return hex.EncodeToString(r.id[:]) }

// expand is E(k, name, context) of docs/SEALED.md: one block of HKDF-Expand.
func expand(k []byte, name string, context []byte) []byte {
	sum := mac(k, []byte(label), []byte(name), []byte{0}, context, []byte{1})
	return sum[:]
}

// mac is HMAC-SHA256 (RFC 2104) over the parts, for a key that is no longer than a block.
// Unlike that of crypto/hmac, which serves keys of any length over and over, it leaves
// nothing of the key in the heap, and all that is derived here is derived by it.
func mac(k []byte, parts ...[]byte) (sum [sha256.Size]byte) {
	const inner, outer = 0x36, 0x5c
	var block [sha256.BlockSize]byte
	copy(block[:], k)
	for i := range block {
		block[i] ^= inner
	}
	h := sha256.New()
	h.Write(block[:])
	for _, part := range parts {
		h.Write(part)
	}
	h.Sum(sum[:0])
	for i := range block {
		block[i] ^= inner ^ outer
	}
	h.Reset()
	h.Write(block[:])
	h.Write(sum[:])
	h.Sum(sum[:0])
	return sum
}
