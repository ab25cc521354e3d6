package seal_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
)

// crowd are people in a sealed room who all listen at once.
type crowd struct {
	ends    []*end
	running sync.WaitGroup

	mu   sync.Mutex
	said map[string]int // how many heard what
	told []string       // notices
}

func (c *crowd) listen(ctx context.Context, e *end) {
	for {
		events, err := e.Next(ctx)
		if err != nil {
			return
		}
		c.mu.Lock()
		for _, event := range events {
			switch event := event.(type) {
			case *rooms.Said:
				c.said[event.Text]++
			case *rooms.Notice:
				c.told = append(c.told, string(event.Code)+": "+event.Text)
			}
		}
		c.mu.Unlock()
	}
}

// calm has a room fill within a minute, and some of the people in it talk. What they say
// to each other so that all are known to all is more than the room takes at once: nobody is
// told of anybody's silence for it, and what is said is there within a second.
func calm(t *testing.T, people int) {
	synctest.Test(t, func(t *testing.T) {
		srv := newServer()
		ctx, stop := context.WithCancel(t.Context())
		c := &crowd{said: map[string]int{}}
		for i := range people {
			e := srv.enter(t, fmt.Sprint("member", i))
			c.ends = append(c.ends, e)
			c.running.Go(func() { c.listen(ctx, e) })
			time.Sleep(time.Second)
		}
		time.Sleep(30 * time.Second)
		for i := range 20 {
			text := fmt.Sprint("talk ", i)
			c.ends[i%3].do(rooms.Say{ID: fmt.Sprint(i), Text: text})
			time.Sleep(time.Second)
			c.mu.Lock()
			if n := c.said[text]; n != people {
				t.Errorf("within a second %d heard %q", n, text)
			}
			c.mu.Unlock()
			time.Sleep(5 * time.Second)
		}
		time.Sleep(time.Minute)
		stop()
		c.running.Wait()
		if len(c.told) > 0 {
			t.Errorf("%d were told something: %q", len(c.told), c.told[:min(5, len(c.told))])
		}
	})
}

// A room as in TestFullRoomIsCalm, small enough for the race detector.
func TestRoomIsCalm(t *testing.T) { calm(t, 20) }

// What a newcomer says before they know all shows fewer than the others show, to each of
// them: they say the rest by themselves.
func TestNewcomerMakesNobodyAsk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := newServer()
		quiet := false
		srv.between = func(conn rooms.Participant) rooms.Participant {
			return &relay{Participant: conn, takes: func(op rooms.Op) bool {
				if _, sealed := op.(rooms.Seal); sealed && quiet {
					t.Error("somebody had more to say")
				}
				return true
			}}
		}
		var everybody []*end
		for _, nick := range []string{"anna", "bob", "carl", "dora", "ed", "fay"} {
			everybody = append(everybody, srv.enter(t, nick))
			settle(everybody...)
			time.Sleep(time.Second)
			settle(everybody...)
		}
		quiet = true
		pass(10, everybody...)
	})
}
