package native

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sotto/rooms"
)

// room seats somebody in a room of this process.
func room(t *testing.T) *rooms.Seat {
	t.Helper()
	seat, err := rooms.NewHub(rooms.Config{SayRate: rooms.DefaultSayRate}).Join(t.Context(), rooms.Visitor{Room: "den", Via: rooms.ViaNative})
	if err != nil {
		t.Fatal(err)
	}
	return seat
}

func TestPulledSeat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := pull(room(t))
		synctest.Wait()
		select {
		case <-p.Ready():
		default:
			t.Fatal("nobody was told of the welcome")
		}
		if events, err := p.Take(); err != nil || len(events) != 1 {
			t.Fatalf("first come %v, %v", events, err)
		}
		if events, err := p.Take(); err != nil || len(events) != 0 {
			t.Errorf("then come %v, %v", events, err)
		}
		for p.SayWait() == 0 {
			if err := p.Do(t.Context(), rooms.Say{Text: "x"}); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(p.SayWait())
		if p.SayWait() != 0 {
			t.Error("waiting did not help")
		}
		if words := p.Verify().Words; words != nil {
			t.Errorf("an open room has words: %v", words)
		}
		if err := p.Do(t.Context(), rooms.Leave{}); err != nil {
			t.Fatal(err)
		}
		for {
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			events, err := p.Next(ctx)
			cancel()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("after %v: %v", events, err)
			}
			for _, e := range events {
				if refused, ok := e.(*rooms.Refused); ok {
					t.Errorf("refused: %v", refused.Err)
				}
			}
		}
		p.Close()
	})
}

// Nobody waits for somebody who takes nothing.
func TestPulledSeatIsClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := pull(room(t))
		for range 5 {
			if err := p.Do(t.Context(), rooms.Say{Text: "x"}); err != nil {
				t.Fatal(err)
			}
		}
		synctest.Wait()
		p.Close()
	})
}

// A mistake in what a seat does with the room's words ends the seat, and tells none
// of them.
func TestPanicIsContained(t *testing.T) {
	p := pull(brittle{Participant: room(t)})
	defer p.Close()
	_, err := p.Next(t.Context())
	var ended *rooms.Ended
	if !errors.As(err, &ended) || strings.Contains(ended.Message, "somebody's words") {
		t.Errorf("it ended with %v", err)
	}
}

type brittle struct{ rooms.Participant }

func (brittle) Next(context.Context) ([]rooms.Event, error) { panic("somebody's words") }
