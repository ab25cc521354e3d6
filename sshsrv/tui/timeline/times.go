package timeline

import (
	"strings"

	"sotto/sshsrv/tui/cells"
	"sotto/sshsrv/tui/style"
	"sotto/sshsrv/tui/theme"
)

// clockForm is how the time of a message is written.
const clockForm = "15:04"

// timeColumns is how wide the margin of times is, in columns: a blank and a time.
const timeColumns = 1 + len(clockForm)

// Times reports whether every message shows its time, in a margin behind the words, and
// ShowTimes has them do, or not.
func (t *Timeline) Times() bool { return t.times }

func (t *Timeline) ShowTimes(on bool) {
	if on == t.times {
		return
	}
	t.times = on
	if t.look.ink != nil { // else it is not drawn yet
		t.Restyle(t.width, t.screenful, t.look.cells, t.look.ink)
	}
}

// Zone names the clock that times are shown by.
func (t *Timeline) Zone() string { return t.zone.String() }

// hasTime reports whether an item was said at a time, by somebody.
func hasTime(it Item) bool {
	_, offered := it.(*Offered)
	return offered || speaks(it)
}

func (t *Timeline) clockOf(it Item) string { return it.When().In(t.zone).Format(clockForm) }

// stamp puts a message's time behind its first row, if every message shows it.
func (t *Timeline) stamp(id int, d *drawing) *drawing {
	it := t.at(id).item
	if !t.times || !hasTime(it) || len(d.rows) == 0 || t.closed(id) != nil {
		return d
	}
	row := int(d.above)
	if d.name != int16(None) && int(d.name) < row {
		row = int(d.name)
	}
	l := t.look
	edge := l.cells.Width(l.indent()) + l.measure
	text := d.rows[row]
	if l.cells.Width(text) > edge {
		text = l.cells.Cut(text, edge, "…")
	}
	stamped := *d
	stamped.rows = append([]string(nil), d.rows...)
	stamped.rows[row] = text + cells.Blank(edge-l.cells.Width(text)+1) + l.ink.Paint(theme.Time, t.clockOf(it))
	return &stamped
}

// unstamped is what a row says without the margin before it and the one of times.
func (t *Timeline) unstamped(said string) string {
	if !t.times {
		return said
	}
	return strings.TrimRight(t.look.cells.Cut(said, t.look.measure, ""), " ")
}

// date says at the top of a page that is read back to when its first message was said,
// and who speaks if that is not seen, and reports whether it did or had not to. Where
// names stand at the side there is room for both without a word being covered.
func (t *Timeline) date(dst []string) bool {
	id, y := t.shown.lo, 0
	row := len(t.at(id).drawn.rows) - t.shown.loRow
	for !speaks(t.at(id).item) || t.closed(id) != nil {
		y += len(t.rowsOf(id)) - row
		if id, row = t.next(id), 0; y >= len(dst) || !t.Has(id) {
			return true
		}
	}
	b := t.at(id)
	if clock, _ := t.clockWords(b); id == t.selected || clock != "" && row == 0 || len(t.rowsOf(id)) == 0 {
		return true
	}
	named := int(b.drawn.name) >= row
	if named {
		y += int(b.drawn.name) - row
	}
	if y >= len(dst) {
		return true
	}
	l, who, clock := t.look, b.item.Author(), t.clockOf(b.item)
	if _, said := b.item.(Said); said {
		l = t.lookOf(b)
	}
	face := style.Face(l.ink, l.cells, who)
	if !l.side {
		if !named {
			return false
		}
		if row := strings.TrimRight(dst[y], " "); l.cells.Width(row)+2+len(clock) <= t.width {
			dst[y] = row + "  " + l.ink.Paint(theme.Time, clock)
		}
		return true
	}
	if words, ok := strings.CutPrefix(dst[y], l.named(who)); ok {
		dst[y] = l.dated(style.Name(who), who.Nick, face, clock) + words
		return true
	}
	if words, ok := strings.CutPrefix(dst[y], l.name(theme.Dim, "*", face)); ok {
		dst[y] = l.dated(theme.Dim, "*", face, clock) + words
		return true
	}
	if words, ok := strings.CutPrefix(dst[y], l.indent()); ok {
		dst[y] = l.dated(style.Name(who), who.Nick, face, clock) + words
		return true
	}
	return false
}

// dated is name with a time before it, in as many columns.
func (l look) dated(s theme.Style, name, face, clock string) string {
	name = l.cells.Cut(name, sideIndent-3-timeColumns, "…")
	return l.ink.Paint(theme.Time, clock) + cells.Blank(sideIndent-3-len(clock)-l.cells.Width(name)) + l.ink.Paint(s, name) + " " + face + l.bar()
}
