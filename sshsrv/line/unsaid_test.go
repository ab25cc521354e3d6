package line

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
)

// adrift is a seat whose room takes what is said and gives nothing back once it is cut
// off, until it ends.
type adrift struct {
	*rooms.Seat
	mu  sync.Mutex
	cut bool
}

func (s *adrift) cutOff() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cut = true
}

func (s *adrift) Do(ctx context.Context, op rooms.Op) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, says := op.(rooms.Say); says && s.cut {
		return nil
	}
	return s.Seat.Do(ctx, op)
}

// drifting has a visit sit on such a seat, which it returns through seat.
func drifting(seat **adrift) func(*Visit) {
	return func(v *Visit) {
		enter := v.Enter
		v.Enter = func(ctx context.Context, room, nick string) (Seat, error) {
			sat, err := enter(ctx, room, nick)
			if err != nil {
				return nil, err
			}
			*seat = &adrift{Seat: sat.(*rooms.Seat)}
			return *seat, nil
		}
	}
}

// What stands on the terminal as if it had been said, and was not, is told when the server
// ends the seat, and when its person leaves.
func TestUnsaidLinesAreTold(t *testing.T) {
	both(t, func(t *testing.T, change ...func(*Visit)) {
		var seat *adrift
		p := sit(t, append(change, drifting(&seat))...)
		p.types("before\r")
		seat.cutOff()
		p.types("one\r", "two\r", "/me waves\r", "dra")
		if strings.Contains(p.heard(), "said") {
			t.Errorf("it is told while the seat is there: %q", p.heard())
		}
		p.hub.Close()
		err := <-p.over
		p.over <- err
		if ended := (*rooms.Ended)(nil); !errors.As(err, &ended) || ended.Code != rooms.Shutdown {
			t.Errorf("it ended by %v", err)
		}
		p.shows("-- This may not have been said, since it did not come back", "  from the room:", "  one", "-- This was not said any more:", "  two", "  /me waves", "<zoe> dra")
	})
	synctest.Test(t, func(t *testing.T) {
		var seat *adrift
		p := sit(t, drifting(&seat))
		seat.cutOff()
		p.types("one\r", "\x03", "\x03")
		p.over <- <-p.over
		p.shows("-- Once more leaves.", "-- This may not have been said, since it did not come back", "  from the room:", "  one")
	})
}

// Whoever said all that they typed is told nothing of that.
func TestSaidLinesAreNotTold(t *testing.T) {
	both(t, func(t *testing.T, change ...func(*Visit)) {
		p := sit(t, change...)
		p.types("one\r", "two\r")
		p.hub.Close()
		p.over <- <-p.over
		if strings.Contains(p.heard(), "said") {
			t.Errorf("it is told: %q", p.heard())
		}
	})
}

// A pipe says on its standard error what was read and did not come back, and what it
// returns is as it was.
func TestUnsaidPipeIsTold(t *testing.T) {
	for name, cut := range map[string]bool{"cut off": true, "all said": false} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				hub := rooms.NewHub(rooms.Config{SayRate: rooms.DefaultSayRate})
				p := &piped{keys: make(chan []byte)}
				var seat *adrift
				v := Visit{
					Room: "lobby", In: p, Out: stream{p, &p.out}, Err: stream{p, &p.err}, Hand: Never,
					Enter: func(ctx context.Context, room, nick string) (Seat, error) {
						return hub.Join(ctx, rooms.Visitor{Room: room, Nick: nick, Via: rooms.ViaPipe})
					},
				}
				drifting(&seat)(&v)
				over := make(chan error, 1)
				go func() { over <- v.Pipe(t.Context(), true) }()
				synctest.Wait()
				if cut {
					seat.cutOff()
				}
				p.keys <- []byte("one\ntwo\n\nthree\nfo")
				time.Sleep(time.Minute)
				synctest.Wait()
				hub.Close()
				if ended := (*rooms.Ended)(nil); !errors.As(<-over, &ended) || ended.Code != rooms.Shutdown {
					t.Error("it did not end as the server ended it")
				}
				want := "-- This was not said any more:\n  fo\n"
				if cut {
					want = "-- This may not have been said, since it did not come back from the room:\n  one\n-- This was not said any more:\n  two\n  \n  three\n  fo\n"
				}
				if got := p.err.String(); got != want {
					t.Errorf("told is %q, want %q", got, want)
				}
			})
		})
	}
}

// Why lines wait is what the server said last.
func TestWhyLinesWait(t *testing.T) {
	const early = `{"t":"error","code":"rate_limited","message":"Not now.","id":"%s"}`
	const busy, apart = "since the room is busy or that was fast", "since the servers can't reach each other"
	synctest.Test(t, func(t *testing.T) {
		p := newPlay(t)
		p.happen(inTea)
		p.types("one")
		for _, c := range []struct {
			notice, reason string
			times          int
		}{
			{"", busy, 1},
			{`{"t":"notice","code":"unreachable","text":"The servers can't."}`, apart, 1},
			{`{"t":"notice","code":"unreachable","text":"The servers still can't."}`, apart, 1},
			{`{"t":"notice","code":"reachable","text":"The servers can."}`, busy, 2},
		} {
			p.happen(c.notice)
			p.happen(fmt.Sprintf(early, p.l.sent))
			time.Sleep(time.Minute)
			if err := p.l.goOn(t.Context()); err != nil {
				t.Fatal(err)
			}
			if told := p.l.told() + p.log.String(); strings.Count(told, c.reason) != c.times {
				t.Errorf("after %q is told %q, want %q", c.notice, told, c.reason)
			}
		}
	})
}
