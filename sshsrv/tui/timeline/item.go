package timeline

import (
	"strings"
	"time"

	"sotto/rooms"
	"sotto/sshsrv/tui/cells"
	"sotto/sshsrv/tui/style"
	"sotto/sshsrv/tui/theme"
)

// An Item is one thing in the timeline. The set is closed: [said], [whispered],
// [*offered], [*presence], [*note].
type Item interface {
	When() time.Time
	Author() rooms.Person // nobody, for sotto's own lines
	Words() string        // what copying and searching see
	Size() int            // bytes that it keeps alive, about
}

type (
	Said      struct{ *rooms.Said }
	Whispered struct{ *rooms.Whispered }
)

func (s Said) When() time.Time      { return s.At }
func (s Said) Author() rooms.Person { return s.From }
func (s Said) Words() string {
	if len(s.Options) == 0 {
		return s.Text
	}
	return s.Text + "\n" + strings.Join(s.Options, "\n")
}
func (s Said) Size() int { return itemBytes + rooms.BytesOf(s.Said) }

// optionsOf are the options of a poll; none, if it is no message.
func (s Said) optionsOf() []string {
	if s.Said == nil {
		return nil
	}
	return s.Options
}

func (w Whispered) When() time.Time      { return w.At }
func (w Whispered) Author() rooms.Person { return w.From }
func (w Whispered) Words() string        { return w.Text }
func (w Whispered) Size() int            { return itemBytes + len(w.Text) }

// seqOf is the number of what everybody was told.
func seqOf(it Item) (seq uint64, ok bool) {
	switch it := it.(type) {
	case Said:
		return it.Seq, true
	case *Offered:
		return it.Seq, true
	}
	return 0, false
}

// itemBytes is what an item costs beside its words, in bytes: its block and its
// event.
const itemBytes = 200

// A Note is something that sotto says to this person.
type Note struct {
	when time.Time
	who  rooms.Person // whose doing it tells; nobody's: sotto's own
	look theme.Style
	sign string
	text string
}

// NewNote returns a note behind a sign of one column. Who is whose doing it tells;
// nobody: it is sotto's own.
func NewNote(when time.Time, who rooms.Person, style theme.Style, sign, text string) *Note {
	return &Note{when, who, style, sign, text}
}

func (n *Note) When() time.Time      { return n.when }
func (n *Note) Author() rooms.Person { return n.who }
func (n *Note) Words() string        { return n.text }
func (n *Note) Size() int            { return itemBytes + len(n.text) }

func (n *Note) draw(l look) []string {
	rows := l.wrap(n.text, l.measure)
	for i := range rows {
		rows[i] = l.ink.Paint(n.look, rows[i])
	}
	return l.hang(n.look, n.sign, rows)
}

// drawSaid draws a message: the words, the name beside the first row if named, and
// whether it was changed.
func drawSaid(s *rooms.Said, l look, named, changed bool) []string {
	rows := drawWords(s, l, named)
	if !changed {
		return rows
	}
	last, mark := &rows[len(rows)-1], l.ink.Paint(theme.Dim, changedMark)
	if l.cells.Width(*last)+1+len(changedMark) > l.cells.Width(l.indent())+l.measure {
		return append(rows, l.indent()+l.ink.Paint(theme.Dim, l.cells.Cut(changedMark, l.measure, "…")))
	}
	*last += " " + mark
	return rows
}

// changedMark stands behind the words of a message that its writer changed.
const changedMark = "(changed)"

func drawWords(s *rooms.Said, l look, named bool) []string {
	if s.Action {
		return drawAction(s, l)
	}
	indent := l.indent()
	first := indent
	if named && l.side {
		first = l.named(s.From)
	}
	return style.RowsBehind(first, indent, s.Text, l.measure, l.cells, l.ink)
}

// actionMeasure is the narrowest column of words beside a name in an action.
const actionMeasure = 12

func drawAction(s *rooms.Said, l look) []string {
	name := l.ink.Paint(style.Name(s.From), s.From.Nick)
	width := l.cells.Width(s.From.Nick) + 1
	var rows []string
	if l.measure-width >= actionMeasure {
		rows = l.words(s.Text, l.measure-width)
		rows[0] = name + " " + rows[0]
		for i := range rows[1:] {
			rows[1+i] = cells.Blank(width) + rows[1+i]
		}
	} else {
		rows = append([]string{name}, l.words(s.Text, l.measure)...)
	}
	if l.side {
		return l.behind(l.name(theme.Dim, "*", style.Face(l.ink, l.cells, s.From)), rows)
	}
	return l.hang(theme.Dim, "*", rows)
}

// drawGone stands for a message that was taken back.
func (t *Timeline) drawGone(b *block, named bool) []string {
	s, by, text := b.item.(Said), rooms.Person{}, "this was taken back"
	if b.mended != nil {
		by = b.mended.by
	}
	switch {
	case by.ID == "":
	case by.ID == t.you:
		text = "you took this back"
	case by.ID != s.From.ID:
		text = "taken back by a host"
	case s.Action: // nothing else names them
		text = s.From.Nick + " took this back"
	default:
		text = "took this back"
	}
	l := t.look
	rows := l.wrap(text, l.measure)
	for i := range rows {
		before := l.indent()
		if i == 0 && named && l.side {
			before = l.named(s.From)
		}
		rows[i] = before + l.ink.Paint(theme.Dim, rows[i])
	}
	return rows
}

// whisperBar stands before each row of a whisper.
func (l look) whisperBar() string { return l.cells.Sign("┊ ", ": ") }

// drawWhisper draws a whisper, which has a bar of its own down its side so that
// it can't be taken for speech. Mine says that the reader is who whispers.
func drawWhisper(w *rooms.Whispered, l look, mine bool) []string {
	label := w.From.Nick + " whispers to you alone"
	if mine {
		label = "you whisper to " + w.To.Nick + " alone"
	}
	side := l.whisperBar()
	bar := l.ink.Paint(theme.Whisper, side)
	rows := []string{l.ink.Paint(theme.Whisper, side+l.cells.Cut(label, max(l.measure-2, 1), "…"))}
	for _, row := range l.words(w.Text, max(l.measure-2, 1)) {
		rows = append(rows, bar+row)
	}
	if l.side {
		return l.behind(l.named(w.From), rows)
	}
	return l.behind(style.Face(l.ink, l.cells, w.From)+cells.Blank(stackIndent-1), rows)
}

// words draws clean text as rows of at most width columns.
func (l look) words(text string, width int) []string { return style.Rows(text, width, l.cells, l.ink) }

// wrap breaks clean text without markup into rows, at least one.
func (l look) wrap(text string, width int) []string { return style.Plain(text, width, l.cells) }
