package tui

import (
	"cmp"
	"errors"
	"io"
	"time"

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
	if ended.Code == rooms.Burned {
		why[1] = "Nothing of " + room + " is left: this screen has forgotten what was said, what you were writing and what you sent."
		s.forgetAll()
		from = ""
	}
	s.ends(why, from)
	return nil // the line of rooms follows, see within
}

// ends makes the room at hand the page that says why it is over. From is the room of which
// something is still to be read, if there is one.
func (s *Screen) ends(why []string, from rooms.RoomName) {
	s.asked = cmp.Or(string(s.name), s.asked)
	s.stay = stay{roster: newRoster(nil), from: from, over: true}
	s.reading.leave()
	s.cards = cards{front: newFrontPage(&s.cfg)}
	s.composing.composer.Restore(s.composing.turnedAway()) // of a seat that ended before its welcome
	s.cards.front.ends(why, s.composing.unsaid(), s.cfg.Now())
	if s.place != s.front {
		s.cards.front.pressed = time.Time{} // nobody types there
	}
	s.status.say("")
	s.layout.redraw()
	if s.place == s.front {
		s.redrawLine()
	}
}

// settles is how long no key must have come before one opens the field on the page of a room
// that has ended: somebody who types pauses for less between two keys.
const settles = 2 * time.Second

// shutKey is for keys on the page of a room that is gone, before its person has said by
// Tab that they go on, or by Escape or the like that they go away. They may have been typed
// for that room, by somebody who doesn't look and whom its host removed at that moment: so
// they are added to what was not said, and never become a room's name or words in another
// room. Where nobody was let in, Escape means what it did on the way: back.
func (s *Screen) shutKey(key string, msg tea.KeyPressMsg) tea.Cmd {
	f, now := s.cards.front, s.cfg.Now()
	settled := now.Sub(f.pressed) >= settles
	switch key {
	case "esc", "ctrl+c", "ctrl+d":
		if settled || f.never || !s.several() {
			return s.leavePage()
		}
		f.problem = stillTyped("that key")
	case "tab":
		if f.problem = ""; settled {
			f.shut = false
		} else {
			f.problem = stillTyped("Tab")
		}
	default:
		f.pressed = now
		if s.composing.asks() {
			break
		}
		if msg.Text != "" {
			s.composing.composer.Key(msg)
		} else if key == "enter" {
			s.composing.composer.Break()
		}
		f.unsaid = s.composing.unsaid()
	}
	return nil
}

// stillTyped says why a key that leads away from such a page does not yet.
func stillTyped(key string) string {
	return "You were still typing, and what you typed went nowhere. Press " + key + " again in a moment."
}

// comesToNothing makes the place at hand, which no room has let in, the page that says why,
// with what was typed for that room meanwhile. It goes only by a key of its person: what
// they type before they have seen that is for no other room.
func (s *Screen) comesToNothing(why, typed string) {
	s.composing.composer.Restore(typed)
	if s.cards.front == nil {
		s.cards.front = newFrontPage(&s.cfg)
	}
	f := s.cards.front
	f.ends([]string{why}, s.composing.unsaid(), s.cfg.Now())
	f.never, f.problem, f.field.text = true, "", ""
	s.layout.redraw()
}

// shutPaste is for what is pasted there.
func (s *Screen) shutPaste(text string) {
	f := s.cards.front
	if f.pressed = s.cfg.Now(); !s.composing.asks() {
		s.composing.composer.Paste(text)
		f.unsaid = s.composing.unsaid()
	}
}

// startsAfresh has the next room begin with nothing that was written for one that has
// ended. What was typed on the way is for the next.
func (s *Screen) startsAfresh() {
	s.keepUnsaid(s.place)
	ahead := s.composing.ahead
	s.composing = s.newComposing(s.place)
	s.composing.ahead = ahead
}

// forgetAll forgets whatever this person read and wrote in the room.
func (s *Screen) forgetAll() {
	s.reading.leave()
	s.reading.clear()
	s.reading.search = search{timeline: s.reading.timeline, now: s.cfg.Now}
	s.composing = s.newComposing(s.place)
	s.layout.forget()
}
