package tui

import (
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"sotto/rooms"
	"sotto/rooms/waiting"
	"sotto/sshsrv/tui/composer"
	"sotto/sshsrv/tui/run"
	"sotto/sshsrv/tui/style"
	"sotto/sshsrv/tui/theme"
)

// outgoing is what this person said and the room has not yet.
type outgoing struct {
	queue waiting.Queue
	id    string    // of the op that is on its way from it; empty: none is
	due   time.Time // when a look at the queue is due already
	slow  bool      // what waits has waited for so long that it is shown
	late  bool      // what is on its way has been for so long that it is shown
	// then is what happens once everything was said: this person leaves, or goes to
	// another room. Nil: they stay.
	then func() tea.Cmd
}

// said reports whether nothing that was entered is on its way or waits.
func (o *outgoing) said() bool { return o.id == "" && len(o.queue.Waiting()) == 0 }

// leaves reports whether this person is about to be elsewhere.
func (s *Screen) leaves() bool { return s.going || s.then != nil }

// dueMsg says that a line may go that had to wait.
type dueMsg struct{}

// lateAfter is how long words may be on their way to another machine before they are
// shown as such: nearly always they are there by then, and a row that comes and goes
// is in the way.
const lateAfter = flushEvery

// lateMsg says that an op went out lateAfter ago.
type lateMsg struct{ id string }

// leavesWords says why nothing is said any more.
func (s *Screen) leavesWords() string {
	if s.going {
		return "You are on the way to another room. This stays here until you are there."
	}
	return "You are about to leave this room. This stays here; Esc takes back what waits, and you stay."
}

// line has the room say something, now or when its turn comes. It reports false
// if too much waits already, or this person is about to be in another room.
func (s *Screen) line(text string, op func(id string) rooms.Op) (tea.Cmd, bool) {
	if s.leaves() {
		s.status.say(s.leavesWords())
		return nil, false
	}
	if !s.queue.Add(waiting.Line{Text: text, Op: op}) {
		s.status.count(s.fullWords())
		return nil, false
	}
	s.lines++
	cmd := s.goOn()
	if len(s.queue.Waiting()) > 0 {
		cmd = tea.Batch(cmd, s.later())
	}
	return cmd, true
}

// fullWords says that no more lines can wait.
func (s *Screen) fullWords() string {
	return style.Plural(len(s.queue.Waiting()), "line waits", "lines wait") + " to be said; this one stays here until there is room. Esc takes them back."
}

// goOn sends the next line if it may go, and otherwise comes back for it. A new name
// only has its place among them.
func (s *Screen) goOn() tea.Cmd {
	now := s.cfg.Now()
	var late tea.Cmd
	for l, ok := s.queue.Next(now); ok; l, ok = s.queue.Next(now) {
		s.touched = true
		if _, renames := l.Op("").(rooms.Rename); renames {
			s.send(l.Text, l.Op) // whose answer nothing waits for: there may be none
			s.queue.Said(now)
			continue
		}
		s.outgoing.id = s.opID()
		s.ask(l.Op(s.outgoing.id))
		if s.late = s.cfg.Remote && s.slow; s.cfg.Remote && !s.late {
			late = run.After(lateAfter, lateMsg{s.outgoing.id})
		}
	}
	s.slow = s.slow && len(s.queue.Waiting()) > 0
	if s.status.counts && len(s.queue.Waiting()) == 0 {
		s.status.say("")
	}
	if s.then != nil && s.said() {
		then := s.then
		s.then = nil
		return then()
	}
	due := s.queue.Due()
	if due.IsZero() || due.Equal(s.outgoing.due) {
		return late
	}
	s.outgoing.due = due
	return tea.Batch(late, run.After(due.Sub(now), dueMsg{}))
}

// cameBack says that an op of this person's has come back from the room.
func (s *Screen) cameBack(op string) tea.Cmd {
	if op == "" || op != s.outgoing.id {
		delete(s.sent, op)
		return nil
	}
	s.outgoing.id, s.touched = "", true
	s.queue.Said(s.cfg.Now())
	return s.goOn()
}

// refused gives the words back that could not be said, with the reason; what was
// only too fast waits.
func (s *Screen) refused(e *rooms.Refused) tea.Cmd {
	now, lines := s.cfg.Now(), []waiting.Line(nil)
	switch text, ok := s.sent[e.ID]; {
	case ok:
		delete(s.sent, e.ID)
		lines = []waiting.Line{{Text: text}}
	case e.ID == "" || e.ID != s.outgoing.id:
		s.status.say(e.Err.Message)
		s.status.passing = e.Err.Code == rooms.Undelivered
		return nil
	case e.Err.Code == rooms.RateLimited:
		s.queue.Early(now)
		s.slow = true
	case e.Err.Code == rooms.Undelivered, e.Err.Code == rooms.Uncertain:
		lines = s.queue.Lost()
	default:
		lines = []waiting.Line{s.queue.Refused(now)}
	}
	if e.Err.Code == rooms.UnknownMember && len(lines) > 0 {
		s.doubt(lines[0].Text)
	}
	if len(lines) == 0 || lines[0].Op != nil {
		s.outgoing.id, s.touched = "", true
	}
	if len(lines) > 0 {
		s.then = nil
		s.status.say(strings.TrimSpace(e.Err.Message + " " + s.giveBack(lines)))
		s.status.stays, s.status.passing = true, e.Err.Code == rooms.Undelivered
	}
	return s.goOn()
}

// keptApart says where words are that can't stand beside what is being written.
const keptApart = "It was kept apart from what you write: Ctrl-Y brings it here."

// giveBack puts lines into the composer again, in front of what is there, and says
// where those are that must not be put together with it.
func (s *Screen) giveBack(lines []waiting.Line) string {
	var words []string
	for _, l := range lines {
		if len(lines) == 1 || composer.IsSpeech(l.Text) {
			words = append(words, l.Text)
		}
	}
	if len(words) > 0 && !s.compose.Restore(strings.Join(words, "\n")) {
		return keptApart
	}
	if len(words) < len(lines) {
		return "Commands stay apart: ↑ brings them back."
	}
	return ""
}

// takeBack gives back everything that waits.
func (s *Screen) takeBack() {
	lines := s.queue.TakeBack()
	s.slow, s.then = false, nil
	s.status.say(strings.TrimSpace(style.Plural(len(lines), "line", "lines") + " taken back. " + s.giveBack(lines)))
	s.status.stays = true
}

// unsaid is what this person wrote and the room has not said, one line or more.
func (s *Screen) unsaid() []string {
	var texts []string
	for _, l := range s.queue.Unsaid() {
		texts = append(texts, l.Text)
	}
	return append(texts, s.compose.Drafts()...)
}

// maxWaitingRows is how tall the list of waiting lines gets.
const maxWaitingRows = 3

// notYet stands behind words that have not come back from the room.
const notYet = " — not yet in the room"

// notYetBeside is how many columns of the words must be seen beside it.
const notYetBeside = 16

// waitingRows show what is on its way and what waits to be said, the next first.
func (s *Screen) waitingRows(most int) []string {
	var lines []waiting.Line
	sent := s.outgoing.id != "" && (s.late || s.lost || !s.silent.IsZero())
	switch {
	case sent:
		lines = s.queue.Unsaid()
	case s.slow:
		lines = s.queue.Waiting()
	}
	if most = min(most, maxWaitingRows); most < 1 || len(lines) == 0 {
		return nil
	}
	rows := make([]string, 0, most)
	row := func(text string) {
		after := ""
		if sent && len(rows) == 0 && s.width >= s.cells.Width(notYet)+notYetBeside {
			after = notYet
		}
		rows = append(rows, s.ink.Paint(theme.Pending, s.cells.Cut(" ⋯ "+text, s.width-s.cells.Width(after), "…")+after))
	}
	shown := len(lines)
	if shown > most {
		shown = most - 1
	}
	for _, l := range lines[:shown] {
		first, _, _ := strings.Cut(l.Text, "\n")
		row(strings.ReplaceAll(first, "\t", " "))
	}
	if more := len(lines) - shown; more > 0 {
		row(style.Plural(more, "more line waits", "more lines wait"))
	}
	return rows
}
