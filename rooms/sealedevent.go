package rooms

import "time"

// What happens in sealed rooms alone.

// Sealed is a message in a sealed room, as much of it as the server has: a body
// that it can't read, shared by all who got a wrap of its key, and the wrap for
// this seat. Like whispers it is numbered for each seat.
type Sealed struct {
	*SealedBody
	WSeq uint64
	Wrap []byte // nil on the sender's own copy
	ID   string // only on the sender's own copy
}

// Unconfirmed says, in a sealed room, how many hold its secret as far as the
// server tells and have not shown who they are. They get nothing that is said.
// Only a member's own end can know.
type Unconfirmed struct {
	Count int
	// Lasting is how many of them have been so for longer than people take to come in,
	// when that is news; 0: it is none.
	Lasting int
}

// Compared says that this person compared the safety words of a sealed room with
// the others, or that this no longer holds.
type Compared struct {
	At      time.Time // zero: it no longer holds
	People  int       // how many it is about
	Changes []string  // why it no longer holds, a clause each
}

// SealedBody is what all copies of a sealed message share.
type SealedBody struct {
	Forms
	At   time.Time
	From string // member id
	Body []byte
}
