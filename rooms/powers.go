package rooms

import "time"

// What hosts ask for, and who wants to be one. Each is decided in the room's order.

// SetRules changes what is not nil, and the door if one is given.
type SetRules struct {
	ID           string
	Door         Door // "": as it is
	Slow, Fade   *time.Duration
	Quiet, Links *bool
}

// Claim makes whoever knows the room's key a host.
type Claim struct {
	ID  string
	Key string // its words, as typed
}

// MakeHost makes a member a host, or no longer.
type MakeHost struct {
	ID string
	To string // member id
	On bool
}

// AskKey asks for a key of the room, which is a fresh one: the server keeps no key.
type AskKey struct{ ID string }

// Remove ends somebody's place.
type Remove struct {
	ID     string
	To     string // member id
	Reason string // at most MaxReasonBytes; in a sealed room there is none
}

// Mute keeps somebody from speaking for a while.
type Mute struct {
	ID  string
	To  string        // member id
	For time.Duration // 0: they may speak again
}

// LetSpeak gives somebody voice in a quiet room, or takes it.
type LetSpeak struct {
	ID string
	To string // member id
	On bool
}

// Decide lets in whoever knocks, or doesn't.
type Decide struct {
	ID    string
	Knock string // its id, see Knocking
	In    bool
}

// Invite asks for an invitation, which lets its holder in whatever the door.
type Invite struct {
	ID   string
	Uses int           // how many may come by it; 0: as many as like
	For  time.Duration // how long it is good; 0: as long as the room is there
	// Watch lets its holder watch, and nothing else.
	Watch bool
}

// Uninvite voids all invitations.
type Uninvite struct{ ID string }

// Vote answers the question whether to remove somebody or, where nobody asks, asks
// everybody.
type Vote struct {
	ID  string
	To  string // member id
	Yes bool
}

// Leap tells some members of another room, in which whoever asks goes on and is a host
// already. Everybody whom it does not name learns nothing of it. In a sealed room Key is
// what the link of the other says, and Room means nothing: package seal seals it, and a
// server never has it.
type Leap struct {
	ID   string
	Room string // as typed; see ParseRoomName
	Key  string
	To   []string // member ids, at most MaxRoomSize; somebody who has left means nothing
}

// Burn ends the room for everybody.
type Burn struct{ ID string }
