package run

import (
	"fmt"
	"reflect"
	"time"

	tea "charm.land/bubbletea/v2"

	"sotto/rooms"
	"sotto/sshsrv/tui/term"
)

// After is a command whose message comes after d. Unlike tea.Tick it costs no
// goroutine while it waits, and is dropped when the session ends.
func After(d time.Duration, msg tea.Msg) tea.Cmd {
	return func() tea.Msg { return AfterMsg{d, msg} }
}

// AfterMsg is what [After] asks for.
type AfterMsg struct {
	Wait time.Duration
	Msg  tea.Msg
}

// start runs a command in a goroutine of its own. Its message comes by results.
func (s *session) start(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	s.goroutines.Go(func() { s.send(call(cmd)) })
}

// call runs a command, and contains its panic in the message.
func call(cmd tea.Cmd) (msg tea.Msg) {
	if broke := rooms.Contain(func() { msg = cmd() }); broke != nil {
		return broke
	}
	return msg
}

// send passes on what a command returned, unless the session is over; a seat
// that came too late is given back.
func (s *session) send(msg tea.Msg) {
	if msg == nil {
		return
	}
	select {
	case s.results <- msg:
		s.call(byResult)
	case <-s.done:
		tooLate(msg)
	}
}

// tooLate deals with what nobody receives any more.
func tooLate(msg tea.Msg) {
	if late, ok := msg.(SeatMsg); ok {
		_ = late.Seat.Close() // nobody is there to be told
	}
}

// result deals with what a command returned.
func (s *session) result(msg tea.Msg) {
	switch msg := msg.(type) {
	case *rooms.PanicError:
		s.failure = msg
	case tea.QuitMsg:
		s.quit = true
	case tea.RawMsg:
		s.addRaw(fmt.Append(nil, msg.Msg))
	case MouseMsg:
		if s.features.Still = !bool(msg); msg {
			s.addRaw([]byte(term.Mouse))
		} else {
			s.addRaw([]byte(term.MouseBack))
		}
	case AfterMsg:
		s.alarms.add(time.Now().Add(msg.Wait), msg.Msg)
	case KnockMsg:
		s.knock(msg)
	case SeatMsg:
		s.sit(msg)
	case batch:
		s.deliver(msg.of, msg.events, msg.err)
	case Size:
		s.resize(msg)
	case pauseMsg:
		s.failure = s.pause(bool(msg))
	case LeaveMsg:
		s.rise(msg.At, true)
	case tea.BatchMsg:
		for _, cmd := range msg {
			s.start(cmd)
		}
	default:
		if cmds, ok := sequence(msg); ok {
			s.goroutines.Go(func() {
				for _, cmd := range cmds {
					s.send(call(cmd))
				}
			})
			return
		}
		s.update(msg)
	}
}

// maxRaw is how much may wait to go out beside the screen, in bytes: a message
// for the clipboard, and a bell.
const maxRaw = 8 << 10

// addRaw lets something go out before the next paint. Of what is too much the last
// counts: it is for a clipboard, which holds one thing.
func (s *session) addRaw(raw []byte) {
	if len(s.raw)+len(raw) > maxRaw {
		s.raw = nil
	}
	s.raw = append(s.raw, raw...)
}

// sequence returns the commands of a tea.Sequence, whose message has no name
// outside of its package.
func sequence(msg tea.Msg) ([]tea.Cmd, bool) {
	value, list := reflect.ValueOf(msg), reflect.TypeFor[[]tea.Cmd]()
	if value.Kind() != reflect.Slice || !value.Type().ConvertibleTo(list) {
		return nil, false
	}
	return value.Convert(list).Interface().([]tea.Cmd), true
}
