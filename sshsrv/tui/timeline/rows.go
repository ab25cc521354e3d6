package timeline

import (
	"fmt"
	"slices"
	"sort"
	"strings"
	"unique"

	"sotto/rooms"
	"sotto/rooms/markup"
	"sotto/sshsrv/tui/cells"
	"sotto/sshsrv/tui/style"
	"sotto/sshsrv/tui/theme"
)

// draw gives a block its rows, and shows in them what is searched for.
func (t *Timeline) draw(id int) *drawing {
	d := t.compose(id)
	if t.needle.Text() == "" || len(d.rows) == 0 || !speaks(t.at(id).item) {
		return t.stamp(id, d)
	}
	hits := *d
	hits.rows = t.needle.Highlight(d.rows, t.look.ink, theme.Hit)
	if d.chips != None { // which nobody said
		hits.rows[d.chips] = d.rows[d.chips]
	}
	return t.stamp(id, &hits)
}

// compose sets a block's rows: what stands above it, then its words, and the line
// of a fold where it begins.
func (t *Timeline) compose(id int) *drawing {
	b := t.at(id)
	if t.closed(id) != nil { // it stands for all of it
		return newDrawing([]string{t.foldLine(id)}, 0)
	}
	above, name, named := t.above(b)
	if f := t.foldWith(id); f != nil && f.from == id {
		above, name = append([]string{t.foldLine(id)}, above...), name+1
	}
	words := t.words(b, named)
	rows, more := words.rows, None
	if f, ok := t.longCode(b); ok {
		rows, more = t.foldCode(b, rows, f)
	} else if t.isTall(b, len(rows)) {
		rows, more = t.shorten(b, rows)
	}
	if more != None {
		more += len(above)
	}
	tl, chips := t.tail(id), None
	if len(above) == 0 && more == None && len(tl.rows) == 0 {
		return words
	}
	if name < 0 && words.name >= 0 {
		name = len(above) + int(words.name)
	}
	all := slices.Concat(above, rows, tl.rows)
	if tl.chips {
		chips = len(all) - 1
	}
	return &drawing{rows: all, words: words, above: int16(len(above)), name: int16(name), more: int16(more), chips: int16(chips)}
}

// shorten folds the middle of a tall message, and says in which row.
func (t *Timeline) shorten(b *block, rows []string) (short []string, more int) {
	more = t.tallHead()
	rest := rows[len(rows)-1:]
	if b.opened {
		rest = rows[more:]
	}
	line := fmt.Sprintf("%s %d more rows", t.foldSign(b.opened), len(rows)-more-1)
	short = append(short, rows[:more]...)
	short = append(short, t.lookOf(b).indent()+t.look.ink.Paint(theme.Dim, t.look.cells.Cut(line, t.look.measure, "…")))
	return append(short, rest...), more
}

// crownRow says who speaks, and when, where the row that said it has scrolled away.
func (t *Timeline) crownRow(b *block) string {
	who, clock := b.item.Author(), t.look.ink.Paint(theme.Time, b.item.When().In(t.zone).Format(clockForm))
	if t.look.side {
		return t.look.named(who) + clock
	}
	return t.look.cells.Cut(t.look.head(who)+"  "+clock, t.width, "…")
}

// hitRow is the row of a block where what is searched for begins, also if it is
// broken between two rows.
func (t *Timeline) hitRow(id int) int {
	rows := t.rowsOf(id)
	words := 0
	if d := t.at(id).drawn; d != nil {
		words = int(d.above)
	}
	if _, private := t.at(id).item.(Whispered); private {
		words++ // the first says whose it is
	}
	for _, gap := range []string{" ", ""} {
		var text strings.Builder
		var ends []int
		for _, row := range rows[words:] {
			said := cells.Words(row)
			said = said[len(t.look.cells.Cut(said, t.look.cells.Width(t.look.indent()), "")):]
			said = t.unstamped(said)
			text.WriteString(strings.TrimPrefix(said, t.look.whisperBar()) + gap)
			ends = append(ends, text.Len())
		}
		if hit, ok := t.needle.Next(text.String(), 0); ok {
			return words + sort.SearchInts(ends, hit.From+1)
		}
	}
	return words
}

// count is how many rows a block's words have.
func (t *Timeline) count(b *block) int {
	s, ok := b.item.(Said)
	if !ok {
		return 0
	}
	draw := func() []string { return drawSaid(s.Said, t.lookOf(b), b.head, b.isChanged()) }
	if s.Gone {
		return len(t.drawGone(b, b.head))
	}
	if !b.fresh {
		return len(draw())
	}
	return countShared(&s.Forms, t.keysOf(b).of(b.head), draw)
}

// above draws the rows over a block's words, and says in which of them its author
// is named, if in any, and whether the words still need a name at their side.
func (t *Timeline) above(b *block) (rows []string, name int, named bool) {
	l, ink := t.look, t.look.ink
	if b.divider {
		rows = append(rows, style.Rule(ink, l.cells, theme.Divider, t.width, "", "new since you looked away"))
	}
	s, isSaid := b.item.(Said)
	named, name = isSaid && b.isHead() && !s.Action, None
	clock, day := t.clockWords(b)
	switch {
	case l.side && clock+day != "":
		rows = append(rows, l.name(theme.Time, clock, " ")+ink.Paint(theme.Time, l.cells.Cut(day, l.measure, "…")))
	case !l.side:
		if day != "" {
			rows = append(rows, ink.Paint(theme.Time, l.cells.Cut(day, t.width, "…")))
		}
		head := ink.Paint(theme.Time, clock)
		if named {
			name = len(rows)
			head = l.head(s.From) + "  " + head
		}
		if head != "" {
			rows = append(rows, l.cells.Cut(head, t.width, "…"))
		}
	}
	l = t.lookOf(b)
	if isSaid && s.Re != 0 {
		quote := l.cells.Sign("╭ ", "> ") + t.Quote(s.Re)
		margin := l.indent()
		if named && l.side {
			name = len(rows)
			margin, named = l.named(s.From), false
		}
		rows = append(rows, margin+ink.Paint(theme.Reply, l.cells.Cut(quote, l.measure, "…")))
	}
	return rows, name, named
}

// isHead reports whether a block says who speaks.
func (b *block) isHead() bool { return b.head || b.divider }

// clockWords is the time that stands above a block, and the date; either may be
// empty.
func (t *Timeline) clockWords(b *block) (clock, day string) {
	if !b.clock && !(b.divider && speaks(b.item)) {
		return "", ""
	}
	at := b.item.When().In(t.zone)
	if b.day {
		day = at.Format("Monday 2 January, MST")
	}
	if t.times { // it stands in the margin
		return "", day
	}
	return at.Format(clockForm), day
}

// Quote words the message that another answers, in one line.
func (t *Timeline) Quote(seq uint64) string {
	id := t.find(seq)
	if id == None {
		return "an earlier message"
	}
	s, said := t.at(id).item.(Said)
	switch {
	case t.ignored(t.at(id).item.Author()):
		return "a message that you hide"
	case !said:
		o := t.at(id).item.(*Offered)
		return o.From.Nick + ": " + rooms.FileLabel(o.File.Name, o.File.Size)
	case s.Gone:
		return s.From.Nick + ": (taken back)"
	case s.Action:
		return s.From.Nick + " " + markup.Words(s.Text)
	}
	return s.From.Nick + ": " + markup.Words(s.Text)
}

// Gist words a message by itself, in one line.
func (t *Timeline) Gist(seq uint64) string {
	if id := t.find(seq); id != None {
		return markup.Words(t.at(id).item.Words())
	}
	return ""
}

// foldSign stands before the line of a fold.
func (t *Timeline) foldSign(opened bool) string {
	if opened {
		return t.look.cells.Sign("▾", "v")
	}
	return t.look.cells.Sign("▸", ">")
}

// foldLine stands for what a burst folded.
func (t *Timeline) foldLine(id int) string {
	f := t.foldWith(id)
	text := fmt.Sprintf("%s %d more from %s", t.foldSign(f.opened), f.to-f.from, t.at(id).item.Author().Nick)
	lines, people := t.tallyOf(f)
	if people > 1 {
		text += " and " + style.Plural(people-1, "other", "others")
	}
	if lines > f.to-f.from {
		text += fmt.Sprintf(", %d lines", lines)
	}
	return t.look.indent() + t.look.ink.Paint(theme.Dim, t.look.cells.Cut(text, t.look.measure, "…"))
}

// lookOf is what words are drawn in: one's own have a bar.
func (t *Timeline) lookOf(b *block) look {
	l := t.look
	l.mine = b.mine
	return l
}

// keysOf are the keys of that.
func (t *Timeline) keysOf(b *block) drawingKeys {
	if b.mine {
		return t.ownKeys
	}
	return t.keys
}

// drawingKeys are the keys of a message's drawings in one look.
type drawingKeys struct{ named, plain unique.Handle[drawingKey] }

func keysFor(l look) drawingKeys {
	return drawingKeys{unique.Make(drawingKey{l, true}), unique.Make(drawingKey{l, false})}
}

func (k drawingKeys) of(named bool) unique.Handle[drawingKey] {
	if named {
		return k.named
	}
	return k.plain
}

// words draws a block's words, or takes them from a session that has the same.
func (t *Timeline) words(b *block, named bool) *drawing {
	switch it := b.item.(type) {
	case Said:
		if it.Gone {
			name := None
			if named {
				name = 0
			}
			return newDrawing(t.drawGone(b, named), name)
		}
		name := None
		if named || it.Action {
			name = 0
		}
		draw := func() *drawing { return newDrawing(drawSaid(it.Said, t.lookOf(b), named, b.isChanged()), name) }
		if !b.fresh || b.calls {
			d := draw()
			d.rows = t.emphasize(b, d.rows)
			return d
		}
		return shared(&it.Forms, t.keysOf(b).of(named), draw)
	case Whispered:
		return newDrawing(drawWhisper(it.Whispered, t.look, b.mine), 0)
	case interface{ draw(look) []string }:
		return newDrawing(it.draw(t.look), None)
	}
	return newDrawing(nil, None)
}

// emphasize makes this person's name, and words that they chose, stand out in words that
// call them.
func (t *Timeline) emphasize(b *block, rows []string) []string {
	if !b.calls {
		return rows
	}
	rows = t.called.Highlight(rows, t.look.ink, theme.Mention)
	for _, word := range t.highlit {
		rows = word.Highlight(rows, t.look.ink, theme.Mention)
	}
	return rows
}
