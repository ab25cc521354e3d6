package run_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"

	"sotto/rooms"
	"sotto/sshsrv/tui/run"
	"sotto/sshsrv/tui/term"
)

func TestQuit(t *testing.T) {
	seat := &seat{}
	model := &diary{init: attach(seat)}
	model.react = func(msg tea.Msg) tea.Cmd {
		if key, ok := msg.(tea.KeyPressMsg); ok && key.Text == "q" {
			return tea.Batch(tea.Quit, run.After(time.Hour, "never"))
		}
		return nil
	}
	synctest.Test(t, func(t *testing.T) {
		tty, terminal := newTTY()
		ended := show(t.Context(), terminal, model)
		tty.typed(answers)
		tty.wrote()
		tty.typed("q")
		last := strings.Join(tty.wrote(), "")
		want := string(term.Detect("xterm-256color", "", false).Leave(nil)) + "bye\r\nbye\r\n" + term.Fence
		if !strings.HasSuffix(last, want) {
			t.Errorf("left with %q, want %q", last, want)
		}
		// What the terminal still sends is not left for the shell.
		tty.typed("\x1b[I\x1b[<64;1;1M")
		tty.typed("\x1b[?62c")
		start := time.Now()
		if err := ended(); err != nil {
			t.Error(err)
		}
		if waited := time.Since(start); waited > 0 {
			t.Errorf("waited %v for an answer that was there", waited)
		}
		if got, want := seat.ops(), "Leave Close"; got != want {
			t.Errorf("the seat was told %s, want %s", got, want)
		}
	})
}

// A terminal that never answers is not waited for long.
func TestQuitWithoutAnswer(t *testing.T) {
	model := &diary{init: tea.Quit}
	synctest.Test(t, func(t *testing.T) {
		_, terminal := newTTY()
		start := time.Now()
		if err := show(t.Context(), terminal, model)(); err != nil {
			t.Error(err)
		}
		if waited := time.Since(start); waited != run.FenceWait {
			t.Errorf("waited %v", waited)
		}
	})
}

// A client that was frozen asks its terminal too late: the answer would be typed
// into a shell.
func TestNoQuestionsToTheFrozen(t *testing.T) {
	slow := &rooms.Ended{Code: rooms.Slow, Message: "Too slow."}
	for name, end := range map[string]func(*seat, context.CancelCauseFunc){
		"by the room":    func(s *seat, _ context.CancelCauseFunc) { s.end(slow) },
		"by the channel": func(_ *seat, cancel context.CancelCauseFunc) { cancel(slow) },
	} {
		t.Run(name, func(t *testing.T) {
			seat := &seat{}
			model := &diary{init: attach(seat)}
			model.react = func(msg tea.Msg) tea.Cmd {
				if _, ended := msg.(run.SeatEndedMsg); ended {
					return tea.Quit
				}
				return nil
			}
			synctest.Test(t, func(t *testing.T) {
				tty, terminal := newTTY()
				ctx, cancel := context.WithCancelCause(t.Context())
				ended := show(ctx, terminal, model)
				tty.typed(answers)
				tty.wrote()
				end(seat, cancel)
				if last := strings.Join(tty.wrote(), ""); strings.Contains(last, term.Fence) || !strings.Contains(last, "bye") {
					t.Errorf("left with %q", last)
				}
				_ = ended()
			})
		})
	}
}

func TestEnds(t *testing.T) {
	broken := errors.New("broken")
	stopped := errors.New("the server stops")
	for name, test := range map[string]struct {
		end  func(*tty, context.CancelCauseFunc)
		want error
	}{
		"input":   {func(tty *tty, _ context.CancelCauseFunc) { tty.Close() }, io.EOF},
		"error":   {func(tty *tty, _ context.CancelCauseFunc) { tty.CloseWithError(broken) }, broken},
		"context": {func(_ *tty, cancel context.CancelCauseFunc) { cancel(stopped) }, stopped},
		"output": {func(tty *tty, _ context.CancelCauseFunc) {
			tty.mu.Lock()
			tty.broken = broken
			tty.mu.Unlock()
			tty.typed("x")
		}, broken},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				seat := &seat{}
				ctx, cancel := context.WithCancelCause(t.Context())
				defer cancel(nil)
				tty, terminal := newTTY()
				ended := show(ctx, terminal, &diary{init: attach(seat)})
				test.end(tty, cancel)
				if err := ended(); err != test.want {
					t.Errorf("ended with %v, want %v", err, test.want)
				}
				if got, want := seat.ops(), "Close"; got != want {
					t.Errorf("the seat was told %s, want %s", got, want)
				}
			})
		})
	}
}

// A panic ends one session, and nothing of its value is kept.
func TestPanic(t *testing.T) {
	secret := errors.New("what somebody said")
	blow := func(msg tea.Msg) tea.Cmd {
		if _, ok := msg.(tea.KeyPressMsg); ok {
			panic(secret)
		}
		return nil
	}
	command := func(tea.Msg) tea.Cmd { return func() tea.Msg { panic(secret) } }
	for name, c := range map[string]struct {
		react func(tea.Msg) tea.Cmd
		seat  func(*seat) rooms.Participant
	}{
		"update":  {blow, func(s *seat) rooms.Participant { return s }},
		"command": {command, func(s *seat) rooms.Participant { return s }},
		"seat":    {nil, func(s *seat) rooms.Participant { return brittle{s, secret} }},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				seat := &seat{}
				tty, terminal := newTTY()
				model := &diary{init: attach(c.seat(seat))}
				ended := show(t.Context(), terminal, model)
				model.react = c.react
				tty.typed("x")
				seat.hear("something")
				var contained *rooms.PanicError
				if err := ended(); !errors.As(err, &contained) || contained.Type != "*errors.errorString" {
					t.Fatalf("ended with %v", err)
				}
				if text := contained.Error() + string(contained.Stack); strings.Contains(text, secret.Error()) {
					t.Errorf("the value is in %s", text)
				}
				if !strings.Contains(string(contained.Stack), "end_test.go") {
					t.Errorf("the culprit is not in %s", contained.Stack)
				}
				if last := strings.Join(tty.wrote(), ""); !strings.Contains(last, "\x1b[?1049l") {
					t.Errorf("the terminal was left as it was: %q", last)
				}
				if got, want := seat.ops(), "Close"; got != want {
					t.Errorf("the seat was told %s, want %s", got, want)
				}
			})
		})
	}
}

// brittle is a seat on which events come with a panic.
type brittle struct {
	seat  rooms.Participant
	value error
}

func (b brittle) Do(ctx context.Context, op rooms.Op) error { return b.seat.Do(ctx, op) }
func (b brittle) Close() error                              { return b.seat.Close() }

func (b brittle) Next(ctx context.Context) ([]rooms.Event, error) {
	if events, err := b.seat.Next(ctx); err != nil {
		return events, err
	}
	panic(b.value)
}
