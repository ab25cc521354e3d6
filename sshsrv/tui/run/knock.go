package run

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"sotto/rooms"
)

// WaitingMsg says that somebody who knocks waits, and how many have waited longer.
type WaitingMsg struct {
	At    any // what the model will call the seat
	Ahead int
}

// Knock is a command that knocks at a room's door, where entering it was refused with
// [rooms.AtTheDoor]. ask waits until somebody inside has decided, and calls waiting from
// one goroutine; the model gets a [WaitingMsg] for each call, then a [SeatMsg] like
// whoever enters, both with at, or what refused makes of ask's error. Whoever ends ctx gives up, and so
// does the end of the session; a seat that comes too late is given back.
func Knock(ctx context.Context, at any, ask func(ctx context.Context, waiting func(ahead int)) (rooms.Participant, error), refused func(error) tea.Msg) tea.Cmd {
	return func() tea.Msg { return KnockMsg{ctx, at, ask, refused} }
}

// KnockMsg is what [Knock] asks for.
type KnockMsg struct {
	ctx     context.Context
	at      any
	ask     func(ctx context.Context, waiting func(ahead int)) (rooms.Participant, error)
	refused func(error) tea.Msg
}

// knock waits at a door in a goroutine of its own, until the session is over.
func (s *session) knock(k KnockMsg) {
	ctx, giveUp := context.WithCancel(k.ctx)
	s.goroutines.Go(func() {
		select {
		case <-s.done:
			giveUp()
		case <-ctx.Done():
		}
	})
	s.goroutines.Go(func() {
		defer giveUp()
		s.send(call(func() tea.Msg {
			seat, err := k.ask(ctx, func(ahead int) { s.send(WaitingMsg{k.at, ahead}) })
			if err != nil {
				return k.refused(err)
			}
			return SeatMsg{seat, k.at}
		}))
	})
}
