package sshsrv

import (
	"context"
	"sync"

	"sotto/rooms"
	"sotto/rooms/voice/pipe"
)

// errNoVoice is for who wants to talk where no server carries sound.
var errNoVoice = &rooms.Error{Code: rooms.NoVoice, Message: "This server offers no voice."}

// heardAgain is told to somebody who could not be heard for a while.
const heardAgain = "You can be heard again."

// talk is somebody in a room's voice by standard input and output: Ogg Opus both ways. What
// is said in words is not theirs to read, and nothing but sound is written.
func (v visit) talk(ctx context.Context) error {
	if v.calls == nil {
		return errNoVoice
	}
	lines := v.lines(rooms.ViaPipe)
	seat, err := v.enter(ctx, v.visitor(v.room, v.nick, rooms.ViaPipe))
	if err != nil {
		return lines.NoKnock(err)
	}
	defer seat.Close()
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	ear := pipe.NewEar(v.say)
	party, err := v.calls.Join(ctx, seat, pipe.Slots, ear)
	if err != nil {
		return err
	}
	party.Connected() // the streams are there
	var running sync.WaitGroup
	running.Go(func() { end(v.follow(ctx, seat)) })
	running.Go(func() {
		<-party.Ended() // at the latest with ctx
		end(party.Why())
	})
	v.in.sound.Store(true)
	err = pipe.Talk{
		In: v.in, HangUp: v.in.hangUp, Out: v.out, To: party, Ear: ear,
		Begun: func() { party.Mute(false) }, Ended: func() { party.Mute(true) }, // who says nothing is shown as muted
		Tell: v.say, Listen: v.request.listen,
	}.Run(ctx)
	party.Close()
	_ = seat.Do(context.WithoutCancel(ctx), rooms.Leave{}) // an error says that it is over already
	end(nil)
	running.Wait()
	return err
}

// follow takes what happens in the room, and tells whoever talks when they may not. It
// returns why the seat is over.
func (v visit) follow(ctx context.Context, seat *rooms.Seat) error {
	var silent *rooms.Error
	for {
		if _, err := seat.Next(ctx); err != nil {
			return err
		}
		speech, err := seat.Speech()
		switch {
		case err != nil || speech.Silent == silent:
			continue
		case speech.Silent != nil:
			v.say(speech.Silent.Message)
		default:
			v.say(heardAgain)
		}
		silent = speech.Silent
	}
}
