package seal

import (
	"crypto/rand"
	"errors"
	"slices"

	"sotto/rooms"
)

// FileKey is the key of one file that is offered. Whoever has it can open what
// is passed of the file, and speak as one who takes it.
type FileKey [rooms.FileKeyBytes]byte

// NewFileKey returns a fresh key.
func NewFileKey() (k FileKey) {
	rand.Read(k[:])
	return k
}

// FileIDBytes is the length of a [FileID].
const FileIDBytes = 16

// FileID is what a file is called on its way: it tells nothing of its key.
type FileID [FileIDBytes]byte

// passRandom is the length of what makes the key of each body another, in bytes.
const passRandom = 16

// PassOverhead is by how much a body is longer than its text, in bytes.
const PassOverhead = FileIDBytes + passRandom + tagBytes

// ID is what the file is called on its way.
func (k FileKey) ID() FileID { return FileID(expand(k[:], "file", nil)[:FileIDBytes]) }

// Seal seals a text that belongs to the file. Every body has a key of its own,
// even if the text is said to be the same: a file can change while it is read.
func (k FileKey) Seal(text []byte) []byte {
	random := make([]byte, passRandom)
	rand.Read(random)
	return k.seal(text, random)
}

func (k FileKey) seal(text, random []byte) []byte {
	id := k.ID()
	head := slices.Concat(id[:], random)
	body := append(make([]byte, 0, len(text)+PassOverhead), head...)
	return lock(expand(k[:], "pass", random), body, text, head)
}

// errPass is the error for a body that nobody with the file's key sealed.
var errPass = errors.New("what was passed does not belong to this file")

// Open opens a body of this file.
func (k FileKey) Open(body []byte) ([]byte, error) {
	if id, ok := FileOf(body); !ok || id != k.ID() {
		return nil, errPass
	}
	head := body[:FileIDBytes+passRandom]
	text, err := aead(expand(k[:], "pass", head[FileIDBytes:])).Open(nil, once[:], body[len(head):], head)
	if err != nil {
		return nil, errPass
	}
	return text, nil
}

// FileOf returns the file that a body says it belongs to.
func FileOf(body []byte) (id FileID, ok bool) {
	if len(body) < PassOverhead {
		return id, false
	}
	return FileID(body[:FileIDBytes]), true
}
