package seal

import (
	"bytes"
	"crypto/pbkdf2"
	"crypto/sha256"
	"slices"

	"sotto/rooms/bip39"
)

// Shown is a member as one end shows it: the key and the name together.
type Shown struct {
	Peer
	Nick string
}

// ViewOf is the hash by which two ends find out whether they show the same people
// under the same names.
func (r *Room) ViewOf(shown []Shown) [viewBytes]byte {
	return sha256.Sum256(slices.Concat([]byte(label+"view\x00"), r.id[:], inOrder(shown)))
}

// inOrder says whom an end shows: each key, and the name behind its length, in the
// order of the keys.
func inOrder(shown []Shown) (said []byte) {
	shown = slices.Clone(shown)
	slices.SortFunc(shown, func(a, b Shown) int { return bytes.Compare(a.public[:], b.public[:]) })
	for _, m := range shown {
		said = append(append(append(said, m.public[:]...), byte(len(m.Nick))), m.Nick...)
	}
	return said
}

const (
	// SafetyWords is how many words are compared: 132 bits.
	SafetyWords = 12
	// safetyIterations is the work behind them. Whoever stands between two members
	// has to do it for each pair of keys and names that is tried.
	safetyIterations = 1 << 16
)

// WordsFor are words of the BIP-39 English list that are the same for everybody
// who shows the same people under the same names, and for nobody else. Read aloud,
// they show that no one stands between. It takes some ten milliseconds.
func (r *Room) WordsFor(shown []Shown) []string {
	sum, err := pbkdf2.Key(sha256.New, string(inOrder(shown)), append([]byte(label+"words\x00"), r.hello...), safetyIterations, 17)
	if err != nil {
		panic(err) // only for keys too short in FIPS mode
	}
	words := make([]string, SafetyWords)
	for i := range words {
		bit := i * 11
		v := uint32(sum[bit/8])<<16 | uint32(sum[bit/8+1])<<8
		if bit/8+2 < len(sum) {
			v |= uint32(sum[bit/8+2])
		}
		words[i] = bip39.Words()[int(v>>(13-bit%8))&2047]
	}
	return words
}
