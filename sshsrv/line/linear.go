package line

import (
	"context"
	"errors"
	"io"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"sotto/rooms"
	"sotto/sshsrv/tui/term"
)

const (
	// QuietFor is how long what happens is held back after a key, so that it
	// does not break into the line that is being typed. Whoever pauses for that
	// long gets it, and their line again below.
	QuietFor = 5 * time.Second
	// maxHeld is how many events are held back at most.
	maxHeld = 100
)

// A linear is somebody on a terminal where nothing is repainted: for screen
// readers, for terminals that can't, and for scripts that type. Lines follow
// each other, the person's own is the last. One goroutine runs it.
type linear struct {
	visit Visit
	out   io.Writer

	keys    term.Decoder
	came    time.Time // when the last input did
	editor  editor
	pressed time.Time // when the last key of the line was
	held    []string  // lines that wait until the line is finished
	over    bool      // the person leaves

	in     *place      // nil on the front page
	unsaid []rooms.Say // wait for the rate limit; nothing is read meanwhile
	ops    int         // to number them
}

// Linear runs the mode for a person on a terminal, until its person leaves.
func (v Visit) Linear(ctx context.Context) error {
	l := &linear{visit: v, out: v.Out}
	err := l.run(ctx)
	l.flush()
	if l.in == nil {
		return err
	}
	defer l.in.seat.Close()
	if err == nil {
		err = leave(ctx, l.in.seat)
	}
	return err
}

func (l *linear) run(ctx context.Context) error {
	if l.visit.Room == "" {
		l.tell(frontPage...)
		if l.visit.Fingerprint != "" {
			l.tell("The key of this server is " + l.visit.Fingerprint + ".")
		}
	} else if err := l.enter(ctx, l.visit.Room, l.visit.Nick); err != nil {
		return err
	}
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for !l.over {
		if err := l.show(); err != nil {
			return err
		}
		l.account()
		wait, err := l.speak(ctx)
		if err != nil {
			return err
		}
		if len(l.held) > 0 {
			wait = sooner(wait, QuietFor-time.Since(l.pressed))
		}
		if keys := l.keys.Wait(); keys > 0 {
			wait = sooner(wait, keys-time.Since(l.came))
		}
		var due <-chan time.Time
		if wait > 0 {
			timer.Reset(wait)
			due = timer.C
		}
		var input <-chan []byte
		if len(l.unsaid) == 0 && (l.in == nil || l.in.you.ID != "") {
			input = l.visit.In.Chunks()
		}
		var ready <-chan struct{}
		if l.in != nil {
			ready = l.in.seat.Ready()
		}
		select {
		case chunk, ok := <-input:
			if !ok {
				return nil
			}
			l.came = time.Now()
			l.listen() // a command applies to what comes after it
			keys := l.keys.Append(nil, chunk)
			l.visit.In.Release()
			if err := l.press(ctx, keys); err != nil {
				return err
			}
		case <-due:
			if keys := l.keys.Wait(); keys > 0 && time.Since(l.came) >= keys {
				if err := l.press(ctx, l.keys.Expire(nil)); err != nil {
					return err
				}
			}
		case <-ready:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return nil
}

// sooner is the shorter of two waits, of which 0 stands for none and anything
// below for now.
func sooner(a, b time.Duration) time.Duration {
	b = max(b, time.Millisecond)
	if a == 0 {
		return b
	}
	return min(a, b)
}

// enter takes a seat, and leaves the one that was held.
func (l *linear) enter(ctx context.Context, room, nick string) error {
	seat, err := l.visit.Enter(ctx, room, nick)
	if err != nil {
		return err
	}
	if l.in != nil {
		_ = leave(ctx, l.in.seat) // what ended it ends the new one as well
		_ = l.in.seat.Close()
	}
	l.in = &place{seat: seat}
	return nil
}

// try enters a room from within: a refusal is told, and the person stays.
func (l *linear) try(ctx context.Context, room, nick string) error {
	var refused *rooms.Error
	err := l.enter(ctx, room, nick)
	if errors.As(err, &refused) {
		l.tell(refused.Message)
		return nil
	}
	return err
}

// press takes what was typed.
func (l *linear) press(ctx context.Context, msgs []tea.Msg) error {
	for _, msg := range msgs {
		key, ok := msg.(tea.KeyPressMsg)
		if !ok {
			continue
		}
		l.pressed = time.Now()
		echo, then := l.editor.press(key)
		if _, err := io.WriteString(l.out, echo); err != nil {
			return err
		}
		switch then {
		case enter:
			if err := l.submit(ctx, l.editor.take()); err != nil {
				return err
			}
		case cancel:
			l.over = true
		}
		if l.over {
			return nil
		}
	}
	if l.in != nil && l.editor.line != "" && !strings.HasPrefix(l.editor.line, "/") {
		return l.do(ctx, rooms.Typing{})
	}
	return nil
}

// speak says what waits, as soon as the rate allows, and returns how long that
// takes.
func (l *linear) speak(ctx context.Context) (wait time.Duration, err error) {
	for len(l.unsaid) > 0 {
		if wait := l.in.seat.SayWait(); wait > 0 {
			return wait, nil
		}
		if err := l.do(ctx, l.unsaid[0]); err != nil {
			return 0, err
		}
		l.unsaid = l.unsaid[1:]
	}
	return 0, nil
}

// do does an op. That the seat is over is found by show, after what is left.
func (l *linear) do(ctx context.Context, op rooms.Op) error {
	if err := l.in.seat.Do(ctx, op); err != nil && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return nil
}

// listen takes what has happened, and returns why the seat ended, if it did.
func (l *linear) listen() error {
	for l.in != nil {
		events, err := l.in.seat.Take()
		if len(events) == 0 {
			return err
		}
		for _, e := range events {
			if line := l.in.happen(e, l.visit); line != "" {
				l.held = append(l.held, line)
			}
		}
	}
	return nil
}

// show shows what has happened, unless a line is being typed.
func (l *linear) show() error {
	end := l.listen()
	if end == nil && l.editor.line != "" && time.Since(l.pressed) < QuietFor && len(l.held) < maxHeld {
		return nil
	}
	if err := l.flush(); err != nil {
		return err
	}
	return end
}

// flush shows what was held back. An unfinished line is left where it is and
// shown again below.
func (l *linear) flush() error {
	if len(l.held) == 0 {
		return nil
	}
	page := strings.ReplaceAll(strings.Join(l.held, ""), "\n", "\r\n")
	if l.editor.line != "" {
		page = "\r\n" + page + l.editor.line
	}
	l.held = nil
	_, err := io.WriteString(l.out, page)
	return err
}

// tell shows sentences to this person, with the next that is shown.
func (l *linear) tell(sentences ...string) {
	for _, s := range sentences {
		l.held = append(l.held, note("%s", s))
	}
}
