package client_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
	"sotto/rooms/wire"
	"sotto/webbridge/client"
)

// shut is a member of a room whose door a flood has closed.
func (w *world) shut(room string) *rooms.Seat {
	w.t.Helper()
	seat, err := w.hub.Join(context.Background(), rooms.Visitor{Room: room})
	if err == nil {
		err = seat.Do(context.Background(), rooms.Say{Text: "hello"})
	}
	time.Sleep(rooms.FloodWithin + time.Second)
	for range rooms.FloodSize + 1 {
		one, joinErr := w.hub.Join(context.Background(), rooms.Visitor{Room: room})
		if joinErr != nil {
			w.t.Fatal(joinErr)
		}
		one.Close()
	}
	time.Sleep(rooms.FloodJudged)
	synctest.Wait() // at that very moment it is being judged
	if err != nil {
		w.t.Fatal(err)
	}
	return seat
}

// knock knocks, and says how many waited before and what came of it.
func (w *world) knock(ctx context.Context, room string) (aheads []int, seat *client.Seat, err error) {
	transport := &http.Transport{DialContext: w.net.dial}
	w.t.Cleanup(transport.CloseIdleConnections)
	connect, err := client.WebSocket("http://127.0.0.1:3000", &http.Client{Transport: transport})
	if err != nil {
		w.t.Fatal(err)
	}
	seat, err = client.Dial(ctx, client.Options{
		Connect: connect, Join: func() wire.Join { return wire.Join{Room: room, Nick: "mia"} },
		Text: "it is me", Waiting: func(ahead int) { aheads = append(aheads, ahead) },
	})
	return aheads, seat, err
}

// Who knocks from afar waits as long as anybody, and is in, or told why not.
func TestKnock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t)
		inside := w.shut("den")
		decide := func(in bool) {
			for {
				events, err := inside.Next(context.Background())
				if err != nil {
					t.Error(err)
					return
				}
				for _, e := range events {
					// Whoever was let in before may be away, and have the name still.
					if k, ok := e.(*rooms.Knocking); ok && k.Text == "it is me" {
						if in && k.Nick != "mia" {
							t.Errorf("%s knocks", k.Nick)
						}
						time.Sleep(time.Minute)
						_ = inside.Do(context.Background(), rooms.Decide{Knock: k.Knock, In: in})
						return
					}
				}
			}
		}
		if _, err := w.try("den", "mia"); !isRefused(err, rooms.AtTheDoor) {
			t.Errorf("a join: %v", err)
		}
		go decide(true)
		aheads, seat, err := w.knock(context.Background(), "den")
		if err != nil || !slices.Equal(aheads, []int{0}) {
			t.Fatalf("let in after %v: %v", aheads, err)
		}
		p := &participant{Seat: seat, t: t}
		if e, err := p.next(); err != nil || e.(*rooms.Welcome).You.Nick != "mia" {
			t.Errorf("the first event is %+v", e)
		}
		seat.Close()

		go decide(false)
		var ended *rooms.Ended
		if _, _, err := w.knock(context.Background(), "den"); !errors.As(err, &ended) || ended.Code != rooms.Denied {
			t.Errorf("not let in: %v", err)
		}
		if _, _, err := w.knock(context.Background(), "den"); err != rooms.ErrUnanswered {
			t.Errorf("nobody decides: %v", err)
		}
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if _, _, err := w.knock(ctx, "den"); err == nil {
			t.Error("who gave up is in")
		}
		if aheads, seat, err := w.knock(context.Background(), "nobody-here"); err != nil || len(aheads) > 0 {
			t.Errorf("a room that is not there: %v, %v", aheads, err)
		} else {
			seat.Close()
		}
		inside.Close()
	})
}

func isRefused(err error, code rooms.Code) bool {
	var refusal *rooms.Error
	return errors.As(err, &refusal) && refusal.Code == code
}
