package timeline

import (
	"fmt"
	"sotto/rooms"
	"sotto/sshsrv/tui/style"
	"sotto/sshsrv/tui/theme"
	"strings"
	"time"
)

// An Offered is a file that somebody offers, and how it fares. It is drawn anew when
// that changes.
type Offered struct {
	*rooms.Offered
	now  *rooms.Transfer // nil where files can't be taken
	open bool            // the server could read it while it passes
}

func (o *Offered) When() time.Time      { return o.At }
func (o *Offered) Author() rooms.Person { return o.From }
func (o *Offered) Words() string        { return o.sentence() }
func (o *Offered) Size() int            { return itemBytes + len(o.File.Name) }

// Over reports whether it is known that the file can't be taken any more.
func (o *Offered) Over() bool { return o.now != nil && o.now.State == rooms.TransferOver }

// sentence says what is offered and how it fares, in words.
func (o *Offered) sentence() string {
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
func (o *Offered) draw(l look) []string {
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
		parts = append(parts, style.Plural(t.Takers, "takes it", "take it"))
	}
	if t.Taken > 0 {
		parts = append(parts, style.Plural(t.Taken, "has it", "have it"))
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

// NewOffered returns an offer; open says that the server could read the file.
func NewOffered(e *rooms.Offered, open bool) *Offered { return &Offered{Offered: e, open: open} }

// Fare shows how a file fares now, and reports whether its offer is still here.
func (t *Timeline) Fare(now *rooms.Transfer) bool {
	for id := t.End() - 1; t.Has(id) && !t.isPast(id); id-- {
		if o, ok := t.at(id).item.(*Offered); ok && o.Seq == now.Offer {
			o.now = now
			t.undraw(id)
			return true
		}
	}
	return false
}
