package seal

import (
	"crypto/ecdh"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
)

// version is the number of this scheme. It stands first in every hello and every
// message.
const version = 2

// HelloBytes is the length of a hello: the version, an X25519 public key and its MAC.
const HelloBytes = 1 + publicBytes + 32

// publicBytes is the length of an X25519 public key.
const publicBytes = 32

// idBytes is the length of a member's id: two keys of one id cost whoever makes both
// 2⁶⁴ steps, and an id like another's 2¹²⁸.
const idBytes = 16

var (
	// ErrGhost is the error for a hello that nobody with the secret made: the
	// server, or a stranger, put it there. A ghost is dropped and counted.
	ErrGhost = errors.New("somebody without the room's key tried to come in; they were not let in")
	// ErrVersion is the error for a hello of another version of the scheme. What
	// this version can't check it does not believe either.
	ErrVersion = errors.New("somebody whose program speaks another version of sealed rooms tried to come in; they were not let in")
	// ErrUsed is the error for a hello that was here before: it is good for one
	// stay, so that nothing of that stay can happen again.
	ErrUsed = errors.New("somebody was shown who had left already; they were not let in again")
)

// ID is what a member is called in a room's cryptography: the start of a hash of
// its key, so that it can't be chosen.
type ID [idBytes]byte

// MarshalText gives the id as it stands in sealed JSON: 32 lower-case
// hexadecimal digits.
func (id ID) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, id[:]), nil }

// UnmarshalText reads that form and no other.
func (id *ID) UnmarshalText(text []byte) error { return unhex(id[:], text) }

// unhex reads lower-case hexadecimal digits of just the length of dst.
func unhex(dst, text []byte) error {
	b, err := hex.DecodeString(string(text))
	if err != nil || len(b) != len(dst) || hex.EncodeToString(b) != string(text) {
		return errPayload
	}
	copy(dst, b)
	return nil
}

// Peer is a member as its hello shows it.
type Peer struct {
	ID     ID
	key    *ecdh.PublicKey
	public [publicBytes]byte // the same, in bytes
}

// Me is this end's own identity in a room: a fresh key pair that lives as long
// as the place does and is never stored.
type Me struct {
	room *Room
	Peer
	private *ecdh.PrivateKey
	draw    draws
}

// NewMe makes a fresh identity.
func (r *Room) NewMe() (me *Me) {
	scrubbed(func() { me = r.meFrom(newKey()) })
	return me
}

func newKey() *ecdh.PrivateKey {
	private, err := ecdh.X25519().GenerateKey(rand.Reader)
	if err != nil {
		panic(err) // the system's randomness does not fail
	}
	return private
}

func (r *Room) meFrom(private *ecdh.PrivateKey) *Me {
	return &Me{room: r, Peer: r.peer(private.PublicKey()), private: private, draw: random}
}

func (r *Room) peer(key *ecdh.PublicKey) Peer {
	public := key.Bytes()
	sum := sha256.Sum256(slices.Concat([]byte(label+"member\x00"), r.id[:], public))
	return Peer{ID: ID(sum[:idBytes]), key: key, public: [publicBytes]byte(public)}
}

// Hello is what the server passes on to the others.
func (m *Me) Hello() []byte {
	proof := m.room.helloMAC(m.Peer)
	return slices.Concat([]byte{version}, m.public[:], proof[:])
}

func (r *Room) helloMAC(p Peer) [sha256.Size]byte {
	return mac(r.hello, []byte{version}, r.id[:], p.ID[:], p.public[:])
}

// oldHelloBytes is the length of a hello of the first version, which had no number.
const oldHelloBytes = 64

// Meet checks somebody's hello. The error is [ErrGhost] or [ErrVersion].
func (r *Room) Meet(hello []byte) (Peer, error) {
	switch {
	case len(hello) == oldHelloBytes, len(hello) > 0 && hello[0] != version:
		return Peer{}, ErrVersion
	case len(hello) != HelloBytes:
		return Peer{}, ErrGhost
	}
	key, err := publicKey(hello[1 : 1+publicBytes])
	if err != nil {
		return Peer{}, ErrGhost
	}
	p := r.peer(key)
	if proof := r.helloMAC(p); !hmac.Equal(hello[1+publicBytes:], proof[:]) {
		return Peer{}, ErrGhost
	}
	return p, nil
}

// publicKey reads an X25519 public key in the one form that is taken: a number
// below 2²⁵⁵−19 (RFC 7748, section 5). In another form the same key would have
// another id.
func publicKey(b []byte) (*ecdh.PublicKey, error) {
	last := len(b) - 1
	if len(b) != publicBytes || b[last] > 0x7f ||
		b[last] == 0x7f && allOnes(b[1:last]) && b[0] >= 0xed {
		return nil, ErrGhost
	}
	return ecdh.X25519().NewPublicKey(b)
}

func allOnes(b []byte) bool {
	for _, v := range b {
		if v != 0xff {
			return false
		}
	}
	return true
}
