package rooms

import "context"

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

// FileCarrier is a [Participant] that carries files. Its errors are sentences.
type FileCarrier interface {
	Participant
	SendFile(ctx context.Context, path string) error
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
