package run

import (
	"errors"
	"io"
	"strings"
	"sync"
	"time"

	"sotto/rooms"
	"sotto/sshsrv/tui/term"
)

// end leaves the seats and the terminal, and waits for every goroutine.
func (s *session) end(cause error) {
	s.letGo(cause == nil)
	s.leave(cause)
	close(s.done)
	if s.terminal.Hangup != nil {
		s.terminal.Hangup()
	}
	s.goroutines.Wait()
	s.alarms.stop()
	select {
	case msg := <-s.results:
		tooLate(msg)
	default:
	}
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
