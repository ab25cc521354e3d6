package cluster

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"sotto/rooms"
)

// version is that of what nodes seal, and of what is in it: nodes of several versions share
// no room. It rises with that of how package rooms writes records and snapshots.
const version = rooms.LogVersion

// what is the kind of a sealed thing, which is bound to it.
type what byte

const (
	whatEntry what = 1 + iota
	whatHead
	whatSnapshot
	whatPassed
	whatKey
)

// A sealed thing begins with its version. One that has no [ID] beside it has it inside,
// after the version.
const (
	idBytes = 16 + 8
	// sealedBytes is how much longer something is once it is sealed.
	sealedBytes = 1 + idBytes + 16
)

// What a sealed thing may be that does not open.
var (
	errVersion = errors.New("another version has sealed that")
	errSealed  = errors.New("that was not sealed with this key, for this place")
	errLong    = errors.New("that is longer than it may be")
)

// sealing has the keys of a cluster. Each life of a node has its own, derived from its id,
// and counts what it seals, so that no key is ever used twice with the same number.
type sealing struct {
	key, names []byte

	mu    sync.Mutex
	lives map[[16]byte]cipher.AEAD // of nodes that were heard of
}

// maxLives is how many keys of other nodes are kept: more than beat at a time. Beyond it
// they are derived anew, which takes some microseconds.
const maxLives = 256

func newSealing(key [32]byte) *sealing {
	return &sealing{
		key: key[:], names: derive(key[:], nil, "sotto cluster v1 names"),
		lives: make(map[[16]byte]cipher.AEAD),
	}
}

func derive(key, salt []byte, info string) []byte {
	out, err := hkdf.Key(sha256.New, key, salt, info, 32)
	if err != nil {
		panic(err) // only where so many bytes can't be had
	}
	return out
}

// mark is what a room goes by.
func (s *sealing) mark(kind rooms.Kind, name rooms.RoomName) rooms.Mark {
	mac := hmac.New(sha256.New, s.names)
	mac.Write([]byte(kind))
	mac.Write([]byte{0})
	mac.Write([]byte(name))
	return rooms.Mark(mac.Sum(nil))
}

// roomOf is the name by which a store has a room.
func roomOf(m rooms.Mark) string { return base64.RawURLEncoding.EncodeToString(m[:]) }

// of is the key of a life.
func (s *sealing) of(node [16]byte) cipher.AEAD {
	s.mu.Lock()
	defer s.mu.Unlock()
	if aead := s.lives[node]; aead != nil {
		return aead
	}
	block, err := aes.NewCipher(derive(s.key, node[:], "sotto cluster v1"))
	if err != nil {
		panic(err) // only with a key of another length
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		panic(err) // only with a block of another length
	}
	if len(s.lives) >= maxLives {
		clear(s.lives)
	}
	s.lives[node] = aead
	return aead
}

// life is a node from when it starts until it was taken for gone: then it is another.
type life struct {
	id    [16]byte
	name  string // the same, as others call it
	aead  cipher.AEAD
	count atomic.Uint64
}

func (s *sealing) newLife() *life {
	l := &life{}
	rand.Read(l.id[:])
	l.name, l.aead = nodeName(l.id), s.of(l.id)
	return l
}

func nodeName(id [16]byte) string { return base64.RawURLEncoding.EncodeToString(id[:]) }

// next is an id that nothing had before.
func (l *life) next() ID { return ID{l.id, l.count.Add(1)} }

// seal seals something of a room under an id that nothing else is sealed with.
func (l *life) seal(w what, room string, id ID, plain []byte) []byte {
	out := append(make([]byte, 0, 1+len(plain)+l.aead.Overhead()), version)
	return l.aead.Seal(out, nonce(w, id), plain, bound(w, room, id))
}

// wrap seals something that has no id beside it.
func (l *life) wrap(w what, room string, plain []byte) []byte {
	id := l.next()
	out := append(make([]byte, 0, sealedBytes+len(plain)), version)
	out = binary.BigEndian.AppendUint64(append(out, id.Node[:]...), id.Count)
	return l.aead.Seal(out, nonce(w, id), plain, bound(w, room, id))
}

// nonce is another for everything that a life seals, since its numbers are.
func nonce(w what, id ID) []byte {
	return binary.BigEndian.AppendUint64([]byte{0, 0, 0, byte(w)}, id.Count)
}

// bound is what a sealed thing opens as, and as nothing else.
func bound(w what, room string, id ID) []byte {
	b := append(make([]byte, 0, 2+idBytes+len(room)), version, byte(w))
	b = binary.BigEndian.AppendUint64(append(b, id.Node[:]...), id.Count)
	return append(b, room...)
}

// placed is a room at a place, which a snapshot is bound to: an older one does not open there.
func placed(room string, at Place) string {
	b := append(make([]byte, 0, len(room)+1+16), room...)
	b = binary.BigEndian.AppendUint64(append(b, 0), at.Epoch)
	return string(binary.BigEndian.AppendUint64(b, at.Number))
}

// open opens what seal has sealed.
func (s *sealing) open(w what, room string, id ID, body []byte, most int) ([]byte, error) {
	switch {
	case len(body) > most+sealedBytes:
		return nil, errLong
	case len(body) == 0:
		return nil, errSealed
	case body[0] != version:
		return nil, errVersion
	}
	plain, err := s.of(id.Node).Open(nil, nonce(w, id), body[1:], bound(w, room, id))
	if err != nil {
		return nil, errSealed
	}
	return plain, nil
}

// sealRecord seals a record of a room as a draft, and until when that may be appended before
// it: later it does not happen, whoever has kept it.
func (l *life) sealRecord(room string, d Draft, plain []byte) []byte {
	until := binary.BigEndian.AppendUint64(make([]byte, 0, untilBytes+len(plain)), uint64(d.Until.UnixMicro()))
	return l.seal(whatEntry, room, d.ID, append(until, plain...))
}

// untilBytes is how long that is, in microseconds.
const untilBytes = 8

// record opens an entry of a room.
func (s *sealing) record(room string, e Entry) (r rooms.Record, until time.Time, err error) {
	plain, err := s.open(whatEntry, room, e.ID, e.Body, untilBytes+rooms.MaxRecordBytes)
	if err != nil {
		return r, until, err
	}
	if len(plain) < untilBytes {
		return r, until, errSealed
	}
	until = time.UnixMicro(int64(binary.BigEndian.Uint64(plain)))
	r, err = rooms.DecodeRecord(plain[untilBytes:])
	return r, until, err
}

// unwrap opens what wrap has sealed.
func (s *sealing) unwrap(w what, room string, body []byte, most int) ([]byte, ID, error) {
	switch {
	case len(body) > most+sealedBytes:
		return nil, ID{}, errLong
	case len(body) > 0 && body[0] != version:
		return nil, ID{}, errVersion
	case len(body) < 1+idBytes:
		return nil, ID{}, errSealed
	}
	id := ID{[16]byte(body[1:17]), binary.BigEndian.Uint64(body[17:])}
	plain, err := s.of(id.Node).Open(nil, nonce(w, id), body[1+idBytes:], bound(w, room, id))
	if err != nil {
		return nil, ID{}, errSealed
	}
	return plain, id, nil
}

// maxHeadBytes is the longest head of a room, unsealed.
const maxHeadBytes = 256

// head is what a room begins with: which one it is.
func (n *Node) head(room string, kind rooms.Kind, name rooms.RoomName) []byte {
	return n.life.Load().wrap(whatHead, room, append(append([]byte(kind), 0), name...))
}
