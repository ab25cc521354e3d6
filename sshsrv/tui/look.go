package tui

import (
	"strings"

	"sotto/sshsrv/tui/cells"
	"sotto/sshsrv/tui/style"
	"sotto/sshsrv/tui/theme"
)

// A look is how rows are drawn for a person: in their colours, and as their terminal
// measures characters.
type look struct {
	ink   *theme.Ink
	cells cells.Habits
}

// wrap breaks clean text without markup into rows of at most width columns, at
// least one.
func (l look) wrap(text string, width int) []string { return style.Plain(text, width, l.cells) }

// filling breaks what is there to be copied only where a row is full: put together
// again it is what it was.
func (l look) filling(text string, width int) (rows []string) {
	for text != "" {
		row := l.cells.Cut(text, width, "")
		if row == "" { // narrower than a character
			return append(rows, text)
		}
		rows = append(rows, row)
		text = text[len(row):]
	}
	return rows
}

// widest is how many columns the widest of some texts has.
func (l look) widest(texts []string) (columns int) {
	for _, text := range texts {
		columns = max(columns, l.cells.Width(text))
	}
	return columns
}

// pair sets a term and its explanation side by side, or below one another where
// there is no room.
func (l look) pair(term, text string, column, width int) []string {
	if width < column+20 {
		rows := []string{l.ink.Paint(theme.Accent, l.cells.Cut(term, width, "…"))}
		for _, row := range l.wrap(text, max(width-2, 1)) {
			rows = append(rows, "  "+row)
		}
		return rows
	}
	var rows []string
	lead := l.cells.Width(term)
	if lead >= column {
		rows = append(rows, l.ink.Paint(theme.Accent, term))
		term, lead = "", 0
	}
	for i, row := range l.wrap(text, width-column) {
		if i == 0 {
			row = l.ink.Paint(theme.Accent, term) + cells.Blank(column-lead) + row
		} else {
			row = cells.Blank(column) + row
		}
		rows = append(rows, row)
	}
	return rows
}

// A hint is a key and what it does.
type hint struct{ key, does string }

// hintRow is as many hints as fit, the most useful first, and how many those are.
func (l look) hintRow(hints []hint, width int) (row string, n int) {
	var b strings.Builder
	left := width
	for _, h := range hints {
		need := 1 + l.cells.Width(h.key) + 1 + l.cells.Width(h.does) + 1
		if h.key == "" {
			need--
		}
		if need > left {
			break
		}
		left -= need
		b.WriteString(l.ink.Paint(theme.Key, " "+h.key))
		if h.key != "" {
			h.does = " " + h.does
		}
		b.WriteString(l.ink.Paint(theme.BarDim, h.does+" "))
		n++
	}
	return b.String() + l.ink.Paint(theme.BarDim, cells.Blank(left)), n
}
