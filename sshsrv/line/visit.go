// Package line is a room as lines: for pipes, for programs, and for people on
// terminals where nothing may be repainted. The ssh door and the native client
// run the same modes.
//
// # What it guarantees
//
//   - A line of output is one event, and nobody can write another's line.
//   - No line of piped input is lost: it is read no faster than the room takes
//     what is said, and the end of input is not the end before everything said
//     has come back in the room's order.
//   - On a terminal only what follows is ever written, and the line that is being
//     typed in its own place; what happens waits while it is. Beside text that
//     takes CR, BS and EL, and on a terminal that takes nothing but text (TERM=dumb)
//     backspaces. What its person said is not told to them again.
//
// It knows rooms as a participant does. It knows no network and no ssh: streams
// and seats are given to it.
package line

import (
	"context"
	"io"
	"slices"
	"time"

	"sotto/rooms"
	"sotto/sshsrv/tui/paint"
)

// Seat is a place in a room whose events can be asked for, as [rooms.Seat].
type Seat interface {
	rooms.Participant
	rooms.Pulled
	rooms.Paced
}

// Input is what comes from a person or a program, in pieces.
type Input interface {
	// Chunks are good until Release is called. The channel is closed at the end
	// of input.
	Chunks() <-chan []byte
	Release()
}

// Visit is somebody who came: what they asked for, and the streams to reach
// them by. A mode ends soon after its context did, with the context's cause.
type Visit struct {
	Room string // as typed; empty for the front page
	Nick string // as typed; empty for a generated one

	Watch bool // this person reads and says nothing, in all rooms that Enter and Knock lead into

	Zone   *time.Location // of the times shown; nil: UTC
	Notify string         // what may ring at first, as /notify has it; empty: the usual
	Times  string         // "on": every message is told with its time at first
	Told   string         // what is told to somebody on a terminal as they come; empty: nothing

	In  Input
	Out io.Writer
	Err io.Writer // for what is said about the visit itself, beside what happens

	Hand Hand // of a pipe: whether its lines are typed

	// Of a terminal. Dumb: it takes nothing but text, line breaks and backspaces.
	// Resize may be nil, and Suspend and Pauses are as of [run.Terminal].
	Dumb    bool
	Size    paint.Size
	Resize  <-chan paint.Size
	Suspend func()
	Pauses  <-chan bool

	// Enter takes a seat. Its error is an *rooms.Error or an *rooms.Ended.
	Enter func(ctx context.Context, room, nick string) (Seat, error)
	// Knock waits at a room's door, where Enter was refused with [rooms.AtTheDoor], until
	// somebody inside has decided: text is what is said at the door, and waiting is told,
	// from the caller's goroutine, how many have waited longer. Its errors are those of
	// Enter; with [rooms.AtTheDoor] nobody has decided in time.
	Knock func(ctx context.Context, room, nick, text string, waiting func(ahead int)) (Seat, error)
	// Invite says how to get into a room, by the token of an invitation if it is not empty.
	Invite func(room, token string) rooms.Invitation
	// Seal makes a sealed room and says how to get in. Nil: this program is the
	// server's, which must not make a sealed room's key; NewSealed is the command
	// that makes one on the person's own machine.
	Seal      func() rooms.Invitation
	NewSealed string
	// Sealed is the link into the sealed room of a key, as Enter takes it. Nil where Seal is.
	Sealed func(key string) string
	// Held is what the door itself holds about this visit, and Never what it did
	// not take, a clause each. Held may be nil.
	Held  func() []rooms.HeldField
	Never []string

	// Holds is told how many bytes the mode keeps, and how many of them it could do
	// without. Nil: nobody asks.
	Holds func(bytes, spare int)

	Fingerprint string // of the server's key, as ssh shows it; empty: there is none to show
}

// withDoor adds what a door holds to what the room does.
func withDoor(h *rooms.Held, door func() []rooms.HeldField) *rooms.Held {
	if door == nil {
		return h
	}
	return &rooms.Held{ID: h.ID, Fields: append(slices.Clone(h.Fields), door()...)}
}
