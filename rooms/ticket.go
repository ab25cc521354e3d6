package rooms

import (
	"crypto/rand"
	"encoding/base64"
	"slices"
)

// A ticket takes a place back. Where one server has all rooms it is 128 random bits, not to
// be guessed within a minute, nor ever. Where several share them it is a [Mark], the id of
// the member and 128 random bits, so that each finds the place by it.

// newTicket draws one for a member of a room.
func (h *Hub) newTicket(r *room, id string) string {
	if h.shared != nil {
		return newSharedTicket(h.shared.Mark(r.kind, r.name), id)
	}
	return newTicket()
}

// ticketHash is what the other servers know of a ticket; nil: there are none.
func (h *Hub) ticketHash(ticket string) *tokenHash {
	if h.shared == nil {
		return nil
	}
	hash := hashToken(ticket)
	return &hash
}

func newTicket() string {
	var b [16]byte
	rand.Read(b[:])
	return base64.RawURLEncoding.EncodeToString(b[:])
}

const idChars = 8 // of a member's id

func newSharedTicket(m Mark, id string) string {
	b := append(m[:], id...)
	var secret [16]byte
	rand.Read(secret[:])
	return base64.RawURLEncoding.EncodeToString(append(b, secret[:]...))
}

// readSharedTicket returns which room and which member a ticket is for.
func readSharedTicket(ticket string) (m Mark, id string, ok bool) {
	b, err := base64.RawURLEncoding.DecodeString(ticket)
	if err != nil || len(b) != len(m)+idChars+16 {
		return m, "", false
	}
	return Mark(b), string(b[len(m) : len(m)+idChars]), true
}

// tickets are the hashes of what takes a place back at any server: the newest, and the one
// before until the newest was used. Whoever comes back several times by that one, since no
// welcome reached them, has as many newest.
type tickets []tokenHash

// maxTickets is how many there are: more come back by one ticket only where nobody answers.
const maxTickets = 4

// renew adds a ticket to the one that was used.
func (t *tickets) renew(next *tokenHash) {
	if next != nil {
		*t = append(*t, *next)
	}
}

// use takes a place back by a ticket, unless it is none of these, and drops those before it.
// Those that were given since, for the same one, stay good: of two who came back by it,
// which is the one that is still there, nobody knows yet.
func (t *tickets) use(hash, next tokenHash) bool {
	i := slices.Index(*t, hash)
	if i < 0 {
		return false
	}
	kept := append(slices.Clone((*t)[i:]), next)
	if n := len(kept); n > maxTickets {
		kept = slices.Delete(kept, 1, 1+n-maxTickets)
	}
	*t = kept
	return true
}

// rivals reports whether somebody came back by an older ticket than this one, which is good
// still: whoever has it may be the one who is there.
func (t tickets) rivals(hash tokenHash) bool { return slices.Index(t, hash) > 0 }

// newest reports whether nobody came back since this ticket was given.
func (t tickets) newest(hash tokenHash) bool { return len(t) > 0 && t[len(t)-1] == hash }

// spend drops all but the newest.
func (t *tickets) spend() {
	if n := len(*t); n > 1 {
		*t = (*t)[n-1:]
	}
}
