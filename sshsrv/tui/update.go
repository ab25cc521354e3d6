package tui

import (
	"cmp"
	"errors"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"sotto/rooms"
	"sotto/sshsrv/tui/composer"
	"sotto/sshsrv/tui/run"
	"sotto/sshsrv/tui/term"
	"sotto/sshsrv/tui/theme"
)

// wheelRows is how far one click of a wheel scrolls, in rows.
const wheelRows = 3

// quietMsg says that somebody may have stopped typing.
type quietMsg struct{}

// Update takes one message. It does no I/O and never blocks.
func (s *Screen) Update(msg tea.Msg) tea.Cmd {
	p := s.front
	switch to := msg.(type) {
	case placeMsg:
		p, msg = to.at, to.msg
	case run.EventsMsg:
		p = s.called(to.At)
	case run.SeatEndedMsg:
		p = s.called(to.At)
	case run.WaitingMsg:
		p = s.called(to.At)
	case lineMsg:
		s.relined()
		return nil
	case run.DueMsg:
		return s.fallDue()
	case run.SeatMsg:
		if p = s.called(to.At); !s.has(p) { // it was closed meanwhile
			return func() tea.Msg { return run.LeaveMsg{At: to.At} }
		}
	}
	if !s.has(p) {
		return nil
	}
	return s.within(p, msg)
}

// called is the place that a seat is called by. One that has no name is in front.
func (s *Screen) called(at any) *place {
	if p, ok := at.(*place); ok {
		return p
	}
	return s.front
}

// has reports whether a place is there, and was not closed.
func (s *Screen) has(p *place) bool { return slices.Contains(s.places, p) }

// within has a place take a message.
func (s *Screen) within(p *place, msg tea.Msg) tea.Cmd {
	defer func() { s.place = s.front }()
	s.place = p
	shown := !s.stale
	if p == s.front {
		s.stale = true
		cmd := p.addressed(s.take(msg, shown))
		s.share()
		return cmd
	}
	before := p.tab()
	cmd := p.addressed(s.take(msg, shown))
	s.share()
	if after := p.tab(); after != before {
		if after.calls > before.calls {
			s.calling = p
		}
		return tea.Batch(cmd, s.relines())
	}
	return cmd
}

// take has the place at hand take a message. shown says whether nothing has happened
// since the last frame: a click is meant for what it shows.
func (s *Screen) take(msg tea.Msg, shown bool) tea.Cmd {
	if events, ok := msg.(run.EventsMsg); ok {
		return s.happen(events.Events)
	}
	if s.place == s.front {
		s.layout.lay(s.scene()) // keys mean what is on the screen
		s.layout.touch()
	}
	defer s.reading.attend()
	switch msg := msg.(type) {
	case tea.KeyPressMsg:
		s.reading.active()
		return s.key(msg)
	case tea.PasteMsg:
		s.reading.active()
		return s.paste(msg.Content)
	case term.PasteLeftOutMsg:
		s.status.say(composer.TooLong(msg.Bytes).Why)
	case tea.MouseWheelMsg:
		s.reading.active()
		s.wheel(msg)
	case tea.MouseClickMsg:
		if shown {
			return s.click(msg)
		}
	case tea.WindowSizeMsg:
		s.layout.resize(msg.Width, msg.Height)
	case tea.ColorProfileMsg:
		s.layout.shines(msg.Profile)
	case tea.BackgroundColorMsg:
		if msg.IsDark() {
			s.layout.liesOn(theme.Dark)
		} else {
			s.layout.liesOn(theme.Light)
		}
	case run.GroundUnknownMsg:
		s.layout.liesOn(theme.Either)
	case run.FullKeysMsg:
		s.newLine = "Shift-Enter"
		for _, p := range s.places {
			p.composing.newLine = s.newLine
		}
	case run.HabitsMsg:
		s.terminal.cells = msg.Habits
		for _, p := range s.places {
			p.layout.redraw()
			p.composing.composer.Measure(msg.Habits)
		}
	case tea.FocusMsg:
		s.reading.focus(true)
	case tea.BlurMsg:
		s.reading.focus(false)
	case run.SeatMsg:
		s.sit(msg.Seat)
	case enteringRefused:
		return s.refusedEntry(msg)
	case enteringDelayed:
		s.delayed()
	case run.WaitingMsg:
		s.waitsInHall(msg.Ahead)
	case knockRefused:
		return s.notLetIn(msg)
	case leapFailed:
		return s.leapFell(msg)
	case carried:
		s.status.say(msg.err.Error())
		s.composing.restore(msg.typed)
	case run.SeatEndedMsg:
		return s.seatEnded(msg.Err)
	case run.DueMsg:
		return s.composing.fallsDue()
	case silenceMsg:
		return s.countSilence()
	case wakeMsg:
		return s.woken()
	case run.ShedMsg:
		s.shed()
	case flushMsg:
		if s.layout.flush() {
			s.composing.showWaiting()
			s.reading.tellDoor()
		}
	case stayedMsg:
		s.composing.stayed()
	case quietMsg:
		return s.quieten()
	case seekMsg:
		return s.reading.search.seekOn()
	}
	return nil
}

func (s *Screen) wheel(msg tea.MouseWheelMsg) {
	by := wheelRows
	if msg.Button == tea.MouseWheelUp {
		by = -by
	}
	switch card := s.cards.open; {
	case s.cards.hall != nil:
		return
	case card != nil:
		card.scroll(by)
		return
	}
	s.reading.timeline.Scroll(by)
}

// openCard opens a card over the talk.
func (s *Screen) openCard(c *card) {
	s.reading.endChoice()
	s.cards.open = c
	s.layout.touch()
}

// leaves ends what goes on in the room that this person was in, and at a door.
func (s *Screen) leaves() {
	s.leaveHall()
	s.leaping.GiveUp()
	if s.view.Rules.Fade > 0 {
		s.composing.composer.ForgetSent(s.cfg.Now()) // nobody looks after it any more
	}
}

// sit takes a new seat; its welcome comes next.
func (s *Screen) sit(seat rooms.Participant) {
	s.leaves()
	if s.lastly() {
		s.startsAfresh()
	}
	from, over := cmp.Or(s.name, s.from), s.over
	s.awaits = s.leaping.Asked()
	s.ended = nil
	s.stay = stay{seat: seat, from: from, over: over, roster: newRoster(nil), typing: make(map[string]time.Time)}
	s.cards = cards{}
	s.status.word = ""
	s.reading.leave()
	_, s.composing.composer.Files = seat.(rooms.FileCarrier)
	s.composing.enter()
	s.layout.redraw()
}

// replay types what was typed ahead, now that there is a room for it.
func (s *Screen) replay() tea.Cmd {
	typed := s.composing.ahead.take()
	var cmds []tea.Cmd
	for _, msg := range typed.msgs {
		cmds = append(cmds, s.take(msg, false))
	}
	if typed.cut {
		s.status.say("You typed more than could wait for this room; the end of it was dropped.")
	}
	return tea.Batch(cmds...)
}

// refusedEntry tells why a room could not be entered. Without a room it is the
// front page that tells, so that another one can be tried.
func (s *Screen) refusedEntry(refused enteringRefused) tea.Cmd {
	err, typed := refused.err, s.composing.turnedAway()
	if s.standAtDoor(refused, typed) {
		return nil
	}
	if cmd, ok := s.standsBack(err.Error(), typed); ok {
		return cmd
	}
	var ended *rooms.Ended
	if s.seat == nil && !s.elsewhere() && !s.lastly() && errors.As(err, &ended) {
		s.keepTexts(typed)
		s.ended = err
		return tea.Quit
	}
	if s.ctx.Err() != nil {
		return tea.Quit
	}
	switch {
	case s.cards.front == nil:
		s.status.say(err.Error())
	case typed != "": // by somebody who may go on with that
		s.comesToNothing(s.toldOf(err.Error()), typed)
	default:
		s.cards.front.refused(err)
	}
	return nil
}
