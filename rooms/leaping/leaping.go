// Package leaping has a host go on in another room and others follow: first a fresh room,
// of which the host is the maker, then the question to the others, and when the room that
// is left has taken that, the way there. So nobody who follows is there before the host
// and makes the room theirs, and where anything fails the host stays.
//
// Rules go along, but for the door: who follows would have to knock, and a name that
// nobody can guess is the door. It knows no screen.
package leaping

import (
	"context"
	"errors"
	"time"

	"sotto/rooms"
	"sotto/rooms/seal"
)

const (
	// answerWithin is how long the room that is left may take to pass the question on.
	answerWithin = 20 * time.Second
	// tries is how many names are drawn: one that is taken is no chance, and three are a
	// server that says so.
	tries = 3
)

// A Leap is one on its way. Nil is none.
type Leap struct {
	from   rooms.Participant
	op     rooms.Leap
	sealed bool
	rules  rooms.Rules
	answer chan error // what became of the question
	asked  int        // how many were asked, once they were
	giveUp context.CancelFunc
}

// New returns a leap out of a room, in which op id asks these members to follow.
func New(from rooms.Participant, kind rooms.Kind, rules rooms.Rules, id string, to []string) *Leap {
	return &Leap{
		from: from, op: rooms.Leap{ID: id, To: to}, sealed: kind == rooms.KindSealed, rules: rules,
		answer: make(chan error, 1), giveUp: func() {},
	}
}

// Begin returns the context of a leap, which GiveUp ends.
func (l *Leap) Begin(ctx context.Context) context.Context {
	ctx, l.giveUp = context.WithCancel(ctx)
	return ctx
}

// GiveUp ends what goes on of it.
func (l *Leap) GiveUp() {
	if l != nil {
		l.giveUp()
	}
}

// Heard takes an event of the room that is left, and reports whether it is the answer.
func (l *Leap) Heard(event rooms.Event) bool {
	if l == nil || rooms.OpOf(event) != l.op.ID {
		return false
	}
	switch e := event.(type) {
	case *rooms.Leapt:
		l.asked = len(l.op.To)
		l.answer <- nil
	case *rooms.Refused:
		l.answer <- e.Err
	default:
		return false
	}
	l.op.ID = "" // there is one answer
	return true
}

// Asked is how many were asked to follow; 0: nobody was.
func (l *Leap) Asked() int {
	if l == nil {
		return 0
	}
	return l.asked
}

var (
	errTaken = &rooms.Error{Code: rooms.NotAllowed, Message: "Somebody is in every room that was drawn, which is no chance. Nobody was asked to follow you, and you stay."}
	errSlow  = &rooms.Error{Code: rooms.NotAllowed, Message: "This room did not say in time whether the others were asked to follow you, so you stay. /leap tries again."}
)

// Into takes a seat in a fresh room and has the others asked to follow. Enter takes one by
// a room's name or, out of a sealed room, by a link, which link makes of a key. Its error
// is as that of enter, or an *[rooms.Error] that says why nobody was asked.
func Into[S rooms.Participant](ctx context.Context, l *Leap, link func(key string) string, enter func(ctx context.Context, where string) (S, error)) (seat S, err error) {
	op := l.op
	if seat, err = fresh(ctx, &op, l.sealed, link, enter); err != nil {
		return seat, err
	}
	if err = l.ask(ctx, seat, op); err != nil {
		leave(ctx, seat)
		var none S
		return none, err
	}
	return seat, nil
}

// fresh takes a seat in a room that nobody was in, and notes in op which.
func fresh[S rooms.Participant](ctx context.Context, op *rooms.Leap, sealed bool, link func(string) string, enter func(context.Context, string) (S, error)) (seat S, err error) {
	var none S
	for range tries {
		where := ""
		if sealed {
			op.Key = seal.NewSecret().String()
			where = link(op.Key)
		} else {
			op.Room = string(rooms.FreshRoomName())
			where = op.Room
		}
		seat, err := enter(ctx, where)
		var refused *rooms.Error
		switch {
		case errors.As(err, &refused) && (refused.Code == rooms.AtTheDoor || refused.Code == rooms.Locked || refused.Code == rooms.RoomFull):
			continue // somebody is there
		case err != nil:
			return none, err
		}
		if maker, knows := any(seat).(rooms.Maker); knows && maker.Made() {
			return seat, nil
		}
		leave(ctx, seat)
	}
	return none, errTaken
}

// leave gives a seat back.
func leave(ctx context.Context, seat rooms.Participant) {
	_ = seat.Do(context.WithoutCancel(ctx), rooms.Leave{}) // an error says that it is over already
	_ = seat.Close()
}

// ask makes the rules of the fresh room those of the other, and asks the others.
func (l *Leap) ask(ctx context.Context, fresh rooms.Participant, op rooms.Leap) error {
	if rules, any := along(l.rules); any {
		if err := fresh.Do(ctx, rules); err != nil {
			return err
		}
	}
	if err := l.from.Do(ctx, op); err != nil {
		return err
	}
	late := time.NewTimer(answerWithin)
	defer late.Stop()
	select {
	case err := <-l.answer:
		return err
	case <-late.C:
		return errSlow
	case <-ctx.Done():
		return ctx.Err()
	}
}

// along is what of a room's rules goes along, if anything does.
func along(r rooms.Rules) (op rooms.SetRules, any bool) {
	yes, no := true, false
	if r.Slow > 0 {
		op.Slow = &r.Slow
	}
	if r.Fade > 0 {
		op.Fade = &r.Fade
	}
	if r.Quiet {
		op.Quiet = &yes
	}
	if r.NoLinks {
		op.Links = &no
	}
	return op, op != rooms.SetRules{}
}
