package line

import (
	"context"
	"errors"
	"io"
	"time"

	"sotto/rooms"
	"sotto/sshsrv/tui/paint"
)

// phase is how far somebody is.
type phase int

const (
	joining  phase = iota // in no room: on the front page, or a program before its join
	entering              // on the way into one, perhaps out of another
	atDoor                // of one where somebody decides who comes in: what is typed there knocks
	arriving              // no welcome has come, so there is nobody to speak to
	talking
	pending  // a command waits for what was said before it, and keys wait for the command
	ending   // nothing more will be said; what was is on its way
	finished // all of it came back, or need not
)

// A mode is a pipe, a framer or a linear. One goroutine runs it: it does what can be
// done, sleeps until something happens, takes that in, and begins again.
type mode interface {
	// act shows what has happened and says what may be said.
	act(ctx context.Context) error
	awaits() awaited

	// One of these takes in what happened. For what the seat has, act looks.
	read(ctx context.Context, chunk []byte) error
	finish(ctx context.Context) error // the end of input
	tick(ctx context.Context, now time.Time) error
	arrive(ctx context.Context, e entered) error
	resize(size paint.Size) error
	pause(asked bool) error
	delayed() // whoever comes in has to wait for the servers
}

// awaited is what a mode sleeps for, beside the end of its context. A channel that is
// nil tells of nothing.
type awaited struct {
	input   bool            // it is read
	ready   <-chan struct{} // the seat's
	due     time.Time       // zero: never
	entered <-chan entered
	resized <-chan paint.Size
	pauses  <-chan bool
	news    <-chan struct{} // for act
	late    <-chan struct{} // whoever comes in has to wait for that
}

// noTerminal is embedded by a mode that awaits nothing of a person at a terminal.
type noTerminal struct{}

func (noTerminal) arrive(context.Context, entered) error { return nil }
func (noTerminal) resize(paint.Size) error               { return nil }
func (noTerminal) pause(bool) error                      { return nil }
func (noTerminal) delayed()                              {}

// errOver ends a mode without an error.
var errOver = errors.New("all is done")

// run runs a mode to its end.
func run(ctx context.Context, in Input, m mode) error {
	alarm := time.NewTimer(time.Hour)
	defer alarm.Stop()
	for {
		err := m.act(ctx)
		if err == nil {
			err = wait(ctx, in, alarm, m)
		}
		switch err {
		case nil:
		case errOver:
			return nil
		default:
			return err
		}
	}
}

// wait sleeps until something happens, and has it taken in.
func wait(ctx context.Context, in Input, alarm *time.Timer, m mode) error {
	a := m.awaits()
	var input <-chan []byte
	if a.input {
		input = in.Chunks()
	}
	var due <-chan time.Time
	if !a.due.IsZero() {
		alarm.Reset(max(time.Until(a.due), time.Millisecond))
		due = alarm.C
	}
	select {
	case chunk, more := <-input:
		if !more {
			return m.finish(ctx)
		}
		defer in.Release()
		return m.read(ctx, chunk)
	case now := <-due:
		return m.tick(ctx, now)
	case e := <-a.entered:
		return m.arrive(ctx, e)
	case size := <-a.resized:
		return m.resize(size)
	case asked := <-a.pauses:
		return m.pause(asked)
	case <-a.ready:
		return nil
	case <-a.news:
		return nil
	case <-a.late:
		m.delayed()
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// first is the first of times, of which zero is never.
func first(times ...time.Time) (due time.Time) {
	for _, t := range times {
		if !t.IsZero() && (due.IsZero() || t.Before(due)) {
			due = t
		}
	}
	return due
}

// isDue reports whether a time has come; zero never does.
func isDue(t, now time.Time) bool { return !t.IsZero() && !now.Before(t) }

// nowhere is the seat of whoever is in no room: nothing happens there.
type nowhere struct{}

func (nowhere) Do(context.Context, rooms.Op) error          { return nil }
func (nowhere) Next(context.Context) ([]rooms.Event, error) { return nil, io.EOF }
func (nowhere) Close() error                                { return nil }
func (nowhere) Ready() <-chan struct{}                      { return nil }
func (nowhere) Take() ([]rooms.Event, error)                { return nil, nil }
func (nowhere) SayWait() time.Duration                      { return 0 }

// unheard is for whoever does not care what happens while they leave.
func unheard(rooms.Event) {}

// leave gives a place up and waits until that has happened; heard is told what else does
// meanwhile.
func leave(ctx context.Context, seat Seat, heard func(rooms.Event)) error {
	if err := seat.Do(ctx, rooms.Leave{}); err != nil {
		return err
	}
	for {
		events, err := seat.Next(ctx)
		for _, e := range events {
			heard(e)
		}
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
	}
}
