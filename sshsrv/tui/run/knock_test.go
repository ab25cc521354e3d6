package run_test

import (
	"context"
	"errors"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"sotto/rooms"
	"sotto/sshsrv/tui/run"
)

// Whoever knocks hears how many wait before them, and then has a seat or not.
func TestKnock(t *testing.T) {
	let := new(seat)
	for name, test := range map[string]struct {
		seat rooms.Participant
		err  error
		want string
	}{
		"let in":     {seat: let, want: "run.WaitingMsg | run.WaitingMsg | seat"},
		"not let in": {err: errors.New("denied"), want: "run.WaitingMsg | run.WaitingMsg | denied"},
	} {
		t.Run(name, func(t *testing.T) {
			ask := func(_ context.Context, waiting func(int)) (rooms.Participant, error) {
				waiting(1)
				time.Sleep(time.Second)
				waiting(0)
				time.Sleep(time.Second)
				return test.seat, test.err
			}
			model := &diary{init: run.Knock(context.Background(), nil, ask, func(err error) tea.Msg { return err.Error() })}
			within(t, model, func(*tty) {
				time.Sleep(time.Minute)
				if got, want := model.took(), "ANSI256 | 20x4 | "+test.want; got != want {
					t.Errorf("heard %s, want %s", got, want)
				}
			})
		})
	}
}

// Who knocks gives up by the context, and by the end of the session.
func TestKnockGivenUp(t *testing.T) {
	given := make(chan error, 1)
	ask := func(ctx context.Context, waiting func(int)) (rooms.Participant, error) {
		waiting(0)
		<-ctx.Done()
		given <- ctx.Err()
		return nil, ctx.Err()
	}
	knock := func(ctx context.Context) tea.Msg {
		return run.Knock(ctx, nil, ask, func(error) tea.Msg { return "given up" })()
	}
	var giveUp func()
	model := &diary{init: func() tea.Msg {
		ctx, cancel := context.WithCancel(context.Background())
		giveUp = cancel
		return knock(ctx)
	}}
	within(t, model, func(*tty) {
		if got, want := model.took(), "ANSI256 | 20x4 | run.WaitingMsg"; got != want {
			t.Errorf("heard %s, want %s", got, want)
		}
		giveUp()
		if got, want := model.took(), "given up"; got != want || <-given == nil {
			t.Errorf("heard %s, want %s", got, want)
		}
	})
	model = &diary{init: run.Knock(context.Background(), nil, ask, func(error) tea.Msg { return "given up" })}
	within(t, model, func(*tty) { model.took() })
	if err := <-given; err == nil {
		t.Error("the session is over, and its knock is not")
	}
}
