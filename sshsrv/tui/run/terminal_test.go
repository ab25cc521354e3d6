package run_test

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"

	"sotto/rooms"
	"sotto/sshsrv/tui/paint"
	"sotto/sshsrv/tui/run"
)

// tty is the other end of a Terminal: what a person types into and reads from.
type tty struct {
	*io.PipeWriter // typing
	resize         chan run.Size

	mu     sync.Mutex
	writes []string
	stall  chan struct{} // not nil: Writes wait until it is closed
	broken error         // of every Write
}

func newTTY() (*tty, run.Terminal) {
	in, typing := io.Pipe()
	tty := &tty{PipeWriter: typing, resize: make(chan run.Size, 1)}
	return tty, run.Terminal{
		In: in, Out: (*ttyOut)(tty), Hangup: func() { typing.Close() },
		Size: run.Size{Width: 20, Height: 4}, Resize: tty.resize, Term: "xterm-256color",
	}
}

// ttyOut is the tty as the session writes to it.
type ttyOut tty

func (t *ttyOut) Write(b []byte) (int, error) {
	t.mu.Lock()
	stall, broken := t.stall, t.broken
	t.mu.Unlock()
	if stall != nil {
		<-stall
	}
	if broken != nil {
		return 0, broken
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.writes = append(t.writes, string(b))
	return len(b), nil
}

// wrote returns what was written since it was asked last, one string a Write.
func (t *tty) wrote() []string {
	synctest.Wait()
	t.mu.Lock()
	defer t.mu.Unlock()
	writes := t.writes
	t.writes = nil
	return writes
}

// typed is what the session's model does with bytes from the terminal.
func (t *tty) typed(bytes string) {
	io.WriteString(t, bytes)
	synctest.Wait()
}

// hold makes Writes wait until the returned function is called.
func (t *tty) hold() (release func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	stall := make(chan struct{})
	t.stall = stall
	return func() {
		t.mu.Lock()
		t.stall = nil
		t.mu.Unlock()
		close(stall)
		synctest.Wait()
	}
}

// diary is a model that shows what it was told last, and remembers the rest.
type diary struct {
	init   tea.Cmd
	react  func(tea.Msg) tea.Cmd // may be nil
	frames int
	rows   []string
	due    time.Time

	mu    sync.Mutex
	heard []string
}

func (r *diary) Init() tea.Cmd       { return r.init }
func (r *diary) Escapes(string) bool { return false }
func (r *diary) Stale() bool         { return true }
func (r *diary) Due() time.Time      { return r.due }
func (r *diary) Farewell() string    { return "bye\nbye\n" }
func (r *diary) Holds() (int, int)   { return 100, 10 }

func (r *diary) Update(msg tea.Msg) tea.Cmd {
	r.mu.Lock()
	r.heard = append(r.heard, told(msg))
	r.mu.Unlock()
	if size, ok := msg.(tea.WindowSizeMsg); ok {
		r.rows = make([]string, size.Height)
	} else if len(r.rows) > 0 {
		r.rows[0] = told(msg)
	}
	if r.react != nil {
		return r.react(msg)
	}
	return nil
}

func (r *diary) Frame() paint.Frame {
	r.frames++
	return paint.Frame{Rows: r.rows}
}

// took returns what was heard since it was asked last.
func (r *diary) took() string {
	synctest.Wait()
	r.mu.Lock()
	defer r.mu.Unlock()
	heard := strings.Join(r.heard, " | ")
	r.heard = nil
	return heard
}

// told names a message for a test to compare.
func told(msg tea.Msg) string {
	switch msg := msg.(type) {
	case tea.KeyPressMsg:
		return msg.String()
	case tea.WindowSizeMsg:
		return fmt.Sprintf("%dx%d", msg.Width, msg.Height)
	case tea.ColorProfileMsg:
		return msg.Profile.String()
	case run.EventsMsg:
		texts := []string{}
		for _, e := range msg.Events {
			switch e := e.(type) {
			case *rooms.Said:
				texts = append(texts, e.Text)
			default:
				texts = append(texts, fmt.Sprintf("%T", e))
			}
		}
		return strings.Join(texts, "+")
	case run.SeatMsg:
		return "seat"
	case run.SeatEndedMsg:
		return fmt.Sprintf("seat ended: %v", msg.Err)
	case string:
		return msg
	}
	return fmt.Sprintf("%T", msg)
}

// show runs a model on a tty for the length of a test; the returned function
// waits for the end of Run.
func show(ctx context.Context, terminal run.Terminal, model run.Model) (ended func() error) {
	result := make(chan error, 1)
	go func() { result <- run.Show(ctx, terminal, model) }()
	synctest.Wait()
	return func() error { return <-result }
}

// within runs a test in a bubble with a model that is shown on a tty. The
// terminal hangs up at the end, unless the test saw to it that Run ended.
func within(t *testing.T, model *diary, test func(*tty)) {
	synctest.Test(t, func(t *testing.T) {
		tty, terminal := newTTY()
		ended := show(t.Context(), terminal, model)
		test(tty)
		tty.Close()
		ended()
	})
}

// seat is a seat whose events a test makes up. The zero value is ready; its bell
// is made by whoever asks first, who must be in the test's bubble.
type seat struct {
	mu     sync.Mutex
	bell   chan struct{}
	events []rooms.Event
	err    error
	did    []string
}

func (s *seat) Do(_ context.Context, op rooms.Op) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.did = append(s.did, strings.TrimPrefix(fmt.Sprintf("%T", op), "rooms."))
	return nil
}

func (s *seat) Close() error { return s.Do(context.Background(), closing{}) }

type closing struct{ rooms.Op }

func (s *seat) Ready() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.bell == nil {
		s.bell = make(chan struct{}, 1)
		s.bell <- struct{}{} // for what came before
	}
	return s.bell
}

func (s *seat) Take() ([]rooms.Event, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.events) > 0 {
		events := s.events
		s.events = nil
		return events, nil
	}
	return nil, s.err
}

func (s *seat) Next(ctx context.Context) ([]rooms.Event, error) {
	for {
		if events, err := s.Take(); err != nil || len(events) > 0 {
			return events, err
		}
		select {
		case <-s.Ready():
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// hear puts messages before the seat's owner, and happens any events.
func (s *seat) hear(texts ...string) {
	events := make([]rooms.Event, len(texts))
	for i, text := range texts {
		events[i] = &rooms.Said{Text: text}
	}
	s.happens(events...)
}

func (s *seat) happens(events ...rooms.Event) {
	s.mu.Lock()
	s.events = append(s.events, events...)
	s.mu.Unlock()
	s.ring()
}

func (s *seat) end(err error) {
	s.mu.Lock()
	s.err = err
	s.mu.Unlock()
	s.ring()
}

func (s *seat) ring() {
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case s.bell <- struct{}{}:
	default:
	}
}

func (s *seat) ops() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.ReplaceAll(strings.Join(s.did, " "), "run_test.closing", "Close")
}

// patient is a seat that only has Next, as another program's may.
type patient struct{ rooms.Participant }
