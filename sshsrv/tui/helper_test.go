package tui

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"

	"sotto/rooms"
	"sotto/sshsrv/tui/run"
)

// sitting is a person in front of a screen, in a room that the test plays.
type sitting struct {
	*Screen
	t    testing.TB
	seat *fakeSeat
	now  time.Time
	seq  uint64
	raw  strings.Builder // what went out beside the frames
	quit bool
	msgs []tea.Msg // of commands that are for the runtime
}

type fakeSeat struct{ ops []rooms.Op }

func (f *fakeSeat) Do(_ context.Context, op rooms.Op) error { f.ops = append(f.ops, op); return nil }
func (f *fakeSeat) Close() error                            { return nil }
func (f *fakeSeat) Next(context.Context) ([]rooms.Event, error) {
	panic("the screen takes no events itself")
}

// start is when every test begins.
var start = time.Date(2026, 3, 14, 20, 14, 0, 0, time.UTC)

var (
	you   = rooms.Member{ID: "00", Nick: "quiet-otter", Via: rooms.ViaSSH}
	lynx  = rooms.Member{ID: "02", Nick: "brave-lynx", Via: rooms.ViaWeb}
	heron = rooms.Member{ID: "07", Nick: "late-heron", Via: rooms.ViaPipe}
)

// newSitting gives a person a terminal, at the front page.
func newSitting(t testing.TB, width, height int, profile colorprofile.Profile) *sitting {
	s := &sitting{t: t, seat: &fakeSeat{}, now: start}
	s.Screen = New(t.Context(), Config{
		Enter:   func(context.Context, string, string) (rooms.Participant, error) { return s.seat, nil },
		Door:    "ssh",
		HostKey: "SHA256:uNiVztksCsDhcc0u9e8BgrJXVGDuvK9qYr2Ya3dqB2I",
		Invite: func(room rooms.RoomName, token string) rooms.Invitation {
			i := rooms.Invitation{SSH: "ssh -t chat.example " + string(room), Web: "https://chat.example/r/" + string(room)}
			if token != "" {
				i.SSH, i.Web = i.SSH+" --invite "+token, i.Web+"#"+token
			}
			return i
		},
		Held: func() []rooms.HeldField {
			return []rooms.HeldField{{Name: "size", Value: "80×24", Why: "to draw for it"}}
		},
		Never: []string{"your login name: your ssh sent it, nothing read it", "your key: it was never asked for"},
		Now:   func() time.Time { return s.now },
	})
	if s.cards.front != nil {
		s.cards.front.fresh = "amber-canal-otter-42"
	}
	s.do(tea.ColorProfileMsg{Profile: profile})
	s.do(tea.WindowSizeMsg{Width: width, Height: height})
	return s
}

// inRoom seats the person in a room with others.
func inRoom(t testing.TB, width, height int, profile colorprofile.Profile, others ...rooms.Member) *sitting {
	s := newSitting(t, width, height, profile)
	s.do(run.SeatMsg{Seat: s.seat})
	s.happens(&rooms.Welcome{Room: "tea", Kind: rooms.KindOpen, You: you, Members: append([]rooms.Member{you}, others...)})
	return s
}

// do gives the screen a message and plays its commands.
func (s *sitting) do(msgs ...tea.Msg) {
	for _, msg := range msgs {
		s.run(s.Update(msg))
	}
}

func (s *sitting) run(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	switch msg := cmd().(type) {
	case tea.BatchMsg:
		for _, cmd := range msg {
			s.run(cmd)
		}
	case tea.RawMsg:
		fmt.Fprint(&s.raw, msg.Msg)
	case nil:
	case tea.QuitMsg:
		s.quit = true
	case run.SeatMsg:
		s.do(msg)
	case run.AfterMsg:
		if to, ok := msg.Msg.(placeMsg); ok && len(s.places) == 1 {
			msg.Msg = to.msg
		}
		s.msgs = append(s.msgs, msg)
	case placeMsg:
		switch msg.msg.(type) {
		case enteringRefused, carried:
			s.do(msg)
		default:
			s.msgs = append(s.msgs, msg)
		}
	default:
		s.msgs = append(s.msgs, msg)
	}
}

func (s *sitting) happens(events ...rooms.Event) { s.do(run.EventsMsg{Events: events}) }

// flushes shows what is held back for a moment.
func (s *sitting) flushes() { s.do(flushMsg{}) }

// falls lets the time pass until what is due next is due.
func (s *sitting) falls() {
	if due := s.Due(); due.After(s.now) {
		s.now = due
	}
	s.do(run.DueMsg{})
}

func (s *sitting) passes(d time.Duration) { s.now = s.now.Add(d) }

// says makes somebody say something, and returns its seq.
func (s *sitting) says(who rooms.Member, text string) uint64 {
	s.seq++
	s.happens(&rooms.Said{Seq: s.seq, At: s.now, From: who.Person(), Text: text})
	return s.seq
}

// answers has the room say what the person said that it has not yet, one line after
// the other.
func (s *sitting) answers() {
	for s.composing.outgoing.id != "" {
		s.seq++
		switch op := s.seat.ops[len(s.seat.ops)-1].(type) {
		case rooms.Say:
			s.happens(&rooms.Said{Seq: s.seq, At: s.now, From: you.Person(), Text: op.Text, ID: op.ID})
		case rooms.Whisper:
			to, _ := s.roster.find(op.To)
			s.happens(&rooms.Whispered{At: s.now, From: you.Person(), To: to.Person(), Text: op.Text, ID: op.ID})
		case rooms.SetAside:
			me := you
			me.Aside = rooms.Aside{On: op.On, Text: op.Text}
			s.happens(&rooms.AsideSet{Seq: s.seq, Member: me, ID: op.ID})
		case rooms.SetTopic:
			s.happens(&rooms.TopicSet{Seq: s.seq, From: you.Person(), Text: op.Text, ID: op.ID})
		default:
			s.t.Fatalf("nothing is on its way but %#v", op)
		}
	}
}

var keys = map[string]tea.KeyPressMsg{
	"enter": {Code: tea.KeyEnter}, "esc": {Code: tea.KeyEscape}, "tab": {Code: tea.KeyTab},
	"up": {Code: tea.KeyUp}, "down": {Code: tea.KeyDown}, "pgup": {Code: tea.KeyPgUp}, "pgdown": {Code: tea.KeyPgDown},
	"home": {Code: tea.KeyHome}, "end": {Code: tea.KeyEnd}, "backspace": {Code: tea.KeyBackspace},
	"f1": {Code: tea.KeyF1}, "f2": {Code: tea.KeyF2}, "f3": {Code: tea.KeyF3}, "f7": {Code: tea.KeyF7}, "f8": {Code: tea.KeyF8}, "left": {Code: tea.KeyLeft}, "right": {Code: tea.KeyRight}, "alt+up": {Code: tea.KeyUp, Mod: tea.ModAlt},
	"ctrl+c": {Code: 'c', Mod: tea.ModCtrl}, "ctrl+d": {Code: 'd', Mod: tea.ModCtrl}, "ctrl+s": {Code: 's', Mod: tea.ModCtrl}, "ctrl+r": {Code: 'r', Mod: tea.ModCtrl}, "ctrl+o": {Code: 'o', Mod: tea.ModCtrl}, "ctrl+l": {Code: 'l', Mod: tea.ModCtrl},
	"ctrl+home": {Code: tea.KeyHome, Mod: tea.ModCtrl}, "ctrl+end": {Code: tea.KeyEnd, Mod: tea.ModCtrl},
}

// types presses keys by name, and types whatever is no key's name.
func (s *sitting) types(what ...string) {
	s.t.Helper()
	for _, w := range what {
		if key, ok := keys[w]; ok {
			s.do(key)
			continue
		}
		s.do(tea.KeyPressMsg{Code: tea.KeyExtended, Text: w})
	}
}

// emulate shows the screen's frame on a terminal emulator, row by row.
func (s *sitting) emulate() *vt.Emulator {
	s.t.Helper()
	f := s.Frame()
	e := vt.NewEmulator(s.layout.width, s.layout.height)
	e.WriteString("\x1b[?7l")
	for y, row := range f.Rows {
		if w := ansi.StringWidth(row); w > s.layout.width {
			s.t.Errorf("row %d of %d×%d is %d columns wide: %q", y, s.layout.width, s.layout.height, w, row)
		}
		fmt.Fprintf(e, "\x1b[%d;1H%s", y+1, row)
	}
	if f.ShowCursor && (f.Cursor.X < 0 || f.Cursor.X >= s.layout.width || f.Cursor.Y < 0 || f.Cursor.Y >= s.layout.height) {
		s.t.Errorf("cursor at %v of %d×%d", f.Cursor, s.layout.width, s.layout.height)
	}
	return e
}

// text is what the screen shows, without trailing blanks.
func (s *sitting) text() string {
	s.t.Helper()
	lines := strings.Split(s.emulate().String(), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " \r")
	}
	return strings.Join(lines, "\n")
}

// shows fails the test unless the screen shows every one of these.
func (s *sitting) shows(want ...string) {
	s.t.Helper()
	got := s.text()
	for _, w := range want {
		if !strings.Contains(got, w) {
			s.t.Errorf("the screen does not show %q:\n%s", w, got)
		}
	}
}

// hides fails the test if the screen shows one of these.
func (s *sitting) hides(unwanted ...string) {
	s.t.Helper()
	got := s.text()
	for _, w := range unwanted {
		if strings.Contains(got, w) {
			s.t.Errorf("the screen shows %q:\n%s", w, got)
		}
	}
}
