package rooms

import (
	"context"
	"time"
)

// Participant is one person's end of a room, whatever is between: a [Seat] itself, a
// connection to a server, or one of these behind encryption or beside files. Do and
// Next may be called from two goroutines.
type Participant interface {
	// Do asks for an op. A refusal comes as an event; an error says that the
	// participant is over.
	Do(ctx context.Context, op Op) error
	// Next waits for events. Its error is io.EOF after leaving, or says why the
	// place is lost.
	Next(ctx context.Context) ([]Event, error)
	Close() error
}

// Below is what some participants can do beside that. One that stands around another passes
// on what whoever holds it asks for.

// Pulled is a participant whose events can be asked for while waiting for other things
// too.
type Pulled interface {
	// Ready is signalled when Take may have something to return.
	Ready() <-chan struct{}
	// Take is Next without waiting.
	Take() ([]Event, error)
}

// Ringing is a participant that tells of what there is to take by calling somebody, who
// need not wait for it.
type Ringing interface {
	Pulled
	// RingBy has ring called whenever Take may have something to return, from now on in
	// place of Ready's signal, and once at once. It may be called under locks: it neither
	// waits nor calls the participant.
	RingBy(ring func())
}

// Paced is a participant that knows how fast its person may talk.
type Paced interface {
	// SayWait says how long it is until a Say would pass the rate limit.
	SayWait() time.Duration
}

// Eased is a participant that can say when more waits to leave than should.
type Eased interface {
	// Ease waits while it does. Its error is ctx's.
	Ease(ctx context.Context) error
}

// Accountable is a participant that counts what its program asks for in vain, or for
// itself alone, as [Seat] does.
type Accountable interface {
	Heard(bytes int)
	Refuse(ctx context.Context, r *Refused) error
	Air(bytes int)
	Pause() time.Duration
}

// Maker is a participant that knows whether it made its room by coming in: then nobody
// else was there, and its person is the host.
type Maker interface {
	Made() bool
}

// Accompanied is a participant that is in one process with the others of its room.
type Accompanied interface {
	// Company is the same for all who are in one room, and for nobody else. It says
	// nothing else of it.
	Company() any
}

var _ interface {
	Participant
	Ringing
	Paced
	Eased
	Accountable
	Accompanied
} = (*Seat)(nil)

// FileCarrier is a [Participant] that carries files. Its errors are sentences.
type FileCarrier interface {
	Participant
	SendFile(ctx context.Context, path string) error
	// SendText offers a text as a file of that name.
	SendText(ctx context.Context, name, text string) error
	// TakeFile and CancelFile take the number of an offer, or 0 for the newest.
	TakeFile(ctx context.Context, n int) error
	CancelFile(ctx context.Context, n int) error
}

// Invitation is how to get into a room. What isn't offered is empty.
type Invitation struct {
	SSH  string // a command
	Web  string // an address
	Note string // what is to be known about them, a sentence
}
