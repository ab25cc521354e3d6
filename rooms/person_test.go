package rooms_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"sotto/rooms"
)

// person is a seat with the things a test asks of it.
type person struct {
	*rooms.Seat
	t       *testing.T
	welcome *rooms.Welcome
}

// enter joins a room and takes the welcome.
func enter(t *testing.T, h *rooms.Hub, e rooms.Visitor) *person {
	t.Helper()
	if e.Room == "" {
		e.Room = "lobby"
	}
	seat, err := h.Join(t.Context(), e)
	if err != nil {
		t.Fatalf("Join(%+v): %v", e, err)
	}
	p := &person{Seat: seat, t: t}
	p.welcome = want[*rooms.Welcome](t, p.take())
	t.Cleanup(func() { seat.Close() })
	return p
}

// take returns what waits now; everything of this process has happened when Do
// returns, so nothing has to be waited for.
func (p *person) take() (events []rooms.Event) {
	p.t.Helper()
	for {
		batch, err := p.Take()
		if err != nil {
			p.t.Fatalf("Take: %v", err)
		}
		if len(batch) == 0 {
			return events
		}
		events = append(events, batch...)
	}
}

func (p *person) do(op rooms.Op) {
	p.t.Helper()
	if err := p.Do(p.t.Context(), op); err != nil {
		p.t.Fatalf("Do(%T): %v", op, err)
	}
}

// end returns the error that ends the seat.
func (p *person) end() error {
	for {
		if _, err := p.Next(p.t.Context()); err != nil {
			return err
		}
	}
}

// want returns the first event of a type, which must be there.
func want[E rooms.Event](t *testing.T, events []rooms.Event) E {
	t.Helper()
	for _, e := range events {
		if e, ok := e.(E); ok {
			return e
		}
	}
	var none E
	t.Fatalf("no %T among %d events: %s", none, len(events), show(events))
	return none
}

func show(events []rooms.Event) string {
	var b strings.Builder
	for _, e := range events {
		fmt.Fprintf(&b, "\n  %T", e)
	}
	return b.String()
}

func texts(events []rooms.Event) (said []string) {
	for _, e := range events {
		if e, ok := e.(*rooms.Said); ok {
			said = append(said, e.Text)
		}
	}
	return said
}

func untilEnd(t *testing.T, p *person, code rooms.Code) (events []rooms.Event) {
	t.Helper()
	for {
		batch, err := p.Next(t.Context())
		if err != nil {
			if !isEnded(err, code) {
				t.Fatalf("ended with %v, want %v", err, code)
			}
			return events
		}
		events = append(events, batch...)
	}
}

func isEnded(err error, code rooms.Code) bool {
	var ended *rooms.Ended
	return errors.As(err, &ended) && ended.Code == code
}

func lefts(events []rooms.Event) (left []*rooms.Left) {
	for _, e := range events {
		if l, ok := e.(*rooms.Left); ok {
			left = append(left, l)
		}
	}
	return left
}
