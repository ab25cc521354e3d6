package pipe

import (
	"context"
	"errors"
	"io"
	"sync"

	"sotto/rooms"
	"sotto/rooms/ogg"
	"sotto/rooms/voice"
)

// Holds is how many bytes a pipe keeps at most: a page while it grows, a packet, and what
// waits to be said or written.
const Holds = 3*ogg.MaxPage + ogg.MaxPacket + (queue+readAhead)*voice.MaxPayload

// Talk is somebody who talks by two streams.
type Talk struct {
	In     io.Reader
	HangUp func() // frees whoever reads In
	Out    io.Writer
	To     Sayer
	Ear    *Ear
	Begun  func()       // called before the first packet is said
	Ended  func()       // called when In has ended and the talk goes on
	Tell   func(string) // is given sentences about what is piped
	Listen bool         // goes on after In has ended
}

// errSpoken and errDeaf end a talk from this end: all of In was said, or nobody reads Out.
var (
	errSpoken = errors.New("all was said")
	errDeaf   = errors.New("what is heard can't be written")
)

// Run talks until In has ended and was spoken, unless Listen, until Out is closed, or until
// ctx ends, whose cause is then the error. What is no stream of voice is an *[rooms.Error].
func (t Talk) Run(ctx context.Context) error {
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	var running sync.WaitGroup
	running.Go(func() {
		if err := t.Ear.Run(ctx, t.Out); err != nil {
			end(errDeaf)
		}
	})
	in := newIntake(t.In)
	running.Go(func() { in.read(ctx) })
	running.Go(func() {
		err := in.say(ctx, t.To, t.Begun, t.Tell)
		var refused *rooms.Error
		switch {
		case errors.As(err, &refused):
			end(err)
		case err == nil && t.Listen:
			t.Ended()
		case err == nil:
			end(errSpoken)
		}
	})
	<-ctx.Done()
	t.HangUp()
	running.Wait()
	if cause := context.Cause(ctx); cause != errSpoken && cause != errDeaf {
		return cause
	}
	return nil
}
