package seal

import (
	"time"

	"sotto/rooms"
)

// stage is how far this end has come in.
type stage int

const (
	outside  stage = iota // there is no place, or it is only being taken up
	entering              // the welcome waits for those who are here to say who they are
	inside
)

// place is what belongs to one place in the room, and ends with it. The zero value is
// outside.
type place struct {
	stage   stage
	session *Session
	people  people
	you     *person
	view    View
	names   references
	recent  recent
	resumed bool   // it was taken back
	voice   *Voice // this end's part in the room's; nil: it has none
	rules   rooms.Rules
	offered bool    // the server offers voice
	voted   *person // whom a vote is about that runs; nil: none that was told of
	makes   bool    // the room, so that the server may say so
	keysDue int     // keys of the room that the server is to show: those that were asked for, and the maker's
	// invitesDue are the invitations that it is to show, and to void.
	invitesDue int

	// While it is entered: until when the welcome waits, and what waits for it.
	waitsUntil time.Time
	afterwards []rooms.Event

	stated    map[string]stated // of ours, what happened last, by kind of payload
	restateAt time.Time         // when that is said again; zero: it need not be
	lostTo    *person           // who has our name now, and we have not said so

	told, lasting int       // strangers that were last told of, as a count, and those who have been so for a while
	late          []*person // who came in while this end was not there to be told
	lateSince     time.Time
}
