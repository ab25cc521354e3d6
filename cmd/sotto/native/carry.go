package native

import (
	"context"
	"time"

	"sotto/rooms"
	"sotto/rooms/files"
	"sotto/rooms/seal"
)

// carry lets a seat carry files, from and to a folder.
func carry(seat rooms.Participant, f *folder) rooms.FileCarrier {
	carried := files.NewSeat(seat, f)
	if sealed, ok := seat.(*seal.Seat); ok {
		return sealedCarrier{carried, sealed}
	}
	return carried
}

// sealedCarrier is a seat in a sealed room that carries files.
type sealedCarrier struct {
	*files.Seat
	sealed *seal.Seat
}

func (s sealedCarrier) Verify() seal.Verification { return s.sealed.Verify() }
func (s sealedCarrier) Compared() bool            { return s.sealed.Compared() }
func (s sealedCarrier) SayWait() time.Duration    { return s.sealed.SayWait() }

var errNotCarried = &rooms.Error{Code: rooms.NotAllowed, Message: "Files can't be sent or taken here."}

// SendFile offers a file, if the seat carries any.
func (p *pulled) SendFile(ctx context.Context, path string) error {
	if c, ok := p.Participant.(rooms.FileCarrier); ok {
		return c.SendFile(ctx, path)
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
