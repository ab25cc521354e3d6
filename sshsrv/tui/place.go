package tui

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"sotto/rooms"
	"sotto/sshsrv/tui/run"
)

// A place is a room as its person has it: what they know of it, read in it, write to it
// and have open over it. What happens in a room happens to its place and to no other.
type place struct {
	stay // the room, if there is one

	// What is in front of the person while this room is.
	status    status
	cards     cards
	composing composing
	reading   reading
	layout    layout

	ctx      context.Context
	came     *place       // where they were when this was opened
	asked    string       // what they wanted to enter, as typed; empty for a link, which may be a key
	wished   rooms.Chosen // which name of theirs may go along from here
	fates    fates        // of files, as they are told
	reacting rooms.React  // the last reaction that was asked for
	awaits   int          // how many were asked to follow into the room that comes next
	waking   time.Time    // when the screen looks what is otherwise by itself; zero: never
	counting bool         // the seconds of a silence are counted
	quieting bool         // a look at who stopped typing is under way
}

// newPlace returns a place without a room.
func (s *Screen) newPlace() *place {
	p := &place{ctx: s.ctx}
	p.roster = newRoster(nil)
	p.layout = newLayout(&s.cfg, &s.terminal)
	p.reading = newReading(s.cfg.Zone, s.cfg.Now, &s.attention, p.ignores, p.mayRetract)
	if s.front != nil { // what this person has chosen holds in every room
		like := s.front.reading.timeline
		p.reading.timeline.ShowTimes(like.Times())
		p.reading.timeline.SetFolding(like.Folding())
		p.reading.timeline.Highlight(like.Highlit())
	}
	p.composing = s.newComposing(p)
	p.cards.front = newFrontPage(&s.cfg)
	return p
}

// newComposing returns what nobody has written anything with.
func (s *Screen) newComposing(p *place) composing {
	c := newComposing(&s.cfg, s.names(p), &p.status, p.ask, p.layout.later, s.sendText)
	c.newLine, c.rooms = s.newLine, func() int { return len(s.places) }
	c.composer.Measure(s.terminal.cells)
	return c
}

// ask asks for an op in this room. An error of the seat needs no handling: the runtime
// tells its end.
func (p *place) ask(op rooms.Op) {
	if p.seat != nil {
		_ = p.seat.Do(p.ctx, op)
	}
}

// placeMsg is a message for one place, whichever is in front.
type placeMsg struct {
	at  *place
	msg tea.Msg
}

// addressed has what a command of this place returns come back to it, unless it is the
// runtime's or the window's, which outlive a place.
func (p *place) addressed(cmd tea.Cmd) tea.Cmd {
	if cmd == nil {
		return nil
	}
	return func() tea.Msg { return p.address(cmd()) }
}

func (p *place) address(msg tea.Msg) tea.Msg {
	switch msg := msg.(type) {
	case nil, placeMsg, tea.QuitMsg, tea.RawMsg, run.MouseMsg, run.SeatMsg, run.LeaveMsg, run.KnockMsg:
		return msg
	case lineMsg, run.EventsMsg, run.SeatEndedMsg, run.WaitingMsg: // the window's, or it says itself whose
		return msg
	case run.AfterMsg:
		msg.Msg = p.address(msg.Msg)
		return msg
	case tea.BatchMsg:
		cmds := make(tea.BatchMsg, len(msg))
		for i, cmd := range msg {
			cmds[i] = p.addressed(cmd)
		}
		return cmds
	}
	return placeMsg{p, msg}
}
