package run

import (
	"context"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"

	"sotto/rooms"
	"sotto/sshsrv/tui/paint"
	"sotto/sshsrv/tui/term"
)

const (
	// inputBytes is how much of a terminal's input is taken at once, in bytes.
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
// It takes one goroutine, and another for each thing that it can only wait for: an In
// without ChunksBy, a door without RingBy, a seat that is no [rooms.Ringing]; commands have
// their own while they run. Nothing wakes them up but what happens: there is no ticker. A
// change is written at once, and what happens during a write goes into the next one,
// together; what only keys changed waits where they have too much painted.
//
// It returns nil if the model quit, ctx's cause if ctx ended, io.EOF if the
// terminal's input did, a *[rooms.PanicError], or the error of In or Out. The seat is
// left if the model quit and otherwise only closed. The terminal is put back as
// it was, as far as it can still be written to, and every goroutine has ended.
func Show(ctx context.Context, terminal Terminal, model Model) error {
	s := &session{
		ctx:      ctx,
		terminal: terminal,
		features: term.Detect(terminal.Term, terminal.ColorTerm, terminal.NoColor),
		model:    model,
		size:     terminal.Size,
		results:  make(chan tea.Msg, 1),
		done:     make(chan struct{}),
	}
	s.painter.Titled, s.painter.Upright = s.features.Strings, s.features.Upright
	s.due = func() { s.call(byTime) }
	err := s.run()
	s.end(err)
	return err
}

// session is one model on one terminal. The goroutine of Show owns it.
type session struct {
	calls

	// static
	ctx      context.Context
	terminal Terminal
	features term.Features
	model    Model
	input    <-chan []byte // holds one piece; closed at the input's end
	release  func()        // gives a piece of input back
	results  chan tea.Msg  // from commands, and from whoever waits for something; holds one
	done     chan struct{} // closed when nobody receives any more
	due      func()        // of alarms

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
	begun    bool
	quit     bool
	work     work
	suspends bool  // its person wants the terminal for something else
	failure  error // of a command
	seats    seats
	room     any // of the seat that something came from last
	alarms   alarms
}

// run is the session from the first paint to what ends it.
func (s *session) run() error {
	bell := rooms.NewBell()
	s.wake = bell.Ring
	defer context.AfterFunc(s.ctx, func() { s.call(byEnd) })()
	s.listen()
	s.call(byResult)
	for {
		<-bell
		for again := true; again; again = !s.rest() {
			if over, err := s.step(); over {
				return err
			}
		}
	}
}

// step is what a session does when it is called: it deals with what happened and paints
// what that changed. It reports whether the session is over, and by what.
func (s *session) step() (over bool, err error) {
	if broke := rooms.Contain(func() { over, err = s.stepItself() }); broke != nil {
		return true, broke
	}
	return over, err
}

func (s *session) stepItself() (over bool, err error) {
	defer s.work.end(s.terminal.Turns)
	if s.begun {
		err = s.attend()
		for i := 0; i < takesPerPaint && err == nil && s.more(); i++ {
		}
		switch {
		case err != nil:
			return true, err
		case s.failure != nil:
			return true, s.failure
		case s.quit:
			return true, nil
		}
	} else {
		s.begin()
	}
	if err := s.paint(); err != nil {
		return true, err
	}
	s.account()
	s.alarms.wind(earliest(s.patience, s.owing(), s.model.Due()), s.due)
	return false, nil
}

func (s *session) begin() {
	s.begun = true
	s.raw = s.features.Enter(s.raw)
	s.ask()
	s.update(tea.ColorProfileMsg{Profile: s.features.Profile})
	s.update(tea.WindowSizeMsg{Width: s.size.Width, Height: s.size.Height})
	s.start(s.model.Init())
}

// attend deals with what the session was called for.
func (s *session) attend() error {
	why := s.causes()
	if why != bySeat && s.ctx.Err() != nil {
		return context.Cause(s.ctx) // whatever else waits
	}
	if why&bySeat != 0 {
		s.takeAll()
	}
	if why&byResult != 0 {
		select {
		case msg := <-s.results:
			s.result(msg)
		default:
		}
	}
	if why&byDoor != 0 {
		if err := s.heed(); err != nil {
			return err
		}
	}
	if why&byInput != 0 {
		if err := s.read(); err != nil {
			return err
		}
	}
	if why&byTime != 0 {
		s.expire(time.Now())
	}
	return nil
}

// heed does what the door wants.
func (s *session) heed() error {
	select {
	case size, ok := <-s.terminal.Resize:
		if ok {
			s.resize(size)
		} else {
			s.terminal.Resize = nil
		}
	default:
	}
	select {
	case <-s.terminal.Shed:
		s.update(ShedMsg{})
	default:
	}
	select {
	case asked := <-s.terminal.Pauses:
		return s.pause(asked)
	default:
		return nil
	}
}

// read takes a piece of input, if there is one.
func (s *session) read() error {
	select {
	case b, ok := <-s.input:
		if !ok {
			return s.inputErr
		}
		s.typed(b)
		s.release()
		if s.suspends {
			return s.pause(true)
		}
	default:
	}
	return nil
}

// expire does what is due.
func (s *session) expire(now time.Time) {
	if !s.patience.IsZero() && !now.Before(s.patience) {
		s.patience = time.Time{}
		s.messages(s.decoder.Expire(nil))
	}
	for _, msg := range s.alarms.due(now) {
		s.press(msg)
	}
	if due := s.model.Due(); !due.IsZero() && !now.Before(due) {
		s.press(DueMsg{})
	}
}

// earliest is the earliest of some times, of which zero is none.
func earliest(times ...time.Time) (first time.Time) {
	for _, at := range times {
		if first.IsZero() || !at.IsZero() && at.Before(first) {
			first = at
		}
	}
	return first
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
func (s *session) typed(b []byte) {
	var space [4]tea.Msg
	s.messages(s.decoder.Append(space[:0], b))
	if s.decoder.Escaped() && s.model.Escapes("") {
		s.messages(s.decoder.Expire(nil))
	}
	s.patience = time.Time{}
	if wait := s.decoder.Wait(); wait > 0 {
		s.patience = time.Now().Add(wait)
	}
}

// messages gives the model what was decoded, but for what concerns only the
// painter. Nothing is done for somebody who has hung up.
func (s *session) messages(msgs []tea.Msg) {
	for _, msg := range msgs {
		if s.ctx.Err() != nil {
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
