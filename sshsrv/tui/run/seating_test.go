package run_test

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"

	"sotto/rooms"
	"sotto/sshsrv/tui/run"
)

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
