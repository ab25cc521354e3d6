package tui

import (
	"context"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"

	"sotto/rooms"
	"sotto/sshsrv/tui/cells"
	"sotto/sshsrv/tui/run"
	"sotto/sshsrv/tui/style"
	"sotto/sshsrv/tui/theme"
)

// hall is what is seen in front of a room whose door knocks: what may be known of it, a
// line to say at the door, and how long the row is. Nothing said inside reaches it.
type hall struct {
	room, nick string
	link       bool // it is a sealed room's, and may be a key
	watch      bool // this person wants to watch
	field      field
	waiting    bool // a knock is not decided
	ahead      int  // how many have waited longer; -1: nobody has said
	problem    string
	giveUp     context.CancelFunc // ends the knock
}

func newHall(room, nick string, link bool) *hall {
	return &hall{room: room, nick: nick, link: link, field: field{limit: rooms.MaxKnockBytes}, giveUp: func() {}}
}

// types takes a key or pasted text for the line.
func (h *hall) types(change func(*field) bool) {
	if h.waiting || h.link {
		return
	}
	if change(&h.field) {
		h.problem = ""
	}
	for utf8.RuneCountInString(h.field.text) > rooms.MaxKnockRunes {
		_, size := utf8.DecodeLastRuneInString(h.field.text)
		h.field.text = h.field.text[:len(h.field.text)-size]
	}
}

// called is how the room is called here: a link is for nobody who looks on.
func (h *hall) called() string {
	if h.link {
		return "This sealed room"
	}
	return "#" + strings.TrimPrefix(h.room, "#")
}

// stands says where in the row whoever knocked is.
func (h *hall) stands() string {
	switch {
	case h.ahead < 0:
		return "Knocking…"
	case h.ahead == 0:
		return "You knocked, and are the first at the door. Whoever is inside decides, within five minutes."
	}
	return "You knocked. " + style.Plural(h.ahead, "one waits before you", "wait before you") + ". Whoever is inside decides, within five minutes."
}

// hallLabel stands before the line.
const hallLabel = "say  "

// rows draws it, and says where the cursor is: what is asked is always there, the rest as
// far as there is room.
func (h *hall) rows(l look, width, height int) (rows []string, x, y int) {
	measure := max(min(width-2, frontMeasure), 1)
	p := sheet{look: l, margin: cells.Blank((width - measure) / 2), measure: measure}

	text, n := h.field.shown(max(measure-len(hallLabel)-1, 1), l.cells)
	question := p.margin + l.ink.Paint(theme.Prompt, hallLabel) + text
	if h.field.text == "" && !h.waiting {
		ghost, room := "who you are, for those inside; or nothing", max(measure-len(hallLabel), 0)
		if l.cells.Width(ghost) > room {
			ghost = "who you are, or nothing"
		}
		question += l.ink.Paint(theme.Ghost, l.cells.Cut(ghost, room, "…"))
	}
	help := p.write(theme.Dim, "Enter knocks. Those inside see this line and your name.")
	switch {
	case h.waiting:
		help = p.write(theme.Accent, h.stands())
	case h.problem != "":
		help = p.write(theme.Bad, h.problem)
	case h.watch:
		help = p.write(theme.Dim, "Enter knocks. Those inside see this line, and that somebody wants to watch.")
	case h.link:
		help = p.write(theme.Dim, "Enter knocks. Those inside see that somebody does, and nothing else.")
	}
	asked := []string{question}
	if h.link || h.waiting && h.field.text == "" {
		asked = nil
	}
	left := height - len(asked) - len(help)
	take := func(part []string) []string {
		if len(part) > left {
			return nil
		}
		left -= len(part)
		return part
	}
	called := h.called() + " is there, and you have to knock."
	if h.waiting {
		called = h.called() + " is there."
	}
	knocks := take(p.write(theme.Plain, called))
	private := "Nothing that is said inside reaches you here."
	if !h.waiting {
		private += " Nobody is told that you are at the door before you knock."
	}
	about := take(slices.Concat([]string{""}, p.write(theme.Dim, private)))
	top := take(append(logo(p, height >= logoHeight), ""))
	gap := take([]string{""})
	blanks := make([]string, max(left/2, 0))

	rows = slices.Concat(blanks, top, knocks, gap, asked, help, about)
	y = len(blanks) + len(top) + len(knocks) + len(gap)
	return rows, len(p.margin) + len(hallLabel) + n, y
}

// hints are what can be done at the door.
func (h *hall) hints() []hint {
	if h.waiting {
		return []hint{{"Esc", "go away"}}
	}
	return []hint{{"Enter", "knock"}, {"Esc", "go away"}}
}

// knockRefused is the news that a knock has ended without a seat.
type knockRefused struct {
	hall *hall
	err  error
}

// hallKey is for keys in front of a door.
func (s *Screen) hallKey(key string, msg tea.KeyPressMsg) tea.Cmd {
	h := s.cards.hall
	switch key {
	case "esc":
		s.leaveHall()
		if s.elsewhere() {
			return s.leavePage()
		}
	case "ctrl+c", "ctrl+d":
		s.leaveHall()
		if s.name == "" {
			return s.leavePage()
		}
	case "enter":
		if !h.waiting {
			return s.knockAt(h)
		}
	default:
		h.types(func(f *field) bool { return f.update(msg) })
	}
	return nil
}

// knockAt knocks at a room's door.
func (s *Screen) knockAt(h *hall) tea.Cmd {
	ctx, giveUp := context.WithCancel(s.ctx)
	h.waiting, h.ahead, h.problem, h.giveUp = true, -1, "", giveUp
	knock, room, nick, text := s.cfg.Knock, h.room, h.nick, h.field.text
	p := s.place
	return run.Knock(ctx, p, func(ctx context.Context, waiting func(ahead int)) (rooms.Participant, error) {
		return knock(ctx, room, nick, text, waiting)
	}, func(err error) tea.Msg { return placeMsg{p, knockRefused{h, err}} })
}

// leaveHall goes away from a door: to the room that this person is in, or the front page.
func (s *Screen) leaveHall() {
	if h := s.cards.hall; h != nil {
		h.giveUp()
		s.cards.hall = nil
		s.keepTexts(s.composing.turnedAway())
		if s.cards.front != nil {
			s.cards.front.entering = false
		}
		s.layout.redraw()
	}
}

// waitsInHall notes how many have waited longer.
func (s *Screen) waitsInHall(ahead int) {
	if h := s.cards.hall; h != nil && h.waiting {
		h.ahead = ahead
	}
}

// notLetIn tells why a knock has ended. Where another may go better that is told at the
// door, and otherwise in front of all rooms.
func (s *Screen) notLetIn(msg knockRefused) tea.Cmd {
	h := msg.hall
	if s.cards.hall != h {
		return nil // this person went away before
	}
	h.giveUp()
	h.waiting = false
	var ended *rooms.Ended
	var refused *rooms.Error
	switch {
	case errors.As(msg.err, &ended) && (ended.Code == rooms.Denied || !ended.Retry):
		return s.turnAway(ended)
	case errors.As(msg.err, &ended) && ended.Code != rooms.TooMany:
		s.leaveHall()
		return s.refusedEntry(enteringRefused{err: msg.err})
	case errors.As(msg.err, &refused) && refused.Code == rooms.Locked:
		return s.turnAway(refused)
	}
	h.problem = msg.err.Error()
	return nil
}

// turnAway says on the front page, or in the room that this person is in, why they can't
// come in.
func (s *Screen) turnAway(why error) tea.Cmd {
	s.leaveHall()
	if cmd, ok := s.standsBack(why.Error(), ""); ok {
		return cmd
	}
	if s.cards.front != nil {
		s.cards.front.refused(why)
	} else {
		s.status.say(why.Error())
	}
	return nil
}

// standAtDoor stands in front of a room that knocks, where entering it was refused for
// that, and reports whether it was.
func (s *Screen) standAtDoor(refused enteringRefused, typed string) bool {
	var why *rooms.Error
	if s.cfg.Knock == nil || !errors.As(refused.err, &why) || why.Code != rooms.AtTheDoor {
		return false
	}
	s.cards.open = nil
	s.cards.hall = newHall(refused.room, refused.nick, s.cfg.isLink(refused.room))
	s.cards.hall.watch = s.cfg.Watch
	if typed != "" {
		s.keepTexts(typed)
		s.cards.hall.problem = "What you typed meanwhile was not said. It is told again when you leave."
	}
	s.layout.redraw()
	return true
}
