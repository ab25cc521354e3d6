package timeline

import (
	"sync"
	"unique"
	"weak"

	"sotto/rooms"
	"sotto/sshsrv/tui/cells"
	"sotto/sshsrv/tui/theme"
)

// The measures of the timeline, in columns.
const (
	// sideWidth is the narrowest screen on which names stand in a column of
	// their own; below it they stand above the words, which need the room.
	sideWidth = 72
	// sideIndent is where words begin beside that column: a margin, the widest
	// name, a gap.
	sideIndent = 1 + rooms.MaxNickColumns + 2
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
}

// lookAt is the look on a screen of a width, with or without a margin for times.
func lookAt(width int, times bool, h cells.Habits, ink *theme.Ink) look {
	if times {
		width -= timeColumns
	}
	if width >= sideWidth {
		return look{ink, h, min(width-sideIndent-1, maxMeasure), true}
	}
	return look{ink, h, max(width-stackIndent, 1), false}
}

// indent is the blank before words.
func (l look) indent() string {
	if l.side {
		return cells.Blank(sideIndent)
	}
	return cells.Blank(stackIndent)
}

// name is what stands before the first row of words at the side: a name, or a
// sign, in its style.
func (l look) name(s theme.Style, name string) string {
	name = l.cells.Cut(name, rooms.MaxNickColumns, "…")
	return cells.Blank(sideIndent-2-l.cells.Width(name)) + l.ink.Paint(s, name) + "  "
}

// hang puts words behind a sign: at the side, or in the narrow margin.
func (l look) hang(s theme.Style, sign string, words []string) []string {
	first, indent := l.ink.Paint(s, sign)+cells.Blank(stackIndent-l.cells.Width(sign)), l.indent()
	if l.side {
		first = l.name(s, sign)
	}
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
