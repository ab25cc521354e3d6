package rooms

import (
	"errors"
	"strings"
	"time"
)

// A Code says for machines why something was refused or has ended. The set is
// closed; docs/PROTOCOL.md lists it.
type Code string

// Codes of a refused op or entry. The place, if there is one, goes on.
const (
	BadFrame       Code = "bad_frame"
	BadRoom        Code = "bad_room"
	BadNick        Code = "bad_nick"
	BadTicket      Code = "bad_ticket"
	NickTaken      Code = "nick_taken"
	TooLong        Code = "too_long"
	RateLimited    Code = "rate_limited"
	RoomFull       Code = "room_full"
	NotAllowed     Code = "not_allowed"
	UnknownType    Code = "unknown_type"
	UnknownMember  Code = "unknown_member"
	UnknownMessage Code = "unknown_message" // not said here, or too long ago
	AtTheDoor      Code = "knock"           // of an entry: whoever somebody inside lets in
	Locked         Code = "locked"          // of an entry: whoever has an invitation
	NotHost        Code = "not_host"        // only hosts may
	MutedNow       Code = "muted"           // a host keeps this person from speaking for a while
	QuietNow       Code = "quiet"           // only hosts speak, and those who were let speak
	TooSoon        Code = "too_soon"        // a rule lets a person speak once in a while
	BadKey         Code = "bad_key"         // no key of this room
	UnknownKnock   Code = "unknown_knock"
	NoInvite       Code = "no_invite" // of an entry: its invitation is not good
	NoVoice        Code = "voice"     // there is no part in the room's voice to be had
)

// Codes of an end: the last thing that a seat is told.
const (
	Slow     Code = "slow"     // its outbox was full
	Shutdown Code = "shutdown" // the server stops
	Replaced Code = "replaced" // its ticket was used by a newer connection
	TooMany  Code = "too_many" // this source or this server has no more room
	Timeout  Code = "timeout"  // no join in time, or no sign of life
	Removed  Code = "removed"  // by a host, or by a vote
	Denied   Code = "denied"   // a knock, by somebody inside
	Burned   Code = "burned"   // a host ended the room for everybody
)

// MadeHost is the code of the notice that whoever makes a room gets, with a key of it.
const MadeHost Code = "host"

// FromServer is the code with which a server says something of its own. No
// server sends it: a client gives it to what it does not know, so that no server can
// speak with the voice of a room's own members.
const FromServer Code = "from_server"

// Codes of an op whose connection was lost. Only seats over a network refuse with
// them; a room never does.
const (
	Undelivered Code = "undelivered" // it did not arrive
	Uncertain   Code = "uncertain"   // nobody can know any more whether it arrived
)

// Codes of a notice that says how a connection is, or how the servers reach each other. An op
// that is refused with [Unreachable] waited for that for [HoldFor], and is not said.
const (
	Unreachable Code = "unreachable" // nobody answers, it is lost, or it can't be taken up again just now
	Reachable   Code = "reachable"   // that is over
)

// Error is a refusal: a code for machines and a sentence for people. The
// sentence never quotes what somebody said.
type Error struct {
	Code    Code
	Message string
	Wait    time.Duration // of TooSoon: how long it is until it would pass
}

func (e *Error) Error() string { return e.Message }

// asError returns the refusal in err, which every parser of this package makes.
func asError(err error) *Error {
	var refusal *Error
	if errors.As(err, &refusal) {
		return refusal
	}
	return &Error{Code: BadFrame, Message: err.Error()}
}

// Ended is the error of [Seat.Next] and [Seat.Do] when the server ended the
// seat. A seat that left by itself ends with io.EOF instead.
type Ended struct {
	Code    Code
	Message string
	Retry   bool   // coming back may help
	Why     string // of Removed: the reason that somebody in the room gave, if any
}

func (e *Ended) Error() string { return e.Message }

// ErrShutdown ends everybody when the server stops, those too who are in no room.
var ErrShutdown = &Ended{Code: Shutdown, Retry: true, Message: "The server is shutting down. Nothing that was said here was kept."}

// errLeaving ends those in a room that goes on at other servers.
var errLeaving = &Ended{Code: Shutdown, Retry: true, Message: "This server is shutting down. The room goes on at others: come again."}

// errSeatClosed is returned by a seat after Close.
var errSeatClosed = errors.New("this seat was closed")

// Cause is the innermost error, without the names, paths and addresses that are said
// around it: "permission denied".
func Cause(err error) error {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err
		}
		err = inner
	}
}

// Sentence is how a clause, such as an error, is shown to people: "the server does not
// answer" as "The server does not answer." What ends in a semicolon is to be copied.
func Sentence(clause string) string {
	text := strings.ToUpper(clause[:1]) + strings.TrimRight(clause[1:], ".")
	if strings.HasSuffix(text, ";") {
		return text
	}
	return text + "."
}
