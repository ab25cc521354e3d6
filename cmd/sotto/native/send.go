package native

import (
	"context"
	"errors"
	"fmt"
	"time"

	"sotto/rooms"
)

// takeWait is how long a file that is sent from a command line waits for
// somebody to take it: until a person has read that it is there.
const takeWait = time.Minute

// errNotTaken is the error of a file that nobody took in time.
var errNotTaken = errors.New("nobody took the file within a minute; it is not offered any longer")

// send offers one file, and stays until everybody who took it has it.
func (v Visit) send(ctx context.Context, h *host, f *folder) error {
	seat, err := h.enter(ctx, v.room(), v.Nick)
	if err != nil {
		return err
	}
	files := carry(seat, f)
	defer files.Close()
	deadline := time.Now().Add(enterTimeout)
	var last rooms.Transfer
	for {
		events, err := nextBy(ctx, files, deadline)
		switch {
		case ctx.Err() != nil:
			return errCut
		case errors.Is(err, context.DeadlineExceeded):
			return errNotTaken
		case err != nil:
			return err
		}
		for _, event := range events {
			switch e := event.(type) {
			case *rooms.Welcome:
				if last.N > 0 {
					return errNotTaken // a new place, in which nothing is offered
				}
				if err := files.SendFile(ctx, v.Send); err != nil {
					return err
				}
				deadline = time.Now().Add(takeWait)
			case *rooms.Refused:
				return e.Err
			case *rooms.Transfer:
				if !e.Mine {
					continue
				}
				v.tellSent(last, *e)
				switch last = *e; {
				case last.Takers > 0:
					deadline = time.Time{} // they are heard of, or forgotten
				case last.Taken > 0:
					return nil
				case deadline.IsZero():
					deadline = time.Now().Add(takeWait)
				}
			}
		}
	}
}

// nextBy is Next with a deadline, if there is one.
func nextBy(ctx context.Context, seat Seat, deadline time.Time) ([]rooms.Event, error) {
	if !deadline.IsZero() {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, deadline)
		defer cancel()
	}
	return seat.Next(ctx)
}

// tellSent says what has changed for the file.
func (v Visit) tellSent(was, now rooms.Transfer) {
	file := rooms.FileLabel(now.Name, now.Size)
	switch {
	case was.N == 0:
		fmt.Fprintf(v.Err, "sotto: %s is offered; waiting for somebody to take it\n", file)
	case now.Takers != was.Takers || now.Taken != was.Taken:
		fmt.Fprintf(v.Err, "sotto: %d take it, %d have it\n", now.Takers, now.Taken)
	}
}
