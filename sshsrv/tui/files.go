package tui

import (
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"sotto/rooms"
	"sotto/sshsrv/tui/theme"
)

// carried is the news that a file command could not be carried out.
type carried struct{ err error }

// carry carries out a file command beside the screen, since it may touch a disk.
func (s *Screen) carry(do func(rooms.FileCarrier) error) tea.Cmd {
	seat, ok := s.seat.(rooms.FileCarrier)
	if !ok {
		s.note(theme.Notice, "·", noFiles)
		return nil
	}
	return func() tea.Msg {
		if err := do(seat); err != nil {
			return carried{err}
		}
		return nil
	}
}

// noFiles is for whoever wants files where there is no disk of theirs.
const noFiles = "Files go from a browser or from sotto's own client; this screen is drawn on the server, which has none of your folders. /invite shows the way in."

func (s *Screen) sendFile(path string) tea.Cmd {
	if _, ok := s.seat.(rooms.FileCarrier); ok && path == "" {
		s.say("/send needs FILE, the path of one on this machine.")
		return nil
	}
	return s.carry(func(c rooms.FileCarrier) error { return c.SendFile(s.ctx, path) })
}

// offered is a file in the timeline, and how it fares. It is drawn anew when that
// changes.
type offered struct {
	*rooms.Offered
	now  *rooms.Transfer // nil where files can't be taken
	open bool            // the server could read it while it passes
}

func (o *offered) at() time.Time      { return o.At }
func (o *offered) from() rooms.Person { return o.From }
func (o *offered) words() string      { return o.sentence() }
func (o *offered) size() int          { return itemBytes + len(o.File.Name) }

// sentence says what is offered and how it fares, in words.
func (o *offered) sentence() string {
	file := rooms.FileLabel(o.File.Name, o.File.Size)
	t := o.now
	switch {
	case t == nil:
		return o.From.Nick + " offers " + file + ". A browser or sotto's own client can take it: /invite."
	case t.Mine && t.State == rooms.TransferOver:
		return "You offered " + file + "."
	case t.Mine && o.open:
		return "You offer " + file + ", which the server could read while it passes · /cancel " + fmt.Sprint(t.N)
	case t.Mine:
		return "You offer " + file + " · /cancel " + fmt.Sprint(t.N)
	case t.State == rooms.TransferOpen:
		return o.From.Nick + " offers " + file + " · /take " + fmt.Sprint(t.N)
	case t.State == rooms.TransferRunning:
		return "Taking " + file + " from " + o.From.Nick + " · /cancel " + fmt.Sprint(t.N)
	}
	return o.From.Nick + " offered " + file + "."
}

// barColumns is how wide a progress bar is: a step of it is less than a
// thirtieth.
const barColumns = 32

// draw draws the sentence, and below it the bar or what became of it.
func (o *offered) draw(l look) []string {
	rows := l.wrap(o.sentence(), l.measure)
	for i := range rows {
		rows[i] = l.ink.Paint(theme.Notice, rows[i])
	}
	if t := o.now; t != nil {
		if t.State == rooms.TransferRunning {
			rows = append(rows, bar(l, t.Done, t.Size, takersWords(t)))
		} else if words := takersWords(t); words != "" && t.Mine {
			rows = append(rows, l.ink.Paint(theme.Dim, words))
		}
		if t.Text != "" {
			for _, row := range l.wrap(t.Text, l.measure) {
				rows = append(rows, l.ink.Paint(theme.Dim, row))
			}
		}
	}
	return l.hang(theme.Notice, "⇣", rows)
}

// takersWords says who takes a file of one's own and has it.
func takersWords(t *rooms.Transfer) string {
	var parts []string
	if t.Takers > 0 {
		parts = append(parts, plural(t.Takers, "takes it", "take it"))
	}
	if t.Taken > 0 {
		parts = append(parts, plural(t.Taken, "has it", "have it"))
	}
	return strings.Join(parts, ", ")
}

// bar draws how much is done, and after it in figures.
func bar(l look, done, size uint64, after string) string {
	percent := int(done * 100 / max(size, 1))
	figures := fmt.Sprintf(" %3d %%", percent)
	if after != "" && l.measure >= barColumns+len(figures)+2+len(after) {
		figures += "  " + after
	}
	columns := max(min(barColumns, l.measure-len(figures)), 1)
	full := columns * percent / 100
	return l.ink.Paint(theme.Accent, strings.Repeat(l.cells.Sign("━", "="), full)) + l.ink.Paint(theme.Dim, strings.Repeat(l.cells.Sign("─", "-"), columns-full)+figures)
}

// offers puts an offer into the timeline.
func (s *Screen) offers(e *rooms.Offered) tea.Cmd {
	return s.heard(&offered{Offered: e, open: s.kind == rooms.KindOpen}, e.ID)
}

// transfer shows how a file fares now. News of one that is not on the screen any
// more are said.
func (s *Screen) transfer(t *rooms.Transfer) {
	for id := s.timeline.end() - 1; s.timeline.has(id) && !s.timeline.past(id); id-- {
		o, ok := s.timeline.at(id).item.(*offered)
		if !ok || o.Seq != t.Offer {
			continue
		}
		o.now = t
		s.timeline.undraw(id)
		if t.Text != "" && !s.timeline.view.follow {
			s.say(t.Name + ": " + t.Text)
		}
		return
	}
	if t.Text != "" {
		s.say(t.Name + ": " + t.Text)
	}
}
