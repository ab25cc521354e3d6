package tui

import (
	"cmp"
	"errors"
	"io"

	tea "charm.land/bubbletea/v2"

	"sotto/rooms"
)

// seatEnded is for a seat that is over. Whoever was removed, or whose room was burned, is
// told on a page of their own, from which they may go elsewhere; and so is who has other
// rooms in this window. Otherwise the session ends with it.
func (s *Screen) seatEnded(err error) tea.Cmd {
	s.leaves()
	alone := !s.elsewhere()
	if alone && !errors.Is(err, io.EOF) {
		s.ended = err
	}
	var ended *rooms.Ended
	if !errors.As(err, &ended) {
		ended = &rooms.Ended{Message: "The connection to this room is lost."}
	}
	if alone && ended.Code != rooms.Removed && ended.Code != rooms.Burned {
		return tea.Quit
	}
	from, room := s.name, "#"+string(s.name)
	if s.kind == rooms.KindSealed {
		room = "the sealed room"
	}
	why := []string{ended.Message, "Your place in " + room + " is gone and can't be taken back."}
	s.asked = cmp.Or(string(s.name), s.asked)
	if ended.Code == rooms.Burned {
		why[1] = "Nothing of " + room + " is left: this screen has forgotten what was said, what you were writing and what you sent."
		s.forgetAll()
		from = ""
	}
	s.stay = stay{roster: newRoster(nil), from: from}
	s.reading.leave()
	s.cards = cards{front: newFrontPage(&s.cfg)}
	s.cards.front.gone = why
	s.status.say("")
	s.layout.redraw()
	if s.place == s.front {
		s.redrawLine()
	}
	return nil // the line of rooms follows, see within
}

// forgetAll forgets whatever this person read and wrote in the room.
func (s *Screen) forgetAll() {
	s.reading.leave()
	s.reading.clear()
	s.reading.search = search{timeline: s.reading.timeline, now: s.cfg.Now}
	s.composing = s.newComposing(s.place)
	s.layout.forget()
}
