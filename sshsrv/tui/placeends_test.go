package tui

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"sotto/rooms"
	"sotto/sshsrv/tui/run"
)

// TestLeaveOneRoom closes one of several, once what waits was said; the last one is left
// as ever, and all that was not said is told then.
func TestLeaveOneRoom(t *testing.T) {
	s := plainRoom(t)
	s.joins("den", heron)
	s.types("a draft for den", "alt+1", "a draft for tea", "alt+2", "ctrl+c", "a line", "enter", "another", "enter", "/leave", "enter")
	s.shows("then this room is closed")
	s.types("begun")
	den := s.front
	s.in(den, &rooms.Said{Seq: 9, At: s.now, From: you.Person(), Text: "a line", ID: "t1"})
	if s.front != den {
		t.Error("it is closed before all was said")
	}
	s.passes(time.Minute)
	s.do(run.DueMsg{})
	s.in(den, &rooms.Said{Seq: 10, At: s.now, From: you.Person(), Text: "another", ID: "t2"})
	s.shows("You left #den.", "begun") // which may be typed still
	s.passes(settles)
	s.types("esc")
	s.shows("a draft for tea")
	s.hides("1 tea", "begun")
	if s.types("ctrl+c", "/leave", "enter"); !s.quit {
		t.Error("the last room is not left")
	}
	if got := s.Farewell(); !strings.Contains(got, "begun") {
		t.Errorf("the farewell is %q", got)
	}
}

// TestRoomEndsBehind: a room that ends behind the front is marked, says why when one looks,
// and ends nothing else; the last one ends the session as ever.
func TestRoomEndsBehind(t *testing.T) {
	for _, end := range []error{removed, burned, &rooms.Ended{Code: rooms.Slow, Message: "Too slow."}, errors.New("EOF")} {
		s := plainRoom(t)
		tea := s.front
		s.saysIn(tea, lynx, "said in tea")
		s.joins("den", heron)
		s.do(run.SeatEndedMsg{At: tea, Err: end})
		s.lines()
		s.shows("1 tea ended [2 den]")
		s.hides("Your place in")
		s.types("alt+1")
		s.shows("#tea", "[1 tea ended]", "Tab goes on to another room.")
		s.hides("said in tea")
		s.types("esc")
		s.shows("#den")
		if s.quit || len(s.places) != 1 || s.Ended() != nil {
			t.Errorf("%v: quit %v, %d places, ended %v", end, s.quit, len(s.places), s.Ended())
		}
		s.do(run.SeatEndedMsg{At: s.front, Err: &rooms.Ended{Code: rooms.Slow, Message: "Too slow."}})
		if !s.quit || s.Ended() == nil {
			t.Error("the last room has ended, and the session has not")
		}
	}
}

// TestLineGoesOnAfterARoomEnds: a room that ends or is closed behind the front, at any time,
// does not stop the line of rooms from being drawn, nor is anybody called to it.
func TestLineGoesOnAfterARoomEnds(t *testing.T) {
	for name, goes := range map[string]func(s *sitting, p *place){
		"ends":      func(s *sitting, p *place) { s.do(run.SeatEndedMsg{At: p, Err: removed}) },
		"is closed": func(s *sitting, p *place) { s.run(s.close(p)) },
		"ends and is closed": func(s *sitting, p *place) {
			s.do(run.SeatEndedMsg{At: p, Err: burned})
			s.run(s.close(p))
		},
		"calls and ends": func(s *sitting, p *place) {
			s.saysIn(p, lynx, "quiet-otter, look")
			s.do(run.SeatEndedMsg{At: p, Err: removed})
		},
		"calls and is closed": func(s *sitting, p *place) {
			s.saysIn(p, lynx, "quiet-otter, look")
			s.run(s.close(p))
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := plainRoom(t)
			tea := s.front
			den := s.joins("den", heron)
			s.joins("lab")
			s.msgs = nil
			goes(s, tea)
			s.rings()
			s.hides("means you in #tea")
			s.saysIn(den, heron, "quiet-otter: here")
			s.rings()
			s.shows("den +1 @1", "Somebody means you in #den.")
		})
	}
}

// rings hands the screen what it asked to be handed after a while, as the runtime does.
func (s *sitting) rings() {
	s.t.Helper()
	s.passes(time.Minute)
	msgs := s.msgs
	s.msgs = nil
	for _, msg := range msgs {
		if after, ok := msg.(run.AfterMsg); ok {
			s.do(after.Msg)
		}
	}
}

// TestWindowsMessagesHaveNoAddress: what is for the whole window, or says itself for whom it
// is, comes back as it is from a command of a place, at once, later and in a batch: one that
// is addressed is lost with its place.
func TestWindowsMessagesHaveNoAddress(t *testing.T) {
	p := &place{}
	for _, msg := range []tea.Msg{
		lineMsg{}, run.EventsMsg{At: p}, run.SeatEndedMsg{At: p}, run.WaitingMsg{At: p},
		run.SeatMsg{At: p}, run.LeaveMsg{At: p}, run.MouseMsg(true), tea.QuitMsg{}, tea.RawMsg{},
	} {
		addressed := func(msg tea.Msg) bool { _, is := msg.(placeMsg); return is }
		if addressed(p.address(msg)) {
			t.Errorf("%T is addressed", msg)
		}
		if after := p.address(run.AfterMsg{Msg: msg}).(run.AfterMsg); addressed(after.Msg) {
			t.Errorf("%T is addressed later", msg)
		}
		batch := p.address(tea.BatchMsg{func() tea.Msg { return msg }}).(tea.BatchMsg)
		if addressed(batch[0]()) {
			t.Errorf("%T is addressed in a batch", msg)
		}
	}
}

// TestAllRoomsEnd: a server that stops ends all rooms, and so the session.
func TestAllRoomsEnd(t *testing.T) {
	s := plainRoom(t)
	s.types("a draft", "/join")
	s.types("ctrl+c")
	s.joins("den")
	s.types("another")
	for _, p := range slices.Clone(s.places) {
		s.do(run.SeatEndedMsg{At: p, Err: rooms.ErrShutdown})
	}
	if !s.quit || s.Ended() != rooms.ErrShutdown {
		t.Errorf("quit %v, ended %v", s.quit, s.Ended())
	}
	if got := s.Farewell(); !strings.Contains(got, "another") {
		t.Errorf("the farewell is %q", got)
	}
}
