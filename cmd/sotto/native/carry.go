package native

import (
	"context"

	"sotto/rooms"
	"sotto/rooms/files"
	"sotto/rooms/seal"
)

// carry lets a seat carry files, from and to a folder.
func carry(seat rooms.Participant, f *folder) rooms.FileCarrier {
	carried := files.NewSeat(seat, f)
	if sealed, ok := seat.(sealed); ok {
		return sealedCarrier{carried, sealed}
	}
	return carried
}

// sealed is what a seat can do because its room is sealed.
type sealed interface {
	seal.Verified
	rooms.Paced
}

// sealedCarrier is a seat in a sealed room that carries files.
type sealedCarrier struct {
	*files.Seat
	sealed
}

var errNotCarried = &rooms.Error{Code: rooms.NotAllowed, Message: "Files can't be sent or taken here."}

// SendFile offers a file, if the seat carries any.
func (p *pulled) SendFile(ctx context.Context, path string) error {
	if c, ok := p.Participant.(rooms.FileCarrier); ok {
		return c.SendFile(ctx, path)
	}
	return errNotCarried
}

// SendText offers a text as a file, if the seat carries any.
func (p *pulled) SendText(ctx context.Context, name, text string) error {
	if c, ok := p.Participant.(rooms.FileCarrier); ok {
		return c.SendText(ctx, name, text)
	}
	return errNotCarried
}

// TakeFile takes a file, if the seat carries any.
func (p *pulled) TakeFile(ctx context.Context, n int) error {
	if c, ok := p.Participant.(rooms.FileCarrier); ok {
		return c.TakeFile(ctx, n)
	}
	return errNotCarried
}

// CancelFile stops taking or offering a file, if the seat carries any.
func (p *pulled) CancelFile(ctx context.Context, n int) error {
	if c, ok := p.Participant.(rooms.FileCarrier); ok {
		return c.CancelFile(ctx, n)
	}
	return errNotCarried
}
