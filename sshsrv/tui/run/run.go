package run

import (
	"context"
	"errors"
	"io"
	"strings"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"

	"sotto/rooms"
	"sotto/sshsrv/tui/paint"
	"sotto/sshsrv/tui/term"
)

const (
	// inputBytes is how much of a terminal's input is taken at once, in bytes.
	// A session that reads for itself holds two such pieces.
	inputBytes = 512
	// takesPerPaint is how many batches of events go into one paint: as many as
	// an outbox can hold, so that a flood can't keep the screen from changing.
	takesPerPaint = rooms.OutboxBytes / rooms.BatchBytes
	// keptPaint is the largest paint whose buffer is used again, in bytes: a
	// whole screen of 300×100 with a lot of colour.
	keptPaint = 128 << 10
	// fenceWait is how long a session that ends waits for what its terminal is
	// still sending, so that it is not typed into the shell afterwards.
	fenceWait = 300 * time.Millisecond
)

// Show shows a model on a terminal until the model quits, the terminal is gone,
// or ctx ends.
//
// It takes one goroutine, and another that only reads if In has no Chunks;
// commands have their own while they run. Nothing wakes them up but what happens:
// there is no ticker. A change is written at once, and what happens during a write
// goes into the next one, together; what only keys changed waits where they have too
// much painted.
//
// It returns nil if the model quit, ctx's cause if ctx ended, io.EOF if the
// terminal's input did, a *[rooms.PanicError], or the error of In or Out. The seat is
// left if the model quit and otherwise only closed. The terminal is put back as
// it was, as far as it can still be written to, and every goroutine has ended.
func Show(ctx context.Context, terminal Terminal, model Model) error {
	s := &session{
		terminal: terminal,
		features: term.Detect(terminal.Term, terminal.ColorTerm, terminal.NoColor),
		model:    model,
		size:     terminal.Size,
		results:  make(chan tea.Msg),
		done:     make(chan struct{}),
		batches:  make(chan batch),
	}
	s.painter.Titled, s.painter.Upright = s.features.Strings, s.features.Upright
	if in, ok := terminal.In.(chunked); ok {
		s.input, s.release, s.inputErr = in.Chunks(), in.Release, io.EOF
	} else {
		input := make(chan []byte)
		s.input, s.release = input, func() {}
		s.goroutines.Go(func() { s.read(input) })
	}
	err := s.run(ctx)
	s.end(err)
	return err
}

// session is one model on one terminal. The goroutine of Show owns it.
type session struct {
	// static
	terminal Terminal
	features term.Features
	model    Model
	input    <-chan []byte // closed at the input's end
	release  func()        // gives a piece of input back
	results  chan tea.Msg  // from commands
	done     chan struct{} // closed when nobody receives any more

	goroutines sync.WaitGroup
	inputErr   error // of the input's end; set before input is closed

	decoder  term.Decoder
	patience time.Time // when the decoder's wait is over; zero if it has none
	survey   survey
	answers  bool   // the terminal answered a fence
	back     string // what goes back to the keys as they were
	late     bool   // it would answer too late: nothing is read from us
	painter  paint.Painter
	size     Size
	raw      []byte // what goes out before the next paint
	stale    bool   // the model was updated since the last paint
	pressed  bool   // it was by keys and alarms, which can wait until the debt is small
	debt     debt
	quit     bool
	work     work
	suspends bool  // its person wants the terminal for something else
	failure  error // of a command
	seats    seats
	batches  chan batch // of seats that only have Next
	room     any        // of the seat that something came from last
	alarms   alarms
}

// run is the session from the first paint to what ends it.
func (s *session) run(ctx context.Context) (err error) {
	if broke := rooms.Contain(func() { err = s.loop(ctx) }); broke != nil {
		return broke
	}
	return err
}

func (s *session) loop(ctx context.Context) error {
	defer s.work.end(s.terminal.Turns)
	s.raw = s.features.Enter(s.raw)
	s.ask()
	s.update(tea.ColorProfileMsg{Profile: s.features.Profile})
	s.update(tea.WindowSizeMsg{Width: s.size.Width, Height: s.size.Height})
	s.start(s.model.Init())
	for {
		if err := s.paint(); err != nil {
			return err
		}
		s.account()
		if err := s.wait(ctx); err != nil {
			return err
		}
		for range takesPerPaint {
			if !s.more() {
				break
			}
		}
		switch {
		case s.failure != nil:
			return s.failure
		case s.quit:
			return nil
		}
	}
}

// wait sleeps until something happens, and deals with it.
func (s *session) wait(ctx context.Context) error {
	s.work.end(s.terminal.Turns)
	if ctx.Err() != nil {
		return context.Cause(ctx) // whatever else waits
	}
	ready := s.seats.ready()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case b, ok := <-s.input:
		if !ok {
			return s.inputErr
		}
		s.typed(ctx, b)
		s.release()
		if s.suspends {
			return s.pause(true)
		}
	case <-ready[0]:
		s.take(s.seats[0])
	case <-ready[1]:
		s.take(s.seats[1])
	case <-ready[2]:
		s.take(s.seats[2])
	case <-ready[3]:
		s.take(s.seats[3])
	case <-ready[4]:
		s.take(s.seats[4])
	case <-ready[5]:
		s.take(s.seats[5])
	case <-ready[6]:
		s.take(s.seats[6])
	case <-ready[7]:
		s.take(s.seats[7])
	case batch := <-s.batches:
		s.deliver(batch.of, batch.events, batch.err)
	case size, ok := <-s.terminal.Resize:
		if !ok {
			s.terminal.Resize = nil
			break
		}
		s.resize(size)
	case asked := <-s.terminal.Pauses:
		return s.pause(asked)
	case msg := <-s.results:
		s.result(msg)
	case <-s.terminal.Shed:
		s.update(ShedMsg{})
	case now := <-s.alarms.next(earliest(s.patience, s.owing())):
		if !s.patience.IsZero() && !now.Before(s.patience) {
			s.patience = time.Time{}
			s.messages(ctx, s.decoder.Expire(nil))
		}
		for _, msg := range s.alarms.due(now) {
			s.press(msg)
		}
	}
	return nil
}

// earliest is the earlier of two times, of which zero is none.
func earliest(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// account tells the door how much is kept here.
func (s *session) account() {
	if s.terminal.Holds == nil {
		return
	}
	bytes, spare := s.model.Holds()
	s.terminal.Holds(bytes+s.decoder.Holds(), spare)
}

// typed decodes what came from the terminal.
func (s *session) typed(ctx context.Context, b []byte) {
	var space [4]tea.Msg
	s.messages(ctx, s.decoder.Append(space[:0], b))
	if s.decoder.Escaped() && s.model.Escapes("") {
		s.messages(ctx, s.decoder.Expire(nil))
	}
	s.patience = time.Time{}
	if wait := s.decoder.Wait(); wait > 0 {
		s.patience = time.Now().Add(wait)
	}
}

// messages gives the model what was decoded, but for what concerns only the
// painter. Nothing is done for somebody who has hung up.
func (s *session) messages(ctx context.Context, msgs []tea.Msg) {
	for _, msg := range msgs {
		if ctx.Err() != nil {
			return
		}
		if s.learn(msg) {
			continue
		}
		if alt, ok := msg.(term.AltMsg); ok {
			if msg = alt.Key; s.model.Escapes(alt.Key.Keystroke()) {
				s.press(term.Escape)
				msg = alt.Then
			}
		}
		if key, pressed := msg.(tea.KeyPressMsg); pressed && s.terminal.Suspend != nil && key.String() == "ctrl+z" {
			s.suspends = true
			continue
		}
		s.press(msg)
	}
}

// pause lets somebody else have the terminal if they ask for it, and takes it
// again: what is on it now is theirs.
func (s *session) pause(asked bool) error {
	s.suspends = false
	if asked {
		if _, err := s.terminal.Out.Write(s.features.Leave(nil)); err != nil {
			return err
		}
		s.terminal.Suspend()
	}
	s.raw = s.features.Enter(s.raw)
	s.painter.Reset()
	s.stale, s.pressed = true, false
	return nil
}

// resize paints everything again, even if the size is what it was: terminals
// move their lines about when they change.
func (s *session) resize(size Size) {
	s.size = size
	s.painter.Reset()
	s.update(tea.WindowSizeMsg{Width: size.Width, Height: size.Height})
}

// update gives the model a message, and press one that need not be seen at once.
func (s *session) update(msg tea.Msg) {
	s.work.begin(s.terminal.Turns, s.room)
	s.start(s.model.Update(msg))
	s.stale = s.stale || s.model.Stale()
}

func (s *session) press(msg tea.Msg) {
	s.work.begin(s.terminal.Turns, s.room)
	s.start(s.model.Update(msg))
	s.pressed = s.pressed || s.model.Stale()
}

// owing is when there may be another paint for what was pressed, or zero if none
// waits.
func (s *session) owing() time.Time {
	if !s.pressed && len(s.raw) == 0 {
		return time.Time{}
	}
	return s.debt.due(time.Now())
}

// buffers are for paints. A session that is idle holds none.
var buffers = sync.Pool{New: func() any { return new([]byte) }}

// paint writes what changed on the screen. What a key changed may have to wait;
// it then goes out with the next thing that happens in the room, at the latest.
func (s *session) paint() error {
	asked := s.pressed || len(s.raw) > 0
	if !s.stale {
		now := time.Now()
		if !asked || s.debt.due(now).After(now) {
			return nil
		}
	}
	buffer := buffers.Get().(*[]byte)
	out := append((*buffer)[:0], s.raw...)
	s.raw = nil
	if s.stale || s.pressed {
		s.stale, s.pressed = false, false
		s.work.begin(s.terminal.Turns, s.room)
		out = s.painter.Append(out, s.model.Frame(), s.size)
	}
	if asked {
		s.debt.spend(len(out), time.Now())
	}
	s.work.end(s.terminal.Turns)
	var err error
	if len(out) > 0 {
		_, err = s.terminal.Out.Write(out)
	}
	clear(out) // what was shown may be meant to be forgotten, and the next paint may be shorter
	if cap(out) <= keptPaint {
		*buffer = out
		buffers.Put(buffer)
	}
	return err
}

// chunked is an input that can be waited for beside other things. Each piece is
// given back before the next comes; the channel is closed at the input's end.
// One that only has Read costs a goroutine that does nothing but wait.
type chunked interface {
	Chunks() <-chan []byte
	Release()
}

// read passes the terminal's input on. It uses two pieces of memory in turn:
// whoever receives one is done with the other, which is emptied: what was typed may be
// meant to be forgotten.
func (s *session) read(input chan<- []byte) {
	defer close(input)
	var pieces [2][inputBytes]byte
	for i := 0; ; i ^= 1 {
		n, err := s.terminal.In.Read(pieces[i][:])
		if n > 0 {
			select {
			case input <- pieces[i][:n]:
				clear(pieces[i^1][:])
			case <-s.done:
			}
		}
		if err != nil {
			s.inputErr = err
			return
		}
	}
}

// end leaves the seats and the terminal, and waits for every goroutine.
func (s *session) end(cause error) {
	s.letGo(cause == nil)
	s.leave(cause)
	close(s.done)
	if s.terminal.Hangup != nil {
		s.terminal.Hangup()
	}
	s.goroutines.Wait()
}

// letGo gives every seat back. They are left at the same time: one far away takes its.
func (s *session) letGo(leave bool) {
	if len(s.seats) == 1 {
		s.seats[0].letGo(leave)
	} else {
		var left sync.WaitGroup
		for _, seat := range s.seats {
			left.Go(func() { seat.letGo(leave) })
		}
		left.Wait()
	}
	s.seats = nil
}

// leave puts the terminal back, and swallows what it sends meanwhile.
func (s *session) leave(cause error) {
	out := s.features.Leave([]byte(s.back))
	out = append(out, s.farewell()...)
	fence := s.answers && !s.late && !slow(cause) && !errors.Is(cause, io.EOF)
	if fence {
		out = append(out, term.Fence...)
		s.decoder.Owe()
	}
	if _, err := s.terminal.Out.Write(out); err != nil || !fence && !s.decoder.Owed() {
		return
	}
	timeout := time.NewTimer(fenceWait)
	defer timeout.Stop()
	for s.decoder.Owed() {
		select {
		case b, ok := <-s.input:
			if !ok {
				return
			}
			s.decoder.Append(nil, b)
			s.release()
		case <-timeout.C:
			return
		}
	}
}

// slow reports whether a session ended because its client had stopped reading.
// It reads on some day, when a shell has the terminal again.
func slow(cause error) bool {
	var ended *rooms.Ended
	return errors.As(cause, &ended) && ended.Code == rooms.Slow
}

// farewell is the model's farewell as a terminal takes it.
func (s *session) farewell() (text string) {
	if rooms.Contain(func() { text = strings.TrimRight(s.model.Farewell(), "\n") }) != nil || text == "" {
		return ""
	}
	return strings.ReplaceAll(text, "\n", "\r\n") + "\r\n"
}
