package seal

import (
	"bytes"
	"crypto/ecdh"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
)

// HelloBytes is the length of a hello: an X25519 public key and its MAC.
const HelloBytes = 32 + 32

// idBytes is the length of a member's id: enough that two never meet in a room
// of 64.
const idBytes = 8

// ErrGhost is the error for a hello that nobody with the secret made: the
// server, or a stranger, put it there. A ghost is dropped and counted.
var ErrGhost = errors.New("somebody without the room's key tried to come in; they were not let in")

// ID is what a member is called in a room's cryptography: the start of a hash of
// its key, so that it can't be chosen.
type ID [idBytes]byte

// MarshalText gives the id as it stands in sealed JSON: 16 lower-case
// hexadecimal digits.
func (id ID) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, id[:]), nil }

// UnmarshalText reads that form and no other.
func (id *ID) UnmarshalText(text []byte) error {
	b, err := hex.DecodeString(string(text))
	if err != nil || len(b) != idBytes || hex.EncodeToString(b) != string(text) {
		return errPayload
	}
	*id = ID(b)
	return nil
}

// Peer is a member as its hello shows it.
type Peer struct {
	ID     ID
	key    *ecdh.PublicKey
	public [32]byte // the same, in bytes
}

// Me is this end's own identity in a room: a fresh key pair that lives as long
// as the place does and is never stored.
type Me struct {
	room *Room
	Peer
	private *ecdh.PrivateKey
}

// NewMe makes a fresh identity.
func (r *Room) NewMe() *Me {
	private, err := ecdh.X25519().GenerateKey(rand.Reader)
	if err != nil {
		panic(err) // the system's randomness does not fail
	}
	return r.meFrom(private)
}

func (r *Room) meFrom(private *ecdh.PrivateKey) *Me {
	return &Me{room: r, Peer: r.peer(private.PublicKey()), private: private}
}

func (r *Room) peer(key *ecdh.PublicKey) Peer {
	public := key.Bytes()
	sum := sha256.Sum256(slices.Concat([]byte(label+"member\x00"), r.id[:], public))
	return Peer{ID: ID(sum[:idBytes]), key: key, public: [32]byte(public)}
}

// Hello is what the server passes on to the others.
func (m *Me) Hello() []byte {
	key := m.key.Bytes()
	return append(key, mac(m.room.hello, m.room.id[:], m.ID[:], key)...)
}

// Meet checks somebody's hello. The error is [ErrGhost].
func (r *Room) Meet(hello []byte) (Peer, error) {
	if len(hello) != HelloBytes {
		return Peer{}, ErrGhost
	}
	key, err := ecdh.X25519().NewPublicKey(hello[:32])
	if err != nil {
		return Peer{}, ErrGhost
	}
	p := r.peer(key)
	if !hmac.Equal(hello[32:], mac(r.hello, r.id[:], p.ID[:], hello[:32])) {
		return Peer{}, ErrGhost
	}
	return p, nil
}

// rosterHash is what a sender says about whom it sealed to, itself among them:
// members who are shown different people find out.
func (r *Room) rosterHash(peers []Peer) [16]byte {
	sum := sha256.Sum256(append(slices.Clone(r.id[:]), keysInOrder(peers)...))
	return [16]byte(sum[:16])
}

// keysInOrder concatenates the members' public keys, smallest first.
func keysInOrder(peers []Peer) []byte {
	keys := make([][]byte, len(peers))
	for i := range peers {
		keys[i] = peers[i].public[:]
	}
	slices.SortFunc(keys, bytes.Compare)
	return bytes.Join(keys, nil)
}

// SafetyWords are twelve words of the BIP-39 English list (132 bits) that are
// the same for everybody who sees the same members, and for nobody else. Read
// aloud, they show that no one stands between.
func (r *Room) SafetyWords(peers []Peer) []string {
	sum := sha256.Sum256(slices.Concat([]byte(label+"words\x00"), r.hello, keysInOrder(peers)))
	words := make([]string, 12)
	for i := range words {
		bit := i * 11
		v := uint32(sum[bit/8])<<16 | uint32(sum[bit/8+1])<<8 | uint32(sum[bit/8+2])
		words[i] = wordList()[int(v>>(13-bit%8))&2047]
	}
	return words
}
