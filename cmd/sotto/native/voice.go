package native

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/charmbracelet/x/term"
	"github.com/muesli/cancelreader"
	"github.com/pion/rtp"

	"sotto/rooms"
	"sotto/rooms/seal"
	"sotto/rooms/seal/sframe"
	"sotto/rooms/voice"
	"sotto/rooms/voice/pipe"
)

// The sentences that end a visit by voice.
var (
	errScreenSound = errors.New("--voice writes sound, which no terminal plays: sotto join URL --voice < microphone.ogg > speaker.ogg")
	errNothingSaid = errors.New("nothing is piped in that could be said; with --voice --listen you only hear")
	errNoVoice     = errors.New("this server offers no voice")
	errVoiceLost   = errors.New("the connection was lost, and the room's voice with it")
	errSealedSSH   = errors.New("over ssh no sound of a sealed room can be sent: join it by its https link")
)

// What is told to somebody who talks.
const (
	unheard    = "you can't be heard now: a host has muted you, or the room is quiet"
	heardAgain = "you can be heard again"
)

// Ids of what the server is asked for.
const (
	askOffer  = "offer"
	askUnmute = "unmute"
	askMute   = "mute"
)

// sealedSlots is how many others there are at most in a sealed room's voice, where each has
// a slot.
const sealedSlots = voice.SealedSize - 1

// talk takes part in a room's voice by standard input and output.
func (v Visit) talk(ctx context.Context, h *host) error {
	switch {
	case term.IsTerminal(v.Out.Fd()):
		return errScreenSound
	case term.IsTerminal(v.In.Fd()) && !v.Listen:
		return errNothingSaid
	case v.Address.Secret != nil && h.ssh != nil:
		return errSealedSSH
	}
	in, hangUp := v.voiceIn()
	if h.ssh != nil {
		return v.talkOver(ctx, h.ssh, in, hangUp)
	}
	seat, err := h.enter(ctx, v.room(), v.Nick)
	if err != nil {
		return err
	}
	defer seat.Close()
	t := talk{visit: v, seat: seat, ear: pipe.NewEar(v.tell)}
	if err := t.connect(ctx); err != nil {
		return ended(ctx, err)
	}
	defer t.sound.close()
	return ended(ctx, t.run(ctx, in, hangUp))
}

// voiceIn is what is piped in, and what frees whoever reads it. Nobody talks at a keyboard.
func (v Visit) voiceIn() (in io.Reader, hangUp func()) {
	if term.IsTerminal(v.In.Fd()) {
		return silent{}, func() {}
	}
	if stream, err := cancelreader.NewReader(v.In); err == nil {
		return stream, func() { stream.Cancel() }
	}
	return v.In, func() {} // what can't be waited for, such as a file, lets nobody wait
}

// silent is what a keyboard says.
type silent struct{}

func (silent) Read([]byte) (int, error) { return 0, io.EOF }

// ended is the error of a talk: none where its person ended it.
func ended(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

func (v Visit) tell(sentence string) { fmt.Fprintln(v.Err, "sotto: "+sentence) }

// talk is somebody's part in a room's voice.
type talk struct {
	visit Visit
	seat  rooms.Participant
	ear   *pipe.Ear
	sound *sound
	you   string // member id

	sealed *seal.Voice // in a sealed room; nil: it is open

	asked bool // to be heard, and the server has agreed
	muted bool // it says so
}

// connect comes in and asks for a part in the room's voice.
func (t *talk) connect(ctx context.Context) error {
	if _, err := t.await(ctx, func(e rooms.Event) (done bool, err error) {
		w, ok := e.(*rooms.Welcome)
		if ok && !w.Voice {
			return true, errNoVoice
		}
		if ok {
			t.you = w.You.ID
			if w.You.Muted || w.Rules.Quiet && !w.You.Host && !w.You.Speaks {
				t.visit.tell(unheard)
			}
		}
		return ok, nil
	}); err != nil {
		return err
	}
	s, err := t.newSound()
	if err != nil {
		return err
	}
	if err := t.agree(ctx, s); err != nil {
		s.close()
		return err
	}
	t.sound = s
	return nil
}

// newSound makes the connection for sound. In a sealed room what doesn't open is nothing.
func (t *talk) newSound() (*sound, error) {
	room, sealed := t.seat.(*seal.Seat)
	if !sealed {
		return newSound(pipe.Slots, true, func(slot int, p *rtp.Packet) {
			t.ear.Hear(slot, "", voice.Packet{Timestamp: p.Timestamp, Payload: p.Payload})
		})
	}
	var err error
	if t.sealed, err = room.Voice(); err != nil {
		return nil, err
	}
	tracks := make([]*sframe.Receiver, sealedSlots)
	for i := range tracks {
		tracks[i] = t.sealed.Track()
	}
	return newSound(sealedSlots, false, func(slot int, p *rtp.Packet) {
		if frame, _, err := tracks[slot].Open(nil, p.Payload, p.Timestamp); err == nil {
			t.ear.Hear(slot, "", voice.Packet{Timestamp: p.Timestamp, Payload: frame})
		}
	})
}

// agree offers a connection and takes the answer.
func (t *talk) agree(ctx context.Context, s *sound) error {
	offer, err := s.offer()
	if err != nil {
		return err
	}
	if err := t.seat.Do(ctx, rooms.AskVoice{ID: askOffer, On: true, Offer: offer}); err != nil {
		return err
	}
	answer, err := t.await(ctx, func(e rooms.Event) (done bool, err error) {
		a, ok := e.(*rooms.VoiceAnswered)
		return ok && a.ID == askOffer, nil
	})
	if err != nil {
		return err
	}
	return s.answer(ctx, answer.(*rooms.VoiceAnswered).Answer)
}

// await takes what happens until the event that is waited for.
func (t *talk) await(ctx context.Context, is func(rooms.Event) (done bool, err error)) (rooms.Event, error) {
	ctx, cancel := context.WithTimeout(ctx, enterTimeout)
	defer cancel()
	for {
		events, err := t.seat.Next(ctx)
		if err != nil {
			return nil, err
		}
		for i, e := range events {
			if err := t.happens(e); err != nil {
				return nil, err
			}
			if done, err := is(e); done || err != nil {
				for _, e := range events[i+1:] {
					if err := t.happens(e); err != nil {
						return nil, err
					}
				}
				return e, err
			}
		}
	}
}

// happens takes what happens in the room. Its error ends the talk.
func (t *talk) happens(e rooms.Event) error {
	switch e := e.(type) {
	case *rooms.Link:
		switch {
		case e.Up:
		case e.Why != nil:
			return e.Why
		default:
			return errVoiceLost
		}
	case *rooms.Refused:
		if e.ID == askOffer || e.ID == askUnmute || e.ID == askMute {
			return e.Err
		}
	case *rooms.Notice:
		switch e.Code {
		case seal.VoiceChanged, seal.VoiceLate, seal.VoiceWithheld, seal.VoiceKeyless:
			t.visit.tell(e.Text)
		}
	case *rooms.VoiceAnswered:
		switch e.ID {
		case askUnmute:
			t.asked = true
		case askMute:
			t.asked = false
		}
	case *rooms.VoiceNow:
		if e.Member == t.you && t.asked && e.In && e.Muted != t.muted {
			if t.muted = e.Muted; t.muted {
				t.visit.tell(unheard)
			} else {
				t.visit.tell(heardAgain)
			}
		}
	}
	return nil
}

// run talks until the input has ended, or somebody ends it.
func (t *talk) run(ctx context.Context, in io.Reader, hangUp func()) error {
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	var running sync.WaitGroup
	running.Go(func() { end(t.follow(ctx)) })
	running.Go(func() {
		select {
		case <-t.sound.over:
			end(errSoundLost)
		case <-ctx.Done():
		}
	})
	mute := func(on bool, id string) { // it fails only where the seat is over
		_ = t.seat.Do(ctx, rooms.AskVoice{ID: id, On: true, Muted: &on})
	}
	to, rest := pipe.Sayer(mouth{t.sound}), func() {}
	if t.sealed != nil {
		defer t.sealed.Close()
		steady := pipe.NewSteady(sealing{t.sound, t.sealed}, t.visit.tell)
		running.Go(func() { steady.Run(ctx) })
		to, rest = steady, steady.Rest
	}
	err := pipe.Talk{
		In: in, HangUp: hangUp, Out: t.visit.Out, To: to, Ear: t.ear, Tell: t.visit.tell, Listen: t.visit.Listen,
		Begun: func() { mute(false, askUnmute) },
		Ended: func() {
			rest()
			mute(true, askMute)
		},
	}.Run(ctx)
	rest()
	end(nil)
	running.Wait()
	return err
}

// follow takes what happens until the talk ends.
func (t *talk) follow(ctx context.Context) error {
	for {
		events, err := t.seat.Next(ctx)
		if err != nil {
			return err
		}
		for _, e := range events {
			if err := t.happens(e); err != nil {
				return err
			}
		}
	}
}

// mouth is where what is piped in is said.
type mouth struct{ sound *sound }

func (m mouth) Say(p voice.Packet) { m.sound.say(p, p.Payload) }

// sealing is the same in a sealed room. What can't be sealed is not sent.
type sealing struct {
	sound  *sound
	sealed *seal.Voice
}

func (s sealing) Say(p voice.Packet) {
	if frame, err := s.sealed.Seal(nil, p.Payload); err == nil {
		s.sound.say(p, frame)
	}
}
