package tui

import (
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"sotto/rooms"
	"sotto/sshsrv/tui/cells"
	"sotto/sshsrv/tui/style"
	"sotto/sshsrv/tui/theme"
)

// An item is one thing in the timeline. The set is closed: [said], [whispered],
// [*offered], [*presence], [*note].
type item interface {
	at() time.Time
	from() rooms.Person // nobody, for sotto's own lines
	words() string      // what copying and searching see
	size() int          // bytes that it keeps alive, about
}

type (
	said      struct{ *rooms.Said }
	whispered struct{ *rooms.Whispered }
)

func (s said) at() time.Time      { return s.At }
func (s said) from() rooms.Person { return s.From }
func (s said) words() string      { return s.Text }
func (s said) size() int          { return itemBytes + len(s.Text) }

func (w whispered) at() time.Time      { return w.At }
func (w whispered) from() rooms.Person { return w.From }
func (w whispered) words() string      { return w.Text }
func (w whispered) size() int          { return itemBytes + len(w.Text) }

// itemBytes is what an item costs beside its words, in bytes: its block and its
// event.
const itemBytes = 200

// A note is something that sotto says to this person.
type note struct {
	when time.Time
	who  rooms.Person // whose doing it tells; nobody's: sotto's own
	look theme.Style
	sign string
	text string
}

func (n *note) at() time.Time      { return n.when }
func (n *note) from() rooms.Person { return n.who }
func (n *note) words() string      { return n.text }
func (n *note) size() int          { return itemBytes + len(n.text) }

func (n *note) draw(l look) []string {
	rows := wrap(n.text, l.measure)
	for i := range rows {
		rows[i] = l.ink.Paint(n.look, rows[i])
	}
	return l.hang(n.look, n.sign, rows)
}

// drawSaid draws a message: the words, the name beside the first row if named.
func drawSaid(s *rooms.Said, l look, named bool) []string {
	if s.Action {
		return drawAction(s, l)
	}
	rows := words(s.Text, l.measure, l.ink)
	indent := l.indent()
	for i := range rows {
		if i == 0 && named && l.side {
			rows[i] = l.name(nickStyle(s.From), s.From.Nick) + rows[i]
		} else {
			rows[i] = indent + rows[i]
		}
	}
	return rows
}

// actionMeasure is the narrowest column of words beside a name in an action.
const actionMeasure = 12

func drawAction(s *rooms.Said, l look) []string {
	name := l.ink.Paint(nickStyle(s.From), s.From.Nick)
	width := cells.Width(s.From.Nick) + 1
	var rows []string
	if l.measure-width >= actionMeasure {
		rows = words(s.Text, l.measure-width, l.ink)
		rows[0] = name + " " + rows[0]
		for i := range rows[1:] {
			rows[1+i] = blank(width) + rows[1+i]
		}
	} else {
		rows = append([]string{name}, words(s.Text, l.measure, l.ink)...)
	}
	return l.hang(theme.Dim, "*", rows)
}

// drawWhisper draws a whisper, which has a bar of its own down its side so that
// it can't be taken for speech. You is the reader's member id.
func drawWhisper(w *rooms.Whispered, l look, you string) []string {
	label := w.From.Nick + " whispers to you alone"
	if w.From.ID == you {
		label = "you whisper to " + w.To.Nick + " alone"
	}
	bar := l.ink.Paint(theme.Whisper, "┊ ")
	rows := []string{l.ink.Paint(theme.Whisper, "┊ "+cells.Cut(label, max(l.measure-2, 1), "…"))}
	for _, row := range words(w.Text, max(l.measure-2, 1), l.ink) {
		rows = append(rows, bar+row)
	}
	if l.side {
		return l.hang(nickStyle(w.From), w.From.Nick, rows)
	}
	return l.hang(theme.Whisper, "", rows)
}

// nickStyle is the style of a person's name, the same on every screen.
func nickStyle(p rooms.Person) theme.Style { return theme.Nick(rooms.ColourOf(p.ID)) }

// wrap breaks clean text without markup into rows of at most width columns, at
// least one.
func wrap(text string, width int) []string {
	rows := strings.Split(ansi.Wrap(expandTabs(text), width, ""), "\n")
	for i, row := range rows {
		if cells.Width(row) > width {
			rows[i] = cells.Cut(row, width, "")
		}
	}
	return rows
}

// tabStop is how far tabs reach, in columns.
const tabStop = 4

// expandTabs replaces tabs by the spaces up to the next stop.
func expandTabs(text string) string {
	if !strings.Contains(text, "\t") {
		return text
	}
	var b strings.Builder
	for i, line := range strings.Split(text, "\n") {
		if i > 0 {
			b.WriteByte('\n')
		}
		column := 0
		for j, cell := range strings.Split(line, "\t") {
			if j > 0 {
				n := tabStop - column%tabStop
				b.WriteString(blank(n))
				column += n
			}
			b.WriteString(cell)
			column += cells.Width(cell)
		}
	}
	return b.String()
}

// words draws clean text as rows of at most width columns.
func words(text string, width int, ink *theme.Ink) []string { return style.Rows(text, width, ink) }
