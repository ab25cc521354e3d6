package line

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"sotto/rooms"
	"sotto/rooms/command"
)

// ahead is how many wait longer before a door than somebody who knocks.
type ahead struct {
	bell rooms.Bell // it has changed

	mu   sync.Mutex
	n    int
	told int // what it was when it was told
}

func newAhead() *ahead { return &ahead{bell: rooms.NewBell(), n: -1, told: -1} }

// set is called by whoever knocks.
func (a *ahead) set(n int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.n = n
	a.bell.Ring()
}

// news returns it, and whether it has changed since that was last asked.
func (a *ahead) news() (n int, changed bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	changed = a.n != a.told
	a.told = a.n
	return a.n, changed
}

// A doorstep is where somebody stands who was not let in at once. The zero value is
// nowhere.
type doorstep struct {
	room, nick string // as they asked for it
	orElse     phase  // if they go away
	ahead      *ahead // they knock; nil: they don't yet
}

// sealed reports whether it is a sealed room's.
func (d doorstep) sealed() bool { return rooms.SealedLink(d.room) }

// stand tells somebody that the room is there, and how to knock.
func (l *linear) stand(why string, d doorstep) {
	d.ahead = nil
	l.phase, l.doorstep = atDoor, d
	if d.sealed() {
		l.tell(why, "Enter knocks. Nothing can be left at the door of a sealed room: the server would read it. Ctrl-C goes away.")
		return
	}
	l.tell(why, fmt.Sprintf("Enter knocks; what you type before it, %d characters at most, tells those inside who you are. Ctrl-C goes away.", rooms.MaxKnockRunes))
}

// submitDoor carries out a line that was typed at a door.
func (l *linear) submitDoor(ctx context.Context, line string) {
	switch in := command.Parse(line).(type) {
	case command.Say:
		if l.doorstep.sealed() {
			l.tell("That was left nowhere: the server would read it. Enter alone knocks.")
			return
		}
		l.knock(ctx, in.Text)
	case command.Blank:
		l.knock(ctx, "")
	case command.Quit, command.Leave:
		l.goAway()
	case command.Unknown:
		l.tell(in.Message())
	case command.Problem:
		l.tell(in.Message())
	default:
		l.tell("You are not in the room yet. Enter knocks, /quit goes away.")
	}
}

// knock waits until somebody inside has decided.
func (l *linear) knock(ctx context.Context, text string) {
	d := l.doorstep
	d.ahead = newAhead()
	l.attend(ctx, func(ctx context.Context) (Seat, error) {
		return l.visit.Knock(ctx, d.room, d.nick, text, d.ahead.set)
	}, d.orElse)
	l.attempt.tellAt, l.doorstep = time.Time{}, d
}

// goAway leaves a door.
func (l *linear) goAway() {
	l.phase, l.doorstep = l.doorstep.orElse, doorstep{}
	switch l.phase {
	case joining:
		l.tell("You are in no room. Type the name of one.")
	case talking:
		l.tell("You stay in " + l.stay.name + ".")
	}
}

// tellAhead tells how many wait before somebody who knocks, when that is news.
func (l *linear) tellAhead() {
	if l.doorstep.ahead == nil {
		return
	}
	switch n, news := l.doorstep.ahead.news(); {
	case !news:
	case n == 0:
		l.tell("You knock, and nobody waits before you. Somebody inside decides, within five minutes. Ctrl-C gives up.")
	case n == 1:
		l.tell("You knock, and somebody waits before you.")
	default:
		l.tell(fmt.Sprintf("You knock, and %d wait before you.", n))
	}
}

// refusedAt takes why a door did not open, and reports whether its person may stand
// there still.
func (l *linear) refusedAt(d doorstep, err error) bool {
	var refused *rooms.Error
	if !errors.As(err, &refused) {
		return false
	}
	switch refused.Code {
	case rooms.AtTheDoor:
	case rooms.TooLong, rooms.RateLimited:
		if d.ahead == nil { // it was no knock
			return false
		}
	default:
		return false
	}
	if l.visit.Knock == nil {
		return false
	}
	l.stand(refused.Message, d)
	return true
}
