package rooms

import (
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"slices"
	"strings"

	"sotto/rooms/bip39"
)

// keySalt makes the hashes of one room's keys unlike those of any other's.
type keySalt [16]byte

// keyHash is all of a key that the server keeps.
type keyHash [sha256.Size]byte

// keyring is the keys of a room: the newest of those that were given out.
type keyring struct {
	salt   keySalt // fixed once somebody is in the room
	hashes []keyHash
}

func newKeySalt() (salt keySalt) {
	rand.Read(salt[:])
	return salt
}

// newKey draws the words of a key.
func newKey() string {
	var drawn [2 * KeyWords]byte
	rand.Read(drawn[:])
	list := bip39.Words()
	words := make([]string, KeyWords)
	for i := range words {
		words[i] = list[int(binary.BigEndian.Uint16(drawn[2*i:]))%len(list)]
	}
	return strings.Join(words, " ")
}

// hash is slow on purpose. The caller holds no lock.
func (s keySalt) hash(words string) keyHash {
	hash, err := pbkdf2.Key(sha256.New, words, s[:], keySteps, sha256.Size)
	if err != nil {
		panic("rooms: a key can always be hashed")
	}
	return keyHash(hash)
}

// add takes a key in, and the oldest out if there are too many.
func (k *keyring) add(h keyHash) {
	if len(k.hashes) == MaxKeys {
		k.hashes = slices.Delete(k.hashes, 0, 1)
	}
	k.hashes = append(k.hashes, h)
}

// has reports whether a hash is that of a key, in a time that doesn't tell which or how
// nearly.
func (k *keyring) has(h keyHash) bool {
	found := 0
	for _, have := range k.hashes {
		found |= subtle.ConstantTimeCompare(have[:], h[:])
	}
	return found == 1
}

// typedKey is the words of a key as they are hashed, however they were typed: in capitals,
// with hyphens or commas, with more spaces.
func typedKey(typed string) string {
	words := strings.FieldsFunc(strings.ToLower(typed), func(r rune) bool { return r < 'a' || r > 'z' })
	return strings.Join(words, " ")
}

// IsKey reports whether something is written like a key of a room: as many words as one
// has, each of three to eight letters from a to z, as all on the list are.
func IsKey(words string) bool {
	fields := strings.Split(words, " ")
	if len(fields) != KeyWords {
		return false
	}
	for _, word := range fields {
		if len(word) < 3 || len(word) > 8 || strings.Trim(word, "abcdefghijklmnopqrstuvwxyz") != "" {
			return false
		}
	}
	return true
}
