package run_test

import (
	"context"
	"errors"
	"fmt"
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

const answers = "\x1b]11;rgb:ffff/ffff/ffff\a\x1b[?2026;2$y\x1b[?62c"

func TestStart(t *testing.T) {
	model := &diary{init: func() tea.Msg { return "init" }}
	within(t, model, func(tty *tty) {
		if got, want := model.took(), "ANSI256 | 20x4 | init"; got != want {
			t.Errorf("heard %s, want %s", got, want)
		}
		writes := tty.wrote()
		enter := term.Detect("xterm-256color", "", false)
		if want := string(enter.Ask(enter.Enter(nil), true)); !strings.HasPrefix(writes[0], want) {
			t.Errorf("began with %q, want %q", writes[0], want)
		}
		tty.typed(answers)
		if got, want := model.took(), "tea.BackgroundColorMsg"; got != want {
			t.Errorf("heard %s, want %s", got, want)
		}
	})
}

func TestTyping(t *testing.T) {
	model := &diary{}
	within(t, model, func(tty *tty) {
		model.took()
		tty.typed("hello\r\x1b[A")
		if got, want := model.took(), "hello | enter | up"; got != want {
			t.Errorf("heard %s, want %s", got, want)
		}
		tty.typed(answers + "\x1b")
		if got, want := model.took(), "tea.BackgroundColorMsg"; got != want {
			t.Errorf("heard %s, want %s", got, want)
		}
		time.Sleep(time.Second) // Escape is Escape when nothing follows
		if got, want := model.took(), "esc"; got != want {
			t.Errorf("heard %s, want %s", got, want)
		}
		tty.typed("\x1b[200~" + strings.Repeat("many lines\r", 9000) + "\x1b[201~")
		if got, want := model.took(), "term.PasteLeftOutMsg"; got != want {
			t.Errorf("heard %s, want %s", got, want)
		}
	})
}

func TestResize(t *testing.T) {
	model := &diary{}
	within(t, model, func(tty *tty) {
		model.took()
		tty.wrote()
		tty.resize <- run.Size{Width: 30, Height: 5}
		if got, want := model.took(), "30x5"; got != want {
			t.Errorf("heard %s, want %s", got, want)
		}
		if got := strings.Join(tty.wrote(), ""); !strings.Contains(got, "\x1b[5H") {
			t.Errorf("painted %q", got)
		}
		close(tty.resize)
		tty.typed("x")
		if got, want := model.took(), "x"; got != want {
			t.Errorf("heard %s, want %s", got, want)
		}
	})
}

// Nothing is written, or even asked for, while nothing happens.
func TestIdle(t *testing.T) {
	model := &diary{init: attach(new(seat))}
	within(t, model, func(tty *tty) {
		tty.wrote()
		frames := model.frames
		time.Sleep(24 * time.Hour)
		if writes := tty.wrote(); len(writes) > 0 || model.frames > frames {
			t.Errorf("an idle day cost %d frames and %q", model.frames-frames, writes)
		}
		model.react = func(tea.Msg) tea.Cmd { model.rows[0] = "the same"; return nil }
		tty.typed("x")
		tty.wrote()
		tty.typed("x")
		if writes := tty.wrote(); len(writes) > 0 {
			t.Errorf("no change cost %q", writes)
		}
	})
}

// What comes while a write lasts goes out together, in the next one.
func TestWritesGatherWhatWaits(t *testing.T) {
	seat := &seat{}
	model := &diary{init: attach(seat)}
	within(t, model, func(tty *tty) {
		tty.wrote()
		release := tty.hold()
		seat.hear("one")
		synctest.Wait()
		frames := model.frames
		seat.hear("two")
		seat.hear("three")
		synctest.Wait()
		if model.frames > frames {
			t.Error("painted while it wrote")
		}
		release()
		if got := len(tty.wrote()); got != 2 || model.frames != frames+1 {
			t.Errorf("%d writes, %d frames", got, model.frames-frames)
		}
		if got, want := model.took(), "two+three"; !strings.HasSuffix(got, want) {
			t.Errorf("heard %s, want %s", got, want)
		}
	})
}

func TestSeat(t *testing.T) {
	for name, as := range map[string]func(*seat) rooms.Participant{
		"pulled":  func(s *seat) rooms.Participant { return s },
		"waiting": func(s *seat) rooms.Participant { return patient{s} },
	} {
		t.Run(name, func(t *testing.T) {
			first, second := new(seat), new(seat)
			model := &diary{init: attach(as(first))}
			within(t, model, func(tty *tty) {
				model.react = func(msg tea.Msg) tea.Cmd {
					if key, ok := msg.(tea.KeyPressMsg); ok && key.Text == "j" {
						return attach(as(second))
					}
					return nil
				}
				model.took()
				first.hear("a")
				if got, want := model.took(), "a"; got != want {
					t.Errorf("heard %s, want %s", got, want)
				}
				tty.typed("j")
				first.hear("too late")
				second.hear("b")
				if got, want := model.took(), "j | seat | b"; got != want {
					t.Errorf("heard %s, want %s", got, want)
				}
				if got, want := first.ops(), "Leave Close"; got != want {
					t.Errorf("the first seat was told %s, want %s", got, want)
				}
				second.end(&rooms.Ended{Code: rooms.Slow, Message: "too slow"})
				if got, want := model.took(), "seat ended: too slow"; got != want {
					t.Errorf("heard %s, want %s", got, want)
				}
				if got, want := second.ops(), "Close"; got != want {
					t.Errorf("the second seat was told %s, want %s", got, want)
				}
			})
		})
	}
}

// A seat that takes its time to be left keeps nobody waiting.
func TestLeavingASeatIsNotWaitedFor(t *testing.T) {
	first, second := new(slowSeat), new(seat)
	model := &diary{init: attach(first)}
	within(t, model, func(tty *tty) {
		first.left = make(chan struct{})
		model.react = func(msg tea.Msg) tea.Cmd {
			if key, ok := msg.(tea.KeyPressMsg); ok && key.Text == "j" {
				return attach(second)
			}
			return nil
		}
		model.took()
		tty.typed("j")
		second.hear("b")
		if got, want := model.took(), "j | seat | b"; got != want {
			t.Errorf("heard %s, want %s", got, want)
		}
		close(first.left)
	})
}

// slowSeat is a seat whose Close takes until it is allowed.
type slowSeat struct {
	seat
	left chan struct{}
}

func (s *slowSeat) Close() error {
	<-s.left
	return s.seat.Close()
}

// Whoever wants the terminal for something else gets it as it was, and the screen
// is whole when they are back; so it is where it was stopped unasked.
func TestPauses(t *testing.T) {
	features := term.Detect("xterm-256color", "", false)
	for name, asks := range map[string]func(tty *tty, pauses chan bool){
		"Ctrl-Z":  func(tty *tty, _ chan bool) { tty.typed("\x1a") },
		"asked":   func(_ *tty, pauses chan bool) { pauses <- true },
		"unasked": func(_ *tty, pauses chan bool) { pauses <- false },
	} {
		t.Run(name, func(t *testing.T) {
			model := &diary{}
			synctest.Test(t, func(t *testing.T) {
				tty, terminal := newTTY()
				pauses, suspended := make(chan bool), 0
				terminal.Pauses = pauses
				terminal.Suspend = func() { suspended++ }
				ended := show(t.Context(), terminal, model)
				tty.typed("x")
				tty.wrote()
				asks(tty, pauses)
				writes := strings.Join(tty.wrote(), "")
				if name != "unasked" {
					var left bool
					if writes, left = strings.CutPrefix(writes, string(features.Leave(nil))); !left || suspended != 1 {
						t.Errorf("left %v, suspended %d times", left, suspended)
					}
				}
				if !strings.HasPrefix(writes, string(features.Enter(nil))) || !strings.Contains(writes, "x") || !strings.Contains(writes, "\x1b[4H") {
					t.Errorf("came back with %q", writes)
				}
				if strings.Contains(model.took(), "ctrl+z") {
					t.Error("the model was told of it")
				}
				tty.Close()
				_ = ended()
			})
		})
	}
}

// However a session ends, its terminal has its mouse back; and whoever wants to have it
// keeps it when they come back to the screen.
func TestMouseGoesBack(t *testing.T) {
	toggles := func(msg tea.Msg) tea.Cmd {
		switch key, _ := msg.(tea.KeyPressMsg); key.Text {
		case "q":
			return tea.Quit
		case "p":
			panic("p")
		case "c":
			return func() tea.Msg { panic("c") }
		case "+", "-":
			return func() tea.Msg { return run.MouseMsg(key.Text == "+") }
		}
		return nil
	}
	for name, end := range map[string]func(*tty, context.CancelCauseFunc, chan bool){
		"quit":    func(tty *tty, _ context.CancelCauseFunc, _ chan bool) { tty.typed("q") },
		"panic":   func(tty *tty, _ context.CancelCauseFunc, _ chan bool) { tty.typed("p") },
		"command": func(tty *tty, _ context.CancelCauseFunc, _ chan bool) { tty.typed("c") },
		"input":   func(tty *tty, _ context.CancelCauseFunc, _ chan bool) { tty.Close() },
		"error":   func(tty *tty, _ context.CancelCauseFunc, _ chan bool) { tty.CloseWithError(errors.New("broken")) },
		"context": func(_ *tty, cancel context.CancelCauseFunc, _ chan bool) { cancel(errors.New("the server stops")) },
		"pause": func(tty *tty, _ context.CancelCauseFunc, pauses chan bool) {
			tty.typed("-")
			pauses <- true
			tty.Close()
		},
	} {
		for _, keys := range []string{"", "-", "-+"} {
			t.Run(name+" "+keys, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					ctx, cancel := context.WithCancelCause(t.Context())
					defer cancel(nil)
					tty, terminal := newTTY()
					pauses := make(chan bool)
					terminal.Pauses, terminal.Suspend = pauses, func() {}
					ended := show(ctx, terminal, &diary{init: attach(&seat{}), react: toggles})
					writes := strings.Join(tty.wrote(), "")
					for _, key := range keys {
						tty.typed(string(key))
						writes += strings.Join(tty.wrote(), "")
					}
					if on := strings.LastIndex(writes, term.Mouse) > strings.LastIndex(writes, term.MouseBack); on != (keys != "-") {
						t.Errorf("the mouse is the screen's: %v", on)
					}
					end(tty, cancel, pauses)
					_ = ended()
					last := strings.Join(tty.wrote(), "")
					if !strings.Contains(last, term.MouseBack) || strings.LastIndex(last, term.Mouse) > strings.LastIndex(last, term.MouseBack) {
						t.Errorf("left with %q", last)
					}
					if name == "pause" && strings.Contains(last, term.Mouse) {
						t.Error("it came back with the mouse")
					}
				})
			})
		}
	}
}

// A real room's seat, from the welcome on.
func TestRoom(t *testing.T) {
	hub := rooms.NewHub(rooms.Config{RoomSize: 10})
	defer hub.Close()
	synctest.Test(t, func(t *testing.T) {
		seat, err := hub.Join(t.Context(), rooms.Visitor{Room: "here", Nick: "ann", Via: rooms.ViaSSH})
		if err != nil {
			t.Fatal(err)
		}
		model := &diary{init: attach(seat)}
		tty, terminal := newTTY()
		ended := show(t.Context(), terminal, model)
		seat.Do(t.Context(), rooms.Say{Text: "hello"})
		if got, want := model.took(), "ANSI256 | 20x4 | seat | *rooms.Welcome | hello"; got != want {
			t.Errorf("heard %s, want %s", got, want)
		}
		tty.Close()
		if err := ended(); err != io.EOF {
			t.Errorf("ended with %v", err)
		}
		if _, err := seat.Next(t.Context()); err == nil {
			t.Error("the seat goes on")
		}
	})
}

func TestCommands(t *testing.T) {
	say := func(text string) tea.Cmd { return func() tea.Msg { return text } }
	slow := func() tea.Msg { time.Sleep(time.Second); return "slow" }
	for name, test := range map[string]struct {
		cmd  tea.Cmd
		want string
	}{
		"none":     {nil, ""},
		"nil":      {func() tea.Msg { return nil }, ""},
		"one":      {say("a"), "a"},
		"batch":    {tea.Batch(slow, say("a")), "a | slow"},
		"sequence": {tea.Sequence(slow, say("a"), say("b")), "slow | a | b"},
		"after":    {tea.Batch(run.After(2*time.Second, "late"), run.After(time.Second, "soon")), "soon | late"},
	} {
		t.Run(name, func(t *testing.T) {
			model := &diary{init: test.cmd}
			within(t, model, func(tty *tty) {
				time.Sleep(time.Minute)
				if got, want := model.took(), strings.TrimSuffix("ANSI256 | 20x4 | "+test.want, " | "); got != want {
					t.Errorf("heard %s, want %s", got, want)
				}
			})
		})
	}
}

func TestRaw(t *testing.T) {
	model := &diary{}
	within(t, model, func(tty *tty) {
		model.react = func(tea.Msg) tea.Cmd { return tea.Raw("\a") }
		tty.wrote()
		tty.typed("x")
		if got := strings.Join(tty.wrote(), ""); strings.Count(got, "\a") != 1 {
			t.Errorf("wrote %q", got)
		}
		model.react = func(tea.Msg) tea.Cmd { return tea.Raw(strings.Repeat("c", run.MaxRaw)) }
		release := tty.hold()
		tty.typed("xyz") // of what waits for a clipboard the last counts
		release()
		if got := strings.Join(tty.wrote(), ""); strings.Count(got, "c") > 2*run.MaxRaw {
			t.Errorf("wrote %d bytes", len(got))
		}
	})
}

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
				if !strings.Contains(string(contained.Stack), "run_test.go") {
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

// A seat that a command brings after the end is given back.
func TestLateSeat(t *testing.T) {
	late := new(seat)
	model := &diary{init: tea.Batch(tea.Quit, func() tea.Msg {
		time.Sleep(time.Minute)
		return run.SeatMsg{Seat: late}
	})}
	synctest.Test(t, func(t *testing.T) {
		_, terminal := newTTY()
		if err := show(t.Context(), terminal, model)(); err != nil {
			t.Error(err)
		}
		if got, want := late.ops(), "Close"; got != want {
			t.Errorf("the seat was told %s, want %s", got, want)
		}
	})
}

// attach is a command that takes a seat which is there already.
func attach(seat rooms.Participant) tea.Cmd {
	return func() tea.Msg { return run.SeatMsg{Seat: seat} }
}

// TestSeveralSeats: a session has several seats, whether they are pulled from or not, and
// all that comes says from which. One more than there can be is given back; a seat that is
// called as another was takes its place.
func TestSeveralSeats(t *testing.T) {
	var seats [run.MaxSeats + 1]seat
	var cmds []tea.Cmd
	model := &named{}
	for i := range seats {
		var in rooms.Participant = &seats[i]
		if i%2 == 1 {
			in = pushed{&seats[i]}
		}
		cmds = append(cmds, func() tea.Msg {
			time.Sleep(time.Duration(i) * time.Second) // in this order
			return run.SeatMsg{Seat: in, At: i}
		})
	}
	model.init = tea.Batch(cmds...)
	synctest.Test(t, func(t *testing.T) {
		tty, terminal := newTTY()
		ended := show(t.Context(), terminal, model)
		time.Sleep(time.Minute)
		for i := range run.MaxSeats {
			seats[i].happens(&rooms.Said{Text: fmt.Sprint("word-", i)})
		}
		synctest.Wait()
		model.mu.Lock()
		for i := range run.MaxSeats {
			if got, want := model.words[i], fmt.Sprint("word-", i); got != want {
				t.Errorf("at %d is heard %q", i, got)
			}
		}
		if len(model.ended) != 1 || model.ended[0] != run.MaxSeats {
			t.Errorf("ended are %v", model.ended)
		}
		model.mu.Unlock()
		if got := seats[run.MaxSeats].ops(); got != "Close" {
			t.Errorf("the one too many was told %s", got)
		}
		tty.Close()
		ended()
		for i := range run.MaxSeats {
			if got := seats[i].ops(); !strings.Contains(got, "Close") {
				t.Errorf("seat %d was told %q", i, got)
			}
		}
	})
}

// pushed is a seat that can only be waited for.
type pushed struct{ rooms.Participant }

// named is a model that notes which seat says what.
type named struct {
	diary
	words map[any]string
	ended []any
}

func (n *named) Update(msg tea.Msg) tea.Cmd {
	n.diary.Update(msg)
	n.mu.Lock()
	defer n.mu.Unlock()
	switch msg := msg.(type) {
	case run.EventsMsg:
		if n.words == nil {
			n.words = make(map[any]string)
		}
		n.words[msg.At] += msg.Events[0].(*rooms.Said).Text
	case run.SeatEndedMsg:
		n.ended = append(n.ended, msg.At)
	}
	return nil
}
