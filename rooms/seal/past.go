package seal

import (
	"crypto/sha256"
	"encoding/binary"
	"slices"
)

// Past is the running value of what a member has said to all in a stay: it binds
// each of those messages, their order and their sender. It stays the same when a
// message is sealed anew, so that nobody who is honest has two of them.
type Past [sha256.Size]byte

const (
	// saltBytes is what stands before what is said to all, so that nobody who was
	// not given it can find it by guesses from the values that bind it.
	saltBytes = 16
	// maxClaims is how many claims a message to all carries: in rooms of some ten
	// people all that came since the one before it, and the others with the next.
	maxClaims  = 8
	claimBytes = idBytes + 4 + sha256.Size
	// maxRemembered is how many numbers of a sender's are remembered with their
	// values: what comes in half a minute from one who says as much as a server takes.
	maxRemembered = 256
)

// pastOf is the value before somebody has said anything.
func (r *Room) pastOf(id ID) Past {
	return sha256.Sum256(slices.Concat([]byte(label+"past\x00"), r.id[:], id[:]))
}

// and is the value when a message of that number has been said as well.
func (p Past) and(number uint32, text []byte) Past {
	return sha256.Sum256(slices.Concat([]byte(label+"past\x00"), p[:], binary.BigEndian.AppendUint32(nil, number), text))
}

// name names the message to all that a value ends with.
func (p Past) name() Hash { return Hash(p[:hashBytes]) }

// claim says what somebody was told: whose messages to all, up to which, have which
// value.
type claim struct {
	about  ID
	number uint32
	past   Past
}

// addressed is the text of what is said to all: a salt, claims, and what is said.
func addressed(salt [saltBytes]byte, claims []claim, said []byte) []byte {
	text := make([]byte, 0, saltBytes+1+len(claims)*claimBytes+len(said))
	text = append(append(text, salt[:]...), byte(len(claims)))
	for _, c := range claims {
		text = append(text, c.about[:]...)
		text = binary.BigEndian.AppendUint32(text, c.number)
		text = append(text, c.past[:]...)
	}
	return append(text, said...)
}

// readAddressed reads such a text.
func readAddressed(text []byte) (claims []claim, said []byte, err error) {
	if len(text) <= saltBytes || text[saltBytes] > maxClaims {
		return nil, nil, errForged
	}
	n, rest := int(text[saltBytes]), text[saltBytes+1:]
	if len(rest) < n*claimBytes {
		return nil, nil, errForged
	}
	for ; n > 0; n-- {
		claims = append(claims, claim{ID(rest), binary.BigEndian.Uint32(rest[idBytes:]), Past(rest[idBytes+4:])})
		rest = rest[claimBytes:]
	}
	return claims, rest, nil
}

// memory is the values of a sender's newest messages to all, by their numbers.
type memory struct {
	values map[uint32]Past
	order  []uint32
}

// add remembers a value. Its number is new.
func (m *memory) add(number uint32, p Past) {
	if m.values == nil {
		m.values = make(map[uint32]Past)
	}
	m.values[number], m.order = p, append(m.order, number)
	if len(m.order) > maxRemembered {
		delete(m.values, m.order[0])
		m.order = m.order[1:]
	}
}

// remember takes up what a peer said to all, and reports whether it told others
// something else before that.
func (s *Session) remember(p *pair, number uint32, before, after Past) (twofold bool) {
	next := p.number > 0 && number == p.number+1
	twofold = next && before != p.past
	p.remembered.add(number, after)
	s.owe(claim{p.ID, number, after}, next)
	p.number, p.past, p.lost = number, after, 0
	return twofold
}

// owe notes what the others are to be told that we heard. Where nothing is missing
// before it, the newest value binds all before; what is on the other side of a gap
// it can't bind, so the value from before the gap is told as well.
func (s *Session) owe(c claim, goesOn bool) {
	newest, n := -1, 0
	for i, owed := range s.owed {
		if owed.about == c.about {
			newest, n = i, n+1
		}
	}
	if newest >= 0 && (goesOn || n == maxClaims) {
		s.owed[newest] = c
		return
	}
	s.owed = append(s.owed, c)
}

// claims takes out what is owed for longest.
func (s *Session) claims() (due []claim) {
	n := min(len(s.owed), maxClaims)
	due, s.owed = s.owed[:n:n], s.owed[n:]
	return due
}

// Compare compares what somebody was told by others with what this end was, and
// returns who told the two different things, or is said to have.
func (s *Session) Compare(o Opened) (disputed []ID) {
	for _, c := range o.claims {
		p := s.peers[c.about]
		if p == nil || c.about == o.From {
			continue // of us, or somebody who has left
		}
		if past, known := p.remembered.values[c.number]; known && past != c.past {
			disputed = append(disputed, c.about)
		}
	}
	return disputed
}
