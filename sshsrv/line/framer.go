package line

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"time"

	"sotto/rooms"
	"sotto/rooms/wire"
)

// A framer is a program in a room by standard input and output: one frame of
// package wire a line, both ways.
//
// What a program sends too fast is refused and not delayed: it has the ids to
// know what happened. Input is read no faster than output is taken, so a
// program that reads nothing is not heard for long.
type framer struct {
	noTerminal
	seat Seat // nowhere until a join frame was heard
	out  io.Writer
	held func() []rooms.HeldField // what the door holds

	// join takes the seat that a frame asks for; nil where the command line was
	// the join.
	join  Join
	knock Knock
	door  *door     // where it waits; nil: it doesn't
	by    time.Time // when a join, or the rest of a frame, must have come; zero: whenever it likes

	account  rooms.Accountable // the seat, if it counts what is asked for in vain
	patience rooms.Patience    // for that, as long as there is no seat

	phase    phase     // ending: a Sync follows the end of input; finished: it came back
	line     []byte    // the beginning of a frame
	skipping bool      // the rest of a frame that is too long
	until    time.Time // nothing more is read before

	endID  string // of that Sync
	listen bool   // goes on after it
}

// sit takes a seat.
func (f *framer) sit(seat Seat) {
	f.phase, f.seat, f.by = arriving, seat, time.Time{}
	f.account, _ = seat.(rooms.Accountable)
}

// Frames runs --json until input has ended and everything sent has come back,
// or with listen, or watching, until the client goes. The last frame of a seat that the
// server ended is a bye.
func (v Visit) Frames(ctx context.Context, listen bool) error {
	seat, err := v.Enter(tellDelay(ctx, v.Out), v.Room, v.Nick)
	if err != nil {
		return sendRefusal(v.Out, err)
	}
	defer seat.Close()
	// The program chooses ids as it likes; it can't guess this one.
	f := &framer{out: v.Out, held: v.Held, endID: rand.Text(), listen: listen || v.Watch}
	f.sit(seat)
	return f.serve(ctx, v.In)
}

// FrameTimeout is how long a frame may take from its first byte to its last: 64 KiB
// over a bad line.
const FrameTimeout = 10 * time.Second

// Join takes the seat that a frame asks for, by a room or by a ticket, and Knock the one
// at whose door it knocks. Their errors are those of [Visit.Enter] and [Visit.Knock].
type (
	Join  func(context.Context, wire.ClientFrame) (Seat, error)
	Knock func(ctx context.Context, k wire.Knock, waiting func(ahead int)) (Seat, error)
)

// Protocol runs the protocol itself, as the WebSocket carries it: the first
// frame is a join or a knock, and the end of input is a lost connection. held is what the
// door holds about this visit.
func Protocol(ctx context.Context, in Input, out io.Writer, held func() []rooms.HeldField, join Join, knock Knock) error {
	f := &framer{seat: nowhere{}, out: out, held: held, join: join, knock: knock, by: time.Now().Add(wire.JoinTimeout), patience: rooms.NewPatience()}
	defer f.end()
	return f.serve(ctx, in)
}

// serve runs to the end, and says why the server ended it.
func (f *framer) serve(ctx context.Context, in Input) error {
	err := run(ctx, in, f)
	if ended := (*rooms.Ended)(nil); errors.As(err, &ended) {
		_, _ = f.out.Write(append(wire.AppendBye(nil, ended), '\n'))
	}
	return err
}

// tellDelay has a program told when coming in takes time.
func tellDelay(ctx context.Context, out io.Writer) context.Context {
	return rooms.WhenDelayed(ctx, func() { _, _ = out.Write(append(wire.AppendEvent(nil, rooms.Delayed()), '\n')) })
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

func (f *framer) act(ctx context.Context) error {
	if f.door != nil {
		return f.wait()
	}
	err := f.send()
	switch {
	case errors.Is(err, io.EOF): // it has sent a leave
		return errOver
	case err != nil:
		return err
	case f.phase == finished && !f.listen:
		return cmp.Or(leave(ctx, f.seat, unheard), errOver)
	}
	return nil
}

func (f *framer) awaits() awaited {
	a := awaited{ready: f.seat.Ready(), due: f.by}
	if f.door != nil {
		a.ready, a.entered = f.door.ahead.bell, f.door.done
	}
	switch paused := f.until.After(time.Now()); {
	case paused:
		a.due = first(f.by, f.until)
	case f.phase == joining || f.phase == talking:
		a.input = true
	}
	return a
}

func (f *framer) tick(_ context.Context, now time.Time) error {
	switch {
	case !isDue(f.by, now): // the pause is over
		return nil
	case f.phase == joining:
		return wire.ErrLate
	}
	return errUnfinished
}

// read does what the frames of input ask for.
func (f *framer) read(ctx context.Context, input []byte) error {
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
		return f.refuse(ctx, errFrameSize)
	}
	f.expect()
	if f.account != nil {
		if pause := f.account.Pause(); pause > 0 {
			f.until = time.Now().Add(pause)
		}
	}
	return nil
}

// expect notes until when the rest of a frame must come.
func (f *framer) expect() {
	switch {
	case f.join == nil, f.phase == joining: // no hurry, or the join's
	case len(f.line) == 0 && !f.skipping:
		f.by = time.Time{}
	case f.by.IsZero():
		f.by = time.Now().Add(FrameTimeout)
	}
}

// finish takes the end of input: a last line without a break is a frame too. Where a
// frame was the join, it is a lost connection, and the place may wait.
func (f *framer) finish(ctx context.Context) error {
	if f.join != nil {
		return errOver
	}
	if err := f.frame(ctx, f.line); err != nil {
		return err
	}
	f.line, f.phase = nil, ending
	return f.do(ctx, rooms.Sync{ID: f.endID})
}

func (f *framer) frame(ctx context.Context, line []byte) error {
	if f.skipping {
		return nil
	}
	air := 1 + len(line)
	if line = bytes.TrimSpace(line); len(line) > 0 {
		air -= 1 + len(line)
	}
	if err := f.breathe(air); err != nil || len(line) == 0 {
		return err
	}
	if f.account != nil {
		f.account.Heard(len(line))
	}
	frame, refused := wire.DecodeClient(line)
	switch {
	case refused != nil:
		return f.refuse(ctx, refused)
	case f.door != nil:
		if _, leaves := frame.Op.(rooms.Leave); leaves {
			return errOver
		}
		return f.refuse(ctx, &rooms.Refused{ID: frame.ID, Err: errWaiting})
	case f.phase == joining && frame.Op != nil:
		return f.refuse(ctx, &rooms.Refused{ID: frame.ID, Err: wire.ErrNotJoined})
	case f.phase == joining && frame.Knock != nil:
		f.stand(ctx, *frame.Knock)
		return nil
	case f.phase == joining:
		return f.enter(ctx, frame)
	case frame.Op == nil:
		return f.refuse(ctx, errJoined)
	}
	return f.do(ctx, frame.Op)
}

// enter takes the seat that a frame asks for. After a refusal another may be
// asked for while there is time.
func (f *framer) enter(ctx context.Context, frame wire.ClientFrame) error {
	seat, err := f.join(tellDelay(ctx, f.out), frame)
	var refused *rooms.Error
	switch {
	case errors.As(err, &refused):
		return f.refuse(ctx, &rooms.Refused{Err: refused})
	case err != nil:
		return err
	}
	f.sit(seat)
	return nil
}

// do does an op. That the seat is over is found by send, after what is left.
func (f *framer) do(ctx context.Context, op rooms.Op) error {
	if err := f.seat.Do(ctx, op); err != nil && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return nil
}

var (
	errJoined = &rooms.Refused{Err: &rooms.Error{Code: rooms.NotAllowed, Message: "You are in a room already. Another room needs another session."}}

	errUnfinished = &rooms.Ended{Code: rooms.Timeout, Retry: true, Message: "A frame was begun and not ended within ten seconds."}

	errFrameSize = &rooms.Refused{Err: &rooms.Error{Code: rooms.TooLong, Message: "That frame is too long; 64 KiB is the most."}}
)

// refuse answers a frame that could not become an op: a few times, where that is
// counted.
func (f *framer) refuse(ctx context.Context, why *rooms.Refused) error {
	switch {
	case f.account != nil:
		_ = f.account.Refuse(ctx, why) // that the seat is over is found by send
		return nil
	case f.phase == joining && !f.patience.Vain():
		return rooms.ErrInVain
	}
	_, err := f.out.Write(append(wire.AppendEvent(nil, why), '\n'))
	return err
}

// breathe counts what says nothing, in bytes.
func (f *framer) breathe(air int) error {
	switch {
	case f.account != nil:
		f.account.Air(air)
	case f.phase == joining && !f.patience.Air(air):
		return rooms.ErrInVain
	}
	return nil
}

// send sends what has happened.
func (f *framer) send() error {
	var page []byte
	for {
		events, err := f.seat.Take()
		if err != nil || len(events) == 0 {
			return err
		}
		page = page[:0]
		for _, e := range events {
			switch is := e.(type) {
			case *rooms.Welcome:
				f.phase = max(f.phase, talking)
			case *rooms.Synced:
				if is.ID == f.endID {
					f.phase = finished
					continue
				}
			case *rooms.Held:
				e = withDoor(is, f.held)
			case *rooms.Link, *rooms.Silence: // this end's own news
				_, e = Connection(e)
			}
			page = append(wire.AppendEvent(page, e), '\n')
		}
		if _, err := f.out.Write(page); err != nil {
			return err
		}
	}
}
