package timeline

import (
	"sync"
	"unique"
	"weak"

	"sotto/rooms"
	"sotto/sshsrv/tui/cells"
	"sotto/sshsrv/tui/style"
	"sotto/sshsrv/tui/theme"
)

// The measures of the timeline, in columns.
const (
	// sideWidth is the narrowest screen on which names stand in a column of
	// their own; below it they stand above the words, which need the room.
	sideWidth = 72
	// sideIndent is where words begin beside that column: a margin, the widest
	// name, a gap, a face, and a gap, in which the bar of one's own words stands.
	sideIndent = 1 + rooms.MaxNickColumns + 1 + 1 + 1
	// stackIndent is where words begin under a name.
	stackIndent = 2
	// maxMeasure is the longest line of words: longer ones are hard to read, and
	// screens that are wider still share their rows.
	maxMeasure = 120
)

// A look is everything that the shared rows of a message depend on. Two
// sessions with equal looks show the very same strings.
type look struct {
	ink     *theme.Ink
	cells   cells.Habits // of the terminal
	measure int          // columns of words
	side    bool         // names stand at the side
	mine    bool         // the words are those of whoever reads
}

// lookAt is the look on a screen of a width, with or without a margin for times.
func lookAt(width int, times bool, h cells.Habits, ink *theme.Ink) look {
	if times {
		width -= timeColumns
	}
	if width >= sideWidth {
		return look{ink: ink, cells: h, measure: min(width-sideIndent, maxMeasure), side: true}
	}
	return look{ink: ink, cells: h, measure: max(width-stackIndent, 1)}
}

// bar is the column before words, which tells one's own from all others.
func (l look) bar() string {
	if l.mine {
		return l.ink.Paint(theme.Accent, l.cells.Sign("▎", "|"))
	}
	return " "
}

// indent is what stands before words: nothing, or the bar.
func (l look) indent() string {
	switch {
	case l.side && l.mine:
		return cells.Blank(sideIndent-1) + l.bar()
	case l.side:
		return cells.Blank(sideIndent)
	}
	return l.bar() + cells.Blank(stackIndent-1)
}

// name is what stands before the first row of words at the side: a name in its style,
// and a face, a column of nothing or of something styled.
func (l look) name(s theme.Style, name, face string) string {
	name = l.cells.Cut(name, rooms.MaxNickColumns, "…")
	return cells.Blank(sideIndent-3-l.cells.Width(name)) + l.ink.Paint(s, name) + " " + face + l.bar()
}

// named is that of a person, whose name and face are written in one style at once: each
// message carries it to each screen.
func (l look) named(p rooms.Person) string {
	name := l.cells.Cut(p.Nick, rooms.MaxNickColumns, "…")
	return cells.Blank(sideIndent-3-l.cells.Width(name)) + l.ink.Paint(style.Name(p), name+" "+style.FaceSign(l.cells, p)) + l.bar()
}

// head is a person's face and name where that stands above their words.
func (l look) head(p rooms.Person) string {
	return style.Face(l.ink, l.cells, p) + cells.Blank(stackIndent-1) + l.ink.Paint(style.Name(p), p.Nick)
}

// hang puts words behind a sign of one column, where faces stand.
func (l look) hang(s theme.Style, sign string, words []string) []string {
	first := l.ink.Paint(s, sign) + cells.Blank(stackIndent-l.cells.Width(sign))
	if l.side {
		first = l.name(theme.Plain, "", l.ink.Paint(s, sign))
	}
	return l.behind(first, words)
}

// behind puts words behind what stands before the first row of them.
func (l look) behind(first string, words []string) []string {
	indent := l.indent()
	for i := range words {
		if i == 0 {
			words[i] = first + words[i]
		} else {
			words[i] = indent + words[i]
		}
	}
	return words
}

// A drawing is a message's rows in one look. Every session that shows the
// message holds it; the event remembers it weakly, so that rows which no screen
// shows are garbage however long the event is kept, and a thousand sessions
// with the same look cost the memory of one.
type drawing struct {
	rows  []string
	words *drawing // which rows end with, if something of this session's own stands above
	above int16    // how many rows those are
	name  int16    // the row that names the author, or none
	more  int16    // the row that stands for what is folded of the words, or none
	chips int16    // the row of reactions, or none
}

func newDrawing(rows []string, name int) *drawing {
	return &drawing{rows: rows, name: int16(name), more: None, chips: None}
}

type drawingKey struct {
	look  look
	named bool
}

type drawingCell struct {
	mu   sync.Mutex
	rows weak.Pointer[drawing]
	tall int // how many rows there are, once that is known
}

func cellOf(forms *rooms.Forms, key unique.Handle[drawingKey]) *drawingCell {
	return forms.Form(key, func() any { return new(drawingCell) }).(*drawingCell)
}

// shared returns the event's drawing for a key, made by draw if no session has
// one now.
func shared(forms *rooms.Forms, key unique.Handle[drawingKey], draw func() *drawing) *drawing {
	cell := cellOf(forms, key)
	cell.mu.Lock()
	defer cell.mu.Unlock()
	if have := cell.rows.Value(); have != nil {
		return have
	}
	made := draw()
	cell.rows, cell.tall = weak.Make(made), len(made.rows)
	return made
}

// countShared returns how many rows the event's drawing for a key has.
func countShared(forms *rooms.Forms, key unique.Handle[drawingKey], draw func() []string) int {
	cell := cellOf(forms, key)
	cell.mu.Lock()
	defer cell.mu.Unlock()
	if cell.tall == 0 {
		cell.tall = len(draw())
	}
	return cell.tall
}
