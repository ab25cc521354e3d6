package line

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"io"

	"sotto/rooms"
	"sotto/rooms/wire"
)

// A framer is a program in a room by standard input and output: one frame of
// package wire a line, both ways. One goroutine runs it.
//
// What a program sends too fast is refused and not delayed: it has the ids to
// know what happened. Input is read no faster than output is taken, so a
// program that reads nothing is not heard for long.
type framer struct {
	seat Seat
	in   Input
	out  io.Writer

	here     bool   // the welcome has come, so there is somebody to speak to
	line     []byte // the beginning of a frame
	skipping bool   // the rest of a frame that is too long

	endID  string // of the Sync that follows the end of input
	ended  bool   // input has
	listen bool   // goes on after that
}

// Frames runs --json until input has ended and everything sent has come back,
// or with listen until the client goes. The last frame of a seat that the
// server ended is a bye.
func (v Visit) Frames(ctx context.Context, listen bool) error {
	seat, err := v.Enter(ctx, v.Room, v.Nick)
	if err != nil {
		return sendRefusal(v.Out, err)
	}
	defer seat.Close()
	// The program chooses ids as it likes; it can't guess this one.
	f := &framer{seat: seat, in: v.In, out: v.Out, endID: rand.Text(), listen: listen}
	err = f.run(ctx)
	if ended := (*rooms.Ended)(nil); errors.As(err, &ended) {
		_, _ = f.out.Write(append(wire.AppendBye(nil, ended), '\n'))
	}
	return err
}

// sendRefusal sends why a room could not be entered, and returns it.
func sendRefusal(out io.Writer, err error) error {
	var ended *rooms.Ended
	var refused *rooms.Error
	switch {
	case errors.As(err, &ended):
		_, _ = out.Write(append(wire.AppendBye(nil, ended), '\n'))
	case errors.As(err, &refused):
		_, _ = out.Write(append(wire.AppendEvent(nil, &rooms.Refused{Err: refused}), '\n'))
	}
	return err
}

func (f *framer) run(ctx context.Context) error {
	for {
		switch done, err := f.take(); {
		case errors.Is(err, io.EOF): // it has sent a leave
			return nil
		case err != nil:
			return err
		case done && !f.listen:
			return leave(ctx, f.seat)
		}
		var input <-chan []byte
		if f.here && !f.ended {
			input = f.in.Chunks()
		}
		select {
		case chunk, ok := <-input:
			if !ok {
				if err := f.finish(ctx); err != nil {
					return err
				}
				break
			}
			err := f.add(ctx, chunk)
			f.in.Release()
			if err != nil {
				return err
			}
		case <-f.seat.Ready():
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// add takes input and does what its frames ask for.
func (f *framer) add(ctx context.Context, input []byte) error {
	for {
		end := bytes.IndexByte(input, '\n')
		if end < 0 {
			break
		}
		if err := f.frame(ctx, append(f.line, input[:end]...)); err != nil {
			return err
		}
		f.line, f.skipping = f.line[:0], false
		input = input[end+1:]
	}
	if !f.skipping {
		f.line = append(f.line, input...)
	}
	if len(f.line) > wire.MaxFrameBytes {
		f.line, f.skipping = nil, true
		return f.refuse(errFrameSize)
	}
	return nil
}

// finish takes the end of input: a last line without a break is a frame too.
func (f *framer) finish(ctx context.Context) error {
	f.ended = true
	if err := f.frame(ctx, f.line); err != nil {
		return err
	}
	f.line = nil
	return f.do(ctx, rooms.Sync{ID: f.endID})
}

func (f *framer) frame(ctx context.Context, line []byte) error {
	line = bytes.TrimSpace(line)
	if f.skipping || len(line) == 0 {
		return nil
	}
	frame, refused := wire.DecodeClient(line)
	switch {
	case refused != nil:
		return f.refuse(refused)
	case frame.Op == nil:
		return f.refuse(errJoined)
	}
	return f.do(ctx, frame.Op)
}

// do does an op. That the seat is over is found by take, after what is left.
func (f *framer) do(ctx context.Context, op rooms.Op) error {
	if err := f.seat.Do(ctx, op); err != nil && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return nil
}

var (
	errJoined    = &rooms.Refused{Err: &rooms.Error{Code: rooms.NotAllowed, Message: "You are in a room already: the command line was the join."}}
	errFrameSize = &rooms.Refused{Err: &rooms.Error{Code: rooms.TooLong, Message: "That frame is too long; 64 KiB is the most."}}
)

// refuse answers a frame that could not become an op.
func (f *framer) refuse(why *rooms.Refused) error {
	_, err := f.out.Write(append(wire.AppendEvent(nil, why), '\n'))
	return err
}

// take sends what has happened. done says that the last Sync came back.
func (f *framer) take() (done bool, err error) {
	var page []byte
	for {
		events, err := f.seat.Take()
		if err != nil || len(events) == 0 {
			return done, err
		}
		page = page[:0]
		for _, e := range events {
			if synced, ok := e.(*rooms.Synced); ok && synced.ID == f.endID {
				done = true
				continue
			}
			if _, welcome := e.(*rooms.Welcome); welcome {
				f.here = true
			}
			page = append(wire.AppendEvent(page, e), '\n')
		}
		if _, err := f.out.Write(page); err != nil {
			return false, err
		}
	}
}
