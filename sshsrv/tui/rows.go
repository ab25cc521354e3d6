package tui

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
	"unique"

	"github.com/charmbracelet/x/ansi"

	"sotto/rooms/markup"
	"sotto/sshsrv/tui/theme"
)

// draw gives a block its rows: what stands above it, then its words.
func (t *timeline) draw(b *block) {
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
		rows = append(rows, rule(ink, theme.Divider, t.width, "", "new since you looked away"))
	}
	s, isSaid := b.item.(said)
	named = isSaid && b.head && !s.Action
	clock, day := t.clockWords(b)
	switch {
	case l.side && clock != "":
		rows = append(rows, l.name(theme.Time, clock)+ink.Paint(theme.Time, ansi.Truncate(day, l.measure, "…")))
	case !l.side:
		head := ""
		if day != "" {
			rows = append(rows, ink.Paint(theme.Time, ansi.Truncate(day, t.width, "…")))
		}
		if named {
			head = ink.Paint(nickStyle(s.From), s.From.Nick) + "  "
		}
		if head += ink.Paint(theme.Time, clock); head != "" {
			rows = append(rows, ansi.Truncate(head, t.width, "…"))
		}
	}
	if isSaid && s.Re != 0 {
		quote := "╭ " + t.quote(s.Re)
		margin := l.indent()
		if named && l.side {
			margin, named = l.name(nickStyle(s.From), s.From.Nick), false
		}
		rows = append(rows, margin+ink.Paint(theme.Reply, ansi.Truncate(quote, l.measure, "…")))
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
	return t.look.indent() + t.look.ink.Paint(theme.Dim, ansi.Truncate(text, t.look.measure, "…"))
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
		return &drawing{rows: drawWhisper(it.Whispered, t.look, t.you)}
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
	for i, row := range rows {
		rows[i] = highlight(row, t.look.ink, theme.Mention, func(s string) (int, int) { return mention(s, t.nick) })
	}
	return rows
}

// highlight repaints what find finds in a row: the bytes of a first match in
// plain text, or an empty span.
func highlight(row string, ink *theme.Ink, style theme.Style, find func(string) (from, to int)) string {
	plain := ansi.Strip(row)
	for offset := 0; offset < len(plain); {
		from, to := find(plain[offset:])
		if from >= to {
			break
		}
		left := ansi.StringWidth(plain[:offset+from])
		right := ansi.StringWidth(plain[:offset+to])
		match := plain[offset+from : offset+to]
		row = ansi.Truncate(row, left, "") + theme.Reset + ink.Paint(style, match) + ansi.TruncateLeft(row, right, "")
		offset += to
	}
	return row
}

// find finds needle in text in any case.
func find(text, needle string) (from, to int) {
	for i := 0; needle != "" && i+len(needle) <= len(text); i++ {
		if utf8.RuneStart(text[i]) && strings.EqualFold(text[i:i+len(needle)], needle) {
			return i, i + len(needle)
		}
	}
	return 0, 0
}

// mentions reports whether text calls somebody by name.
func mentions(text, nick string) bool {
	from, to := mention(text, nick)
	return from < to
}

// mention finds a name standing as a word of its own, in any case.
func mention(text, nick string) (from, to int) {
	if nick == "" {
		return 0, 0
	}
	for i := 0; i+len(nick) <= len(text); i++ {
		if !utf8.RuneStart(text[i]) || !strings.EqualFold(text[i:i+len(nick)], nick) {
			continue
		}
		before, _ := utf8.DecodeLastRuneInString(text[:i])
		after, _ := utf8.DecodeRuneInString(text[i+len(nick):])
		if !(i > 0 && inName(before)) && !(i+len(nick) < len(text) && inName(after)) {
			return i, i + len(nick)
		}
	}
	return 0, 0
}

// inName reports whether a rune beside a name would make it another name.
func inName(r rune) bool {
	return r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)
}

// rule is a thin line across the screen with words near its ends.
func rule(ink *theme.Ink, style theme.Style, width int, left, right string) string {
	line := func(n int) string { return strings.Repeat("─", max(n, 0)) }
	if right != "" {
		right = " " + ansi.Truncate(right, max(width-6, 0), "…") + " ──"
	}
	if left != "" {
		left = "── " + ansi.Truncate(left, max(width-ansi.StringWidth(right)-6, 0), "…") + " "
	}
	gap := width - ansi.StringWidth(left) - ansi.StringWidth(right)
	row := left + line(gap) + right
	if gap < 0 {
		row = ansi.Truncate(row, width, "")
	}
	return ink.Paint(style, row)
}
