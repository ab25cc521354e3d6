package timeline

import (
	"strconv"
	"strings"

	"sotto/rooms"
	"sotto/sshsrv/tui/cells"
	"sotto/sshsrv/tui/theme"
)

// A tail is what stands below a message's words: the options of a poll, and in one more
// row its reactions.
type tail struct {
	rows  []string
	spots []spot // what can be clicked
	chips bool   // the last row has reactions
}

// A spot is a part of a tail's row that stands for an emoji: columns from to to-1, after
// the indent.
type spot struct {
	row, from, to int
	emoji         string
}

func (t *Timeline) tail(id int) (tl tail) {
	b := t.at(id)
	if s, _ := b.item.(Said); isGone(b.item) || b.mended == nil && len(s.optionsOf()) == 0 {
		return tl
	}
	t.drawVotes(id, &tl)
	if on := t.Reactions(id); len(on) > 0 {
		t.drawChips(on, &tl)
	}
	return tl
}

// chip is how a reaction is written; yours stands in brackets.
func (r Reaction) chip() string {
	text := r.Emoji + " " + strconv.Itoa(len(r.Who))
	if r.Mine {
		return "[" + text + "]"
	}
	return text
}

// chipGap stands between two reactions.
const chipGap = 2

// drawChips draws reactions in one row; those that don't fit are counted.
func (t *Timeline) drawChips(on []Reaction, tl *tail) {
	l, row, x := t.look, t.look.indent(), 0
	for i, r := range on {
		gap := 0
		if i > 0 {
			gap = chipGap
		}
		text := r.chip()
		width, rest := l.cells.Width(text), 0
		if width > l.measure {
			text = l.cells.Cut(text, l.measure, "…")
			width = l.cells.Width(text)
		}
		if more := len(on) - i - 1; more > 0 {
			rest = chipGap + len(folded(more))
		}
		if x+gap+width+rest > l.measure {
			row += cells.Blank(gap) + l.ink.Paint(theme.Dim, folded(len(on)-i))
			break
		}
		style := theme.Dim
		if r.Mine {
			style = theme.Accent
		}
		row += cells.Blank(gap) + l.ink.Paint(style, text)
		tl.spots = append(tl.spots, spot{len(tl.rows), x + gap, x + gap + width, r.Emoji})
		x += gap + width
	}
	tl.rows, tl.chips = append(tl.rows, row), true
}

func folded(n int) string { return "+" + strconv.Itoa(n) }

const (
	// mostVotes is how many votes are drawn one by one; more are drawn in proportion.
	mostVotes = 10
	// leastOption is how many columns an option has beside a drawing of its votes; where
	// there are fewer they are only counted.
	leastOption = 12
)

// drawVotes draws a poll's options, each with its number and who chose it; yours has its
// number in brackets.
func (t *Timeline) drawVotes(id int, tl *tail) {
	l, votes := t.look, t.Votes(id)
	if len(votes) == 0 {
		return
	}
	options := t.at(id).item.(Said).Options
	margin := len(strconv.Itoa(len(votes))) + 3 // brackets, a blank
	most := 1
	for _, v := range votes {
		most = max(most, len(v.Who))
	}
	bars, figures := min(most, mostVotes), len(strconv.Itoa(most))
	room := l.measure - margin - bars - figures - 2
	if room < leastOption {
		bars, room = 0, max(l.measure-margin-figures-1, 1)
	}
	texts, widest := make([][]string, len(votes)), 0
	for i := range votes {
		texts[i] = l.wrap(options[i], room)
		for _, row := range texts[i] {
			widest = max(widest, l.cells.Width(row))
		}
	}
	for i, v := range votes {
		label, style := " "+v.Emoji+" ", theme.Dim
		if v.Mine {
			label, style = "["+v.Emoji+"]", theme.Accent
		}
		before := l.indent() + l.ink.Paint(style, cells.Blank(margin-1-len(label))+label+" ")
		for j, row := range texts[i] {
			if n := len(v.Who); n > 0 && j == len(texts[i])-1 {
				count := strconv.Itoa(n)
				if bars > 0 {
					count = strings.Repeat(l.cells.Sign("▪", "*"), max(n*bars/most, 1)) + " " + count
				}
				row += cells.Blank(max(widest-l.cells.Width(row), 0)+1) + l.ink.Paint(style, count)
			}
			tl.spots = append(tl.spots, spot{len(tl.rows), 0, l.measure, v.Emoji})
			tl.rows = append(tl.rows, before+row)
			before = l.indent() + cells.Blank(margin)
		}
	}
}

// NameAt is the person who is named at a place of the screen, beside or above what they
// said.
func (t *Timeline) NameAt(x, y int) (rooms.Person, bool) {
	if y < 0 || y >= t.view.height {
		return rooms.Person{}, false
	}
	id, row, ok := t.rowAt(y)
	if !ok || !speaks(t.at(id).item) || t.closed(id) != nil {
		return rooms.Person{}, false
	}
	who, from := t.at(id).item.Author(), 0
	width := min(t.look.cells.Width(who.Nick), rooms.MaxNickColumns) + 2 // the face beside it, and the gap
	if t.look.side {
		from = sideIndent - 1 - width
	}
	d := t.at(id).drawn
	return who, d != nil && row == int(d.name) && from <= x && x < from+width
}

// A Chip is a reaction, or an option of a poll, that was clicked.
type Chip struct {
	ID    int // of the message
	Emoji string
}

// Click opens or closes the fold whose line is in a row of the screen, or returns the
// reaction that is at a place of it.
func (t *Timeline) Click(x, y int) (chip Chip, ok bool) {
	if y < 0 || y >= t.view.height {
		return Chip{}, false
	}
	id, row, ok := t.rowAt(y)
	if !ok {
		return Chip{}, false
	}
	if row == t.foldRow(id) {
		t.toggle(id)
		return Chip{}, false
	}
	tl := t.tail(id)
	if t.closed(id) != nil {
		return Chip{}, false
	}
	row -= len(t.rowsOf(id)) - len(tl.rows)
	x -= t.look.cells.Width(t.look.indent())
	for _, s := range tl.spots {
		if s.row == row && s.from <= x && x < s.to {
			return Chip{id, s.emoji}, true
		}
	}
	return Chip{}, false
}
