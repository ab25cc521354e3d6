package line

import (
	"context"
	"fmt"
	"slices"

	"sotto/rooms"
	"sotto/rooms/command"
	"sotto/rooms/leaping"
)

// followed is where somebody goes on who asked this person to follow, as [Visit.Enter]
// takes it; empty: nobody did.
type followed string

// follow goes where somebody else went on.
func (l *linear) follow(ctx context.Context) error {
	where := string(l.stay.followed)
	if where == "" {
		l.tell("Nobody here goes on in another room and asked you to come.")
		return nil
	}
	if !l.idle() {
		l.tell("What you said before is said in here first. Ctrl-C drops it.")
	}
	return l.after(ctx, func(ctx context.Context) error {
		l.enter(ctx, where, l.stay.you.Nick, talking)
		return nil
	})
}

// leap goes on in a fresh room and asks all to follow but those who are named.
func (l *linear) leap(ctx context.Context, in command.Leap) error {
	left := []string{l.stay.you.ID}
	for _, nick := range in.Without {
		m, ok := l.member(nick)
		switch {
		case !ok:
			return nil
		case m.ID == l.stay.you.ID:
			l.tell("You can't leave yourself behind. Nothing was done.")
			return nil
		case l.stay.met.Another(m.Person()):
			l.tell("Somebody else goes by the name " + m.Nick + " now, so nothing was done. The same again is about them.")
			return nil
		}
		left = append(left, m.ID)
	}
	var to []string
	for _, m := range l.stay.members {
		if !m.Watch && !slices.Contains(left, m.ID) {
			to = append(to, m.ID)
		}
	}
	switch {
	case !l.stay.governs.Host():
		l.tell("Only a host can ask the others to another room. /join goes to one.")
		return nil
	case len(to) == 0:
		l.tell("Nobody would follow you, so nothing was done. /join goes to another room.")
		return nil
	}
	if !l.idle() {
		l.tell("What you said before is said in here first. Ctrl-C drops it.")
	}
	return l.after(ctx, func(ctx context.Context) error {
		nick, leap := l.stay.you.Nick, leaping.New(l.stay.seat, l.stay.kind, l.stay.governs.Rules, l.id(), to)
		l.stay.leaping = leap
		l.attend(ctx, func(ctx context.Context) (Seat, error) {
			return leaping.Into(ctx, leap, l.visit.Sealed, func(ctx context.Context, where string) (Seat, error) {
				return l.visit.Enter(ctx, where, nick)
			})
		}, talking)
		l.doorstep = doorstep{}
		return nil
	})
}

// landed tells whoever came into a room by a leap of theirs how many may follow.
func (l *linear) landed(asked int) {
	if asked > 0 {
		l.tell(fmt.Sprintf("You go on in a fresh room. So many were asked to follow: %d. Whoever you left behind was not told of it.", asked))
	}
}

// leapt notes where somebody goes on, and returns the lines that tell it. Where that is
// stands nowhere before this person goes there.
func (p *stay) leapt(e *rooms.Leapt, v Visit) string {
	if p.ignoring.Has(e.From) || e.From.ID == p.you.ID {
		return ""
	}
	p.followed = followed(e.Room)
	if e.Key != "" {
		if v.Sealed == nil {
			return ""
		}
		p.followed = followed(v.Sealed(e.Key))
	}
	return note("%s goes on in another room and asks you to come; /go goes there", e.From.Nick)
}

// leaptLine is what a pipe is told, which goes nowhere: a program that wants to can.
func leaptLine(e *rooms.Leapt) string {
	switch {
	case e.ID != "":
		return ""
	case e.Room == "":
		return note("%s goes on in another sealed room and asks you to come; a pipe stays here", e.From.Nick)
	}
	return note("%s goes on in the room %s and asks you to come; a pipe stays here", e.From.Nick, e.Room)
}
