package tui

import (
	"fmt"
	"slices"
	"strings"
	"unique"

	"sotto/rooms/markup"
	"sotto/sshsrv/tui/cells"
	"sotto/sshsrv/tui/theme"
)

// draw gives a block its rows, and shows in them what is searched for.
func (t *timeline) draw(b *block) {
	t.compose(b)
	if t.needle.text != "" && len(b.drawn.rows) > 0 && speaks(b.item) {
		b.drawn = &drawing{rows: highlight(b.drawn.rows, t.look.ink, theme.Hit, &t.needle)}
	}
}

// compose sets a block's rows: what stands above it, then its words.
func (t *timeline) compose(b *block) {
	if b.hidden || b.folded < 0 && !b.opened {
		b.drawn = &unseen
		return
	}
	above, named := t.above(b)
	if b.folded > 0 {
		above = append(above, t.foldLine(b))
		if !b.opened {
			b.drawn = &drawing{rows: above}
			return
		}
	}
	b.drawn = t.words(b, named)
	if len(above) > 0 {
		b.drawn = &drawing{append(above, b.drawn.rows...), b.drawn}
	}
}

// unseen is the drawing of what is hidden.
var unseen drawing

// above draws the rows over a block's words, and says whether the words still
// need a name at their side.
func (t *timeline) above(b *block) (rows []string, named bool) {
	l, ink := t.look, t.look.ink
	if b.divider {
		rows = append(rows, rule(ink, l.cells, theme.Divider, t.width, "", "new since you looked away"))
	}
	s, isSaid := b.item.(said)
	named = isSaid && b.head && !s.Action
	clock, day := t.clockWords(b)
	switch {
	case l.side && clock != "":
		rows = append(rows, l.name(theme.Time, clock)+ink.Paint(theme.Time, l.cells.Cut(day, l.measure, "…")))
	case !l.side:
		head := ""
		if day != "" {
			rows = append(rows, ink.Paint(theme.Time, l.cells.Cut(day, t.width, "…")))
		}
		if named {
			head = ink.Paint(nickStyle(s.From), s.From.Nick) + "  "
		}
		if head += ink.Paint(theme.Time, clock); head != "" {
			rows = append(rows, l.cells.Cut(head, t.width, "…"))
		}
	}
	if isSaid && s.Re != 0 {
		quote := l.cells.Sign("╭ ", "> ") + t.quote(s.Re)
		margin := l.indent()
		if named && l.side {
			margin, named = l.name(nickStyle(s.From), s.From.Nick), false
		}
		rows = append(rows, margin+ink.Paint(theme.Reply, l.cells.Cut(quote, l.measure, "…")))
	}
	return rows, named
}

// clockWords is the time that stands above a block, and the date; either may be
// empty.
func (t *timeline) clockWords(b *block) (clock, day string) {
	if !b.clock {
		return "", ""
	}
	at := b.item.at().In(t.zone)
	if b.day {
		day = at.Format("Monday 2 January, MST")
	}
	return at.Format("15:04"), day
}

// quote words the message that another answers, in one line.
func (t *timeline) quote(seq uint64) string {
	s, ok := t.original(seq)
	switch {
	case !ok:
		return "an earlier message"
	case t.ignored(s.From):
		return "a message that you hide"
	case s.Action:
		return s.From.Nick + " " + markup.Words(s.Text)
	}
	return s.From.Nick + ": " + markup.Words(s.Text)
}

// foldLine stands for what a burst folded.
func (t *timeline) foldLine(b *block) string {
	text := fmt.Sprintf("▸ %d more from %s", b.folded, b.item.from().Nick)
	if b.opened {
		text = fmt.Sprintf("▾ %d more from %s", b.folded, b.item.from().Nick)
	}
	return t.look.indent() + t.look.ink.Paint(theme.Dim, t.look.cells.Cut(text, t.look.measure, "…"))
}

// drawingKeys are the keys of a message's drawings in one look.
type drawingKeys struct{ named, plain unique.Handle[drawingKey] }

func keysFor(l look) drawingKeys {
	return drawingKeys{unique.Make(drawingKey{l, true}), unique.Make(drawingKey{l, false})}
}

// words draws a block's words, or takes them from a session that has the same.
func (t *timeline) words(b *block, named bool) *drawing {
	switch it := b.item.(type) {
	case said:
		if !b.fresh || b.calls {
			return &drawing{rows: t.mark(b, drawSaid(it.Said, t.look, named))}
		}
		key := t.keys.plain
		if named {
			key = t.keys.named
		}
		return shared(&it.Forms, key, func() []string { return drawSaid(it.Said, t.look, named) })
	case whispered:
		return &drawing{rows: drawWhisper(it.Whispered, t.look, b.mine)}
	case interface{ draw(look) []string }:
		return &drawing{rows: it.draw(t.look)}
	}
	return &unseen
}

// mark makes this person's name stand out in words that call them.
func (t *timeline) mark(b *block, rows []string) []string {
	if !b.calls {
		return rows
	}
	return highlight(rows, t.look.ink, theme.Mention, &t.called)
}

// highlight repaints what a needle finds in rows. It changes none of them.
func highlight(rows []string, ink *theme.Ink, style theme.Style, what *needle) []string {
	painted := slices.Clone(rows)
	for i, row := range painted {
		painted[i] = cells.Repaint(row, ink.SGR(style), what.spans(cells.Words(row)))
	}
	return painted
}

// rule is a thin line across the screen with words near its ends.
func rule(ink *theme.Ink, h cells.Habits, style theme.Style, width int, left, right string) string {
	line := func(n int) string { return strings.Repeat(h.Sign("─", "-"), max(n, 0)) }
	if right != "" {
		right = " " + h.Cut(right, max(width-6, 0), "…") + " " + line(2)
	}
	if left != "" {
		left = line(2) + " " + h.Cut(left, max(width-h.Width(right)-6, 0), "…") + " "
	}
	gap := width - h.Width(left) - h.Width(right)
	row := left + line(gap) + right
	if gap < 0 {
		row = h.Cut(row, width, "")
	}
	return ink.Paint(style, row)
}
