package tui

import (
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"sotto/rooms"
	"sotto/rooms/waiting"
	"sotto/sshsrv/tui/run"
	"sotto/sshsrv/tui/timeline"
)

// Several rooms share one screen: each has a place of its own, and one of them is in
// front. What happens in the others is kept, counted and, where it calls this person,
// told; it paints nothing but the line of rooms.

// maxPlaces is how many rooms there are in one window: as many as the runtime has seats
// for, as Alt has digits to spare, and as fit the line of rooms on the narrowest screen.
const maxPlaces = run.MaxSeats

// tooManyPlaces is for who wants into a ninth.
const tooManyPlaces = "There are eight rooms in this window, and no more fit. /leave closes one."

// tooManyTyped is for who names more on the front page than there is room for.
const tooManyTyped = "One window holds eight rooms at most, and these are more. Name fewer."

// lineEvery is how long what happens in rooms behind the front is held back from the line
// of rooms, so that however much it is costs one row a second. A count that is a second
// old misleads nobody; what rings rings at once.
const lineEvery = time.Second

// lineMsg says that what was held back may be shown.
type lineMsg struct{}

// several reports whether there is more than one.
func (s *Screen) several() bool { return len(s.places) > 1 }

// open returns the place of a room that somebody names, by name or link, if it is or is
// being entered.
func (s *Screen) open(room string) *place {
	for _, p := range s.places {
		if p.name != "" && (room == string(p.name) || rooms.IsHere(room, p.name, s.cfg.invited(p.name))) || // a sealed room's is no room's name
			p.name == "" && p.going() && rooms.IsHere(room, rooms.RoomName(p.asked), rooms.Invitation{}) {
			return p
		}
	}
	return nil
}

// going reports whether a room is being entered here, or knocked at.
func (p *place) going() bool {
	return p.seat != nil || p.cards.hall != nil || p.cards.front != nil && p.cards.front.entering
}

// sits reports whether there is a room.
func (p *place) sits() bool { return p.seat != nil && p.name != "" }

// elsewhere reports whether another place than the one at hand has a room, or is about to.
func (s *Screen) elsewhere() bool {
	return slices.ContainsFunc(s.places, func(p *place) bool { return p != s.place && p.going() })
}

// add makes a place on the way to a room, behind all others.
func (s *Screen) add(room string) *place {
	p := s.newPlace()
	p.reading.hidden = true
	p.came = s.place
	p.goesTo(room)
	s.places = append(s.places, p)
	s.redrawLine()
	return p
}

// goesTo notes which room is being entered here.
func (p *place) goesTo(room string) {
	p.cards.front.goesTo(room)
	p.asked = ""
	if name, err := rooms.ParseRoomName(room); err == nil {
		p.asked = string(name)
	}
}

// show brings a place to the front.
func (s *Screen) show(p *place) {
	was := s.front
	if p == was {
		return
	}
	was.hide()
	if s.front = p; s.place == was {
		s.place = p
	}
	p.reading.hidden = false
	p.layout.redraw()
	p.reading.attend()
	s.shareWriting()
	s.stale = true
}

// hide puts a place behind the front: it keeps nothing that was drawn.
func (p *place) hide() {
	p.composing.staysAfterAll()
	p.reading.hidden = true
	p.reading.attend()
	p.reading.timeline.Rest()
	p.layout.forget()
}

// turnTo shows the nth place from 0, if there is one.
func (s *Screen) turnTo(n int) {
	if n < len(s.places) {
		s.show(s.places[n])
	}
}

// turnBy shows the next place, or the one before.
func (s *Screen) turnBy(by int) {
	n := len(s.places)
	s.show(s.places[(slices.Index(s.places, s.front)+by+n)%n])
}

// turnKey takes a key that changes rooms, and reports whether it is one. Where there is one
// room it is not.
func (s *Screen) turnKey(key string) bool {
	if !s.several() {
		return false
	}
	switch {
	case key == "alt+left":
		s.turnBy(-1)
	case key == "alt+right":
		s.turnBy(1)
	case isTurn(key):
		s.turnTo(int(key[len(key)-1] - '1'))
	default:
		return false
	}
	return true
}

// isTurn reports whether a key is Alt and a digit but 0.
func isTurn(key string) bool {
	return len(key) == len("alt+1") && key[:4] == "alt+" && '1' <= key[4] && key[4] <= '9'
}

// maxUnsaid is how much is kept of what was not said in rooms that were closed, in bytes:
// as much as may wait to be said in one.
const maxUnsaid = waiting.MaxBytes

// keepUnsaid keeps what was not said in a place, to be told at the end.
func (s *Screen) keepUnsaid(p *place) {
	s.keepTexts(p.composing.unsaid()...)
}

// keepTexts keeps texts that were not said, for the end.
func (s *Screen) keepTexts(texts ...string) {
	for _, text := range texts {
		if text != "" {
			s.unsaid = append(s.unsaid, text)
		}
	}
	for bytes := 0; ; bytes = 0 {
		for _, text := range s.unsaid {
			bytes += len(text)
		}
		if bytes <= maxUnsaid {
			break
		}
		s.unsaid = s.unsaid[1:]
	}
}

// close gives a place up, of several. What was not said there is told at the end.
func (s *Screen) close(p *place) tea.Cmd {
	s.keepUnsaid(p)
	s.keepTexts(p.composing.turnedAway())
	at := slices.Index(s.places, p)
	s.places = slices.Delete(s.places, at, at+1)
	was := s.place
	s.place = p
	s.leaves()
	s.place = was
	if p == s.front {
		next := p.came
		if !s.has(next) {
			next = s.places[min(at, len(s.places)-1)]
		}
		s.show(next)
	}
	for _, other := range s.places {
		if other.came == p {
			other.came = nil
		}
	}
	s.redrawLine()
	return func() tea.Msg { return run.LeaveMsg{At: p} }
}

// leave leaves the room of the place at hand, once what waits was said: of several it is
// closed, and with the last one this person leaves.
func (s *Screen) leave() tea.Cmd {
	if !s.several() {
		return s.composing.quit()
	}
	p := s.place
	if p.composing.then == nil && p.composing.whenSaid(" to be said first, then this room is closed. /leave again closes it now.", func() tea.Cmd {
		if p != s.front || !s.several() {
			return s.closes(p)
		}
		p.composing.then = nil
		s.ends([]string{"You left " + p.label() + "."}, p.name) // its person may be typing
		return func() tea.Msg { return run.LeaveMsg{At: p} }
	}) {
		return nil
	}
	return s.closes(p)
}

// closes closes a room, or leaves if it is the last one by now.
func (s *Screen) closes(p *place) tea.Cmd {
	if !s.several() {
		return tea.Quit
	}
	label := p.label()
	cmd := s.close(p)
	s.front.status.say("You left " + label + ".")
	return cmd
}

// standsBack is for the place at hand, which came to nothing, where there is a room to go back
// to: in front it stays and says why, for its person may still be typing for the room that it
// was to be; behind, it is given up and the room in front tells why. It reports whether there is.
func (s *Screen) standsBack(why, typed string) (cmd tea.Cmd, ok bool) {
	p := s.place
	if p.name != "" || p.lastly() || !slices.ContainsFunc(s.places, (*place).sits) {
		return nil, false
	}
	why = p.toldOf(why)
	if p == s.front || !s.front.sits() {
		s.comesToNothing(why, typed)
		return nil, true
	}
	if typed != "" {
		why += " What you typed meanwhile was not said."
	}
	s.keepTexts(typed)
	p.came = s.front
	cmd = s.close(p)
	s.front.status.say(why)
	s.front.layout.touch()
	return cmd, true
}

// toldOf puts the room of which it is told before words, if it may be named.
func (p *place) toldOf(why string) string {
	if p.asked == "" {
		return why
	}
	return p.label() + ": " + why
}

// lastly reports whether this place had a room, which has ended.
func (p *place) lastly() bool { return p.cards.front != nil && p.cards.front.gone != nil }

// redrawLine has the line of rooms drawn again, with everything below it.
func (s *Screen) redrawLine() {
	s.front.layout.redraw()
	s.stale = true
}

// relines has the line of rooms drawn again soon.
func (s *Screen) relines() tea.Cmd {
	if s.relining {
		return nil
	}
	s.relining = true
	return run.After(lineEvery, lineMsg{})
}

// relined draws it, and tells where somebody means this person.
func (s *Screen) relined() {
	s.relining = false
	s.stale = true
	s.front.layout.reline(s.scene())
	p := s.calling
	s.calling = nil
	if p == nil || p == s.front || !s.has(p) || !p.sits() || s.attention.notify == onNothing {
		return
	}
	if f := s.front; f.sits() && f.status.word == "" {
		f.status.say("Somebody means you in " + p.label() + ". Alt-" + string(rune('1'+slices.Index(s.places, p))) + " goes there.")
	}
}

// share keeps what all timelines hold together within what one may: whichever holds most
// lets its oldest go.
func (s *Screen) share() {
	for s.several() {
		var items, bytes, most int
		var largest *timeline.Timeline
		for _, p := range s.places {
			n, b := p.reading.timeline.Kept()
			items, bytes = items+n, bytes+b
			if weight := b + n*timeline.MaxItemBytes/timeline.MaxItems; largest == nil || weight > most {
				largest, most = p.reading.timeline, weight
			}
		}
		if items <= timeline.MaxItems && bytes <= timeline.MaxItemBytes || !largest.Drop() {
			return
		}
	}
}

// A tab is what the line of rooms says of a place.
type tab struct {
	name         string // of the room
	count, calls int
	state        tabState
}

type tabState uint8

const (
	tabQuiet   tabState = iota
	tabGoing            // it is being entered
	tabAsks             // something is asked there
	tabLost             // the connection is
	tabEnded            // this person is in it no more
	tabRefused          // they were not let in
)

func (p *place) tab() tab {
	t := tab{name: p.bareName(), count: p.reading.unread.count, calls: p.reading.unread.calls}
	switch {
	case p.lastly() && p.cards.front.never:
		t.state = tabRefused
	case p.lastly():
		t.state = tabEnded
	case p.name == "":
		t.state = tabGoing
	case p.lost:
		t.state = tabLost
	case p.question != "":
		t.state = tabAsks
	}
	return t
}

// bareName is a room's name here, and label that with its sign; one that is being entered by
// its link has none yet.
func (p *place) bareName() string {
	switch {
	case p.name != "":
		return string(p.name)
	case p.asked != "":
		return p.asked
	}
	return nameless
}

const nameless = "a sealed room"

func (p *place) label() string {
	if name := p.bareName(); name != nameless {
		return "#" + name
	}
	return nameless
}
