package run_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"

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

// What a model waits for is asked for after each step: one that waits for nothing any
// more is not woken.
func TestDue(t *testing.T) {
	model := &diary{}
	model.react = func(msg tea.Msg) tea.Cmd {
		switch key, _ := msg.(tea.KeyPressMsg); key.String() {
		case "w":
			model.due = time.Now().Add(time.Second)
		case "n":
			model.due = time.Time{}
		}
		if _, due := msg.(run.DueMsg); due {
			model.due = time.Time{}
		}
		return nil
	}
	within(t, model, func(tty *tty) {
		tty.typed("w")
		model.took()
		time.Sleep(time.Second - 1)
		if got := model.took(); got != "" {
			t.Errorf("heard %s too early", got)
		}
		time.Sleep(time.Nanosecond)
		if got, want := model.took(), "run.DueMsg"; got != want {
			t.Errorf("heard %s, want %s", got, want)
		}
		tty.typed("wn")
		model.took()
		frames := model.frames
		time.Sleep(time.Hour)
		if got := model.took(); got != "" || model.frames != frames {
			t.Errorf("heard %q, and painted %d times, though nothing was due", got, model.frames-frames)
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
