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
	"sotto/rooms/seal"
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

// able is a seat that can do all that is asked for beside ops and events.
type able struct {
	rooms.Participant
	compared, eased int
}

func (*able) SayWait() time.Duration    { return time.Hour }
func (*able) Verify() seal.Verification { return seal.Verification{Words: []string{"zebra"}} }
func (a *able) Compared() bool          { a.compared++; return true }
func (a *able) Ease(context.Context) error {
	a.eased++
	return nil
}

// What a seat can do is reached through all that stands around it.
func TestWhatASeatCanIsPassedOn(t *testing.T) {
	seat := &able{Participant: room(t)}
	p := pull(carry(seat, nil))
	defer p.Close()
	if wait := p.SayWait(); wait != time.Hour {
		t.Errorf("its person may talk after %v", wait)
	}
	if words := p.Verify().Words; len(words) != 1 {
		t.Errorf("the words are %q", words)
	}
	if !p.Compared() || seat.compared != 1 {
		t.Error("it doesn't know that the words were compared")
	}
	if err := p.TakeFile(t.Context(), 1); err == nil || errors.Is(err, errNotCarried) {
		t.Errorf("files are not carried: %v", err)
	}
	seat = &able{Participant: room(t)}
	e := eased{pull(seat)}
	defer e.Close()
	if err := e.Do(t.Context(), rooms.Typing{}); err != nil || seat.eased != 1 {
		t.Errorf("it was eased %d times: %v", seat.eased, err)
	}
}
