package line

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
)

// early is a seat whose room is too busy for what is said, at first.
type early struct {
	Seat
	refusals int
	last     rooms.Code // of the last refusal, if it is not for the rate
	own      []rooms.Event
}

func (e *early) Do(ctx context.Context, op rooms.Op) error {
	say, ok := op.(rooms.Say)
	if !ok || e.refusals == 0 {
		return e.Seat.Do(ctx, op)
	}
	e.refusals--
	code := rooms.RateLimited
	if e.refusals == 0 {
		code = cmp.Or(e.last, code)
	}
	e.own = append(e.own, &rooms.Refused{ID: say.ID, Err: &rooms.Error{Code: code, Message: "Too fast."}})
	return nil
}

func (e *early) Take() ([]rooms.Event, error) {
	if own := e.own; len(own) > 0 {
		e.own = nil
		return own, nil
	}
	return e.Seat.Take()
}

// A line that was too early for the room is said a little later, before those behind
// it.
func TestEarlyLineIsSaidLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := sit(t, func(v *Visit) {
			enter := v.Enter
			v.Enter = func(ctx context.Context, room, nick string) (Seat, error) {
				seat, err := enter(ctx, room, nick)
				return &early{Seat: seat, refusals: 3}, err
			}
		})
		bob := p.guest("bob")
		p.types("one\rtwo\rthree\r")
		time.Sleep(time.Minute)
		if got, want := texts(bob), []string{"one", "two", "three"}; !slices.Equal(got, want) {
			t.Errorf("bob got %q", got)
		}
		if strings.Contains(p.heard(), "Too fast") || bytes.Count([]byte(p.heard()), []byte("Lines wait")) != 1 {
			t.Errorf("the terminal shows %q", p.lines())
		}
	})
}

// A line that did not arrive, or that the servers did not take in time, comes back with all
// behind it, and one of which nobody knows is told apart.
func TestLinesThatComeBack(t *testing.T) {
	for why, told := range map[rooms.Code]string{
		rooms.Unreachable: "-- This was not said any more:\n  one\n  two\n  three\n-- Too fast.",
		rooms.Undelivered: "-- This was not said any more:\n  one\n  two\n  three\n-- Too fast.",
		rooms.Uncertain:   "  from the room:\n  one\n-- This was not said any more:\n  two\n  three\n-- Too fast.",
	} {
		synctest.Test(t, func(t *testing.T) {
			p := sit(t, func(v *Visit) {
				enter := v.Enter
				v.Enter = func(ctx context.Context, room, nick string) (Seat, error) {
					seat, err := enter(ctx, room, nick)
					return &early{Seat: seat, refusals: 2, last: why}, err
				}
			})
			bob := p.guest("bob")
			p.types("one\rtwo\rthree\r")
			time.Sleep(time.Minute)
			if got := texts(bob); len(got) > 0 {
				t.Errorf("%s: bob got %q", why, got)
			}
			if lines := strings.Join(p.lines(), "\n"); !strings.Contains(lines, told) {
				t.Errorf("%s: the terminal shows %q", why, lines)
			}
			p.types("four\r")
			if got := texts(bob); !slices.Equal(got, []string{"four"}) {
				t.Errorf("%s: then bob got %q", why, got)
			}
		})
	}
}
