package tui

import (
	"context"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"sotto/rooms"
	"sotto/rooms/waiting"
	"sotto/sshsrv/tui/paint"
	"sotto/sshsrv/tui/run"
)

// Config is what a door tells the screen.
type Config struct {
	// Enter takes a seat. Its error is an *rooms.Error or an *rooms.Ended.
	Enter func(ctx context.Context, room, nick string) (rooms.Participant, error)
	// Knock waits at a room's door until somebody inside has decided, for [run.Knock]: text
	// is what is said at the door, and waiting is told how many have waited longer. Its
	// errors are those of Enter; with [rooms.AtTheDoor] nobody has decided in time.
	Knock func(ctx context.Context, room, nick, text string, waiting func(ahead int)) (rooms.Participant, error)
	Room  string // as typed; empty: the front page
	// More are rooms that are entered beside that one, at most seven.
	More  []string
	Nick  string // as wished; empty: a generated one
	Theme string // one of theme.Names; empty: the usual one
	// Notify, Times and Fold are what /notify, /times and /fold begin with; empty: the usual.
	Notify, Times, Fold string
	// Told is what is told to somebody as they come into their first room; empty: nothing.
	Told string

	// Unseen: the link of a sealed room was asked for so that no screen shows it. An empty
	// room does not show it either, before it is asked for.
	Unseen bool
	Watch  bool // this person reads and says nothing, in all rooms that Enter and Knock lead into
	// Refused says why the room that was asked for can't be entered at all; then
	// there is no Room.
	Refused string

	Door    string // the connection, in one word for the title bar
	Remote  bool   // the room is on another machine: words that are long on their way are shown
	HostKey string // its fingerprint, for the front page; empty: none is shown

	// Invite says how to get into a room from elsewhere, by the token of an invitation if
	// it is not empty.
	Invite func(room rooms.RoomName, token string) rooms.Invitation
	// Seal makes a sealed room and says how to get in. Nil: this program is the
	// server's, which must not make a sealed room's key; NewSealed is the command
	// that makes one on the person's own machine.
	Seal      func() rooms.Invitation
	NewSealed string
	// Sealed is the link into the sealed room of a key, as Enter takes it. Nil where Seal is.
	Sealed func(key string) string
	// Held is what the door itself holds about this session, and Never what it
	// did not take, a clause each.
	Held  func() []rooms.HeldField
	Never []string

	Zone *time.Location   // of the times shown; nil: UTC
	Now  func() time.Time // nil: time.Now
}

// invited is how to get into a room.
func (c *Config) invited(room rooms.RoomName) rooms.Invitation {
	if c.Invite == nil {
		return rooms.Invitation{}
	}
	return c.Invite(room, "")
}

// isLink is [rooms.IsLink] where links are understood: where sealed rooms can be made.
func (c *Config) isLink(room string) bool { return c.Seal != nil && rooms.IsLink(room) }

// Screen is the full-screen room of one person, and the [run.Model] of a terminal.
type Screen struct {
	// Static after New.
	ctx context.Context
	cfg Config

	terminal  terminal
	attention attention
	newLine   string // the key for a new line that a person finds soonest

	*place          // what is being done is about this one; between two messages it is the front
	front  *place   // the one that is shown
	places []*place // all, in the order of the line of rooms

	visited  visited
	stale    bool     // what is shown may be another than it was
	noMouse  bool     // the terminal has the mouse for itself
	relining bool     // the line of rooms is drawn again soon
	calling  *place   // where somebody means this person, behind the front, since it was
	unsaid   []string // in rooms that were closed
	ended    error
}

// visited are the rooms of this session, the newest last.
type visited []string

// maxVisited is how many rooms are remembered for completion, the newest ones.
const maxVisited = 20

func (v *visited) add(room string) {
	*v = append(slices.DeleteFunc(*v, func(have string) bool { return have == room }), room)
	*v = (*v)[max(len(*v)-maxVisited, 0):]
}

// New returns a screen. Its seats, and whatever it starts, end with ctx.
func New(ctx context.Context, cfg Config) *Screen {
	if cfg.Zone == nil {
		cfg.Zone = time.UTC
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	s := &Screen{ctx: ctx, cfg: cfg, newLine: "Alt-Enter"}
	s.terminal = newTerminal(cfg.Theme)
	s.attention = newAttention(cfg.Now())
	s.front = s.newPlace()
	s.place, s.places = s.front, []*place{s.front}
	s.reading.callOn(cfg.Notify)
	s.reading.times(cfg.Times)
	s.reading.fold(cfg.Fold)
	s.cards.front.problem = cfg.Refused
	chosen := rooms.Choose(cfg.Nick)
	s.front.wished = chosen
	if cfg.Room != "" {
		s.front.goesTo(cfg.Room)
		s.front.wished = chosen.Toward(cfg.Room)
		for _, room := range cfg.More {
			s.add(room).wished = chosen.Toward(room)
		}
	}
	return s
}

// Init enters the rooms, if any was asked for.
func (s *Screen) Init() tea.Cmd {
	if s.cfg.Room == "" {
		return nil
	}
	var cmds []tea.Cmd
	for i, room := range append([]string{s.cfg.Room}, s.cfg.More...) {
		cmds = append(cmds, s.enter(s.places[i], room, s.places[i].wished.Nick()))
	}
	return tea.Batch(cmds...)
}

// enteringRefused is the news that a room could not be entered.
type enteringRefused struct {
	err        error
	room, nick string
}

// enter takes a seat in a room, at a place. The one that it has is kept until then.
func (s *Screen) enter(p *place, room, nick string) tea.Cmd {
	enter, late, done := s.cfg.Enter, rooms.NewBell(), make(chan struct{})
	ctx := rooms.WhenDelayed(s.ctx, late.Ring)
	return tea.Batch(func() tea.Msg {
		defer close(done)
		seat, err := enter(ctx, room, nick)
		if err != nil {
			return placeMsg{p, enteringRefused{err, room, nick}}
		}
		return run.SeatMsg{Seat: seat, At: p}
	}, func() tea.Msg {
		select {
		case <-late:
			return placeMsg{p, enteringDelayed{}}
		case <-done:
			return nil
		}
	})
}

// enteringDelayed is the news that entering a room has to wait for the servers.
type enteringDelayed struct{}

// delayed tells that.
func (s *Screen) delayed() {
	if f := s.cards.front; f != nil && f.entering {
		f.late = true
		return
	}
	s.status.say(rooms.DelayedWords)
}

// Frame is what the terminal should show. Its rows are shared and must not be
// changed; the slice is used again for the next frame.
func (s *Screen) Frame() paint.Frame {
	s.stale = false
	return s.layout.draw(s.scene())
}

// Stale implements [run.Model].
func (s *Screen) Stale() bool { return s.stale }

// Due implements [run.Model].
func (s *Screen) Due() (first time.Time) {
	for _, p := range s.places {
		if due := p.composing.due(); first.IsZero() || !due.IsZero() && due.Before(first) {
			first = due
		}
	}
	return first
}

// fallDue has each place do what is due in it.
func (s *Screen) fallDue() tea.Cmd {
	var cmds []tea.Cmd
	for _, p := range slices.Clone(s.places) {
		if due := p.composing.due(); !due.IsZero() && !s.cfg.Now().Before(due) {
			cmds = append(cmds, s.within(p, run.DueMsg{}))
		}
	}
	return tea.Batch(cmds...)
}

// scene is what the layout shows.
func (s *Screen) scene() scene {
	return scene{&s.stay, &s.status, &s.cards, &s.composing, &s.reading, s.front, s.places}
}

// Ended says how the room ended for this person: nil if they left,
// *rooms.Ended if the server ended it.
func (s *Screen) Ended() error { return s.ended }

// Farewell is what stays on the terminal: what its person had not said, which is
// theirs and nowhere else. Why the server ended a session is for its door to say.
func (s *Screen) Farewell() string {
	var lines []string
	unsaid, sat := slices.Clone(s.unsaid), len(s.unsaid) > 0
	var sent []string
	for _, p := range s.places {
		if sat = sat || p.seat != nil || p.lastly(); p.seat != nil || p.lastly() || s.ended != nil || s.several() {
			texts := p.composing.unsaid()
			if p.composing.underway() {
				sent, texts = append(sent, texts[0]), texts[1:]
			}
			unsaid = append(unsaid, texts...)
		}
	}
	if !sat && s.ended == nil {
		return ""
	}
	if s.ended == nil && !s.several() && s.front.lastly() {
		lines = append(lines, "Nothing that was said in there is kept here.")
	} else if s.ended == nil {
		lines = append(lines, "You left. Nothing that was said in there is kept here.")
	}
	if len(sent) > 0 {
		lines = append(lines, waiting.Uncertain)
		lines = append(lines, sent...)
	}
	if len(unsaid) > 0 {
		lines = append(lines, waiting.Unsaid)
		lines = append(lines, unsaid...)
	}
	return strings.Join(lines, "\n")
}
