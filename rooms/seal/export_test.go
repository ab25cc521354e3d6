package seal

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"sync"

	"sotto/rooms"
)

// Every test of this package holds that no key seals two texts: the keys that sealed
// anything are recorded, as hashes.
func init() {
	var mu sync.Mutex
	sealed := map[[sha256.Size]byte][sha256.Size]byte{}
	witness = func(key, text, ad []byte) {
		mu.Lock()
		defer mu.Unlock()
		name, content := sha256.Sum256(key), sha256.Sum256(slices.Concat(text, ad))
		if before, again := sealed[name]; again && before != content {
			panic(fmt.Sprintf("a key seals two texts, of %d bytes now", len(text)))
		}
		sealed[name] = content
	}
}

// Conn is the connection of a seat, for tests that come between.
func (s *Seat) Conn() rooms.Participant { return s.conn }

// Renumbered is a message to all under the number of another, as no honest program
// makes one.
func Renumbered(s *Session, like *Message, text []byte, to ...ID) *Message {
	m := &Message{text: addressed(random.salt(), nil, text), all: true, past: like.past, number: like.number, receiver: map[ID]uint32{}}
	for _, id := range to {
		m.receiver[id] = s.peers[id].sent
		s.peers[id].sent++
	}
	return m
}

// View is whom a seat shows, as its messages say it.
func (s *Seat) View() [viewBytes]byte { return s.view.Hash }

// Key is the public key of a seat.
func (s *Seat) Key() []byte { return s.you.peer.public[:] }

// Garble has a session claim that it was told otherwise than it was, as no honest
// program does.
func Garble(s *Session) {
	for i := range s.owed {
		s.owed[i].past[0] ^= 1
	}
}

// Claims is of whom a message says what its sender was told by them.
func (o Opened) Claims() (about []ID) {
	for _, c := range o.claims {
		about = append(about, c.about)
	}
	return about
}
